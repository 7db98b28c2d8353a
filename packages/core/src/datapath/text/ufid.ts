import type { Ufid } from "../datapath.ts";
import { textErrors } from "./errors.ts";

/** A flow's name as text: `ufid:` and the digits in groups, as of a UUID. */
export function formatUfid(ufid: Ufid): string {
  const digits = ufid.replaceAll("-", "").padStart(32, "0");
  return `ufid:${digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}

const UFID = /^ufid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/i;

/**
 * The flow's name that a text begins with, if it does, and the rest of the text.
 *
 * @throws datapath/ufid-syntax after `ufid:` without a UUID
 */
export function splitUfid(text: string): { readonly ufid: Ufid | undefined; readonly rest: string } {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith("ufid:")) return { ufid: undefined, rest: text };
  const found = UFID.exec(trimmed);
  if (!found?.[1]) throw textErrors.make("datapath/ufid-syntax", {});
  return { ufid: found[1].replaceAll("-", "").toLowerCase(), rest: trimmed.slice(found[0].length) };
}
