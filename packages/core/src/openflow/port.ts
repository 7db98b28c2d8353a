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
/**
 * First number that no ordinary port may have: OpenFlow 1.0 has 16 bits and reserves the last of them (OFPP_MAX,
 * OpenFlow 1.0 §5.2.1), and Open vSwitch has no other ports in later versions either.
 */
export const PORT_END = 0xff00;
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
/** Highest number of a group (OFPG_MAX). */
export const GROUP_MAX = 0xffffff00;
/** "All groups", of a delete or a statistics request (OFPG_ALL). */
export const GROUP_ALL = 0xfffffffc;
/** Numbers of a group's buckets: the highest, and those that name places (OpenFlow 1.5.1 §7.3.4.3). */
export const BUCKET = { max: 0xffffff00, first: 0xfffffffd, last: 0xfffffffe, all: 0xffffffff } as const;
/** Numbers of meters: the highest, and the virtual ones (OpenFlow 1.3.5 §7.3.4.4). */
export const METER = { max: 0xffff0000, slowpath: 0xfffffffd, controller: 0xfffffffe, all: 0xffffffff } as const;
