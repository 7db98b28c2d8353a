import { type FlowKey, WORD } from "#flow";
import { includesVlan, type Tags } from "#l2";
import { assert } from "#lib";
import { OFPP, PORT_CONFIG } from "#openflow";
import { commit } from "./commit.ts";
import type { Context, OutputSummary } from "./context.ts";
import { mirrorPacket } from "./mirror.ts";
import { outputTunnel, terminate } from "./tunnel.ts";
import type { BundleView, PortView, SwitchView } from "./view.ts";

/** Sends the packet to an OpenFlow port, reserved ones included: the `output` action. */
export interface OutputTarget {
  readonly normal: (ctx: Context) => void;
  readonly table: (ctx: Context, last: boolean) => void;
  readonly controller: (ctx: Context, maxLen: number) => void;
}

/** Sends to a port or a reserved one (ovs-actions(7), output); `maxLen` in octets counts for the controller only. */
export function output(ctx: Context, port: number, maxLen: number, last: boolean, to: OutputTarget): void {
  const before = ctx.summary;
  ctx.summary = undefined;
  switch (port) {
    case OFPP.in_port:
      composeOutput(ctx, ctx.flow[WORD.inPort] as number, last);
      break;
    case OFPP.table:
      to.table(ctx, last);
      break;
    case OFPP.normal:
      to.normal(ctx);
      break;
    case OFPP.flood:
    case OFPP.all:
      floodPorts(ctx, port === OFPP.all);
      break;
    case OFPP.controller:
      to.controller(ctx, maxLen);
      break;
    case OFPP.any:
      break;
    default:
      if (port === ctx.flow[WORD.inPort]) ctx.report("warn", "skipping output to input port");
      else composeOutput(ctx, port, last);
  }
  ctx.summary = joinSummary(before, ctx.summary);
}

function joinSummary(before: OutputSummary, now: OutputSummary): OutputSummary {
  if (before === "flood") return "flood";
  if (now === undefined) return before;
  if (before !== undefined && now !== "flood") return "multiple";
  return now;
}

/** No port is the last one here, as in the original: a patch port's irreversible actions are always cloned. */
function floodPorts(ctx: Context, all: boolean): void {
  for (const port of ctx.sw.portsInOrder()) {
    if (port.port === ctx.flow[WORD.inPort]) continue;
    if (all || !has(port, PORT_CONFIG.no_flood)) composeOutput(ctx, port.port, false);
  }
  ctx.summary = "flood";
}

/** Bits of OpenFlow 1.0 share a marker above their own bit (PORT_CONFIG). */
const has = (port: PortView, bit: number): boolean => (port.config & bit & 0xffff) !== 0;

/** Sends the packet, as it is now, by one port: commits changes, crosses a patch, or leaves by the datapath. */
export function composeOutput(ctx: Context, ofPort: number, last: boolean): void {
  const port = ctx.sw.port(ofPort);
  if (!port) {
    ctx.report("warn", "Nonexistent output port");
    return;
  }
  if (has(port, PORT_CONFIG.no_fwd)) {
    ctx.report("warn", "OFPPC_NO_FWD set, skipping output");
    return;
  }
  if (ctx.snaplen !== undefined && port.dpPort === undefined) {
    ctx.report("warn", "Mirror truncate to ODPP_NONE, skipping output");
    return;
  }
  if (isProtected(ctx, port)) {
    ctx.report("warn", "Flow is between protected ports, skipping output.");
    return;
  }
  if (!port.forwards) {
    ctx.report("warn", "STP not in forwarding state, skipping output");
    return;
  }
  if (ctx.flow[WORD.packetType] !== 0 && (port.tunnel?.mode ?? "legacy_l2") === "legacy_l2") {
    ctx.report("warn", "Trying to send non-Ethernet packet through legacy L2 port. Dropping packet.");
    return;
  }
  if (port.isPatch) {
    const peer = port.peer();
    if (peer) crossPatch(ctx, port, peer, last);
    else ctx.report("warn", "Nonexistent output port");
    return;
  }
  if (port.tunnel) outputTunnel(ctx, port, last, enterSwitch);
  else if (port.dpPort !== undefined) {
    commit(ctx);
    const tunnelPort = port.port === OFPP.local ? terminate(ctx, port) : undefined;
    if (ctx.snaplen !== undefined && ctx.snaplen < 0xffff) ctx.actions.push({ type: "trunc", maxLen: ctx.snaplen });
    ctx.actions.push(
      tunnelPort === undefined ? { type: "output", port: port.dpPort } : { type: "tnl_pop", tunnelPort },
    );
    ctx.summary = ofPort;
  }
  if (port.bundle) mirrorPacket(ctx, port.bundle, "destinations", outputByBundle);
}

function isProtected(ctx: Context, out: PortView): boolean {
  return out.bundle?.isProtected === true && ctx.inPort?.bundle?.isProtected === true;
}

/** Runs the tables of another switch on the packet, as if it had come in at the peer of a patch port. */
type Pipeline = (ctx: Context, last: boolean) => void;
let enterPeer: Pipeline | undefined;
/** Set once by the module that knows the pipeline: patch ports and tables refer to each other. */
export function setPeerPipeline(pipeline: Pipeline): void {
  enterPeer = pipeline;
}

function crossPatch(ctx: Context, from: PortView, peer: { sw: SwitchView; port: PortView }, last: boolean): void {
  const flow = ctx.flow.slice();
  clearPipelineFields(flow);
  ctx.effects.push({ do: "credit-patch", from, to: peer.port });
  enterSwitch(ctx, peer, flow, last);
  ctx.summary = from.port;
}

/** Runs the tables of another switch on a packet that comes in at one of its ports; afterwards all is as before. */
function enterSwitch(
  ctx: Context,
  peer: { readonly sw: SwitchView; readonly port: PortView },
  flow: FlowKey,
  last: boolean,
): void {
  assert(enterPeer, "the pipeline was not set");
  const saved = {
    sw: ctx.sw,
    flow: ctx.flow,
    stack: ctx.stack,
    actionSet: ctx.actionSet,
    trace: ctx.trace,
    conntracked: ctx.conntracked,
    wasMpls: ctx.wasMpls,
    mirrors: ctx.mirrors,
    table: ctx.table,
    rule: ctx.rule,
    ruleCookie: ctx.ruleCookie,
    freezing: ctx.freezing,
    frozenActions: ctx.frozenActions,
    frozenAt: ctx.frozenAt,
    summary: ctx.summary,
  };
  ctx.flow = flow;
  ctx.flow[WORD.inPort] = peer.port.port;
  ctx.stack = [];
  ctx.actionSet = [];
  ctx.mirrors = 0;
  ctx.freezing = false;
  ctx.frozenActions = [];
  ctx.frozenAt = undefined;
  ctx.sw = peer.sw;
  ctx.switches.add(peer.sw);
  const node = ctx.report("bridge", `bridge("${peer.sw.name}")`);
  if (node) ctx.trace = node.children;
  if (mayReceive(ctx, peer.port) && peer.port.forwards) enterPeer(ctx, last);
  Object.assign(ctx, saved);
  ctx.exit = false;
  // What goes wrong in another switch stays there.
  ctx.error = undefined;
}

/** Metadata, registers, tunnel and connection tracking do not cross patch ports. */
function clearPipelineFields(key: FlowKey): void {
  key.fill(0, WORD.tunId, WORD.metadata + 2);
  key.fill(0, WORD.reg0, WORD.reg0 + 32);
  key[WORD.actsetOutput] = OFPP.unset;
  clearConntrack(key);
}

/** Takes what tracking found out of a key: ct_state, zone, mark, label and original tuple. */
export function clearConntrack(key: FlowKey): void {
  key.fill(0, WORD.ctState, WORD.ctLabel + 4);
  key.fill(0, WORD.ctNwSrc, WORD.ctNwProto + 1);
}

const STP_ADDRESS = 0x0180c2000000;
/** The 48-bit Ethernet address that begins at a word of a key, 16 bits of it there. */
export const macAt = (key: FlowKey, word: number): number =>
  (key[word] as number) * 2 ** 32 + (key[word + 1] as number);

/** Whether a port takes packets in (OFPPC_NO_RECV, NO_RECV_STP). */
export function mayReceive(ctx: Context, port: PortView): boolean {
  const bit = macAt(ctx.flow, WORD.ethDst) === STP_ADDRESS ? PORT_CONFIG.no_recv_stp : PORT_CONFIG.no_recv;
  return !has(port, bit);
}

/** Sends the packet by a Port of the database, with the tags that it wants. */
export function outputByBundle(ctx: Context, bundle: BundleView, tags: readonly [number, number]): void {
  const port = bundle.isBond ? bundle.choose(ctx.flow, ctx.mask) : bundle.ports[0];
  if (!port) return;
  const [outer, inner] = [ctx.flow[WORD.vlan0] as number, ctx.flow[WORD.vlan1] as number];
  // whether the port takes the packet may hang on the customer's tag
  if (bundle.rules.cvlans && inner) ctx.lookAtWords(WORD.vlan1, 1);
  ctx.flow[WORD.vlan0] = tags[0];
  ctx.flow[WORD.vlan1] = tags[1];
  composeOutput(ctx, port.port, false);
  ctx.flow[WORD.vlan0] = outer;
  ctx.flow[WORD.vlan1] = inner;
}

/** Whether the Port's VLANs include that of the tags. */
export const carries = (bundle: BundleView, tags: Tags): boolean => includesVlan(bundle.rules, tags);
