import type { Version } from "./message.ts";

/** First and last version of a wire form. */
export type Versions = readonly [from: Version, to: Version];

/** All wire versions, lowest first. */
export const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];

/** "1.3" of version 4. */
export const versionText = (version: Version): string => `1.${version - 1}`;

/** Version 4 of "1.3". */
export const versionOf = (text: string): Version => (Number(text.slice(2)) + 1) as Version;

/** "1.0", "1.1+" or "1.1-1.4" as a pair; without a regular expression, for every start reads a hundred of them. */
export function versions(text: string): Versions {
  const from = text.charCodeAt(2) - 47;
  const to = text.length === 3 ? from : text[3] === "+" ? 6 : text.charCodeAt(6) - 47;
  if (!(from >= 1 && from <= to && to <= 6)) throw new Error(`bug: not a range of versions: ${text}`);
  return [from as Version, to as Version];
}

/** Whether a wire form is one of that version; both ends count. */
export const covers = ([from, to]: Versions, version: Version): boolean => from <= version && version <= to;
