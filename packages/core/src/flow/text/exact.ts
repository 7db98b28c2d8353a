import { SwitchError } from "#lib";
import { packetMask } from "../exact.ts";
import { FIELDS, type FieldName, fieldNamed } from "../fields.ts";
import { type FlowKey, type FlowMask, matchField, newKey, newMask, ones, readField } from "../key.ts";
import { WORD } from "../layout.ts";
import { hasField } from "../prerequisites.ts";
import { flowErrors } from "./errors.ts";
import { CT_STATES } from "./flags.ts";
import { formatMatch } from "./format.ts";
import { nextPair } from "./pair.ts";
import type { PortNames } from "./port.ts";
import { protocolNamed } from "./protocol.ts";
import { parseFieldValue } from "./value.ts";

/** Words that a description of a packet leaves out while they are 0. */
const QUIET: readonly (readonly [from: number, words: number])[] = [
  [WORD.inPort, 1],
  [WORD.skbPriority, 1],
  [WORD.pktMark, 1],
  [WORD.recircId, 1],
  [WORD.dpHash, 1],
  [WORD.ctState, 1],
  [WORD.ctZone, 1],
  [WORD.ctMark, 1],
  [WORD.ctLabel, 4],
  [WORD.metadata, 2],
  ...Array.from({ length: 32 }, (_, i) => [WORD.reg0 + i, 1] as const),
];

/** A whole packet's key as `ofproto/trace` and packet-ins show it: what it has, context fields only when not 0. */
export function formatFlow(key: FlowKey, ports?: PortNames): string {
  const mask = packetMask(key);
  for (const [from, words] of QUIET)
    if (key.subarray(from, from + words).every((word) => word === 0)) mask.fill(0, from, from + words);
  // connection tracking's own tuple is there only for connections
  const isTracked = ((key[WORD.ctState] as number) & 0x0b) !== 0 && key[WORD.ctNwProto] !== 0;
  const isTunnelled = key[WORD.tunDst] !== 0 || key.subarray(WORD.tunIpv6Dst, WORD.tunIp).some((word) => word !== 0);
  const isBare = key[WORD.packetType] !== 0 && !isTunnelled;
  // of packets without Ethernet header Open vSwitch shows the addresses even so
  if (!isTracked) mask.fill(0, isBare ? WORD.ctTp : WORD.ctNwSrc, WORD.ctNwProto + 1);
  return formatMatch({ key, mask }, { ports });
}

/**
 * Reads a packet's key from the text that `ofproto/trace` takes: like a match but without masks, each field once and
 * after what it needs. An in_port that is not said is ANY.
 *
 * @throws flow/exact-syntax with the original's line
 */
export function parseFlow(text: string, ports?: PortNames): FlowKey {
  const { key } = parseExact(text, ports);
  if (key[WORD.inPort] === 0) key[WORD.inPort] = 0xffffffff;
  return key;
}

/** As parseFlow, with the bits that the text speaks of as mask. @throws flow/exact-syntax with the original's line */
export function parseExact(text: string, ports?: PortNames): { readonly key: FlowKey; readonly mask: FlowMask } {
  const key = newKey();
  const mask = newMask();
  const fail = (problem: string): never => {
    throw flowErrors.make("flow/exact-syntax", { text, problem });
  };
  for (let pair = nextPair(text); pair; pair = nextPair(text, pair.next)) {
    const protocol = protocolNamed(pair.key);
    if (protocol) {
      if (key[WORD.ethType] !== 0) fail("Ethernet type set multiple times");
      key[WORD.ethType] = protocol.ethType;
      mask[WORD.ethType] = 0xffff;
      if (protocol.nwProto === undefined) continue;
      if ((key[WORD.ip] as number) >>> 24 !== 0) fail("network protocol set multiple times");
      key[WORD.ip] = ((key[WORD.ip] as number) | (protocol.nwProto << 24)) >>> 0;
      mask[WORD.ip] = ((mask[WORD.ip] as number) | 0xff000000) >>> 0;
      continue;
    }
    const name = fieldNamed(pair.key);
    if (name === undefined) fail(`unknown field ${pair.key}`);
    else setField({ key, mask }, name, pair.key, pair.value, ports, fail);
  }
  return { key, mask };
}

function setField(
  match: { readonly key: FlowKey; readonly mask: FlowMask },
  name: FieldName,
  word: string,
  text: string,
  ports: PortNames | undefined,
  fail: (problem: string) => never,
): void {
  const { key } = match;
  if (!hasField(key, name)) fail(`prerequisites not met for setting ${word}`);
  if (readField(key, name) !== 0n) fail(`field ${word} set multiple times`);
  let value = 0n;
  let mask = 0n;
  try {
    [value, mask] = parseFieldValue(name, text, ports);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    fail(`bad value for ${word} (${error.message})`);
  }
  const all = FIELDS[name].format === "ctState" ? BigInt(CT_STATES.all) : ones(name);
  if ((mask & all) !== all) fail(`bad value for ${word} (${text}: wildcards not allowed here)`);
  matchField(match, name, value);
}
