import { WORD } from "#flow";
import type { Context } from "./context.ts";
import { labelCount, popLabel } from "./labels.ts";

/** The packet type of Ethernet (OpenFlow 1.5.1 §7.2.3.11): namespace in the upper half, 0 alone is Ethernet. */
export const ETHERNET = 0;
/** The packet type of an Ethertype. */
export const packetTypeOf = (ethertype: number): number => 0x10000 | ethertype;
/** That of a network service header. */
export const NSH = packetTypeOf(0x894f);
/** Whether a packet begins with a label. */
export const isMplsType = (packetType: number): boolean =>
  packetType === packetTypeOf(0x8847) || packetType === packetTypeOf(0x8848);

/** Words of a key that a packet's own headers fill. */
const HEADERS = [WORD.ethDst, WORD.ctNwSrc] as const;

/** Adds the datapath's push or pop that encap and decap left to do, and brings the base up to it. */
export function commitEncap(ctx: Context): void {
  const { flow, base } = ctx;
  const type = flow[WORD.packetType] as number;
  const was = base[WORD.packetType] as number;
  if (ctx.pendingEncap) commitPush(ctx, type);
  else if (ctx.pendingDecap || type !== was) {
    if (type >>> 16 === 1 && was === ETHERNET) {
      ctx.actions.push({ type: "pop_eth" });
      base[WORD.packetType] = type;
      base.fill(0, WORD.ethDst, WORD.ethType);
    } else if (was === NSH) ctx.actions.push({ type: "pop_nsh" });
    else if (isMplsType(was)) {
      ctx.actions.push({ type: "pop_mpls", ethertype: type & 0xffff || 0x6558 });
      popLabel(base, type & 0xffff);
    }
  }
  ctx.pendingEncap = false;
  ctx.pendingDecap = false;
  ctx.nshOptions = undefined;
}

function commitPush(ctx: Context, type: number): void {
  const { flow, base } = ctx;
  const mac = (at: number) => (BigInt(flow[at] as number) << 32n) | BigInt(flow[at + 1] as number);
  if (type === ETHERNET) {
    ctx.actions.push({ type: "push_eth", src: mac(WORD.ethSrc), dst: mac(WORD.ethDst) });
    base.set(flow.subarray(WORD.ethDst, WORD.ethType), WORD.ethDst);
  } else {
    if (type === NSH) ctx.actions.push({ type: "push_nsh", header: nshHeader(ctx) });
    else if (labelCount(flow))
      ctx.actions.push({ type: "add_mpls", ethertype: type & 0xffff, lse: flow[WORD.mpls0] as number });
    base.set(flow.subarray(...HEADERS), HEADERS[0]);
  }
  base[WORD.packetType] = type;
}

/** The header that the flow describes (RFC 8300 §2). */
function nshHeader({ flow, nshOptions }: Context): Uint8Array {
  const word = flow[WORD.nsh] as number;
  const [flags, ttl, mdType, next] = [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff];
  const context = mdType === 1 ? contextOctets(flow) : (nshOptions ?? new Uint8Array(0));
  const header = new Uint8Array(8 + context.length);
  const view = new DataView(header.buffer);
  view.setUint16(0, (flags << 12) | (ttl << 6) | (header.length / 4));
  header[2] = mdType;
  header[3] = next;
  view.setUint32(4, flow[WORD.nshPath] as number);
  header.set(context, 8);
  return header;
}

function contextOctets(flow: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  for (let i = 0; i < 4; i++) view.setUint32(4 * i, flow[WORD.nshC1 + i] as number);
  return new Uint8Array(view.buffer);
}
