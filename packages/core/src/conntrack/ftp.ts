import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "#packet";

/**
 * What FTP's control connections say of data connections (RFC 959 §4.1.2, RFC 2428): the commands PORT and EPRT, the
 * answers 227 and 229. Texts in, facts out; what becomes of them is the datapath's business.
 */

/** Octets of a message that are looked at. */
export const FTP_MESSAGE_MAX = 128;

/** An announced data connection: the listener's port, and where in the text its address is. */
export interface FtpAnnouncement {
  /** Whether the one who asks for files listens (PORT, EPRT), or the server (227, 229). */
  readonly mode: "active" | "passive";
  readonly port: number;
  /** 1 word or 4; undefined for 229, which names none. */
  readonly address: readonly number[] | undefined;
  /** Where the address's text is, in characters. */
  readonly at: number;
  readonly size: number;
}

/** The kinds of message by how they begin; the answer 229 by its fixed words (RFC 2428 §3). */
const KINDS = {
  v4: [
    [/^PORT/i, "active"],
    [/^227/, "passive"],
  ],
  v6: [
    [/^EPRT/i, "active"],
    [/EXTENDED PASSIVE/i, "passive"],
  ],
} as const;

/** What a message announces; undefined when it is of no interest, "malformed" when it should announce and does not. */
export function ftpAnnouncement(text: string, v6: boolean): FtpAnnouncement | "malformed" | undefined {
  const kind = KINDS[v6 ? "v6" : "v4"].find(([words]) => words.test(text));
  if (!kind) return undefined;
  const [words, mode] = kind;
  const after = text.search(words) + (words.exec(text)?.[0].length ?? 0);
  return (v6 ? extended : commas)(text, mode, after) ?? "malformed";
}

/** PORT h1,h2,h3,h4,p1,p2 and 227 … (h1,h2,h3,h4,p1,p2). */
function commas(text: string, mode: FtpAnnouncement["mode"], after: number): FtpAnnouncement | undefined {
  const space = text.indexOf(" ", after);
  const found = space < 0 ? null : /\d[\d,]*/.exec(text.slice(space));
  if (!found) return undefined;
  const at = space + found.index;
  const [, dotted, high, low] = /^(\d+,\d+,\d+,\d+),(\d{1,3}),(\d+)/.exec(text.slice(at)) ?? [];
  const address = dotted === undefined ? undefined : parseIpv4(dotted.replaceAll(",", "."));
  const [p1, p2] = [Number(high), Number(low)];
  if (dotted === undefined || address === undefined || p1 > 255 || p2 > 255) return undefined;
  return { mode, port: p1 * 256 + p2, address: [address], at, size: dotted.length };
}

/** EPRT |2|address|port| and 229 … (|||port|). */
function extended(text: string, mode: FtpAnnouncement["mode"], after: number): FtpAnnouncement | undefined {
  const space = text.indexOf(" ", after);
  const bar = space < 0 ? -1 : text.indexOf("|", space);
  if (bar < 0) return undefined;
  const [, family = "", host = "", digits = ""] = text.slice(bar).split("|");
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > 65_535) return undefined;
  const at = bar + 1 + family.length + 1;
  const port = Number(digits);
  if (mode === "passive")
    return family === "" && host === "" ? { mode, port, address: undefined, at, size: 0 } : undefined;
  const value = family === "2" ? parseIpv6(host) : undefined;
  if (value === undefined) return undefined;
  return {
    mode,
    port,
    address: [96n, 64n, 32n, 0n].map((down) => Number((value >> down) & 0xffffffffn)),
    at,
    size: host.length,
  };
}

/** An address as these messages write it. */
export const ftpAddress = (words: readonly number[]): string =>
  words.length === 1
    ? formatIpv4(words[0] as number).replaceAll(".", ",")
    : formatIpv6(words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n));
