import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Frame } from "../message.ts";
import { type Context, form, type MessageForm, type MessageOf, onf, type } from "../registry.ts";

const CONTROLS = [
  ...(["open_request", "open_reply", "close_request", "close_reply"] as const),
  ...(["commit_request", "commit_reply", "discard_request", "discard_reply"] as const),
] as const;

/** Types of messages that a bundle may hold: packet-outs and mods of flows, groups and ports, the same in 1.3 to 1.5. */
const HELD: ReadonlySet<number | undefined> = new Set([13, 14, 15, 16]);

/** How a message inside a message is read and written: codec.ts gives itself here. */
export interface InnerCodec {
  decode(octets: Uint8Array, context: Context): Frame;
  encode(frame: Frame, context: Context): Uint8Array;
}

const readControl = (r: Reader): MessageOf<"bundle_control"> => {
  const bundle = r.u32("bundle");
  const control = CONTROLS[r.u16("control")];
  if (!control) throw ofError("OFPBFC_BAD_TYPE");
  const flags = r.u16("flags");
  r.rest("properties");
  return { type: "bundle_control", bundle, control, flags };
};
const writeControl = (w: Writer, m: MessageOf<"bundle_control">): void => {
  w.u32(m.bundle);
  w.u16(CONTROLS.indexOf(m.control));
  w.u16(m.flags);
};

/** Bundles (OpenFlow 1.4 §7.3.9), and the ONF's extension that gives them to 1.3. */
export function bundleForms(inner: InnerCodec): readonly MessageForm[] {
  const readAdd = (r: Reader, context: Context): MessageOf<"bundle_add"> => {
    const bundle = r.u32("bundle");
    r.skip(2, "pad");
    const flags = r.u16("flags");
    if (r.left < 8) throw ofError("OFPBFC_MSG_BAD_LEN");
    const length = r.view.getUint16(r.at + 2);
    if (length < 8 || length > r.left) throw ofError("OFPBFC_MSG_BAD_LEN");
    const { at } = r;
    r.mark("message", length);
    const octets = r.octets.slice(at, at + length);
    r.at += length;
    r.rest("properties");
    if (octets[0] !== context.version) throw ofError("OFPBFC_BAD_VERSION");
    if (!HELD.has(octets[1])) throw ofError("OFPBFC_MSG_UNSUP");
    const { xid, message } = inner.decode(octets, { ...context, base: (context.base ?? 0) + at });
    if (xid !== context.xid) throw ofError("OFPBFC_MSG_BAD_XID");
    return { type: "bundle_add", bundle, flags, xid, message };
  };
  const writeAdd = (w: Writer, m: MessageOf<"bundle_add">, context: Context): void => {
    w.u32(m.bundle);
    w.zeros(2);
    w.u16(m.flags);
    w.bytes(inner.encode({ version: context.version, xid: context.xid, message: m.message }, context));
  };
  return [
    form("bundle_control", "1.3", onf(2300), readControl, writeControl),
    form("bundle_control", "1.4+", type(33), readControl, writeControl),
    form("bundle_add", "1.3", onf(2301), readAdd, writeAdd),
    form("bundle_add", "1.4+", type(34), readAdd, writeAdd),
  ];
}
