// From a packet to its flow, as lines of a program: the kernel's counterpart of flow/extract and of the megaflow cache.
import {
  addImm,
  addReg,
  andImm,
  andReg,
  atomicAddDW,
  atomicOrDW,
  call,
  jeqImm,
  jge,
  jgeImm,
  jgt,
  jltImm,
  jneImm,
  jsetImm,
  jump,
  type Line,
  label,
  ldxB,
  ldxDW,
  ldxH,
  ldxW,
  lshImm,
  movImm,
  movReg,
  orImm,
  orReg,
  type Register,
  r0,
  r1,
  r2,
  r3,
  r6,
  r7,
  r8,
  r9,
  r10,
  rshImm,
  stDW,
  stW,
  stxDW,
  stxW,
  toBigEndian,
} from "@vswitch/ebpf";
import { FLOW, KEY_WORD, KEY_WORDS, MASKS_MAX } from "./layout.ts";
import { loadOctets, lookUp } from "./lines.ts";

/** Places in struct __sk_buff (linux/bpf.h). */
export const SKB = { length: 0, vlanPresent: 20, vlanTci: 24, vlanProto: 28, ifindex: 40 } as const;
/** Where things are on the stack, from the frame pointer. */
const STACK = { key: -80, masked: -160, header: -208, index: -216 } as const;
/** The header is read two octets into its place, which puts the words of Ethernet and ARP where they can be loaded. */
const SHIFT = 2;
const VLAN_PRESENT = 0x1000;

const keyAt = (word: number) => STACK.key + 4 * word;
const setKey = (word: number, from: Register): Line => stxW(r10, keyAt(word), from);

/** `to` = a number of 16 bits in network order at `at` of the header. */
const read16 = (to: Register, at: number): Line[] => [ldxH(to, r10, STACK.header + SHIFT + at), toBigEndian(to, 16)];
/** `to` = a number of 32 bits in network order at `at`, an even place; `spare` is lost. */
function read32(to: Register, at: number, spare: Register): Line[] {
  if ((SHIFT + at) % 4 === 0) return [ldxW(to, r10, STACK.header + SHIFT + at), toBigEndian(to, 32)];
  return [...read16(to, at), lshImm(to, 16), ...read16(spare, at + 2), orReg(to, spare)];
}
const read8 = (to: Register, at: number): Line => ldxB(to, r10, STACK.header + SHIFT + at);
const copy32 = (word: number, at: number): Line[] => [...read32(r1, at, r2), setKey(word, r1)];

/** Reads `size` octets from `offset` (a register, or a number) to the header's place; to "other" when there are fewer. */
const load = (offset: Register | { readonly at: number }, size: number): Line[] => {
  const begin = typeof offset === "number" ? movReg(r2, offset) : movImm(r2, offset.at);
  return loadOctets(begin, STACK.header + SHIFT, size, "other");
};

/** Ethernet and a VLAN tag that the kernel took off; r7 = Ethertype. */
function ethernet(): Line[] {
  return [
    ...Array.from({ length: KEY_WORDS / 2 }, (_, i) => stDW(r10, STACK.key + 8 * i, 0)),
    ldxW(r1, r6, SKB.ifindex),
    setKey(KEY_WORD.inPort, r1),
    ...load({ at: 0 }, 14),
    ...read16(r1, 0),
    setKey(KEY_WORD.ethDst, r1),
    ...copy32(KEY_WORD.ethDst + 1, 2),
    ...read16(r1, 6),
    setKey(KEY_WORD.ethSrc, r1),
    ...copy32(KEY_WORD.ethSrc + 1, 8),
    ...read16(r7, 12),
    setKey(KEY_WORD.ethType, r7),
    ldxW(r1, r6, SKB.vlanPresent),
    jeqImm(r1, 0, "untagged"),
    ldxW(r1, r6, SKB.vlanTci),
    orImm(r1, VLAN_PRESENT),
    ldxW(r2, r6, SKB.vlanProto),
    toBigEndian(r2, 16),
    lshImm(r2, 16),
    orReg(r1, r2),
    setKey(KEY_WORD.vlan, r1),
    label("untagged"),
    // a tag in the packet, a length for a type, MPLS and NSH are user space's
    ...[0x8100, 0x88a8, 0x8847, 0x8848, 0x894f, 0x8035].map((type) => jeqImm(r7, type, "other")),
    jltImm(r7, 0x600, "other"),
    jeqImm(r7, 0x0800, "ipv4"),
    jeqImm(r7, 0x86dd, "ipv6"),
    jneImm(r7, 0x0806, "lookup"),
  ];
}

/** ARP for IPv4 over Ethernet (RFC 826). */
function arp(): Line[] {
  return [
    ...load({ at: 14 }, 28),
    ...read16(r1, 0),
    jneImm(r1, 1, "other"),
    ...read16(r1, 2),
    jneImm(r1, 0x0800, "other"),
    ...read16(r1, 4),
    jneImm(r1, 0x0604, "other"),
    ...read16(r1, 6),
    jgeImm(r1, 0x100, "other"),
    lshImm(r1, 24),
    setKey(KEY_WORD.ip, r1),
    ...read16(r1, 8),
    setKey(KEY_WORD.src, r1),
    ...copy32(KEY_WORD.src + 1, 10),
    ...copy32(KEY_WORD.src + 3, 14),
    ...read16(r1, 18),
    setKey(KEY_WORD.dst, r1),
    ...copy32(KEY_WORD.dst + 1, 20),
    ...copy32(KEY_WORD.dst + 3, 24),
    jump("lookup"),
  ];
}

/** IPv4 (RFC 791); r7 = protocol, r8 = where the transport header begins. A header that contradicts itself is user space's. */
function ipv4(): Line[] {
  return [
    label("ipv4"),
    ...load({ at: 14 }, 20),
    read8(r8, 0),
    andImm(r8, 15),
    lshImm(r8, 2),
    jltImm(r8, 20, "other"),
    ...read16(r1, 2),
    jgt(r8, r1, "other"),
    addImm(r1, 14),
    ldxW(r2, r6, SKB.length),
    jgt(r1, r2, "other"),
    addImm(r8, 14),
    ...copy32(KEY_WORD.src + 3, 12),
    ...copy32(KEY_WORD.dst + 3, 16),
    // protocol, TOS, TTL, fragment bits
    read8(r7, 9),
    movReg(r1, r7),
    lshImm(r1, 8),
    read8(r2, 1),
    orReg(r1, r2),
    lshImm(r1, 8),
    read8(r2, 8),
    orReg(r1, r2),
    lshImm(r1, 8),
    ...read16(r2, 6),
    jsetImm(r2, 0x3fff, "fragment"),
    setKey(KEY_WORD.ip, r1),
    jump("transport"),
    label("fragment"),
    orImm(r1, 1),
    jsetImm(r2, 0x1fff, "later"),
    setKey(KEY_WORD.ip, r1),
    jump("transport"),
    label("later"),
    orImm(r1, 2),
    setKey(KEY_WORD.ip, r1),
    jump("lookup"),
  ];
}

/** IPv6 without extension headers (RFC 8200); those are user space's. */
function ipv6(): Line[] {
  return [
    label("ipv6"),
    ...load({ at: 14 }, 40),
    ...read16(r1, 4),
    jeqImm(r1, 0, "other"),
    addImm(r1, 54),
    ldxW(r2, r6, SKB.length),
    jgt(r1, r2, "other"),
    read8(r7, 6),
    ...[0, 43, 44, 51, 60].map((extension) => jeqImm(r7, extension, "other")),
    ...[0, 1, 2, 3].flatMap((i) => [...copy32(KEY_WORD.src + i, 8 + 4 * i), ...copy32(KEY_WORD.dst + i, 24 + 4 * i)]),
    ...read32(r3, 0, r2),
    movReg(r1, r3),
    andImm(r1, 0xfffff),
    setKey(KEY_WORD.label, r1),
    rshImm(r3, 20),
    andImm(r3, 0xff),
    movReg(r1, r7),
    lshImm(r1, 8),
    orReg(r1, r3),
    lshImm(r1, 8),
    read8(r2, 7),
    orReg(r1, r2),
    lshImm(r1, 8),
    setKey(KEY_WORD.ip, r1),
    movImm(r8, 54),
  ];
}

/** Ports, TCP flags, ICMP type and code; what is too short, and IGMP, is user space's. */
function transport(): Line[] {
  return [
    label("transport"),
    jeqImm(r7, 6, "tcp"),
    jeqImm(r7, 17, "ports"),
    jeqImm(r7, 132, "sctp"),
    jeqImm(r7, 1, "icmp"),
    jeqImm(r7, 58, "icmp"),
    jeqImm(r7, 2, "other"),
    jump("lookup"),
    label("tcp"),
    ...load(r8, 20),
    // a header that says it is shorter than it can be, or longer than the packet, is user space's
    read8(r1, 12),
    rshImm(r1, 4),
    lshImm(r1, 2),
    jltImm(r1, 20, "other"),
    addReg(r1, r8),
    ldxW(r2, r6, SKB.length),
    jgt(r1, r2, "other"),
    ...read16(r1, 12),
    andImm(r1, 0xfff),
    setKey(KEY_WORD.tcpFlags, r1),
    ...copy32(KEY_WORD.tp, 0),
    jump("lookup"),
    label("sctp"),
    ...load(r8, 12),
    ...copy32(KEY_WORD.tp, 0),
    jump("lookup"),
    label("ports"),
    ...load(r8, 8),
    ...copy32(KEY_WORD.tp, 0),
    jump("lookup"),
    label("icmp"),
    ...load(r8, 8),
    read8(r1, 0),
    lshImm(r1, 16),
    read8(r2, 1),
    orReg(r1, r2),
    setKey(KEY_WORD.tp, r1),
  ];
}

/** The maps that classifying reads, by file descriptor. */
export interface ClassifierMaps {
  /** One value: how many masks there are. */
  readonly count: number;
  readonly masks: number;
  /** Masked key to the flow's number. */
  readonly table: number;
  readonly flows: number;
}

/** Each mask in turn; r7 = its number, r9 = how many. A flow's number goes to the stack. */
function lookup({ count, masks, table }: ClassifierMaps): Line[] {
  return [
    label("lookup"),
    stW(r10, STACK.index, 0),
    ...lookUp(count, STACK.index),
    jeqImm(r0, 0, "other"),
    ldxW(r9, r0, 0),
    movImm(r7, 0),
    label("mask"),
    jge(r7, r9, "other"),
    jgeImm(r7, MASKS_MAX, "other"),
    stxW(r10, STACK.index, r7),
    ...lookUp(masks, STACK.index),
    jeqImm(r0, 0, "other"),
    ...Array.from({ length: KEY_WORDS / 2 }, (_, i): Line[] => [
      ldxDW(r1, r10, STACK.key + 8 * i),
      ldxDW(r2, r0, 8 * i),
      andReg(r1, r2),
      stxDW(r10, STACK.masked + 8 * i, r1),
    ]).flat(),
    stxW(r10, STACK.masked + 4 * KEY_WORD.mask, r7),
    ...lookUp(table, STACK.masked),
    jneImm(r0, 0, "found"),
    addImm(r7, 1),
    jump("mask"),
    label("found"),
    ldxW(r7, r0, 0),
  ];
}

/** Counts the packet at flow r7; r8 = the flow's record. Times are the kernel's coarse monotonic clock's, in ns. */
function credit({ flows }: ClassifierMaps): Line[] {
  return [
    stxW(r10, STACK.index, r7),
    ...lookUp(flows, STACK.index),
    jeqImm(r0, 0, "other"),
    movReg(r8, r0),
    movImm(r1, 1),
    atomicAddDW(r8, FLOW.packets, r1),
    ldxW(r1, r6, SKB.length),
    // the tag that the kernel took off is part of the packet
    ldxW(r2, r6, SKB.vlanPresent),
    jeqImm(r2, 0, "counted"),
    addImm(r1, 4),
    label("counted"),
    atomicAddDW(r8, FLOW.octets, r1),
    ldxW(r1, r10, keyAt(KEY_WORD.tcpFlags)),
    jeqImm(r1, 0, "flagless"),
    atomicOrDW(r8, FLOW.tcpFlags, r1),
    label("flagless"),
    call("ktime_get_coarse_ns"),
    stxDW(r8, FLOW.used, r0),
  ];
}

/**
 * Lines that go on at their end when the packet at r6 (struct __sk_buff) has a flow: r7 is its number and r8 its record;
 * and jump to "other" when it has none or is not for the kernel to judge. r0…r5 and r9 are lost.
 */
export const classify = (maps: ClassifierMaps): Line[] => [
  ...ethernet(),
  ...arp(),
  ...ipv4(),
  ...ipv6(),
  ...transport(),
  ...lookup(maps),
  ...credit(maps),
];
