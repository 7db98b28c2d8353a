import type { Reader, Trace, Writer } from "#wire";
import type { Message, MessageType, Version } from "./message.ts";
import { type Versions, versions } from "./versions.ts";

/** What a connection has agreed on beyond the version. */
export interface CodecOptions {
  /** NXT_FLOW_MOD_TABLE_ID is on: the high octet of an OpenFlow 1.0 or NXM command is the table. */
  readonly flowModTableId?: boolean;
  /** The flow format is NXM: OpenFlow 1.0 matches go out as NXM even when ofp10_match would do. */
  readonly nxm?: boolean;
  /** As long as that is not so, flows of OpenFlow 1.0 never go out as NXM, whatever of their match is lost. */
  readonly plain10?: boolean;
  /** Takes down what is read where; for people, not for connections. */
  readonly trace?: Trace;
  /** Where the octets of this message begin in those of the trace, 0 if not said. */
  readonly base?: number;
}

/** What the codec of one message is told besides its octets. */
export interface Context extends CodecOptions {
  readonly version: Version;
  readonly xid: number;
}

/** The message or messages of a type, also where one shape serves several types. */
export type MessageOf<T extends MessageType> = Message extends infer M
  ? M extends { readonly type: infer U }
    ? T extends U
      ? Omit<M, "type"> & { readonly type: T }
      : never
    : never
  : never;

/** Vendor (experimenter) number of Nicira's extensions. */
export const NICIRA = 0x00002320;
/** Experimenter number of the Open Networking Foundation's extensions. */
export const ONF = 0x4f4e4600;

/** Where a form stands: OpenFlow's message type, or an experimenter's subtype. */
export type On = { readonly type: number } | { readonly vendor: number; readonly subtype: number };

/** One wire form of a message: which versions have it, and how its body (after all headers) goes both ways. */
export interface MessageForm {
  readonly message: MessageType;
  readonly versions: Versions;
  readonly on: On;
  readonly read: (r: Reader, context: Context) => Message;
  readonly write: (w: Writer, message: Message, context: Context) => void;
  /** Chooses among several forms of one version; the first that says yes (or nothing) is written. */
  readonly when: ((message: Message, context: Context) => boolean) | undefined;
}

/** A message known by its number in the header. */
export const type = (number: number): On => ({ type: number });
/** A message known by Nicira's number and a subtype. */
export const nicira = (subtype: number): On => ({ vendor: NICIRA, subtype });
/** A message known by the ONF's number and a subtype. */
export const onf = (subtype: number): On => ({ vendor: ONF, subtype });

/** States one form of the message `T`. */
export function form<T extends MessageType>(
  message: T,
  range: string,
  on: On,
  read: (r: Reader, context: Context) => MessageOf<T>,
  write: (w: Writer, message: MessageOf<T>, context: Context) => void,
  when?: (message: MessageOf<T>, context: Context) => boolean,
): MessageForm {
  return {
    message,
    versions: versions(range),
    on,
    read,
    write: write as MessageForm["write"],
    when: when as MessageForm["when"],
  };
}
