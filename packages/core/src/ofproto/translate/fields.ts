import { FIELDS, type FieldName, ones, wholeField } from "#flow";
import type { Action, Subfield } from "#openflow";
import type { Context } from "./context.ts";
import { describeSubfield, describeSubfieldValue } from "./describe.ts";

/** Actions that copy bits between fields and the stack. */

/** Tells the trace what a field holds after a change. */
export function reportNow(ctx: Context, dst: Subfield): void {
  ctx.report("detail", () => `${describeSubfield(dst)} is now ${describeSubfieldValue(dst, ctx.read(dst))}`);
}

/** move:SRC->DST (ovs-actions(7)); does nothing for a packet that lacks either field. */
export function move(ctx: Context, { src, dst }: Extract<Action, { type: "move" }>): void {
  if (!ctx.has(src.field) || !ctx.has(dst.field)) return;
  const value = ctx.readLooking(src);
  ctx.write(dst, value);
  reportNow(ctx, dst);
}

/** push:SRC (ovs-actions(7)); 0 for a field that the packet lacks. */
export function push(ctx: Context, src: Subfield): void {
  if (ctx.has(src.field)) {
    ctx.stack.push({ value: ctx.readLooking(src), bits: src.bits });
  } else {
    ctx.stack.push({ value: 0n, bits: src.bits });
  }
}

/** pop:DST (ovs-actions(7)); an empty stack is told in the trace, and nothing changes. */
export function pop(ctx: Context, dst: Subfield): void {
  const top = ctx.stack.pop();
  if (!top) {
    ctx.report("error", "stack underflow");
    return;
  }
  ctx.write(dst, top.value & ((1n << BigInt(dst.bits)) - 1n));
  reportNow(ctx, dst);
}

/** set_field and its relatives: as much of the field as the packet has. */
export function setField(ctx: Context, { field, value, mask }: Extract<Action, { type: "set_field" }>): void {
  const isWhole = mask === wholeField(field);
  // OpenFlow 1.0's reserved ports in 16 bits mean the same.
  const port = field === "in_port" && isWhole && value >= 0xff00n && value <= 0xffffn;
  if (!ctx.has(field)) {
    ctx.report("warn", `unmet prerequisites for ${field}, set_field ignored`);
    return;
  }
  setHeader(ctx, field, port ? value + 0xffff0000n : value, isWhole && field !== "vlan_vid" ? ones(field) : mask);
}

/** Fields whose setting makes the original's megaflow name the protocol too; seen there, ip_dscp and moves do not. */
const WITH_PROTOCOL: ReadonlySet<FieldName> = new Set([
  "ip_src",
  "ip_dst",
  "ipv6_src",
  "ipv6_dst",
  "ipv6_label",
  "nw_ecn",
  "nw_ttl",
  "arp_spa",
  "arp_tpa",
  "arp_sha",
  "arp_tha",
]);

const NETWORK_FIELDS: ReadonlySet<string> = new Set(
  Object.keys(FIELDS).slice(Object.keys(FIELDS).indexOf("ip_src"), Object.keys(FIELDS).indexOf("nsh_c4") + 1),
);
/** Whether a field stands above the link layer and MPLS labels (FIELDS has them in this order). */
export const isNetworkField = (field: FieldName): boolean => NETWORK_FIELDS.has(field);

/** Sets a header field as set_field and the older set actions do. */
export function setHeader(ctx: Context, field: FieldName, value: bigint, mask: bigint): void {
  if (WITH_PROTOCOL.has(field) && ctx.has(field)) ctx.lookAt("nw_proto");
  ctx.setField(field, value, mask);
}

/** `OUTPUT:reg`: the port that a field names now. */
export function outputRegister(ctx: Context, src: Subfield): number | undefined {
  const port = ctx.readLooking(src);
  if (port > 0xffffffffn) {
    ctx.report("warn", `output port ${port} is out of range`);
    return undefined;
  }
  ctx.report("detail", `output port is ${port}`);
  // OpenFlow 1.0's reserved ports in 16 bits mean the same.
  return src.bits <= 16 && port >= 0xff00n ? Number(port) + 0xffff0000 : Number(port);
}
