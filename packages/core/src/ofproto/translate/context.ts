import type { DatapathAction, NatSpec, SlowReason } from "#datapath";
import {
  FIELDS,
  type FieldName,
  type FlowKey,
  type FlowMask,
  hasField,
  newMask,
  ones,
  type PortNames,
  type Prerequisite,
  readField,
  VLAN_PRESENT,
  WORD,
  writeField,
} from "#flow";
import type { Action, Subfield } from "#openflow";
import type { PacketInRequest } from "./controller.ts";
import type { FrozenAction, RecirculationStore, StackEntry, Unroll } from "./frozen.ts";
import type { TraceNode } from "./trace-node.ts";
import type { Effect, TranslationError } from "./translation.ts";
import type { PortView, RuleView, SwitchView } from "./view.ts";

/** Limits of Open vSwitch 3.1; its trace names them. */
export const MAX_DEPTH = 64;
/** Table look-ups of one packet, nested or not. */
export const MAX_RESUBMITS = 4096;

/** A copy of the packet that comes round again, tracked, to go on in a table. */
export interface Fork {
  readonly id: number;
  readonly zone: number;
  readonly table: number;
  /** Connection tracking may have changed its addresses. */
  readonly nat: NatSpec | undefined;
  readonly flow: FlowKey;
}

/** What the outputs so far amount to, for NetFlow and the like: undefined is "dropped". */
export type OutputSummary = number | "flood" | "multiple" | undefined;

/** How a translation is run. */
export interface ContextOptions {
  readonly trace?: TraceNode[];
  readonly names?: (sw: SwitchView) => PortNames;
  readonly sideEffects: boolean;
  readonly packetLength?: number;
}

/**
 * The state of one translation. `flow` is the packet as the pipeline sees it now, `base` the packet as the datapath
 * will have it after `actions`; what differs is committed before the next output (commit.ts).
 */
export class Context {
  sw: SwitchView;
  /** The switch that the packet came in at: a trace knows the hidden rules of that one alone. */
  readonly entrance: SwitchView;
  flow: FlowKey;
  base: FlowKey;
  /** The packet as it came; not changed. */
  readonly original: FlowKey;
  /** Of a trace: the packet as the last lookup saw it. */
  looked: FlowKey;
  mask: FlowMask = newMask();
  actions: DatapathAction[] = [];
  readonly effects: Effect[] = [];
  readonly slow = new Set<SlowReason>();
  readonly recirculations: number[] = [];
  /** Copies that connection tracking sends round, for a trace to follow. */
  readonly forks: Fork[] = [];
  readonly switches = new Set<SwitchView>();
  error: TranslationError | undefined;
  /** The same for the log. */
  errorText: string | undefined;
  /** Where trace lines go; undefined: nobody listens. */
  trace: TraceNode[] | undefined;
  /** How trace lines name ports of a switch; undefined: by number. */
  readonly #names: ((sw: SwitchView) => PortNames) | undefined;

  rule: RuleView | undefined;
  /** Of the rule that runs; all ones where none does, as in a packet-out. */
  ruleCookie = 0xffff_ffff_ffff_ffffn;
  table = 0;
  depth = 0;
  resubmits = 0;
  exit = false;
  stack: StackEntry[] = [];
  actionSet: Action[] = [];
  inGroup = false;
  inActionSet = false;
  inPacketOut = false;
  conntracked = false;
  wasMpls = false;
  mirrors = 0;
  /** Octets that the mirror which is being served wants of a packet. */
  snaplen: number | undefined;
  summary: OutputSummary = undefined;
  originalSkbPriority = 0;
  /** Set when the rest of the pipeline must run on a recirculated packet; actions of each level are added on the way out. */
  freezing = false;
  frozenActions: FrozenAction[] = [];
  /** Where the last of them stood. */
  frozenAt: Unroll | undefined;
  /** A controller is to have the packet now and to say when it goes on. */
  pause: PacketInRequest | undefined;
  /** The hash that the datapath must take before the packet comes round again. */
  pendingHash: { readonly algorithm: "l4" | "sym_l4"; readonly basis: number } | undefined;
  /** The rest goes on behind the action that froze the pipeline, not with it again. */
  resumeAfter = false;
  /** encap and decap changed the flow; the datapath's part comes with the next commit. */
  pendingEncap = false;
  pendingDecap = false;
  /** Options of an NSH header of metadata type 2 that is to be pushed. */
  nshOptions: Uint8Array | undefined;
  /** Registers of what `dont_send` says: a trace must not disturb a controller. */
  readonly sideEffects: boolean;
  /** Octets of the packet when there is one. */
  readonly packetLength: number | undefined;

  constructor(
    sw: SwitchView,
    entrance: SwitchView,
    key: FlowKey,
    readonly recirculation: RecirculationStore,
    options: ContextOptions,
  ) {
    this.sw = sw;
    this.entrance = entrance;
    this.switches.add(sw);
    this.flow = key.slice();
    this.base = key.slice();
    this.original = key;
    this.looked = key;
    this.trace = options.trace;
    this.#names = options.names;
    this.sideEffects = options.sideEffects;
    this.packetLength = options.packetLength;
    this.originalSkbPriority = key[WORD.skbPriority] as number;
  }

  get names(): PortNames | undefined {
    return this.#names?.(this.sw);
  }

  get inPort(): PortView | undefined {
    return this.sw.port(this.flow[WORD.inPort] as number);
  }

  report(kind: TraceNode["kind"], text: string | (() => string)): TraceNode | undefined {
    if (!this.trace) return undefined;
    const node: TraceNode = { kind, text: typeof text === "string" ? text : text(), children: [] };
    this.trace.push(node);
    return node;
  }

  fail(error: TranslationError, text: string): void {
    this.report("error", text);
    this.error = error;
    this.errorText = `${text} on bridge ${this.sw.name}`;
  }

  /** Notes that the decision depends on these bits of a field. */
  lookAt(field: FieldName, bits: bigint = ones(field)): void {
    orField(this.mask, field, bits);
  }

  lookAtWords(from: number, words: number): void {
    for (let i = from; i < from + words; i++) this.mask[i] = 0xffffffff;
  }

  /** Whether the packet has `field`, noting what that depends on (the original's "prerequisites"). */
  has(field: FieldName): boolean {
    const { types, fields } = PREREQUISITES[FIELDS[field].needs] ?? NO_PREREQUISITE;
    // One thing after the other, as each tells whether the next is worth a look.
    if (!types || types.includes(this.flow[WORD.ethType] as number))
      for (const looked of fields) {
        if (looked.startsWith("icmpv6") && (this.flow[WORD.ip] as number) >>> 24 !== 58) break;
        // ICMP's octets stand where 16-bit ports do: all of that is looked at.
        if (looked.startsWith("icmpv6")) orWord(this.mask, WORD.tp, (0xffff << FIELDS[looked].lsb) >>> 0);
        else this.lookAt(looked);
      }
    return hasField(this.flow, field);
  }

  read(src: Subfield): bigint {
    return (readField(this.flow, src.field) >> BigInt(src.offset)) & ((1n << BigInt(src.bits)) - 1n);
  }

  /** Reads bits that the decision then depends on. */
  readLooking(src: Subfield): bigint {
    this.lookAt(src.field, ((1n << BigInt(src.bits)) - 1n) << BigInt(src.offset));
    return this.read(src);
  }

  /** Stores bits of a field when the packet has it. A tag is made for a VLAN field of an untagged packet. */
  write(dst: Subfield, value: bigint): void {
    const bits = ((1n << BigInt(dst.bits)) - 1n) << BigInt(dst.offset);
    this.setField(dst.field, value << BigInt(dst.offset), bits);
  }

  /** Stores bits that the megaflow need not name, since the datapath itself decides on them. */
  put(dst: Subfield, value: bigint): void {
    assign(this.flow, dst.field, value << BigInt(dst.offset), ((1n << BigInt(dst.bits)) - 1n) << BigInt(dst.offset));
  }

  setField(field: FieldName, value: bigint, mask: bigint): void {
    if (!this.has(field)) return;
    this.lookAt(field, mask);
    if (VLAN_FIELDS.has(field)) orWord(this.mask, WORD.vlan0, VLAN_PRESENT);
    assign(this.flow, field, value, mask);
  }
}

const VLAN_FIELDS: ReadonlySet<FieldName> = new Set(["vlan_vid", "vlan_pcp", "vlan_tci", "dl_vlan", "dl_vlan_pcp"]);

function assign(flow: FlowKey, field: FieldName, value: bigint, mask: bigint): void {
  if (VLAN_FIELDS.has(field)) setVlan(flow, field, value, mask);
  else writeField(flow, field, (readField(flow, field) & ~mask) | (value & mask));
}

/** VLAN fields work on the outermost tag, and make one when the packet has none (vlan_tci without CFI takes it away). */
function setVlan(key: FlowKey, field: FieldName, value: bigint, mask: bigint): void {
  const word = key[WORD.vlan0] as number;
  if (field === "vlan_tci") {
    const tci = (word & 0xffff & ~Number(mask)) | Number(value & mask);
    key[WORD.vlan0] = tci & 0x1000 ? (((word >>> 16 || 0x8100) << 16) | tci) >>> 0 : 0;
    return;
  }
  const [lsb, size] = field === "vlan_pcp" || field === "dl_vlan_pcp" ? [13, 7] : [0, 0xfff];
  const bits = (Number(mask) & size) << lsb;
  const tci = (word & 0xffff & ~bits) | ((Number(value) << lsb) & bits) | 0x1000;
  key[WORD.vlan0] = (((word >>> 16 || 0x8100) << 16) | tci) >>> 0;
}

/** Bits that say whether a packet of those Ethertypes has the fields of a prerequisite. */
interface Looked {
  readonly types?: readonly number[];
  readonly fields: readonly FieldName[];
}
const NO_PREREQUISITE: Looked = { fields: [] };
const IP = [0x0800, 0x86dd] as const;
const ND: Looked = { types: [0x86dd], fields: ["nw_proto", "icmpv6_type", "icmpv6_code"] };
const PREREQUISITES: Partial<Record<Prerequisite, Looked>> = {
  tcp: { types: IP, fields: ["nw_proto"] },
  udp: { types: IP, fields: ["nw_proto"] },
  sctp: { types: IP, fields: ["nw_proto"] },
  icmp: { types: [0x0800], fields: ["nw_proto"] },
  icmpv6: { types: [0x86dd], fields: ["nw_proto"] },
  nd: ND,
  ndSolicit: ND,
  ndAdvert: ND,
  ct: { fields: ["ct_state"] },
};

function orWord(mask: FlowMask, word: number, bits: number): void {
  mask[word] = ((mask[word] as number) | bits) >>> 0;
}

/** ORs bits into a field of a mask. */
export function orField(mask: FlowMask, field: FieldName, bits: bigint): void {
  writeField(mask, field, readField(mask, field) | bits);
}
