/**
 * Whether actions fit the packets that a match admits: a TCP port can be set only where there is TCP (OpenFlow 1.3.5
 * §7.2.3.6; ovs-actions(7)). OpenFlow 1.0 lets most of it pass, later versions refuse; some things no version lets pass.
 */
import { FIELDS, hasPrerequisites, type Match, matchField, VLAN_PRESENT, WORD } from "#flow";
import { vlog } from "#lib";
import type { Action, ActionType, LearnSpec, Subfield } from "../actions/action.ts";
import { METER, OFPP, PORT_END } from "../port.ts";
import { PROTOCOLS, type Protocols } from "./protocols.ts";

/** What was found: the error's OpenFlow name, or the protocols that still can say the actions. */
export interface Checked {
  readonly error: string | undefined;
  readonly usable: Protocols;
  /** The same actions, with what encoders need to know of the packets they meet. */
  readonly actions: readonly Action[];
}

const INCONSISTENT = "OFPBAC_MATCH_INCONSISTENT";
/** What is within a header is known when there is a packet: "use the next protocol" (OpenFlow 1.5 EXT-382). */
const UNKNOWN_PACKET = 0xfffe;

/** What the packet has become by the actions so far. */
class State {
  usable: Protocols = PROTOCOLS.any;
  /** The match as it was given, until an action changes what the packet is. */
  match: Match;
  #isOwn = false;
  constructor(
    match: Match,
    readonly table: number,
  ) {
    this.match = match;
  }

  /** The match to write to. */
  #own(): Match {
    if (!this.#isOwn) this.match = { key: this.match.key.slice(), mask: this.match.mask.slice() };
    this.#isOwn = true;
    return this.match;
  }

  get ethType(): number {
    const packetType = this.match.key[WORD.packetType] as number;
    if (packetType >>> 16 === 1) return packetType & 0xffff;
    return this.match.key[WORD.ethType] as number;
  }
  set ethType(type: number) {
    const { key, mask } = this.#own();
    key[WORD.ethType] = type;
    mask[WORD.ethType] = 0xffff;
  }

  get nwProto(): number {
    return (this.match.key[WORD.ip] as number) >>> 24;
  }
  set nwProto(proto: number) {
    const { key } = this.#own();
    key[WORD.ip] = (((key[WORD.ip] as number) & 0xffffff) | (proto << 24)) >>> 0;
  }

  get hasVlan(): boolean {
    return ((this.match.key[WORD.vlan0] as number) & VLAN_PRESENT) !== 0;
  }
  setVlan(n: 0 | 1, word: number): void {
    const { key, mask } = this.#own();
    key[WORD.vlan0 + n] = word;
    mask[WORD.vlan0 + n] = 0xffffffff;
  }

  get isIp(): boolean {
    return this.ethType === 0x0800 || this.ethType === 0x86dd;
  }
  get isMpls(): boolean {
    return this.ethType === 0x8847 || this.ethType === 0x8848;
  }

  /** The packet type without the Ethernet header; 0 where there is none, or its Ethertype is not known. */
  get bareType(): number {
    const isEthernet = this.match.key[WORD.packetType] === 0;
    return isEthernet && this.ethType ? 0x10000 | this.ethType : 0;
  }

  /** The packet is of another type from here on. */
  become(packetType: number): undefined {
    const { key, mask } = this.#own();
    key[WORD.packetType] = packetType;
    mask[WORD.packetType] = 0xffffffff;
    if (packetType !== 0) this.ethType = packetType >>> 16 === 1 ? packetType & 0xffff : 0;
    return undefined;
  }

  /** Only OpenFlow 1.0 and NXM let this pass. */
  inconsistent(): undefined {
    this.usable &= PROTOCOLS.of10Up1;
    return undefined;
  }
}

type Result = string | undefined | Action;
type Check<T extends ActionType> = (action: Extract<Action, { type: T }>, state: State) => Result;

const outputPort = (port: number): string | undefined =>
  port < PORT_END || (port >= OFPP.in_port && port !== OFPP.any) ? undefined : "OFPBAC_BAD_OUT_PORT";

const log = vlog("meta_flow");

function operand(role: "source" | "destination", part: Subfield, { match }: State): string | undefined {
  const { field, offset, bits } = part;
  if (offset + bits > FIELDS[field].bits) return "OFPBAC_BAD_SET_LEN";
  if (hasPrerequisites(match, field)) return undefined;
  log.warn(`${role} field ${field} lacks correct prerequisites`);
  return INCONSISTENT;
}
const source = (part: Subfield, state: State): string | undefined => operand("source", part, state);
function destination(part: Subfield, state: State): string | undefined {
  const fault = operand("destination", part, state);
  if (fault || FIELDS[part.field].writable) return fault;
  log.warn(`destination field ${part.field} is not writable`);
  return "OFPBAC_BAD_SET_ARGUMENT";
}

const needsIp = (_: Action, state: State) => (state.isIp ? undefined : state.inconsistent());
const needsIpv4 = (_: Action, state: State) => (state.ethType === 0x0800 ? undefined : state.inconsistent());
const needsMpls = (_: Action, state: State) => (state.isMpls ? undefined : state.inconsistent());

const TRANSPORTS = [6, 17, 132];
function transport(action: Extract<Action, { type: "set_l4_src_port" | "set_l4_dst_port" }>, state: State): Result {
  const later = ((state.match.key[WORD.ip] as number) & 2) !== 0;
  if (!state.isIp || later || !TRANSPORTS.includes(state.nwProto)) state.inconsistent();
  const { type, port } = action;
  return action.proto === state.nwProto ? undefined : { type, port, proto: state.nwProto };
}

function vlan(action: Extract<Action, { type: "set_vlan_vid" | "set_vlan_pcp" }>, state: State): Result {
  const hasVlan = state.hasVlan;
  if (!hasVlan && !action.push) state.inconsistent();
  state.setVlan(0, ((state.match.key[WORD.vlan0] as number) | VLAN_PRESENT) >>> 0);
  if (action.hasVlan === hasVlan) return undefined;
  // Spelled out: each spread of an object with another member added would have a hidden class of its own.
  const { push } = action;
  if (action.type === "set_vlan_vid") return { type: "set_vlan_vid", vid: action.vid, push, hasVlan };
  return { type: "set_vlan_pcp", pcp: action.pcp, push, hasVlan };
}

function learnSpec(spec: LearnSpec, state: State, learned: State): string | undefined {
  const src = spec.src;
  if (typeof src !== "bigint") {
    const fault = source(src, state);
    if (fault) return fault;
  }
  if (spec.kind === "output") return undefined;
  if (spec.kind === "load") return destination(spec.dst, learned);
  const fault = source(spec.dst, learned);
  if (fault) return fault;
  const { field, offset, bits } = spec.dst;
  if (typeof src === "bigint")
    matchField(learned.match, field, src << BigInt(offset), ((1n << BigInt(bits)) - 1n) << BigInt(offset));
  return undefined;
}

function tracking(a: Extract<Action, { type: "ct" }>, state: State): Result {
  if (!state.isIp) return INCONSISTENT;
  const invalid = ((state.match.key[WORD.ctState] as number) & 0x10) !== 0;
  if (invalid && a.commit) return INCONSISTENT;
  if (a.alg === 21 && state.nwProto !== 6) return INCONSISTENT;
  if (a.alg === 69 && state.nwProto !== 17) return INCONSISTENT;
  // As the original: nothing inside is checked once the zone is a field.
  if (typeof a.zone !== "number") return source(a.zone, state);
  const address = a.nat?.minAddress;
  if (address && (state.ethType === 0x86dd) !== address.includes(":")) return INCONSISTENT;
  return nested(a.exec, state);
}

function nested(actions: readonly Action[], state: State): string | undefined {
  for (const action of actions) {
    const result = run(action, state);
    if (typeof result === "string") return result;
  }
  return undefined;
}

function setField(a: Extract<Action, { type: "set_field" }>, state: State): Result {
  if (!hasPrerequisites(state.match, a.field) || (a.field === "vlan_vid" && !state.hasVlan)) {
    vlog("ofp_actions").warn(`set_field ${a.field} lacks correct prerequisites`);
    return INCONSISTENT;
  }
  if (a.field === "skb_priority") return INCONSISTENT;
  if (a.field === "vlan_tci") state.setVlan(0, Number(a.value & 0xffffn));
  return undefined;
}

const CHECKS: { readonly [T in ActionType]?: Check<T> } = {
  output: (a) => outputPort(a.port),
  output_reg: (a, state) => source(a.src, state),
  output_trunc: (a) => outputPort(a.port),
  enqueue: (a) =>
    a.port < PORT_END || a.port === OFPP.in_port || a.port === OFPP.local ? undefined : "OFPBAC_BAD_OUT_PORT",
  bundle: (a, state) => (a.dst ? destination(a.dst, state) : undefined),
  set_vlan_vid: vlan,
  set_vlan_pcp: vlan,
  strip_vlan: (_, state) => {
    if (!state.hasVlan) state.inconsistent();
    state.setVlan(0, state.match.key[WORD.vlan1] as number);
    state.setVlan(1, 0);
    return undefined;
  },
  push_vlan: (a, state) => {
    if ((state.match.key[WORD.vlan1] as number) & VLAN_PRESENT) return "OFPBAC_BAD_TAG";
    state.setVlan(1, state.match.key[WORD.vlan0] as number);
    state.setVlan(0, ((a.ethertype << 16) | VLAN_PRESENT) >>> 0);
    return undefined;
  },
  set_ipv4_src: needsIpv4,
  set_ipv4_dst: needsIpv4,
  set_ip_dscp: needsIp,
  set_ip_ecn: needsIp,
  set_ip_ttl: needsIp,
  dec_ttl: needsIp,
  set_l4_src_port: transport,
  set_l4_dst_port: transport,
  set_field: setField,
  move: (a, state) => source(a.src, state) ?? destination(a.dst, state),
  push: (a, state) => source(a.src, state),
  pop: (a, state) => destination(a.dst, state),
  set_mpls_label: needsMpls,
  set_mpls_tc: needsMpls,
  set_mpls_ttl: needsMpls,
  dec_mpls_ttl: needsMpls,
  push_mpls: (a, state) => {
    state.ethType = a.ethertype;
    state.nwProto = 0;
    return undefined;
  },
  pop_mpls: (a, state) => {
    if (!state.isMpls) state.inconsistent();
    state.ethType = a.ethertype;
    return undefined;
  },
  dec_nsh_ttl: (_, state) => (state.ethType === 0x894f ? undefined : state.inconsistent()),
  encap: (a, state) => state.become(a.packetType),
  // What is under Ethernet is what its Ethertype said; under anything else nothing is known.
  decap: (a, state) => state.become(a.packetType ?? (state.bareType || UNKNOWN_PACKET)),
  delete_field: (a) => (a.field.startsWith("tun_metadata") ? undefined : "OFPBAC_BAD_ARGUMENT"),
  fin_timeout: (_, state) => (state.isIp && state.nwProto === 6 ? undefined : state.inconsistent()),
  resubmit: (a, state) => (a.ct && !hasPrerequisites(state.match, "ct_nw_proto") ? INCONSISTENT : undefined),
  learn: (a, state) => {
    const learned = new State({ key: state.match.key.map(() => 0), mask: state.match.mask.map(() => 0) }, 0);
    for (const spec of a.specs) {
      const fault = learnSpec(spec, state, learned);
      if (fault) return fault;
    }
    return a.resultDst ? destination(a.resultDst, state) : undefined;
  },
  multipath: (a, state) => destination(a.dst, state),
  ct: tracking,
  clone: (a, state) => {
    const inner = checkActions(a.actions, state.match, state.table);
    state.usable &= inner.usable;
    return inner.error ?? { ...a, actions: inner.actions };
  },
  write_actions: (a, state) => {
    const inner = checkActions(a.actions, state.match, state.table);
    return inner.error ?? { ...a, actions: inner.actions };
  },
  meter: (a) => (a.meter === 0 || a.meter > METER.max ? "OFPMMFC_INVALID_METER" : undefined),
  goto_table: (a, state) => (state.table !== 255 && a.table <= state.table ? "OFPBIC_BAD_TABLE_ID" : undefined),
};

function run(action: Action, state: State): Result {
  const check = CHECKS[action.type] as Check<ActionType> | undefined;
  return check?.(action, state);
}

/**
 * Checks actions that packets of `match` in `table` (255: not known) get.
 *
 * An error is a name of OpenFlow, as OFPBAC_BAD_OUT_PORT. When no protocol is left, that is the fault itself.
 */
export function checkActions(actions: readonly Action[], match: Match, table: number): Checked {
  const state = new State(match, table);
  /** Made when there is something to note: flows that do the same share their list. */
  let noted: Action[] | undefined;
  for (let i = 0; i < actions.length; i++) {
    const result = run(actions[i] as Action, state);
    if (typeof result === "string") return { error: result, usable: state.usable, actions };
    if (result === undefined) continue;
    noted ??= actions.slice();
    noted[i] = result;
  }
  return { error: undefined, usable: state.usable, actions: noted ?? actions };
}
