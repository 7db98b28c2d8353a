import { WORD } from "#flow";
import { inputProblem, inputTags, isReservedAddress, outputTags, type Tags, tagWord, vlanRules } from "#l2";
import type { MacAddr } from "#lib";
import { OFPP, PORT_CONFIG } from "#openflow";
import type { Context } from "./context.ts";
import { carries, macAt, outputByBundle } from "./output.ts";
import { tagsOf } from "./tags.ts";
import type { BundleView } from "./view.ts";

/** What stands for "no port" when a controller sends a packet through NORMAL: all VLANs, nothing learned there. */
const NO_BUNDLE: BundleView = {
  name: "OFPP_NONE",
  rules: vlanRules({ trunks: [] }),
  ports: [],
  isBond: false,
  isProtected: false,
  isMirrorOutput: false,
  choose: () => undefined,
};

/**
 * The learning switch, VLANs included: the NORMAL action. The order of its checks is that of Open vSwitch, so that a
 * trace tells the same reason.
 */
export function normal(ctx: Context): void {
  const { flow } = ctx;
  ctx.lookAtWords(WORD.ethDst, 4);
  ctx.mask[WORD.vlan0] = ((ctx.mask[WORD.vlan0] as number) | 0x1fff) >>> 0;
  const from = inputBundle(ctx);
  if (!from) {
    ctx.report("warn", "no input bundle, dropping");
    return;
  }
  const type = flow[WORD.ethType] as number;
  if ((type === 0x8100 || type === 0x88a8) && flow[WORD.vlan0] === 0) {
    if (ctx.sideEffects) ctx.report("error", `dropping packet with partial VLAN tag received on port ${from.name}`);
    ctx.report("warn", "partial VLAN tag, dropping");
    return;
  }
  if (from.isMirrorOutput) {
    ctx.report("warn", "input port is mirror output port, dropping");
    return;
  }
  const arrived = tagsOf(flow);
  const problem = inputProblem(from.rules, from.name, arrived[0].vid);
  if (problem) {
    ctx.report("error", problem);
    ctx.report("warn", "disallowed VLAN VID for this input port, dropping");
    return;
  }
  const tags = inputTags(from.rules, arrived);
  if (from !== NO_BUNDLE && !ctx.sw.forwardBpdu && isReservedAddress(macAt(flow, WORD.ethDst))) {
    ctx.report("detail", "packet has reserved destination MAC, dropping");
    return;
  }
  const gratuitous = isGratuitousArp(ctx);
  if (from !== NO_BUNDLE) learn(ctx, from, macAt(flow, WORD.ethSrc), tags[0].vid, gratuitous);
  forward(ctx, from, tags, arrived[0].pcp);
}

function inputBundle(ctx: Context): BundleView | undefined {
  const port = ctx.flow[WORD.inPort] as number;
  if (port === OFPP.any || port === OFPP.controller) return NO_BUNDLE;
  return ctx.sw.port(port)?.bundle;
}

function learn(ctx: Context, bundle: BundleView, mac: MacAddr, vlan: number, gratuitousArp: boolean): void {
  const already = ctx.effects.some(
    (effect) =>
      effect.do === "learn-mac" &&
      effect.sw === ctx.sw &&
      effect.mac === mac &&
      effect.vlan === vlan &&
      effect.bundle === bundle,
  );
  ctx.effects.push({ do: "learn-mac", sw: ctx.sw, mac, vlan, bundle, gratuitousArp });
  if (!ctx.trace || !ctx.sideEffects || already) return;
  const { macs } = ctx.sw;
  const known = macs.find(mac, vlan);
  if (known?.port !== bundle && macs.needsLearning(mac, vlan, bundle, gratuitousArp, bundle.isBond))
    ctx.report("detail", `learned that ${macText(mac)} is on port ${bundle.name} in VLAN ${vlan}`);
}

const macText = (mac: MacAddr): string =>
  mac
    .toString(16)
    .padStart(12, "0")
    .replace(/..(?=.)/g, "$&:");

function forward(ctx: Context, from: BundleView, tags: Tags, pcp: number): void {
  const known = learnedPort(ctx, macAt(ctx.flow, WORD.ethDst), tags[0].vid);
  if (!known) {
    ctx.report("detail", "no learned MAC for destination, flooding");
    flood(ctx, from, tags, pcp);
    return;
  }
  if (known === from) {
    ctx.report("detail", "learned port is input port, dropping");
    return;
  }
  ctx.report("detail", "forwarding to learned port");
  send(ctx, known, tags, pcp);
}

/** Where an address is, what this very packet has just taught included. */
function learnedPort(ctx: Context, mac: MacAddr, vlan: number): BundleView | undefined {
  const { macs } = ctx.sw;
  if (ctx.sideEffects)
    for (const effect of ctx.effects) {
      if (effect.do !== "learn-mac" || effect.sw !== ctx.sw || effect.mac !== mac || effect.vlan !== vlan) continue;
      const { bundle, gratuitousArp } = effect;
      if (macs.needsLearning(mac, vlan, bundle, gratuitousArp, bundle.isBond)) return bundle;
    }
  return macs.find(mac, vlan)?.port;
}

function flood(ctx: Context, from: BundleView, tags: Tags, pcp: number): void {
  for (const bundle of ctx.sw.bundles) {
    if (bundle === from || bundle.isMirrorOutput || !carries(bundle, tags) || !isFloodable(bundle)) continue;
    send(ctx, bundle, tags, pcp);
  }
  ctx.summary = "flood";
}

/** One port with OFPPC_NO_FLOOD keeps floods from the whole bundle. */
const isFloodable = (bundle: BundleView): boolean =>
  !bundle.ports.some((port) => port.config & PORT_CONFIG.no_flood & 0xffff);

function send(ctx: Context, bundle: BundleView, tags: Tags, pcp: number): void {
  const [outer, inner] = outputTags(bundle.rules, tags, pcp);
  outputByBundle(ctx, bundle, [tagWord(outer), tagWord(inner)]);
}

/** An ARP that announces its sender's own address (RFC 5227 §3); looks only at what it needs. */
function isGratuitousArp(ctx: Context): boolean {
  const { flow } = ctx;
  if (flow[WORD.ethType] !== 0x0806) return false;
  ctx.lookAtWords(WORD.ethDst, 2);
  if (macAt(flow, WORD.ethDst) !== 0xffffffffffff) return false;
  ctx.lookAt("nw_proto");
  const operation = (flow[WORD.ip] as number) >>> 24;
  if (operation === 2) return true;
  if (operation !== 1) return false;
  ctx.lookAtWords(WORD.nwSrc, 2);
  return flow[WORD.nwSrc] === flow[WORD.nwDst];
}
