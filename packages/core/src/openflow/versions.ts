import type { Version } from "./message.ts";

/** First and last version of a wire form. */
export type Versions = readonly [from: Version, to: Version];

export const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];

/** "1.3" of version 4. */
export const versionText = (version: Version): string => `1.${version - 1}`;

/** Version 4 of "1.3". */
export const versionOf = (text: string): Version => (Number(text.slice(2)) + 1) as Version;

/** "1.0", "1.1+" or "1.1-1.4" as a pair. */
export function versions(text: string): Versions {
  const m = /^1\.(\d)(\+|-1\.(\d))?$/.exec(text);
  if (!m) throw new Error(`bug: not a range of versions: ${text}`);
  const from = Number(m[1]) + 1;
  const to = m[2] === undefined ? from : m[2] === "+" ? 6 : Number(m[3]) + 1;
  return [from as Version, to as Version];
}

export const covers = ([from, to]: Versions, version: Version): boolean => from <= version && version <= to;
