// The kernel's programs: the filter of a port's packet socket, and what runs at the port's TC hooks.
import {
  addImm,
  andImm,
  assemble,
  call,
  exit,
  jeqImm,
  jge,
  jgeImm,
  jne,
  jneImm,
  jump,
  type Line,
  label,
  ldMap,
  ldxW,
  movImm,
  movReg,
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
  stxW,
  toBigEndian,
} from "@vswitch/ebpf";
import { type ClassifierMaps, classify, SKB } from "./classify.ts";
import { FLOW, STATE, STEP, STEP_SIZE, STEPS_MAX, VERDICT } from "./layout.ts";

/** What TC programs may say (linux/pkt_cls.h): take the packet away; go on as if there were no program. */
const TC = { shot: 2, next: -1 } as const;
/** bpf_redirect: as received by the device, not sent out of it. */
const INGRESS = 1;
const ZERO_AT = -224;

export interface ProgramMaps extends ClassifierMaps {
  /** One verdict per processor. */
  readonly verdicts: number;
}

/** r9 = this processor's verdict; never absent, yet the verifier asks. */
const findVerdict = ({ verdicts }: ProgramMaps, absent: string): Line[] => [
  stW(r10, ZERO_AT, 0),
  ldMap(r1, verdicts),
  movReg(r2, r10),
  addImm(r2, ZERO_AT),
  call("map_lookup_elem"),
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
  ldMap(r1, maps.flows),
  movReg(r2, r10),
  addImm(r2, ZERO_AT),
  call("map_lookup_elem"),
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
