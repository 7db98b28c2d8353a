import { FIELDS, type FieldName, type FlowKey, FRAG, WORD } from "#flow";
import type { FieldWrite } from "../../action.ts";
import { PATCH } from "./layout.ts";

/** Two octets of a packet, some of whose bits are replaced. */
export interface Patch {
  /** Offset and flags as a step's argument. */
  readonly argument: number;
  readonly value: number;
  readonly mask: number;
}

/** Where a field lies: `octets` from `at`, its lowest bit at `lsb` of them. */
interface Place {
  readonly at: number;
  readonly octets: number;
  readonly lsb?: number;
  readonly flags?: number;
}

/** Octets of an Ethernet header; a tag that the kernel took off is not counted. */
const L3 = 14;

const ARP: Partial<Record<FieldName, Place>> = {
  arp_op: { at: L3 + 6, octets: 2 },
  arp_sha: { at: L3 + 8, octets: 6 },
  arp_spa: { at: L3 + 14, octets: 4 },
  arp_tha: { at: L3 + 18, octets: 6 },
  arp_tpa: { at: L3 + 24, octets: 4 },
};
const IPV4: typeof ARP = {
  nw_tos: { at: L3, octets: 2, flags: PATCH.header },
  ip_dscp: { at: L3, octets: 2, lsb: 2, flags: PATCH.header },
  nw_ecn: { at: L3, octets: 2, flags: PATCH.header },
  nw_ttl: { at: L3 + 8, octets: 2, lsb: 8, flags: PATCH.header },
  ip_src: { at: L3 + 12, octets: 4, flags: PATCH.header | PATCH.pseudo },
  ip_dst: { at: L3 + 16, octets: 4, flags: PATCH.header | PATCH.pseudo },
};
const IPV6: typeof ARP = {
  nw_tos: { at: L3, octets: 2, lsb: 4 },
  ip_dscp: { at: L3, octets: 2, lsb: 6 },
  nw_ecn: { at: L3, octets: 2, lsb: 4 },
  ipv6_label: { at: L3, octets: 4 },
  nw_ttl: { at: L3 + 6, octets: 2 },
  ipv6_src: { at: L3 + 8, octets: 16, flags: PATCH.pseudo },
  ipv6_dst: { at: L3 + 24, octets: 16, flags: PATCH.pseudo },
};
const BY_TYPE: ReadonlyMap<number, typeof ARP> = new Map([
  [0x0806, ARP],
  [0x0800, IPV4],
  [0x86dd, IPV6],
]);

const PORT_FLAGS = PATCH.fromTransport | PATCH.transport;
const source: Place = { at: 0, octets: 2, flags: PORT_FLAGS };
const destination: Place = { at: 2, octets: 2, flags: PORT_FLAGS };
const kind: Place = { at: 0, octets: 2, lsb: 8, flags: PORT_FLAGS };
const code: Place = { at: 0, octets: 2, flags: PORT_FLAGS };
/** Fields of transport headers by protocol. SCTP's checksum is no sum: user space works it out. */
const TRANSPORT: ReadonlyMap<number, typeof ARP> = new Map([
  [6, { tcp_src: source, tcp_dst: destination }],
  [17, { udp_src: source, udp_dst: destination }],
  [1, { icmp_type: kind, icmp_code: code }],
  [58, { icmpv6_type: kind, icmpv6_code: code }],
]);

/** The patches that a write comes to in packets of a flow; undefined when the kernel lacks them or the flow is too wide. */
export function patchesOf({ field, value, mask }: FieldWrite, key: FlowKey, keyMask: FlowKey): Patch[] | undefined {
  if (keyMask[WORD.ethType] === 0) return undefined;
  const type = key[WORD.ethType] as number;
  const place = BY_TYPE.get(type)?.[field] ?? transportPlace(field, key[WORD.ip] as number, keyMask[WORD.ip] as number);
  if (!place) return undefined;
  const { at, octets, lsb = 0, flags = 0 } = place;
  const bits = mask & ((1n << BigInt(FIELDS[field].bits)) - 1n);
  const wholeMask = bits << BigInt(lsb);
  const wholeValue = (value & bits) << BigInt(lsb);
  const all = flags | (type === 0x86dd ? PATCH.ipv6 : 0);
  const patches: Patch[] = [];
  for (let i = 0; i < octets; i += 2) {
    const shift = BigInt(8 * (octets - 2 - i));
    const part = Number((wholeMask >> shift) & 0xffffn);
    if (part === 0) continue;
    patches.push({
      argument: (at + i) | (all << 16),
      value: Number((wholeValue >> shift) & 0xffffn),
      mask: part,
    });
  }
  return patches;
}

/** A field of a transport header, when all packets of the flow have that header. */
function transportPlace(field: FieldName, ip: number, ipMask: number): Place | undefined {
  if (ipMask >>> 24 !== 0xff || !(ipMask & FRAG.later) || ip & FRAG.later) return undefined;
  return TRANSPORT.get(ip >>> 24)?.[field];
}
