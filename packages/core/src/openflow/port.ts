/** Reserved ports in their 32-bit form (OpenFlow 1.1 and later); OpenFlow 1.0 has the low 16 bits. */
export const OFPP = {
  max: 0xffffff00,
  unset: 0xfffffff7, // OpenFlow 1.5
  in_port: 0xfffffff8,
  table: 0xfffffff9,
  normal: 0xfffffffa,
  flood: 0xfffffffb,
  all: 0xfffffffc,
  controller: 0xfffffffd,
  local: 0xfffffffe,
  any: 0xffffffff, // "none" in OpenFlow 1.0
} as const;
/** Table number of "all tables" in requests, and of "this table" in resubmit. */
export const TABLE_ALL = 255;
/** Flow mod flags in neutral form. */
export const FLOW_FLAGS = {
  send_flow_rem: 1,
  check_overlap: 2,
  reset_counts: 4,
  no_pkt_counts: 8,
  no_byt_counts: 16,
  emergency: 0x100,
  hidden: 0x200,
  no_readonly: 0x400,
} as const;
/** "Any group" of a flow mod or statistics request (OFPG_ANY). */
export const GROUP_ANY = 0xffffffff;
