import type { FieldWrite, SetAttribute } from "#datapath";
import { FIELDS, type FieldName, type FlowKey, readField, WORD } from "#flow";
import { commitEncap } from "./commit-encap.ts";
import type { Context } from "./context.ts";
import { labelCount, popLabel, pushLabel } from "./labels.ts";

/**
 * Header changes are kept in `flow` and written only before something that needs them: output, recirculation, a
 * controller. This file finds what differs from `base` and adds the datapath actions for it, in the original's order.
 *
 * A change is written with the bits that the translation looked at: they are exact in the megaflow, so that the same
 * value is right for every packet of it.
 */
interface SetRow {
  readonly attribute: SetAttribute;
  readonly fields: readonly FieldName[];
  readonly applies: (flow: FlowKey) => boolean;
  /** Datapaths cannot: packets come to user space. */
  readonly slow?: boolean;
  /** What was looked at is written with what changed. */
  readonly writesAll?: boolean;
}

const ethType = (key: FlowKey): number => key[WORD.ethType] as number;
const protocol = (key: FlowKey): number => (key[WORD.ip] as number) >>> 24;
const isIp = (key: FlowKey): boolean => ethType(key) === 0x0800 || ethType(key) === 0x86dd;
const isNeighbour = (key: FlowKey): boolean => {
  const type = (key[WORD.tp] as number) >>> 16;
  return ethType(key) === 0x86dd && protocol(key) === 58 && (type === 135 || type === 136);
};

const ETHERNET: SetRow = {
  attribute: "eth",
  fields: ["eth_src", "eth_dst"],
  applies: (key) => key[WORD.packetType] === 0,
};
const NSH: SetRow = {
  attribute: "nsh",
  fields: ["nsh_flags", "nsh_ttl", "nsh_spi", "nsh_si", "nsh_c1", "nsh_c2", "nsh_c3", "nsh_c4"],
  applies: (key) => ethType(key) === 0x894f,
  writesAll: true,
};
const NETWORK: readonly SetRow[] = [
  {
    attribute: "ipv4",
    fields: ["ip_src", "ip_dst", "nw_tos", "nw_ttl"],
    applies: (key) => ethType(key) === 0x0800 && protocol(key) !== 0,
  },
  {
    attribute: "ipv6",
    fields: ["ipv6_src", "ipv6_dst", "ipv6_label", "nw_tos", "nw_ttl"],
    applies: (key) => ethType(key) === 0x86dd && protocol(key) !== 0,
  },
  {
    attribute: "nd",
    fields: ["nd_target", "nd_sll", "nd_tll"],
    applies: isNeighbour,
    slow: true,
  },
  {
    attribute: "nd_ext",
    fields: ["nd_reserved", "nd_options_type"],
    applies: isNeighbour,
    slow: true,
  },
  {
    attribute: "arp",
    fields: ["arp_spa", "arp_tpa", "arp_op", "arp_sha", "arp_tha"],
    applies: (key) => ethType(key) === 0x0806 || ethType(key) === 0x8035,
    slow: true,
  },
];
const TRANSPORT: readonly SetRow[] = [
  { attribute: "tcp", fields: ["tcp_src", "tcp_dst"], applies: (key) => isIp(key) && protocol(key) === 6 },
  { attribute: "udp", fields: ["udp_src", "udp_dst"], applies: (key) => isIp(key) && protocol(key) === 17 },
  { attribute: "sctp", fields: ["sctp_src", "sctp_dst"], applies: (key) => isIp(key) && protocol(key) === 132 },
  {
    attribute: "icmp",
    fields: ["icmp_type", "icmp_code"],
    applies: (key) => ethType(key) === 0x0800 && protocol(key) === 1,
    slow: true,
  },
  {
    attribute: "icmpv6",
    fields: ["icmpv6_type", "icmpv6_code"],
    applies: (key) => ethType(key) === 0x86dd && protocol(key) === 58,
    slow: true,
  },
];
const PRIORITY: SetRow = { attribute: "skb_priority", fields: ["skb_priority"], applies: () => true };
const MARK: SetRow = { attribute: "skb_mark", fields: ["pkt_mark"], applies: () => true };

/** Adds what is needed to make the datapath's packet that of the pipeline. */
export function commit(ctx: Context): void {
  const { flow, base } = ctx;
  commitEncap(ctx);
  set(ctx, ETHERNET);
  const isMpls = ethType(flow) === 0x8847 || ethType(flow) === 0x8848;
  const wasMpls = ethType(base) === 0x8847 || ethType(base) === 0x8848;
  // What is under the labels can be changed only once they are gone.
  if (wasMpls && !isMpls) commitMpls(ctx);
  set(ctx, NSH);
  for (const row of NETWORK) set(ctx, row);
  for (const row of TRANSPORT) set(ctx, row);
  if (!(wasMpls && !isMpls)) commitMpls(ctx);
  commitVlan(ctx);
  set(ctx, PRIORITY);
  set(ctx, MARK);
}

function set(ctx: Context, row: SetRow): void {
  if (!row.applies(ctx.base) || !row.applies(ctx.flow)) return;
  const isChanged = (field: FieldName): boolean => readField(ctx.flow, field) !== readField(ctx.base, field);
  const changed = row.fields.filter(isChanged);
  if (!changed.length) return;
  const writes: FieldWrite[] = [];
  for (const field of row.writesAll ? row.fields : changed) {
    const mask = readField(ctx.mask, field);
    if (mask || !row.writesAll) writes.push({ field, value: readField(ctx.flow, field) & mask, mask });
  }
  ctx.actions.push({ type: "set", attribute: row.attribute, writes });
  if (row.slow) ctx.slow.add("action");
  for (const { field } of writes) copyField(ctx.flow, ctx.base, field);
}

function copyField(from: FlowKey, to: FlowKey, field: FieldName): void {
  for (let word = 0; word < WORDS_OF[field].length; word++) {
    const [at, ones] = WORDS_OF[field][word] as readonly [number, number];
    to[at] = (((to[at] as number) & ~ones) | ((from[at] as number) & ones)) >>> 0;
  }
}

const wordsOf = (field: FieldName): readonly (readonly [number, number])[] => {
  const { at, lsb, bits } = FIELDS[field];
  if (lsb + bits <= 32) return [[at, bits === 32 ? 0xffffffff : ((2 ** bits - 1) << lsb) >>> 0]];
  return Array.from({ length: Math.ceil(bits / 32) }, (_, i) => [
    at + i,
    i === 0 && bits % 32 ? 2 ** (bits % 32) - 1 : 0xffffffff,
  ]);
};
const WORDS_OF = Object.fromEntries(
  [ETHERNET, NSH, ...NETWORK, ...TRANSPORT, PRIORITY, MARK].flatMap((row) =>
    row.fields.map((field) => [field, wordsOf(field)]),
  ),
) as Readonly<Record<FieldName, readonly (readonly [number, number])[]>>;

const VLANS = [WORD.vlan0, WORD.vlan1] as const;
/** An outer tag of nothing hides an inner one. */
const tagCount = (key: FlowKey): number => (!key[WORD.vlan0] ? 0 : key[WORD.vlan1] ? 2 : 1);

/** Pops tags down to those that both have in common, innermost first, then pushes the new ones. */
function commitVlan(ctx: Context): void {
  const { flow, base } = ctx;
  let had = tagCount(base);
  let want = tagCount(flow);
  while (had > 0 && want > 0 && base[VLANS[had - 1] as number] === flow[VLANS[want - 1] as number]) {
    had--;
    want--;
  }
  ctx.lookAtWords(WORD.vlan0, had);
  for (; had > 0; had--) ctx.actions.push({ type: "pop_vlan" });
  for (; want > 0; want--) {
    const word = flow[VLANS[want - 1] as number] as number;
    ctx.actions.push({ type: "push_vlan", tpid: word >>> 16, tci: word & 0xffff });
  }
  base[WORD.vlan0] = flow[WORD.vlan0] as number;
  base[WORD.vlan1] = flow[WORD.vlan1] as number;
}

function commonLabels(a: FlowKey, b: FlowKey): number {
  const [na, nb] = [labelCount(a), labelCount(b)];
  let common = 0;
  while (common < Math.min(na, nb) && a[WORD.mpls0 + na - 1 - common] === b[WORD.mpls0 + nb - 1 - common]) common++;
  return common;
}

/** Changes, pops and pushes label stack entries; entries in common at the bottom stay. */
function commitMpls(ctx: Context): void {
  const { flow, base } = ctx;
  let had = labelCount(base);
  const want = labelCount(flow);
  if (had === 0 && want === 0) return;
  let common = commonLabels(flow, base);
  while (had > common) {
    if (had - 1 === common && want > common) {
      const lse = flow[WORD.mpls0 + want - had] as number;
      const writes: FieldWrite[] = (["mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"] as const).map((field) => ({
        field,
        value: readField(flow.subarray(want - had), field),
        mask: (1n << BigInt(FIELDS[field].bits)) - 1n,
      }));
      ctx.actions.push({ type: "set", attribute: "mpls", writes });
      base[WORD.mpls0] = lse;
      common++;
    } else {
      const ethertype = had === 1 && want === 0 ? ethType(flow) : 0x8847;
      ctx.actions.push({ type: "pop_mpls", ethertype });
      popLabel(base, ethertype);
      had--;
    }
  }
  while (had < want) {
    const lse = flow[WORD.mpls0 + want - had - 1] as number;
    ctx.actions.push({ type: "push_mpls", ethertype: ethType(flow), lse });
    pushLabel(base, ethType(flow), lse);
    had++;
  }
}
