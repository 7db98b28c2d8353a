import { type Message, ofError } from "#openflow";

/** Messages that take effect together (OpenFlow 1.4.0 §6.8). */
export interface Bundle {
  readonly flags: number;
  closed: boolean;
  readonly messages: Add[];
  /** The message that began it, for the error that ends it. */
  readonly opened: { readonly message: Message; readonly xid: number };
  /** When it was last spoken of, in clock milliseconds. */
  used: number;
}

/** What the flags of bundle messages mean (OpenFlow 1.5.1 §7.3.9.3). */
export const BUNDLE_FLAGS = { atomic: 1, ordered: 2 } as const;
/** Milliseconds after which a bundle that nobody speaks of is given up, as Open vSwitch does. */
const IDLE = 10_000;

type Control = Extract<Message, { type: "bundle_control" }>;
type Add = Extract<Message, { type: "bundle_add" }>;

/** Opens, closes or discards; a commit is the caller's. @returns the bundle to commit */
export function controlBundle(
  bundles: Map<number, Bundle>,
  message: Control,
  xid: number,
  now: number,
): Bundle | undefined {
  const known = bundles.get(message.bundle);
  if (known) known.used = now;
  switch (message.control) {
    case "open_request":
      // Whoever opens one twice has lost count: what there was of it goes, as in Open vSwitch.
      if (bundles.delete(message.bundle)) throw ofError("OFPBFC_BAD_ID");
      bundles.set(message.bundle, begun(message, xid, now));
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
export function addToBundle(bundles: Map<number, Bundle>, add: Add, now: number): void {
  const { bundle, flags, xid } = add;
  let known = bundles.get(bundle);
  if (!known) {
    known = begun(add, xid, now);
    bundles.set(bundle, known);
  } else if (known.closed) {
    bundles.delete(bundle);
    throw ofError("OFPBFC_BUNDLE_CLOSED");
  } else if (known.flags !== flags) {
    bundles.delete(bundle);
    throw ofError("OFPBFC_BAD_FLAGS");
  }
  known.used = now;
  known.messages.push(add);
}

const begun = (message: Control | Add, xid: number, now: number): Bundle => ({
  flags: message.flags,
  closed: false,
  messages: [],
  opened: { message, xid },
  used: now,
});

/** Takes out the bundles that nobody has spoken of for too long. @returns them, to be answered with OFPBFC_TIMEOUT */
export function expireBundles(bundles: Map<number, Bundle>, now: number): readonly Bundle[] {
  const idle = [...bundles].filter(([, { used }]) => used <= now - IDLE);
  for (const [number] of idle) bundles.delete(number);
  return idle.map(([, bundle]) => bundle);
}

/** The word that answers each bundle request; the other words ask nothing (OpenFlow 1.5.1 §7.3.9.2). */
export const REPLIES = {
  open_request: "open_reply",
  close_request: "close_reply",
  commit_request: "commit_reply",
  discard_request: "discard_reply",
} as const satisfies Partial<Record<Control["control"], Control["control"]>>;
