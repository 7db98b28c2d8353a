import { WORD } from "#flow";
import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import { REASON, sendToController } from "./controller.ts";
import { isMpls, labelCount, popLabel, pushLabel } from "./labels.ts";

/** Tags, labels and times to live: actions that change what headers there are, or may stop a packet. */

/** Takes the outer tag off, if there is one (ovs-actions(7), strip_vlan). */
export function popVlan(ctx: Context): void {
  if (ctx.flow[WORD.vlan1]) ctx.lookAtWords(WORD.vlan1, 1);
  ctx.flow[WORD.vlan0] = ctx.flow[WORD.vlan1] as number;
  ctx.flow[WORD.vlan1] = 0;
}

/** Puts a tag of VLAN 0 and priority 0 before the others; `ethertype` is its TPID (ovs-actions(7), push_vlan). */
export function pushVlan(ctx: Context, ethertype: number): void {
  if (ctx.flow[WORD.vlan0]) ctx.lookAtWords(WORD.vlan0, ctx.flow[WORD.vlan1] ? 2 : 1);
  ctx.flow[WORD.vlan1] = ctx.flow[WORD.vlan0] as number;
  ctx.flow[WORD.vlan0] = ((ethertype << 16) | 0x1000) >>> 0;
}

/** OpenFlow 1.0's VLAN setters: they change a tag, and make one only when told to. */
export function setTag(ctx: Context, bits: number, value: number, push: boolean): void {
  ctx.mask[WORD.vlan0] = ((ctx.mask[WORD.vlan0] as number) | bits | 0x1000) >>> 0;
  const word = ctx.flow[WORD.vlan0] as number;
  if (!(word & 0x1000) && !push) return;
  const tci = (word & 0xffff & ~bits) | (value & bits) | 0x1000;
  ctx.flow[WORD.vlan0] = (((word >>> 16 || 0x8100) << 16) | tci) >>> 0;
}

/** Labels of the packet; the bottom bits that tell are looked at. */
function countLabels(ctx: Context): number {
  const { flow, mask } = ctx;
  if (isMpls(flow))
    for (let i = 0; i < MAX_LABELS; i++) {
      mask[WORD.mpls0 + i] = ((mask[WORD.mpls0 + i] as number) | 0x100) >>> 0;
      if ((flow[WORD.mpls0 + i] as number) & 0x100) break;
    }
  return labelCount(flow);
}

const MAX_LABELS = 3;

/** Puts a label before the others; `ethertype` is 0x8847 or 0x8848 (ovs-actions(7), push_mpls). */
export function pushMpls(ctx: Context, ethertype: number): void {
  const { flow } = ctx;
  const count = countLabels(ctx);
  if (count === 0) commit(ctx);
  else if (count >= MAX_LABELS) {
    tooManyLabels(
      ctx,
      `dropping packet on which an MPLS push action can't be performed as it would have more MPLS LSEs than the ${MAX_LABELS} supported.`,
    );
    return;
  }
  if (count) ctx.lookAtWords(WORD.mpls0, count);
  const lse = count ? ((flow[WORD.mpls0] as number) & ~0x100) >>> 0 : firstLabel(ctx);
  pushLabel(flow, ethertype, lse);
  // What is under the first label is out of sight from now on.
  if (!count) {
    flow.fill(0, WORD.ip, WORD.ctNwSrc);
    flow[WORD.dpHash] = 0;
  }
}

/** Ends the translation; without a packet at hand nothing is said. */
function tooManyLabels(ctx: Context, text: string): void {
  if (ctx.sideEffects) ctx.fail("too-many-mpls-labels", text);
  else ctx.error = "too-many-mpls-labels";
}

/** The first label of a packet takes priority and time to live from an IP header under it. */
function firstLabel(ctx: Context): number {
  const { flow } = ctx;
  const type = flow[WORD.ethType];
  const ip = flow[WORD.ip] as number;
  const isIp = type === 0x0800 || type === 0x86dd;
  const label = type === 0x86dd ? 2 : 0;
  if (isIp) ctx.mask[WORD.ip] = ((ctx.mask[WORD.ip] as number) | 0x00fcff00) >>> 0;
  const tc = isIp ? (ip >>> 18) & 7 : 0;
  const ttl = (isIp ? (ip >>> 8) & 0xff : 0) || 64;
  return ((label << 12) | (tc << 9) | 0x100 | ttl) >>> 0;
}

/** Takes the outer label off; `ethertype` is what follows the last one (ovs-actions(7), pop_mpls). */
export function popMpls(ctx: Context, ethertype: number): void {
  const { flow } = ctx;
  const count = countLabels(ctx);
  if (count === 0) return;
  if (count === MAX_LABELS && !((flow[WORD.mpls2] as number) & 0x100)) {
    tooManyLabels(
      ctx,
      `dropping packet on which an MPLS pop action can't be performed as it has more MPLS LSEs than the ${MAX_LABELS} supported.`,
    );
    return;
  }
  if (count > 1) ctx.lookAtWords(WORD.mpls1, count - 1);
  popLabel(flow, ethertype);
  if (ethertype !== 0x8847 && ethertype !== 0x8848) ctx.wasMpls = true;
}

/** Replaces bits of the outermost label stack entry. */
export function setLabelBits(ctx: Context, bits: number, value: number): void {
  const type = ctx.flow[WORD.ethType];
  if (type !== 0x8847 && type !== 0x8848) return;
  ctx.mask[WORD.mpls0] = ((ctx.mask[WORD.mpls0] as number) | bits) >>> 0;
  ctx.flow[WORD.mpls0] = (((ctx.flow[WORD.mpls0] as number) & ~bits) | (value & bits)) >>> 0;
}

/** @returns true when the time to live is over: the list of actions ends here */
export function decMplsTtl(ctx: Context): boolean {
  const type = ctx.flow[WORD.ethType];
  if (type === 0x8847 || type === 0x8848) {
    ctx.mask[WORD.mpls0] = ((ctx.mask[WORD.mpls0] as number) | 0xff) >>> 0;
    const ttl = (ctx.flow[WORD.mpls0] as number) & 0xff;
    if (ttl > 1) {
      ctx.flow[WORD.mpls0] = (ctx.flow[WORD.mpls0] as number) - 1;
      return false;
    }
    sendToController(ctx, { maxLen: 0xffff, reason: REASON.invalidTtl, controllerId: 0 });
  }
  ctx.report("warn", "MPLS decrement TTL exception");
  return true;
}

/** @returns true when the time to live is over: the list of actions ends here */
export function decTtl(ctx: Context, controllers: readonly number[]): boolean {
  const { flow } = ctx;
  const type = flow[WORD.ethType];
  ctx.lookAt("nw_ttl");
  ctx.lookAt("nw_proto");
  if (type !== 0x0800 && type !== 0x86dd) return false;
  const ip = flow[WORD.ip] as number;
  if (((ip >>> 8) & 0xff) > 1) {
    flow[WORD.ip] = (ip - 0x100) >>> 0;
    return false;
  }
  for (const controllerId of controllers)
    sendToController(ctx, { maxLen: 0xffff, reason: REASON.invalidTtl, controllerId });
  ctx.report("warn", `IPv${type === 0x0800 ? 4 : 6} decrement TTL exception`);
  return true;
}
