import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { MultipartMessage, Version } from "../message.ts";
import { NICIRA, ONF } from "../registry.ts";
import { covers } from "../versions.ts";
import type { Kind, KindForm } from "./kind.ts";

const EXPERIMENTER = 0xffff;
const MORE = 1;

/** The kinds of statistics that a codec knows. */
export type Kinds = readonly KindForm[];

const byNumber = (kinds: Kinds, version: Version, number: number, vendor: number): KindForm | undefined =>
  kinds.find((f) => f.number === number && f.vendor === vendor && covers(f.versions, version));

/** Nicira's form if wanted and there is one, else the version's own, else whatever experimenter has it. */
function byKind(kinds: Kinds, version: Version, kind: Kind, nicira: boolean): KindForm | undefined {
  const found = kinds.filter((f) => f.kind === kind && covers(f.versions, version));
  return found.find(({ vendor }) => vendor === (nicira ? NICIRA : 0)) ?? found[0];
}

/** Whether the kind of statistics that a multipart message carries is among those known. */
export function knowsKind(kinds: Kinds, octets: Uint8Array, version: Version): boolean {
  if (octets.length < 12) return true; // too short to be read by anyone
  const number = ((octets[8] as number) << 8) | (octets[9] as number);
  if (number !== EXPERIMENTER) return byNumber(kinds, version, number, 0) !== undefined;
  const at = version === 1 ? 18 : 22;
  const subtype = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
  return [NICIRA, ONF].some((vendor) => byNumber(kinds, version, subtype, vendor) !== undefined);
}

/** Which form a message of a version is; fails when that version cannot say it. */
export function kindForm(kinds: Kinds, message: MultipartMessage, version: Version, nicira: boolean): KindForm {
  const found = byKind(kinds, version, message.kind, nicira);
  if (!found) throw ofError("OFPBRC_BAD_STAT", `${message.kind} in OpenFlow 1.${version - 1}`);
  return found;
}

/** Reads kind, flags and, for an experimenter's, what tells which. */
function readHead(kinds: Kinds, r: Reader, version: Version): { readonly form: KindForm; readonly more: boolean } {
  const number = r.u16("kind");
  const more = (r.u16("flags") & MORE) !== 0;
  if (version >= 2) r.skip(4, "pad");
  if (number !== EXPERIMENTER) {
    const form = byNumber(kinds, version, number, 0);
    if (!form) throw ofError("OFPBRC_BAD_STAT", `statistics ${number}`);
    return { form, more };
  }
  const vendor = r.u32("experimenter");
  if (vendor !== NICIRA && vendor !== ONF) throw ofError("OFPBRC_BAD_VENDOR");
  const form = byNumber(kinds, version, r.u32("exp_type"), vendor);
  if (!form) throw ofError("OFPBRC_BAD_SUBTYPE");
  if (version === 1) r.skip(4, "pad");
  return { form, more };
}

/** A multipart request behind its header; throws an OFPBRC error for a kind that the version lacks. */
export function readRequest(kinds: Kinds, r: Reader, version: Version): MultipartMessage {
  const { form } = readHead(kinds, r, version);
  const request = form.readRequest(r, version);
  return {
    type: "multipart_request",
    kind: form.kind,
    request,
    ...(form.vendor === NICIRA ? { nicira: true } : {}),
  } as MultipartMessage;
}

/** A multipart reply behind its header; throws an OFPBRC error for a kind that the version lacks. */
export function readReply(kinds: Kinds, r: Reader, version: Version): MultipartMessage {
  const { form, more } = readHead(kinds, r, version);
  let reply: unknown;
  if (form.readEntry) {
    const entries: unknown[] = [];
    while (r.left > 0) {
      const from = r.at;
      entries.push(form.readEntry(r, version));
      r.mark("entry", r.at - from, from);
      if (r.at === from) throw ofError("OFPBRC_BAD_LEN");
    }
    reply = entries;
  } else reply = form.readReply?.(r, version);
  return {
    type: "multipart_reply",
    kind: form.kind,
    reply,
    more,
    ...(form.vendor === NICIRA ? { nicira: true } : {}),
  } as MultipartMessage;
}

/** Appends what comes before a body: the kind, "more", and for Nicira's kinds vendor and subtype. */
export function writeHead(w: Writer, form: KindForm, more: boolean, version: Version): void {
  w.u16(form.vendor ? EXPERIMENTER : form.number);
  w.u16(more ? MORE : 0);
  if (version >= 2) w.zeros(4);
  if (!form.vendor) return;
  w.u32(form.vendor);
  w.u32(form.number);
  if (version === 1) w.zeros(4);
}
