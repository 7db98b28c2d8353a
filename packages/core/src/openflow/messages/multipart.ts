import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { MultipartMessage, Version } from "../message.ts";
import { NICIRA } from "../registry.ts";
import { covers } from "../versions.ts";
import type { Kind, KindForm } from "./kind.ts";
import { FLOW_KINDS } from "./stats-flow.ts";
import { GROUP_KINDS } from "./stats-group.ts";
import { PORT_KINDS } from "./stats-port.ts";
import { TABLE_KINDS } from "./stats-table.ts";

const FORMS: readonly KindForm[] = [...FLOW_KINDS, ...PORT_KINDS, ...TABLE_KINDS, ...GROUP_KINDS];
const EXPERIMENTER = 0xffff;
const MORE = 1;

const byNumber = (version: Version, number: number, nicira: boolean): KindForm | undefined =>
  FORMS.find((f) => f.number === number && f.nicira === nicira && covers(f.versions, version));
const byKind = (version: Version, kind: Kind, nicira: boolean): KindForm | undefined =>
  FORMS.find((f) => f.kind === kind && f.nicira === nicira && covers(f.versions, version));

/** Which form a message of a version is; fails when that version cannot say it. */
export function kindForm(message: MultipartMessage, version: Version, nicira: boolean): KindForm {
  const found = byKind(version, message.kind, nicira);
  if (!found) throw ofError("OFPBRC_BAD_STAT", `${message.kind} in OpenFlow 1.${version - 1}`);
  return found;
}

/** Reads kind, flags and, for an experimenter's, what tells which. */
function readHead(r: Reader, version: Version): { readonly form: KindForm; readonly more: boolean } {
  const number = r.u16();
  const more = (r.u16() & MORE) !== 0;
  if (version >= 2) r.skip(4);
  if (number !== EXPERIMENTER) {
    const form = byNumber(version, number, false);
    if (!form) throw ofError("OFPBRC_BAD_STAT", `statistics ${number}`);
    return { form, more };
  }
  if (r.u32() !== NICIRA) throw ofError("OFPBRC_BAD_VENDOR");
  const form = byNumber(version, r.u32(), true);
  if (!form) throw ofError("OFPBRC_BAD_SUBTYPE");
  if (version === 1) r.skip(4);
  return { form, more };
}

export function readRequest(r: Reader, version: Version): MultipartMessage {
  const { form } = readHead(r, version);
  const request = form.readRequest(r, version);
  return {
    type: "multipart_request",
    kind: form.kind,
    request,
    ...(form.nicira ? { nicira: true } : {}),
  } as MultipartMessage;
}

export function readReply(r: Reader, version: Version): MultipartMessage {
  const { form, more } = readHead(r, version);
  let reply: unknown;
  if (form.readEntry) {
    const entries: unknown[] = [];
    while (r.left > 0) {
      const from = r.at;
      entries.push(form.readEntry(r, version));
      if (r.at === from) throw ofError("OFPBRC_BAD_LEN");
    }
    reply = entries;
  } else reply = form.readReply?.(r, version);
  return {
    type: "multipart_reply",
    kind: form.kind,
    reply,
    more,
    ...(form.nicira ? { nicira: true } : {}),
  } as MultipartMessage;
}

export function writeHead(w: Writer, form: KindForm, more: boolean, version: Version): void {
  w.u16(form.nicira ? EXPERIMENTER : form.number);
  w.u16(more ? MORE : 0);
  if (version >= 2) w.zeros(4);
  if (!form.nicira) return;
  w.u32(NICIRA);
  w.u32(form.number);
  if (version === 1) w.zeros(4);
}
