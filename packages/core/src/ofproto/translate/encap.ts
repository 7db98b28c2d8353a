import { WORD } from "#flow";
import type { Action } from "#openflow";
import { commit } from "./commit.ts";
import { ETHERNET, isMplsType, NSH, packetTypeOf } from "./commit-encap.ts";
import type { Context } from "./context.ts";
import { REASON, sendToController } from "./controller.ts";
import { freeze } from "./freeze.ts";
import { labelCount, popLabel, pushLabel } from "./labels.ts";

/**
 * Whole headers put on and taken off (ovs-actions(7), encap and decap). Only the flow changes here; the datapath's own
 * push or pop is made at the next commit, which `pendingEncap` and `pendingDecap` tell that there is one.
 */

const typeText = (packetType: number): string => `(${packetType >>> 16},0x${(packetType & 0xffff).toString(16)})`;

function unsupported(ctx: Context, text: string): void {
  ctx.report("action", text);
  ctx.error = "unsupported-packet-type";
}

/** encap(ethernet), encap(nsh), encap(mpls) and encap(mpls_mc). */
export function encap(ctx: Context, action: Extract<Action, { type: "encap" }>): void {
  commit(ctx);
  const { flow } = ctx;
  const type = action.packetType;
  let options: Uint8Array | undefined;
  if (type === ETHERNET) encapEthernet(ctx);
  else if (type === NSH) options = encapNsh(ctx, action);
  else if (isMplsType(type)) encapMpls(ctx, type);
  if (ctx.error) return;
  flow[WORD.packetType] = type;
  ctx.pendingEncap = true;
  ctx.nshOptions = options;
}

function encapEthernet(ctx: Context): void {
  const { flow } = ctx;
  ctx.lookAt("packet_type");
  const type = flow[WORD.packetType] as number;
  if (type >>> 16 !== 1) {
    unsupported(ctx, "Dropping packet as encap(ethernet) is not supported for packet type ethernet.");
    return;
  }
  flow.fill(0, WORD.ethDst, WORD.ethType);
  flow[WORD.ethType] = type & 0xffff;
}

/** NSH's number for what follows it, by packet type (RFC 8300 §2.2). */
const NEXT_PROTOCOL: ReadonlyMap<number, number> = new Map([
  [ETHERNET, 3],
  [packetTypeOf(0x0800), 1],
  [packetTypeOf(0x86dd), 2],
  [NSH, 4],
]);
/** Property class and types of encap(nsh) (ovs-actions(7)). */
const NSH_CLASS = 4;
const NSH_MDTYPE = 1;
const NSH_TLV = 2;
/** Octets that a variable-length context may have. */
const MAX_OPTIONS = 248;

/** A new NSH header in front of everything; returns the options of metadata type 2. */
function encapNsh(ctx: Context, { props }: Extract<Action, { type: "encap" }>): Uint8Array | undefined {
  const { flow } = ctx;
  const before = flow[WORD.packetType] as number;
  const next = NEXT_PROTOCOL.get(before);
  if (next === undefined) {
    unsupported(ctx, `Dropping packet as encap(nsh) is not supported for packet type ${typeText(before)}`);
    return undefined;
  }
  ctx.lookAt("packet_type");
  let mdType = 1;
  const options: number[] = [];
  for (const { class: of, type, value } of props) {
    if (of !== NSH_CLASS) continue;
    if (type === NSH_MDTYPE) mdType = value[0] ?? 1;
    else if (type === NSH_TLV) options.push(...padded(value));
  }
  flow.fill(0, WORD.ethDst, WORD.ctNwSrc);
  flow[WORD.ethType] = 0x894f;
  flow[WORD.nsh] = ((63 << 16) | (mdType << 8) | next) >>> 0;
  flow[WORD.nshPath] = 255;
  return mdType === 2 && options.length && options.length <= MAX_OPTIONS ? Uint8Array.from(options) : undefined;
}

/** A property's octets are class:16, type:8, length:8 and data: an option of NSH once filled up to whole words. */
function padded(value: Uint8Array): number[] {
  const length = value[3] ?? 0;
  const octets = [...value.subarray(0, 4 + length)];
  while (octets.length % 4) octets.push(0);
  return octets;
}

/** A first label under which everything is out of sight, or one more. */
function encapMpls(ctx: Context, type: number): void {
  const { flow } = ctx;
  const before = flow[WORD.packetType] as number;
  ctx.lookAt("packet_type");
  const count = labelCount(flow);
  ctx.lookAtWords(WORD.mpls0, count);
  if (!isMplsType(before)) flow.fill(0, WORD.mpls0, WORD.ctNwSrc);
  // The first label is the null label of IPv6, or of anything else (RFC 3032 §2.1).
  const first = ((flow[WORD.ethType] === 0x86dd ? 2 : 0) << 12) | 0x140;
  pushLabel(flow, type & 0xffff, count ? ((flow[WORD.mpls0] as number) & ~0x100) >>> 0 : first);
}

/** decap(): takes the outermost header off. What is under NSH or the last label is known only once it came round again. */
export function decap(ctx: Context, action: Extract<Action, { type: "decap" }>): void {
  commit(ctx);
  const { flow } = ctx;
  const type = flow[WORD.packetType] as number;
  if (type === ETHERNET) decapEthernet(ctx);
  else if (isMplsType(type)) decapMpls(ctx, action.packetType ?? ETHERNET);
  else if (type === NSH) decapNsh(ctx);
  else unsupported(ctx, `Dropping packet as the decap() does not support packet type ${typeText(type)}`);
}

function decapEthernet(ctx: Context): void {
  const { flow } = ctx;
  if (flow[WORD.vlan0]) {
    unsupported(ctx, "Dropping packet, cannot decap Ethernet if VLAN is present.");
    return;
  }
  flow[WORD.packetType] = packetTypeOf(flow[WORD.ethType] as number);
  ctx.lookAt("eth_type");
}

function decapMpls(ctx: Context, type: number): void {
  const { flow } = ctx;
  const count = labelCount(flow);
  flow[WORD.packetType] = type;
  if (count) popLabel(flow, type & 0xffff);
  ctx.pendingDecap = true;
  if (count === 1) again(ctx);
}

const NSH_NEXT: ReadonlyMap<number, number> = new Map([...NEXT_PROTOCOL].map(([type, next]) => [next, type]));

function decapNsh(ctx: Context): void {
  const { flow } = ctx;
  const next = (flow[WORD.nsh] as number) & 0xff;
  const type = NSH_NEXT.get(next);
  if (type === undefined) {
    unsupported(ctx, `Dropping packet as NSH next protocol ${next} is not supported`);
    return;
  }
  flow[WORD.packetType] = type;
  ctx.lookAt("nsh_np");
  ctx.pendingDecap = true;
  again(ctx);
}

/** The packet comes round again, to go on with the next action. */
function again(ctx: Context): void {
  freeze(ctx);
  ctx.resumeAfter = true;
}

/** @returns true when the time to live is over: the list of actions ends here */
export function decNshTtl(ctx: Context): boolean {
  const { flow } = ctx;
  if (flow[WORD.packetType] === NSH || flow[WORD.ethType] === 0x894f) {
    ctx.lookAt("nsh_ttl");
    const word = flow[WORD.nsh] as number;
    if (((word >>> 16) & 0xff) > 1) {
      flow[WORD.nsh] = (word - 0x10000) >>> 0;
      return false;
    }
    sendToController(ctx, { maxLen: 0xffff, reason: REASON.invalidTtl, controllerId: 0 });
  }
  ctx.report("warn", "NSH decrement TTL exception");
  return true;
}
