import type { DatapathAction } from "#datapath";
import { type FlowKey, FRAG, PACKET_WORDS, type PortNames, WORD } from "#flow";
import { type Action, OFPP } from "#openflow";
import { runActionSet, runActions } from "./actions.ts";
import { Context, type Fork } from "./context.ts";
import { describeActions, describeFrozen } from "./describe.ts";
import { cancelFreezing, finishFreezing } from "./freeze.ts";
import type { FrozenAction, FrozenState } from "./frozen.ts";
import { type RecirculationStore, thawMetadata } from "./frozen.ts";
import { mirrorArrival } from "./mirror.ts";
import { clearConntrack, composeOutput, mayReceive, outputByBundle } from "./output.ts";
import { lookup, reportRule } from "./tables.ts";
import type { TraceNode } from "./trace-node.ts";
import { TRANSLATION_ERROR_NAMES, type Translation, type TranslationError } from "./translation.ts";
import { dressPacket, maskTunnel, takeCongestion } from "./tunnel.ts";
import type { PortView, SwitchView } from "./view.ts";

/** What a translation starts from. */
export interface TranslateRequest {
  /** The switch whose port the packet came in at. */
  readonly sw: SwitchView;
  /** The packet, with in_port as OpenFlow port of `sw`. Not changed. */
  readonly key: FlowKey;
  readonly recirculation: RecirculationStore;
  /** Finds the switch of a frozen state. */
  readonly switchOf: (uuid: string) => SwitchView | undefined;
  /** Run these instead of looking up table 0 (packet-out, continuation). */
  readonly actions?: readonly Action[];
  readonly isPacketOut?: boolean;
  /** False for a trace that only asks: nothing is sent to controllers, nothing learned. */
  readonly sideEffects: boolean;
  /** Takes the lines of a trace. */
  readonly trace?: TraceNode[];
  /** How those lines name the ports of a switch. */
  readonly names?: (sw: SwitchView) => PortNames;
  readonly packetLength?: number;
}

/** A translation with what its caller goes on with. */
export interface TranslateResult extends Translation {
  /** Bits of the two VLAN words that the pipeline itself looked at. */
  readonly vlanMask: readonly [number, number];
  readonly forks: readonly Fork[];
  /** What went wrong and where, for the log; undefined when nothing did. */
  readonly errorText: string | undefined;
  /** Switch that the pipeline ended in after thawing. */
  readonly sw: SwitchView;
}

/**
 * What the switch does with a packet, as datapath actions, with the bits of the key that this depends on and the
 * effects that it has. Pure: reads the switch, changes nothing, so that upcall, revalidation, trace and packet-out
 * all call it.
 */
export function translate(request: TranslateRequest): TranslateResult {
  const key = request.key.slice();
  const recircId = key[WORD.recircId] as number;
  const frozen = recircId ? request.recirculation.find(recircId) : undefined;
  const sw = frozen ? request.switchOf(frozen.switchUuid) : request.sw;
  if (frozen) {
    thawMetadata(frozen.metadata, key);
    if (frozen.ethType !== undefined) key[WORD.ethType] = frozen.ethType;
  }
  if (key[WORD.actsetOutput] === 0) key[WORD.actsetOutput] = OFPP.unset;
  const ctx = new Context(sw ?? request.sw, request.sw, key, request.recirculation, request);
  ctx.conntracked = key[WORD.ctState] !== 0;
  ctx.inPacketOut = request.isPacketOut === true;
  beginMask(ctx);
  // Even where a frozen pipeline goes on elsewhere, as the original.
  const top = ctx.report("bridge", `bridge("${request.sw.name}")`);
  if (top) ctx.trace = top.children;
  if (frozen) thaw(ctx, frozen, sw, (request.actions?.length ?? 0) > 0);
  else if (recircId)
    ctx.fail("no-recirculation-context", `Recirculation context not found for ID ${recircId.toString(16)}`);
  if (!ctx.error) {
    const port = request.sw.port(request.key[WORD.inPort] as number);
    const hasRest = frozen !== undefined && (frozen.actions.length > 0 || frozen.isPaused === true);
    if (!port?.tunnel || arrive(ctx, port))
      enter(ctx, port, frozen ? (hasRest ? frozen.actions : undefined) : request.actions);
  }
  return result(ctx, finish(ctx));
}

/** What a megaflow always names: where the packet came from, what kind it is. */
function beginMask(ctx: Context): void {
  const { mask, flow } = ctx;
  for (const word of [WORD.recircId, WORD.inPort, WORD.packetType]) mask[word] = 0xffffffff;
  if (flow[WORD.packetType] === 0) mask[WORD.ethType] = 0xffff;
  const type = flow[WORD.ethType];
  if (type === 0x0800 || type === 0x86dd) mask[WORD.ip] = FRAG.any | FRAG.later;
  maskTunnel(ctx);
}

/** What a packet from a tunnel is before any table sees it. @returns false when it must be dropped */
function arrive(ctx: Context, port: PortView): boolean {
  ctx.effects.push({ do: "credit-device", port, direction: "rx" });
  dressPacket(ctx, port);
  return true;
}

/** Runs actions, or what the tables say when none are given; `port` is where the packet came in. */
function enter(ctx: Context, port: PortView | undefined, given: readonly FrozenAction[] | undefined): void {
  const inPort = ctx.flow[WORD.inPort] as number;
  let actions = given;
  if (!actions) {
    const rule = lookup(ctx, { inPort, mayPacketIn: true, honorTableMiss: true });
    reportRule(ctx, rule, ctx.table);
    ctx.effects.push({ do: "credit-rule", rule });
    ctx.rule = rule;
    ctx.ruleCookie = rule.cookie;
    actions = rule.actions;
  }
  if (port?.bundle?.isMirrorOutput) {
    ctx.report(
      "error",
      `dropping packet received on port ${port.bundle.name}, which is reserved exclusively for mirroring`,
    );
    return;
  }
  if (port && !mayReceive(ctx, port)) return;
  if (!takeCongestion(ctx)) return;
  const before = ctx.actions;
  ctx.actions = [...before];
  mirrorArrival(ctx, outputByBundle);
  runActions(ctx, actions, true);
  // A port that does not forward still learns; what would be sent is not.
  if (port && !port.forwards && !ctx.error) {
    ctx.actions = before;
    ctx.actionSet = [];
    cancelFreezing(ctx);
    ctx.error = "forwarding-disabled";
  }
}

/** Puts the pipeline back to where recirculation left off. */
function thaw(ctx: Context, state: FrozenState, sw: SwitchView | undefined, hasActions: boolean): void {
  const outside = ctx.trace;
  const node = ctx.report("thaw", "thaw");
  if (node) ctx.trace = node.children;
  if (hasActions) ctx.fail("recirculation-conflict", "Recirculation conflict (actions)!");
  else if (!sw) ctx.fail("bridge-not-found", "Frozen bridge no longer exists.");
  else {
    ctx.table = state.table;
    ctx.report("thaw", `Resuming from table ${state.table}`);
    ctx.conntracked = state.conntracked;
    if (!state.conntracked) clearConntrack(ctx.flow);
    ctx.stack = state.stack.slice();
    ctx.mirrors = state.mirrors;
    ctx.actionSet = state.actionSet.slice();
    if (state.actionSet.length) ctx.report("thaw", () => `Restoring action set: ${describeActions(state.actionSet)}`);
    if (state.actions.length) ctx.report("thaw", () => `Restoring actions: ${describeFrozen(state.actions)}`);
  }
  ctx.trace = outside;
}

function finish(ctx: Context): readonly [number, number] {
  if (!ctx.freezing) {
    const exit = ctx.exit;
    ctx.exit = false;
    runActionSet(ctx);
    ctx.exit ||= exit;
  }
  if (ctx.freezing) finishFreezing(ctx);
  else if (ctx.sw.hasInBand) dhcpToLocal(ctx);
  const vlanMask = [ctx.mask[WORD.vlan0] as number, ctx.mask[WORD.vlan1] as number] as const;
  if (!ctx.error) endMask(ctx);
  return vlanMask;
}

/** A switch that has its own address by DHCP must hear the answer, or it never finds its controller. */
function dhcpToLocal(ctx: Context): void {
  const { flow, mask } = ctx;
  if (flow[WORD.ethType] !== 0x0800 || (flow[WORD.ip] as number) >>> 24 !== 17) return;
  if (flow[WORD.tp] !== (67 << 16) + 68) return;
  const local = ctx.sw.port(OFPP.local)?.dpPort;
  if (ctx.actions.some((action) => action.type === "output" && action.port === local)) return;
  mask[WORD.ethType] = 0xffff;
  mask[WORD.ip] = ((mask[WORD.ip] as number) | 0xff000000) >>> 0;
  mask[WORD.tp] = 0xffffffff;
  ctx.report("detail", "outputting DHCP packet to local port for in-band control");
  composeOutput(ctx, OFPP.local, false);
}

/** Takes out of the mask what is no part of a megaflow, and what the packet as it came cannot have. */
function endMask({ mask, flow, original }: Context): void {
  mask.fill(0, PACKET_WORDS);
  const type = original[WORD.ethType];
  if (type !== 0x8847 && type !== 0x8848) mask.fill(0, WORD.mpls0, WORD.mpls2 + 1);
  const ip = flow[WORD.ip] as number;
  if (ip & FRAG.later) mask[WORD.tp] = 0;
  // ICMP's type and code have eight bits of what are ports elsewhere.
  if (flow[WORD.ethType] === 0x0800 ? ip >>> 24 === 1 : flow[WORD.ethType] === 0x86dd && ip >>> 24 === 58)
    mask[WORD.tp] = (mask[WORD.tp] as number) & 0xff00ff;
  // Whether there is a tag always counts: to a datapath it is an Ethertype.
  for (const word of [WORD.vlan0, WORD.vlan1])
    mask[word] = original[word] ? ((mask[word] as number) | 0x1000) >>> 0 : 0x1000;
  if (!original[WORD.vlan0]) mask[WORD.vlan1] = 0;
  if (!original[WORD.tunDst] && !original[WORD.tunIpv6Dst] && !original[WORD.tunIpv6Dst + 3])
    mask.fill(0, WORD.tunId, WORD.metadata);
}

/** Nothing follows a clone at the end: what it does is done to the packet itself. */
function unwrapLast(actions: readonly DatapathAction[]): readonly DatapathAction[] {
  const last = actions.at(-1);
  return last?.type === "clone" ? [...actions.slice(0, -1), ...last.actions] : actions;
}

/** Says to the datapath why: it counts what is dropped by the reason. */
function dropAction(error: TranslationError | undefined): DatapathAction {
  const row = error === undefined ? -1 : TRANSLATION_ERROR_NAMES.indexOf(error);
  return { type: "drop", reason: row + 1 };
}

function result(ctx: Context, vlanMask: readonly [number, number]): TranslateResult {
  const actions = ctx.error === undefined ? unwrapLast(ctx.actions) : [];
  return {
    actions: actions.length === 0 && ctx.sw.features.explicitDrop ? [dropAction(ctx.error)] : actions,
    mask: ctx.mask,
    effects: ctx.effects,
    slow: [...ctx.slow],
    error: ctx.error,
    errorText: ctx.errorText,
    final: ctx.flow,
    recirculations: ctx.recirculations,
    switches: [...ctx.switches],
    forks: ctx.forks,
    sw: ctx.sw,
    vlanMask,
  };
}
