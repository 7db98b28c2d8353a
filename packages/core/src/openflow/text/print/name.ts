/** What the original calls a message, read off its header: OFPT_FLOW_MOD, "NXST_FLOW reply", … */
import { sharpHex } from "../numbers.ts";

/** Message types of OpenFlow 1.0, and of 1.1 and later, by number (OpenFlow 1.5.1 §7.1.1). */
const START =
  "HELLO ERROR ECHO_REQUEST ECHO_REPLY VENDOR FEATURES_REQUEST FEATURES_REPLY GET_CONFIG_REQUEST GET_CONFIG_REPLY SET_CONFIG PACKET_IN FLOW_REMOVED PORT_STATUS PACKET_OUT FLOW_MOD";
const TYPES10 =
  `${START} PORT_MOD STATS_REQUEST STATS_REPLY BARRIER_REQUEST BARRIER_REPLY QUEUE_GET_CONFIG_REQUEST QUEUE_GET_CONFIG_REPLY`.split(
    " ",
  );
const TYPES11 =
  `${START} GROUP_MOD PORT_MOD TABLE_MOD STATS_REQUEST STATS_REPLY BARRIER_REQUEST BARRIER_REPLY QUEUE_GET_CONFIG_REQUEST QUEUE_GET_CONFIG_REPLY ROLE_REQUEST ROLE_REPLY GET_ASYNC_REQUEST GET_ASYNC_REPLY SET_ASYNC METER_MOD ROLE_STATUS TABLE_STATUS REQUESTFORWARD BUNDLE_CONTROL BUNDLE_ADD_MESSAGE CONTROLLER_STATUS`.split(
    " ",
  );
const STATS =
  "DESC FLOW AGGREGATE TABLE PORT QUEUE GROUP GROUP_DESC GROUP_FEATURES METER METER_CONFIG METER_FEATURES TABLE_FEATURES PORT_DESC TABLE_DESC QUEUE_DESC FLOW_MONITOR".split(
    " ",
  );
const NICIRA = 0x2320;
const ONF = 0x4f4e4600;
const NXT: Readonly<Record<number, string>> = {
  10: "ROLE_REQUEST",
  11: "ROLE_REPLY",
  12: "SET_FLOW_FORMAT",
  13: "FLOW_MOD",
  14: "FLOW_REMOVED",
  15: "FLOW_MOD_TABLE_ID",
  16: "SET_PACKET_IN_FORMAT",
  17: "PACKET_IN",
  18: "FLOW_AGE",
  19: "SET_ASYNC_CONFIG",
  20: "SET_CONTROLLER_ID",
  21: "FLOW_MONITOR_CANCEL",
  22: "FLOW_MONITOR_PAUSED",
  23: "FLOW_MONITOR_RESUMED",
  24: "TLV_TABLE_MOD",
  25: "TLV_TABLE_REQUEST",
  26: "TLV_TABLE_REPLY",
  27: "SET_ASYNC_CONFIG2",
  28: "RESUME",
  29: "CT_FLUSH_ZONE",
  30: "PACKET_IN2",
  31: "GROUP_MOD",
  32: "CT_FLUSH",
};
const NXST: Readonly<Record<number, string>> = {
  0: "FLOW",
  1: "AGGREGATE",
  2: "FLOW_MONITOR",
  3: "IPFIX_BRIDGE",
  4: "IPFIX_FLOW",
  7: "GROUP",
  8: "GROUP_DESC",
  9: "GROUP_FEATURES",
};
const ONFT: Readonly<Record<number, string>> = {
  1870: "FLOW_MONITOR_CANCEL",
  1871: "FLOW_MONITOR_PAUSED",
  1872: "FLOW_MONITOR_RESUMED",
  2300: "BUNDLE_CONTROL",
  2301: "BUNDLE_ADD_MESSAGE",
};
const ONFST: Readonly<Record<number, string>> = { 1870: "FLOW_MONITOR" };

/** " (OF1.3)" of version 4, nothing of OpenFlow 1.0. */
export function versionSuffix(version: number): string {
  if (version === 1) return "";
  if (version >= 2 && version <= 6) return ` (OF1.${version - 1})`;
  return ` (OF 0x${version.toString(16).padStart(2, "0")})`;
}

const read32 = (o: Uint8Array, at: number): number =>
  (((o[at] ?? 0) << 24) | ((o[at + 1] ?? 0) << 16) | ((o[at + 2] ?? 0) << 8) | (o[at + 3] ?? 0)) >>> 0;
const read16 = (o: Uint8Array, at: number): number => ((o[at] ?? 0) << 8) | (o[at + 1] ?? 0);

/** A message's name without version; undefined when there is no such message. */
export function messageName(octets: Uint8Array): string | undefined {
  const version = octets[0] ?? 0;
  const name = (version === 1 ? TYPES10 : TYPES11)[octets[1] ?? 255];
  if (name === "VENDOR") {
    const vendor = read32(octets, 8);
    const subtype = read32(octets, 12);
    const extension = vendor === NICIRA ? NXT[subtype] : vendor === ONF ? ONFT[subtype] : undefined;
    if (!extension) return undefined;
    return `${vendor === NICIRA ? "NXT" : "ONFT"}_${extension}`;
  }
  if (name !== "STATS_REQUEST" && name !== "STATS_REPLY") return name && `OFPT_${name}`;
  const side = name === "STATS_REQUEST" ? "request" : "reply";
  const kind = read16(octets, 8);
  if (kind !== 0xffff) return STATS[kind] && `OFPST_${STATS[kind]} ${side}`;
  const at = version === 1 ? 12 : 16;
  const vendor = read32(octets, at);
  const subtype = read32(octets, at + 4);
  const extension = vendor === NICIRA ? NXST[subtype] : vendor === ONF ? ONFST[subtype] : undefined;
  return extension && `${vendor === NICIRA ? "NXST" : "ONFST"}_${extension} ${side}`;
}

/** "OFPT_HELLO (OF1.3) (xid=0x1):", as every printed message starts. */
export function messageTitle(octets: Uint8Array, name = messageName(octets)): string {
  const xid = read32(octets, 4);
  const hex = xid ? sharpHex(xid) : "0x0";
  return `${name ?? "***decode error***"}${versionSuffix(octets[0] ?? 0)} (xid=${hex}):`;
}
