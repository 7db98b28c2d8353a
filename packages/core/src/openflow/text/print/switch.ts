/** What a switch tells of itself: features, configuration, tables, groups, meters, roles, bundles. */
import type { Message, TableStatsEntry, Version } from "../../message.ts";
import { METER_FLAGS } from "../meter.ts";
import { sharpHex } from "../numbers.ts";
import { bitWords, formatPortDescs } from "./port.ts";

type MessageOf<T extends Message["type"]> = Extract<Message, { type: T }>;
type Reply<K extends string> =
  Extract<Message, { type: "multipart_reply"; kind: K }> extends { reply: infer R } ? R : never;

const capabilityRows = (version: Version): readonly (readonly [number, string])[] => [
  [0x1, "FLOW_STATS"],
  [0x2, "TABLE_STATS"],
  [0x4, "PORT_STATS"],
  [0x8, version === 1 ? "STP" : "GROUP_STATS"],
  [0x20, "IP_REASM"],
  [0x40, "QUEUE_STATS"],
  [0x80, "ARP_MATCH_IP"],
  [0x100, "PORT_BLOCKED"],
  [0x200, "BUNDLES"],
  [0x400, "FLOW_MONITORING"],
];

/** Actions of a features reply in the order they are shown; the bits are those of OpenFlow 1.0. */
const ACTIONS10: readonly (readonly [number, string])[] = [
  [1 << 0, "output"],
  [1 << 11, "enqueue"],
  [1 << 1, "set_vlan_vid"],
  [1 << 2, "set_vlan_pcp"],
  [1 << 3, "strip_vlan"],
  [1 << 4, "mod_dl_src"],
  [1 << 5, "mod_dl_dst"],
  [1 << 6, "mod_nw_src"],
  [1 << 7, "mod_nw_dst"],
  [1 << 8, "mod_nw_tos"],
  [1 << 9, "mod_tp_src"],
  [1 << 10, "mod_tp_dst"],
];

/** Action types of OpenFlow 1.2 and later as group features show them, by bit, in their order. */
const ACTIONS12: readonly (readonly [number, string])[] = [
  [1 << 0, "output"],
  [1 << 22, "group"],
  [1 << 25, "set_field"],
  [1 << 18, "strip_vlan"],
  [1 << 17, "push_vlan"],
  [1 << 23, "mod_nw_ttl"],
  [1 << 24, "dec_ttl"],
  [1 << 15, "set_mpls_ttl"],
  [1 << 16, "dec_mpls_ttl"],
  [1 << 19, "push_mpls"],
  [1 << 20, "pop_mpls"],
  [1 << 21, "set_queue"],
];

/** A features_reply behind its name, as ovs-ofctl's show prints it. */
export function formatFeatures(m: MessageOf<"features_reply">, version: Version): string {
  let text = ` dpid:${m.datapathId.toString(16).padStart(16, "0")}\n`;
  text += `n_tables:${m.tables}, n_buffers:${m.buffers}${m.auxiliaryId ? `, auxiliary_id:${m.auxiliaryId}` : ""}\n`;
  text += `capabilities: ${bitWords(m.capabilities, capabilityRows(version))}\n`;
  if (version === 1) text += `actions: ${bitWords(m.actions, ACTIONS10)}\n`;
  return version <= 3 ? text + formatPortDescs(m.ports) : text;
}

/** What is done with IP fragments, by number (OFPC_FRAG_*); "nx-match" is Open vSwitch's own. */
export const FRAGMENT_MODES: readonly string[] = ["normal", "drop", "reassemble", "nx-match"];

/** A switch configuration behind its name; miss_send_len in octets. */
export function formatConfig(m: MessageOf<"get_config_reply" | "set_config">): string {
  const ttl = m.invalidTtlToController ? " invalid_ttl_to_controller=1" : "";
  return ` frags=${FRAGMENT_MODES[m.fragments & 3]}${ttl} miss_send_len=${m.missSendLen}\n`;
}

/** What ovs-ofctl's dump-desc prints behind the header. */
export function formatDesc(d: Reply<"desc">): string {
  return `\nManufacturer: ${d.mfr}\nHardware: ${d.hw}\nSoftware: ${d.sw}\nSerial Num: ${d.serial}\nDP Description: ${d.dp}\n`;
}

/** Counters of each table; runs of equal ones fold into `tables A...B: ditto`. */
export function formatTableStats(tables: readonly TableStatsEntry[], version: Version): string {
  const counts = (t: TableStatsEntry) => `    active=${t.active}, lookup=${t.lookups}, matched=${t.matched}\n`;
  const features = (t: TableStatsEntry) => `${t.maxEntries}/${t.wildcards ?? ""}`;
  let text = "\n";
  for (let i = 0; i < tables.length; i++) {
    const table = tables[i] as TableStatsEntry;
    const previous = tables[i - 1];
    if (previous && counts(previous) === counts(table) && features(previous) === features(table)) {
      let last = i;
      while (
        last + 1 < tables.length &&
        counts(tables[last + 1] as TableStatsEntry) === counts(table) &&
        features(tables[last + 1] as TableStatsEntry) === features(table)
      )
        last++;
      const end = (tables[last] as TableStatsEntry).table;
      text += last > i ? `  tables ${table.table}...${end}: ditto\n` : `  table ${table.table}: ditto\n`;
      i = last;
      continue;
    }
    text += `  table ${table.table}${table.name && !/^table\d+$/.test(table.name) ? ` ("${table.name}")` : ""}:\n${counts(table)}`;
    if (version < 4) {
      if (previous && features(previous) === features(table)) text += "    (same features)\n";
      else text += tableFeatures(table, previous?.wildcards === table.wildcards && previous !== undefined);
    }
    if (i + 1 < tables.length) text += "\n";
  }
  return text;
}

function tableFeatures(table: TableStatsEntry, sameMatching: boolean): string {
  const matching = sameMatching
    ? "    (same matching)\n"
    : "    matching:\n      exact match or wildcard: in_port eth_{src,dst,type} vlan_{vid,pcp} ip_{src,dst} nw_{proto,tos} tcp_{src,dst}\n";
  return `    max_entries=${table.maxEntries}\n${matching}`;
}

/** What ovs-ofctl's dump-group-features prints behind the header. */
export function formatGroupFeatures(f: Reply<"group_features">): string {
  let text = `\n Group table:\n    Types:  0x${f.types.toString(16)}\n    Capabilities:  0x${f.capabilities.toString(16)}\n`;
  ["all", "select", "indirect", "fast failover"].forEach((name, i) => {
    if (!(f.types & (1 << i))) return;
    text += `    ${name} group:\n       max_groups=0x${(f.maxGroups[i] ?? 0).toString(16)}\n`;
    text += `       actions: ${bitWords(f.actions[i] ?? 0, ACTIONS12)}\n`;
  });
  return text;
}

/** What ovs-ofctl's meter-features prints behind the header. */
export function formatMeterFeatures(f: Reply<"meter_features">): string {
  const bands = [f.bandTypes & 2 ? "drop" : "", f.bandTypes & 4 ? "dscp_remark" : ""].filter(Boolean);
  const words = Object.entries(METER_FLAGS).map(([word, flag]) => [flag, word] as const);
  let text = `\nmax_meter:${f.maxMeters} max_bands:${f.maxBands} max_color:${f.maxColor}\n`;
  text += `band_types: ${bands.join(" ") || "0"}\n`;
  text += `capabilities: ${bitWords(f.capabilities, words)}\n`;
  return text;
}

/** A role message behind its name. */
export function formatRole(m: MessageOf<"role_request" | "role_reply">): string {
  return ` role=${m.role}${m.generationId === undefined ? "" : ` generation_id=${m.generationId}`}`;
}

/** A bundle control message behind its name. */
export function formatBundleControl(m: MessageOf<"bundle_control">): string {
  const flags = bitWords(m.flags, [
    [1, "atomic"],
    [2, "ordered"],
  ]);
  return `\n bundle_id=${sharpHex(m.bundle)} type=${m.control.toUpperCase()} flags=${flags}`;
}

const ASYNC_WORDS = {
  PACKET_IN: ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"],
  PORT_STATUS: ["add", "delete", "modify"],
  FLOW_REMOVED: ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"],
} as const;

/** Which asynchronous messages primary and secondary controllers get, by their reasons. */
export function formatAsync(m: MessageOf<"set_async" | "get_async_reply">): string {
  const sets = { PACKET_IN: m.packetIn, PORT_STATUS: m.portStatus, FLOW_REMOVED: m.flowRemoved };
  let text = "";
  ["primary", "secondary"].forEach((role, i) => {
    text += `\n ${role}:`;
    for (const [name, words] of Object.entries(ASYNC_WORDS)) {
      const bits = sets[name as keyof typeof sets][i] ?? 0;
      const shown = words.filter((_, bit) => bits & (1 << bit)).join(" ");
      text += `\n${name.padStart(16)}: ${shown || "(off)"}`;
    }
  });
  return text;
}

const EVICTION = 2;
const VACANCY = 3;

/** Settings of one table (OpenFlow 1.4.1 §7.3.5.15): length:16 table:8 pad:8 config:32, then properties. */
function formatTableDesc(octets: Uint8Array): string {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const config = view.getUint32(4);
  let flags = 0;
  let vacancy = "";
  for (let at = 8; at + 8 <= octets.length; at += Math.max(8, view.getUint16(at + 2))) {
    if (view.getUint16(at) === EVICTION) flags = view.getUint32(at + 4);
    if (view.getUint16(at) === VACANCY)
      vacancy = ` vacancy_down=${octets[at + 4]}% vacancy_up=${octets[at + 5]}% vacancy=${octets[at + 6]}%`;
  }
  const words = bitWords(
    flags,
    [
      [1, "OTHER"],
      [2, "IMPORTANCE"],
      [4, "LIFETIME"],
    ],
    "|",
  );
  let text = `  table ${octets[2]}:\n   eviction=${config & 4 ? "on" : "off"} eviction_flags=${words}\n`;
  text += `   vacancy=${config & 8 ? `on${vacancy}` : "off"}\n`;
  return text;
}

/** What ovs-ofctl's dump-table-desc prints behind the header. */
export const formatTableDescs = (tables: readonly Uint8Array[]): string =>
  tables.map((table) => `\n${formatTableDesc(table)}`).join("");
