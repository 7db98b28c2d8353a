// The kernel's programs: the filter of a port's packet socket, and what runs at the port's TC hooks.
import {
  addImm,
  addReg,
  andImm,
  andReg,
  assemble,
  call,
  exit,
  jeq,
  jeqImm,
  jge,
  jgeImm,
  jne,
  jneImm,
  jsetImm,
  jump,
  type Line,
  label,
  ldxB,
  ldxH,
  ldxW,
  lshImm,
  movImm,
  movReg,
  orImm,
  orReg,
  r0,
  r1,
  r2,
  r3,
  r4,
  r5,
  r6,
  r7,
  r8,
  r9,
  r10,
  rshImm,
  stW,
  stxH,
  stxW,
  toBigEndian,
  xorImm,
} from "@vswitch/ebpf";
import { type ClassifierMaps, classify, SKB } from "./classify.ts";
import { FLOW, PATCH, STATE, STEP, STEP_SIZE, STEPS_MAX, VERDICT } from "./layout.ts";
import { loadOctets, lookUp } from "./lines.ts";

/** What TC programs may say (linux/pkt_cls.h): take the packet away; go on as if there were no program. */
const TC = { shot: 2, next: -1 } as const;
/** bpf_redirect: as received by the device, not sent out of it. */
const INGRESS = 1;
/** Places on the stack beyond those of classifying. */
const ZERO_AT = -224;
const OFFSET_AT = -228;
const FLAGS_AT = -232;
const TRANSPORT_AT = -236;
const PROTOCOL_AT = -240;
const HEADER_AT = -256;
const BEFORE_AT = -258;
const AFTER_AT = -260;
/** Flags of l3_csum_replace and l4_csum_replace: two octets change; of the pseudo-header; UDP's "no checksum" stays. */
const SUM = { two: 2, pseudo: 0x10, keepNone: 0x20 } as const;

/** File descriptors of the maps that the programs use. */
export interface ProgramMaps extends ClassifierMaps {
  /** One verdict per processor. */
  readonly verdicts: number;
}

/** r9 = this processor's verdict; never absent, yet the verifier asks. */
const findVerdict = ({ verdicts }: ProgramMaps, absent: string): Line[] => [
  stW(r10, ZERO_AT, 0),
  ...lookUp(verdicts, ZERO_AT),
  jeqImm(r0, 0, absent),
  movReg(r9, r0),
];

/** Leaves what was found where the TC program of the same packet looks for it. */
const leaveVerdict = (state: number): Line[] => [
  ldxW(r1, r6, SKB.ifindex),
  stxW(r9, VERDICT.ifindex, r1),
  ldxW(r1, r6, SKB.length),
  stxW(r9, VERDICT.length, r1),
  stW(r9, VERDICT.state, state),
];

/**
 * The filter of a port's packet socket, which sees a packet before TC does: classifies it, lets user space have what has
 * no flow here, and leaves its verdict.
 */
export const filterProgram = (maps: ProgramMaps): Uint8Array =>
  assemble(
    movReg(r6, r1),
    ...classify(maps),
    ...findVerdict(maps, "pass"),
    stxW(r9, VERDICT.flow, r7),
    ...leaveVerdict(STATE.flow),
    movImm(r0, 0),
    exit(),
    label("other"),
    ...findVerdict(maps, "pass"),
    ...leaveVerdict(STATE.userSpace),
    label("pass"),
    movImm(r0, -1),
    exit(),
  );

/** Takes the filter's verdict when it is of this packet; else the packet is classified here (user space is away). */
const takeVerdict = (maps: ProgramMaps): Line[] => [
  ...findVerdict(maps, "drop"),
  ldxW(r1, r9, VERDICT.state),
  stW(r9, VERDICT.state, STATE.none),
  jeqImm(r1, STATE.none, "classify"),
  ldxW(r2, r9, VERDICT.ifindex),
  ldxW(r3, r6, SKB.ifindex),
  jne(r2, r3, "classify"),
  ldxW(r2, r9, VERDICT.length),
  ldxW(r3, r6, SKB.length),
  jne(r2, r3, "classify"),
  jneImm(r1, STATE.flow, "drop"),
  ldxW(r7, r9, VERDICT.flow),
  stxW(r10, ZERO_AT, r7),
  ...lookUp(maps.flows, ZERO_AT),
  jeqImm(r0, 0, "drop"),
  movReg(r8, r0),
  jump("execute"),
  label("classify"),
];

/** Sends to the device in r2 with the flags in r3: the packet itself when this is the last step, else a copy. */
const send = (flags: number, name: string): Line[] => [
  movReg(r1, r7),
  addImm(r1, 1),
  jge(r1, r9, `${name}-last`),
  movReg(r1, r6),
  movImm(r3, flags),
  call("clone_redirect"),
  jump("next"),
  label(`${name}-last`),
  movReg(r1, r2),
  movImm(r2, flags),
  call("redirect"),
  exit(),
];

/** Reads octets to the stack at `to`; a packet without them is dropped. @param offset sets r2 to where they begin */
const load = (offset: Line, to: number, size: number): Line[] => loadOctets(offset, to, size, "drop");

/** Where the transport header begins, and its protocol: 0 when a later fragment has none. */
const findTransport = (): Line[] => [
  label("find-transport"),
  jsetImm(r2, PATCH.ipv6, "find-six"),
  ...load(movImm(r2, 14), HEADER_AT, 10),
  ldxB(r1, r10, HEADER_AT),
  andImm(r1, 15),
  lshImm(r1, 2),
  addImm(r1, 14),
  stxW(r10, TRANSPORT_AT, r1),
  ldxB(r1, r10, HEADER_AT + 9),
  ldxH(r2, r10, HEADER_AT + 6),
  toBigEndian(r2, 16),
  andImm(r2, 0x1fff),
  jeqImm(r2, 0, "found-transport"),
  movImm(r1, 0),
  jump("found-transport"),
  label("find-six"),
  ...load(movImm(r2, 20), HEADER_AT, 1),
  ldxB(r1, r10, HEADER_AT),
  stW(r10, TRANSPORT_AT, 54),
  label("found-transport"),
  stxW(r10, PROTOCOL_AT, r1),
  ldxW(r2, r10, FLAGS_AT),
  jsetImm(r2, PATCH.fromTransport, "from-transport"),
  jump("patch-octets"),
  label("from-transport"),
  ldxW(r1, r10, OFFSET_AT),
  ldxW(r2, r10, TRANSPORT_AT),
  addReg(r1, r2),
  stxW(r10, OFFSET_AT, r1),
];

/** Corrects the transport checksum for the two octets; r2 = the patch's flags. */
const sumTransport = (): Line[] => [
  label("sum-transport"),
  movImm(r5, SUM.two),
  jsetImm(r2, PATCH.pseudo, "sum-pseudo"),
  jump("sum-protocol"),
  label("sum-pseudo"),
  orImm(r5, SUM.pseudo),
  label("sum-protocol"),
  ldxW(r1, r10, PROTOCOL_AT),
  movImm(r2, 16),
  jeqImm(r1, 6, "sum"),
  movImm(r2, 2),
  jeqImm(r1, 58, "sum"),
  jeqImm(r1, 1, "sum-icmp"),
  jneImm(r1, 17, "sum-header"),
  movImm(r2, 6),
  orImm(r5, SUM.keepNone),
  jump("sum"),
  // ICMP has no pseudo-header
  label("sum-icmp"),
  jsetImm(r5, SUM.pseudo, "sum-header"),
  label("sum"),
  ldxW(r1, r10, TRANSPORT_AT),
  addReg(r2, r1),
  movReg(r1, r6),
  ldxH(r3, r10, BEFORE_AT),
  ldxH(r4, r10, AFTER_AT),
  call("l4_csum_replace"),
  jneImm(r0, 0, "drop"),
];

/** Step "patch": its argument in r2. */
const patch = (): Line[] => [
  label("patch"),
  movReg(r3, r2),
  andImm(r3, 0xffff),
  stxW(r10, OFFSET_AT, r3),
  rshImm(r2, 16),
  stxW(r10, FLAGS_AT, r2),
  jsetImm(r2, PATCH.fromTransport | PATCH.pseudo | PATCH.transport, "find-transport"),
  jump("patch-octets"),
  ...findTransport(),
  label("patch-octets"),
  ...load(ldxW(r2, r10, OFFSET_AT), BEFORE_AT, 2),
  ldxH(r1, r10, BEFORE_AT),
  movReg(r4, r1),
  ldxH(r2, r8, 8),
  ldxH(r3, r8, 10),
  xorImm(r3, 0xffff),
  andReg(r4, r3),
  orReg(r4, r2),
  jeq(r4, r1, "next"),
  stxH(r10, AFTER_AT, r4),
  ldxW(r2, r10, FLAGS_AT),
  jsetImm(r2, PATCH.pseudo | PATCH.transport, "sum-transport"),
  jump("sum-header"),
  ...sumTransport(),
  label("sum-header"),
  ldxW(r2, r10, FLAGS_AT),
  jsetImm(r2, PATCH.header, "sum-ipv4"),
  jump("write"),
  label("sum-ipv4"),
  movReg(r1, r6),
  movImm(r2, 24),
  ldxH(r3, r10, BEFORE_AT),
  ldxH(r4, r10, AFTER_AT),
  movImm(r5, SUM.two),
  call("l3_csum_replace"),
  jneImm(r0, 0, "drop"),
  label("write"),
  movReg(r1, r6),
  ldxW(r2, r10, OFFSET_AT),
  movReg(r3, r10),
  addImm(r3, AFTER_AT),
  movImm(r4, 2),
  movImm(r5, 0),
  call("skb_store_bytes"),
  jneImm(r0, 0, "drop"),
];

/** Steps of the flow at r8, r7 = which; r9 = how many. */
const execute = (): Line[] => [
  label("execute"),
  ldxW(r9, r8, FLOW.count),
  addImm(r8, FLOW.steps),
  movImm(r7, 0),
  label("step"),
  jge(r7, r9, "drop"),
  jgeImm(r7, STEPS_MAX, "drop"),
  ldxW(r1, r8, 0),
  ldxW(r2, r8, 4),
  jeqImm(r1, STEP.output, "output"),
  jeqImm(r1, STEP.deliver, "deliver"),
  jeqImm(r1, STEP.pushVlan, "push-vlan"),
  jeqImm(r1, STEP.popVlan, "pop-vlan"),
  jeqImm(r1, STEP.store, "store"),
  jeqImm(r1, STEP.patch, "patch"),
  jump("drop"),
  label("output"),
  ...send(0, "output"),
  label("deliver"),
  ...send(INGRESS, "deliver"),
  label("push-vlan"),
  movReg(r3, r2),
  andImm(r3, 0xffff),
  rshImm(r2, 16),
  andImm(r2, 0xffff),
  toBigEndian(r2, 16),
  movReg(r1, r6),
  call("skb_vlan_push"),
  jneImm(r0, 0, "drop"),
  jump("next"),
  label("pop-vlan"),
  movReg(r1, r6),
  call("skb_vlan_pop"),
  jneImm(r0, 0, "drop"),
  jump("next"),
  label("store"),
  movReg(r1, r6),
  movReg(r3, r8),
  addImm(r3, 8),
  movImm(r4, 6),
  movImm(r5, 0),
  call("skb_store_bytes"),
  jneImm(r0, 0, "drop"),
  jump("next"),
  ...patch(),
  label("next"),
  addImm(r8, STEP_SIZE),
  addImm(r7, 1),
  jump("step"),
];

/** At a port's ingress: executes flows; what has none is user space's, which has it already, and goes no further. */
export const ingressProgram = (maps: ProgramMaps): Uint8Array =>
  assemble(
    movReg(r6, r1),
    ...takeVerdict(maps),
    ...classify(maps),
    ...execute(),
    label("other"),
    label("drop"),
    movImm(r0, TC.shot),
    exit(),
  );

/** At the egress of a tap of ours, whose packets the host sends to us: what has no flow goes on to user space's end. */
export const tapProgram = (maps: ProgramMaps): Uint8Array =>
  assemble(
    movReg(r6, r1),
    ...classify(maps),
    ...execute(),
    label("drop"),
    movImm(r0, TC.shot),
    exit(),
    label("other"),
    movImm(r0, TC.next),
    exit(),
  );
