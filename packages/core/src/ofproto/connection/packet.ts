import { extract, type FlowKey, type FlowMask, type Match, newKey, newMask, WORD } from "#flow";
import { fromHex, toHex } from "#lib";
import { type Action, type Continuation, type Message, OFPP, ofError, type PacketIn, PORT_END } from "#openflow";
import { applyEffects, type EffectSink } from "../effect.ts";
import type { Switch } from "../switch.ts";
import { type FrozenState, frozenMetadata, type StackEntry } from "../translate/frozen.ts";
import { translate } from "../translate/translate.ts";
import type { PortView } from "../translate/view.ts";
import { checkedActions } from "./flow-mods.ts";

type PacketOut = Extract<Message, { type: "packet_out" }>;

/** Octets of a frame's header. */
const ETHERNET_HEADER = 14;
/** Reserved ports that a packet-out may come from. */
const SENDERS: readonly number[] = [OFPP.controller, OFPP.local, OFPP.any];
const NO_DP_PORT = 0xffffffff;

/** Runs a controller's actions on its packet (OpenFlow 1.3.5 §7.3.7). Throws the OpenFlow error to send. */
export function packetOut(sw: Switch, message: PacketOut, sink: EffectSink): void {
  if (message.bufferId !== 0xffffffff) throw ofError("OFPBRC_BUFFER_UNKNOWN");
  const { packet } = message;
  const key = newKey();
  extract(packet, 0, packet.length, key);
  takeMetadata(key, message.metadata);
  const inPort = key[WORD.inPort] as number;
  if (inPort >= PORT_END && !SENDERS.includes(inPort)) throw ofError("OFPBRC_BAD_PORT");
  const actions = checkedActions(sw, message.actions, { key, mask: newMask().fill(0xffffffff) }, 255);
  // What is no frame goes nowhere, and nobody hears of it, as in Open vSwitch.
  if (packet.length < ETHERNET_HEADER) return;
  const { backer } = sw.deps;
  const made = translate(backer.request(sw, key, { actions, isPacketOut: true, packetLength: packet.length }));
  const dpKey = key.slice();
  dpKey[WORD.inPort] = sw.port(inPort)?.dpPort ?? NO_DP_PORT;
  backer.execute(packet, dpKey, made.actions);
  applyEffects(made.effects, { packets: 1, octets: packet.length, used: sw.clock.now() }, sink);
}

/** Sends a packet of our own by a switch's tables, as if it came in at `port`. */
export function sendByTables(sw: Switch, port: PortView, packet: Uint8Array, sink: EffectSink): void {
  const key = newKey();
  extract(packet, 0, packet.length, key);
  key[WORD.inPort] = port.port;
  const actions: readonly Action[] = [{ type: "output", port: OFPP.table, maxLen: 0 }];
  const { backer } = sw.deps;
  const made = translate(backer.request(sw, key, { actions, isPacketOut: true, packetLength: packet.length }));
  const dpKey = key.slice();
  dpKey[WORD.inPort] = port.dpPort ?? NO_DP_PORT;
  backer.execute(packet, dpKey, made.actions);
  applyEffects(made.effects, { packets: 1, octets: packet.length, used: sw.clock.now() }, sink);
}

/** Actions that may make a packet-in of their own: before the first of them a pause's state is cut. */
const TELLS: ReadonlySet<Action["type"]> = new Set([
  ...(["output", "output_reg", "output_trunc", "controller", "enqueue", "bundle", "group"] as const),
  ...(["dec_ttl", "dec_mpls_ttl", "resubmit", "goto_table"] as const),
]);

/** The state of a pipeline that paused, as its packet-in carries it. */
export function continuationOf(frozen: FrozenState, dpPort: number): Continuation {
  const actions = frozen.actions.flatMap((action) => (action.type === "unroll_xlate" ? [] : asActions(action)));
  const cut = actions.findIndex(({ type }) => TELLS.has(type));
  const isOwn = cut < (frozen.ownActions ?? 0);
  const lists = cut > 0 ? [actions.slice(0, cut), actions.slice(cut)] : [actions];
  return {
    bridge: frozen.switchUuid,
    stack: frozen.stack.map(octetsOf).reverse(),
    mirrors: frozen.mirrors,
    conntracked: frozen.conntracked,
    steps: lists
      .filter(({ length }) => length > 0)
      .map((list, i) => ({ table: i > 0 && isOwn ? frozen.table : 0, cookie: 0n, actions: list })),
    actionSet: frozen.actionSet,
    dpPort,
  };
}

/** Instructions have no place in a list of actions: a jump is a resubmit, the others are left out, as in Open vSwitch. */
function asActions(action: Action): readonly Action[] {
  switch (action.type) {
    case "goto_table":
      return [{ type: "resubmit", port: OFPP.in_port, table: action.table }];
    case "write_actions":
    case "clear_actions":
    case "write_metadata":
      return [];
    default:
      return [action];
  }
}

function octetsOf({ value, bits }: StackEntry): Uint8Array {
  const digits = value.toString(16).padStart(2 * Math.ceil(bits / 8), "0");
  return fromHex(digits) ?? new Uint8Array();
}

/** Goes on with a packet that paused (NXT_RESUME). @throws NXR_STALE when its switch is gone */
export function resume(sw: Switch, { packet, metadata, continuation }: PacketIn, sink: EffectSink): void {
  const { backer } = sw.deps;
  if (!continuation?.bridge || !backer.knows(continuation.bridge)) throw ofError("NXR_STALE");
  const key = newKey();
  extract(packet, 0, packet.length, key);
  takeMetadata(key, metadata);
  const recircId = backer.recirculation.intern({
    switchUuid: continuation.bridge,
    table: 0,
    metadata: frozenMetadata(key),
    stack: continuation.stack
      .map((octets) => ({ value: BigInt(`0x${toHex(octets) || "0"}`), bits: 8 * octets.length }))
      .reverse(),
    mirrors: continuation.mirrors,
    conntracked: continuation.conntracked,
    wasMpls: false,
    isPaused: true,
    actions: continuation.steps.flatMap(({ actions }) => actions),
    actionSet: continuation.actionSet,
  });
  key[WORD.recircId] = recircId;
  const dpPort = continuation.dpPort ?? NO_DP_PORT;
  const attached = backer.attached(dpPort);
  const made = translate(backer.request(attached?.sw ?? sw, key, { packetLength: packet.length }));
  const dpKey = key.slice();
  dpKey[WORD.inPort] = dpPort;
  backer.datapath.execute(packet, dpKey, made.actions);
  applyEffects(made.effects, { packets: 1, octets: packet.length, used: sw.clock.now() }, sink);
}

/** Fields that are set beside a packet: where it is to have come in, registers, tunnel. */
function takeMetadata(key: FlowKey, { key: given, mask }: Match): void {
  for (let i = 0; i < key.length; i++)
    if (mask[i]) key[i] = (((key[i] as number) & ~(mask[i] as number)) | (given[i] as number)) >>> 0;
}

/** Words of a key that connection tracking fills. */
const TRACKED: readonly (readonly [from: number, words: number])[] = [
  [WORD.ctState, 1],
  [WORD.ctZone, 1],
  [WORD.ctMark, 1],
  [WORD.ctLabel, 4],
  [WORD.ctNwSrc, 1],
  [WORD.ctNwDst, 1],
  [WORD.ctIpv6Src, 4],
  [WORD.ctIpv6Dst, 4],
  [WORD.ctNwProto, 1],
];

/**
 * The fields of a frozen state that a packet-in tells: all that are not 0, and where the packet came in.
 *
 * @param packet its datapath key, when the pipeline knew what connection tracking had found
 */
export function packetInMetadata(frozen: FlowKey, packet: FlowKey | undefined): Match {
  const key = newKey();
  const mask: FlowMask = newMask();
  const take = (from: number, words: number, of: FlowKey = frozen): void => {
    let any = false;
    for (let i = from; i < from + words; i++) any ||= of[i] !== 0;
    if (!any) return;
    for (let i = from; i < from + words; i++) {
      key[i] = of[i] as number;
      mask[i] = 0xffffffff;
    }
  };
  key[WORD.inPort] = frozen[WORD.inPort] as number;
  mask[WORD.inPort] = 0xffffffff;
  take(WORD.tunId, 2);
  take(WORD.tunSrc, 1);
  take(WORD.tunDst, 1);
  take(WORD.tunIpv6Src, 4);
  take(WORD.tunIpv6Dst, 4);
  take(WORD.metadata, 2);
  for (let i = 0; i < 32; i++) take(WORD.reg0 + i, 1);
  take(WORD.pktMark, 1);
  if (!packet || packet[WORD.ctState] === 0) return { key, mask };
  // What connection tracking found is to be read by the version of IP.
  for (const [from, words] of TRACKED) take(from, words, packet);
  take(WORD.ethType, 1, packet);
  mask[WORD.ctZone] = (mask[WORD.ctZone] as number) & 0xffff;
  mask[WORD.ethType] = 0xffff;
  if (packet[WORD.ctNwProto] !== 0) {
    key[WORD.ctTp] = packet[WORD.ctTp] as number;
    mask[WORD.ctTp] = 0xffffffff;
    mask[WORD.ctNwProto] = 0xff;
  }
  return { key, mask };
}
