import type { DpPortNames } from "#datapath/text";
import { type FlowKey, type FlowMask, type PortNames, WORD } from "#flow";
import { type Action, OFPP } from "#openflow";
import type { Backer } from "./backer.ts";
import { applyEffects, type EffectSink } from "./effect.ts";
import type { Switch } from "./switch.ts";
import type { Fork } from "./translate/context.ts";
import type { TraceNode } from "./translate/trace-node.ts";
import { type TranslateResult, translate } from "./translate/translate.ts";
import type { Effect } from "./translate/translation.ts";
import type { SwitchView } from "./translate/view.ts";

/** Effects that a trace has; asking for neighbours happens even where there is no packet. */
const WITHOUT_PACKET: ReadonlySet<Effect["do"]> = new Set<Effect["do"]>(["solicit"]);
const WITH_PACKET: ReadonlySet<Effect["do"]> = new Set<Effect["do"]>([
  ...WITHOUT_PACKET,
  "learn-mac",
  "learn-flow",
  "set-neighbour",
]);

/** What `ofproto/trace` and `ofproto/explain` are asked. */
export interface TraceRequest {
  readonly sw: Switch;
  readonly backer: Backer;
  /** With in_port as OpenFlow port. */
  readonly key: FlowKey;
  /** There is a packet (given or generated): it has its side effects, as if it had come in. */
  readonly hasPacket: boolean;
  readonly packetLength?: number;
  /** For trace-packet-out. */
  readonly actions?: readonly Action[];
  /** Names of a switch's ports; undefined: numbers. */
  readonly portsOf?: (sw: SwitchView) => PortNames;
  readonly dpPorts?: DpPortNames;
  /** States that connection tracking finds, one for each time round; new and tracked when there are no more. */
  readonly ctNext: readonly number[];
  readonly sink: EffectSink;
}

/** A packet's way through the tables once: from a port, or from where recirculation left off. */
export interface Pass {
  /** Where it comes from when it comes round again. */
  readonly fork: Fork | undefined;
  /** The state that connection tracking found for it; `isGiven`: the request said so. */
  readonly ct: { readonly state: number; readonly isGiven: boolean };
  /** What `begin` said of the key before it went on. */
  readonly note: string;
  readonly key: FlowKey;
  readonly nodes: readonly TraceNode[];
  readonly made: TranslateResult;
}

const CT_NEW_TRACKED = 0x21;

/**
 * Translates a packet, and what comes round again of it, until nothing does.
 *
 * @param begin may change the key of a packet that comes round (address translation); what it returns is the pass's note
 */
export function followPasses(request: TraceRequest, begin: (key: FlowKey, fork: Fork) => string): readonly Pass[] {
  const { recirculation } = request.backer;
  const firstNew = recirculation.next;
  const states = [...request.ctNext];
  const passes: Pass[] = [];
  const first = { fork: undefined, ct: { state: 0, isGiven: false }, note: "", key: request.key };
  passes.push({ ...first, ...once(request, request.key) });
  const queue = [...(passes[0]?.made.forks ?? [])];
  for (let fork = queue.shift(); fork; fork = queue.shift()) {
    const given = states.shift();
    const state = given ?? CT_NEW_TRACKED;
    const key = fork.flow.slice();
    key[WORD.recircId] = fork.id;
    key[WORD.ctState] = state;
    key[WORD.ctZone] = fork.zone;
    const note = begin(key, fork);
    const pass = { fork, ct: { state, isGiven: given !== undefined }, note, key, ...once(request, key) };
    passes.push(pass);
    queue.push(...pass.made.forks);
  }
  for (const { made } of passes) recirculation.release(made.recirculations, firstNew);
  return passes;
}

function once(request: TraceRequest, key: FlowKey): Pick<Pass, "nodes" | "made"> {
  const { sw, backer, hasPacket, packetLength, portsOf, actions, sink } = request;
  const nodes: TraceNode[] = [];
  const made = translate(
    backer.request(sw, key, {
      sideEffects: hasPacket,
      trace: nodes,
      ...(portsOf ? { names: portsOf } : {}),
      ...(packetLength === undefined ? {} : { packetLength }),
      ...(actions?.length ? { actions } : {}),
    }),
  );
  const now = made.effects.filter((effect) => (hasPacket ? WITH_PACKET : WITHOUT_PACKET).has(effect.do));
  applyEffects(now, { packets: 0, octets: 0, used: sw.clock.now() }, sink);
  return { nodes, made };
}

/** A tag that nothing was asked of is not told: that it is there, or not, is part of the Ethertype to a datapath. */
export function shownMask(key: FlowKey, { mask, vlanMask, error }: TranslateResult): FlowMask {
  if (error) return mask;
  const shown = mask.slice();
  vlanMask.forEach((looked, i) => {
    const word = WORD.vlan0 + i;
    if (key[word] === 0 || looked === 0) shown[word] = 0;
  });
  return shown;
}

/** Whether the pipeline ended with the packet it began with; an action set that is empty counts as before. */
export function isSame(before: FlowKey, after: FlowKey): boolean {
  for (let i = 0; i < before.length; i++) if (i !== WORD.actsetOutput && before[i] !== after[i]) return false;
  return after[WORD.actsetOutput] === (before[WORD.actsetOutput] || OFPP.unset);
}
