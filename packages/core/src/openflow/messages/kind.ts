import type { Reader, Writer } from "#wire";
import type { MultipartMessage, Version } from "../message.ts";
import { NICIRA, ONF } from "../registry.ts";
import { type Versions, versions } from "../versions.ts";

/** A kind of multipart message. */
export type Kind = MultipartMessage["kind"];

/** One wire form of a kind of statistics: its number, its request, and its reply, whole or entry by entry. */
export interface KindForm {
  readonly kind: Kind;
  readonly versions: Versions;
  /** Number among the version's own kinds, or the experimenter's subtype. */
  readonly number: number;
  /** 0: the version's own. */
  readonly vendor: 0 | typeof NICIRA | typeof ONF;
  readonly readRequest: (r: Reader, version: Version) => unknown;
  readonly writeRequest: (w: Writer, request: unknown, version: Version) => void;
  /** A reply that is a list: one entry. */
  readonly readEntry: ((r: Reader, version: Version) => unknown) | undefined;
  readonly writeEntry: ((w: Writer, entry: unknown, version: Version) => void) | undefined;
  /** A reply that is one value. */
  readonly readReply: ((r: Reader, version: Version) => unknown) | undefined;
  readonly writeReply: ((w: Writer, reply: unknown, version: Version) => void) | undefined;
}

/** States one form; the types of its parts follow from the kind. */
type Having<M, T extends string, K extends Kind> = M extends { readonly type: T; readonly kind: infer U }
  ? K extends U
    ? M
    : never
  : never;
type Part<M, P extends string> = M extends { readonly [K in P]: infer V } ? V : never;
/** What a request of that kind asks. */
export type RequestOf<K extends Kind> = Part<Having<MultipartMessage, "multipart_request", K>, "request">;
/** What a reply of that kind carries. */
export type ReplyOf<K extends Kind> = Part<Having<MultipartMessage, "multipart_reply", K>, "reply">;
/** One element of the replies of a kind that answers with a list. */
export type EntryOf<K extends Kind> = ReplyOf<K> extends readonly (infer E)[] ? E : never;

/** How one kind is read and written: `range` of versions as in `versions`, `number` its type on the wire. */
export interface KindParts<K extends Kind> {
  readonly kind: K;
  readonly range: string;
  readonly number: number;
  readonly nicira?: boolean;
  readonly onf?: boolean;
  readonly request: readonly [
    read: (r: Reader, version: Version) => RequestOf<K>,
    write: (w: Writer, request: RequestOf<K>, version: Version) => void,
  ];
  readonly entry?: readonly [
    read: (r: Reader, version: Version) => EntryOf<K>,
    write: (w: Writer, entry: EntryOf<K>, version: Version) => void,
  ];
  readonly reply?: readonly [
    read: (r: Reader, version: Version) => ReplyOf<K>,
    write: (w: Writer, reply: ReplyOf<K>, version: Version) => void,
  ];
}

/** A row for the tables of multipart kinds from its parts, types rubbed off. */
export function kind<K extends Kind>(parts: KindParts<K>): KindForm {
  return {
    kind: parts.kind,
    versions: versions(parts.range),
    number: parts.number,
    vendor: parts.nicira ? NICIRA : parts.onf ? ONF : 0,
    readRequest: parts.request[0],
    writeRequest: parts.request[1] as KindForm["writeRequest"],
    readEntry: parts.entry?.[0],
    writeEntry: parts.entry?.[1] as KindForm["writeEntry"],
    readReply: parts.reply?.[0],
    writeReply: parts.reply?.[1] as KindForm["writeReply"],
  };
}
