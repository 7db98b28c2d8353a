import { type Message, ofError } from "#openflow";

/** Messages that take effect together (OpenFlow 1.4.0 §6.8). */
export interface Bundle {
  readonly flags: number;
  closed: boolean;
  readonly messages: { readonly xid: number; readonly message: Message }[];
}

/** What a bundle may hold. */
const ALLOWED: ReadonlySet<Message["type"]> = new Set(["flow_mod", "port_mod", "group_mod", "packet_out"]);

type Control = Extract<Message, { type: "bundle_control" }>;
type Add = Extract<Message, { type: "bundle_add" }>;

/** Opens, closes or discards; a commit is the caller's. @returns the bundle to commit */
export function controlBundle(bundles: Map<number, Bundle>, message: Control): Bundle | undefined {
  const known = bundles.get(message.bundle);
  switch (message.control) {
    case "open_request":
      if (known) throw ofError("OFPBFC_BAD_ID");
      bundles.set(message.bundle, { flags: message.flags, closed: false, messages: [] });
      return undefined;
    case "close_request":
      if (!known) throw ofError("OFPBFC_BAD_ID");
      if (known.closed) {
        bundles.delete(message.bundle);
        throw ofError("OFPBFC_BUNDLE_CLOSED");
      }
      if (known.flags !== message.flags) {
        bundles.delete(message.bundle);
        throw ofError("OFPBFC_BAD_FLAGS");
      }
      known.closed = true;
      return undefined;
    case "commit_request":
      if (!known) throw ofError("OFPBFC_BAD_ID");
      if (known.flags !== message.flags) {
        bundles.delete(message.bundle);
        throw ofError("OFPBFC_BAD_FLAGS");
      }
      return known;
    case "discard_request":
      if (!known) throw ofError("OFPBFC_BAD_ID");
      bundles.delete(message.bundle);
      return undefined;
    default:
      throw ofError("OFPBFC_BAD_TYPE");
  }
}

/**
 * Keeps a message for the bundle's commit; opens the bundle when it is new (OpenFlow 1.5.1 §7.3.9.6). Throws OFPBFC
 * errors.
 */
export function addToBundle(bundles: Map<number, Bundle>, { bundle, flags, xid, message }: Add): void {
  if (!ALLOWED.has(message.type)) throw ofError("OFPBFC_MSG_UNSUP");
  let known = bundles.get(bundle);
  if (!known) {
    known = { flags, closed: false, messages: [] };
    bundles.set(bundle, known);
  } else if (known.closed) {
    bundles.delete(bundle);
    throw ofError("OFPBFC_BUNDLE_CLOSED");
  } else if (known.flags !== flags) {
    bundles.delete(bundle);
    throw ofError("OFPBFC_BAD_FLAGS");
  }
  known.messages.push({ xid, message });
}

/** The word that answers each bundle request; the other words ask nothing (OpenFlow 1.5.1 §7.3.9.2). */
export const REPLIES = {
  open_request: "open_reply",
  close_request: "close_reply",
  commit_request: "commit_reply",
  discard_request: "discard_reply",
} as const satisfies Partial<Record<Control["control"], Control["control"]>>;
