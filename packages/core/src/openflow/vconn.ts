/** What both ends of an OpenFlow connection log about it, under the name of the original's module. */
import { RateLimit, vlog } from "#lib";

const log = vlog("vconn");
/** Messages shown a minute and at once, as Open vSwitch limits them. */
const SHOWN = new RateLimit(600, 600);

/** A message in text, ending in a newline. */
export type MessagePrinter = (octets: Uint8Array) => string;

/** "0x04". */
export const versionHex = (version: number): string => `0x${version.toString(16).padStart(2, "0")}`;

/** "version 0x04", "version 0x04 and earlier" or "versions 0x01, 0x04". */
export function versionsText(versions: readonly number[]): string {
  const shown = versions.map(versionHex);
  const last = shown.at(-1) ?? "none";
  if (shown.length <= 1) return `version ${last}`;
  if (versions.every((v, i) => v === i + 1)) return `version ${last} and earlier`;
  return `versions ${shown.join(", ")}`;
}

/** Whether anybody wants to see messages. */
export const showsMessages = (): boolean => log.enabled("dbg");

/** A message went out. @param name of the stream; @param print makes its text, when it is wanted */
export function logSent(name: string, octets: Uint8Array, print: MessagePrinter): void {
  log.limited(SHOWN, "dbg", () => `${name}: sent (Success): ${print(octets).trimEnd()}`);
}

/** A message came in. */
export function logReceived(name: string, octets: Uint8Array, print: MessagePrinter): void {
  log.limited(SHOWN, "dbg", () => `${name}: received: ${print(octets).trimEnd()}`);
}

/**
 * The highest version that both speak (OpenFlow 1.3.5 §6.3.1), told in the log; undefined when there is none.
 * @param ours ascending; @param theirs what the peer's hello offers, ascending
 */
export function agree<V extends number>(name: string, ours: readonly V[], theirs: readonly number[]): V | undefined {
  const version = ours.filter((v) => theirs.includes(v)).at(-1);
  const texts = `(we support ${versionsText(ours)}, peer supports ${versionsText(theirs)})`;
  if (version === undefined) log.warn(`${name}: version negotiation failed ${texts}`);
  else log.dbg(() => `${name}: negotiated OpenFlow version ${versionHex(version)} ${texts}`);
  return version;
}

/** What the error that refuses a peer's versions carries. */
export const refusalText = (ours: readonly number[], theirs: readonly number[]): Uint8Array =>
  new TextEncoder().encode(
    `We support ${versionsText(ours)}, you support ${versionsText(theirs)}, no common versions.`,
  );
