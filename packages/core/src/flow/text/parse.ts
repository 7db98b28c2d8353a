import { fieldNamed } from "../fields.ts";
import { type Match, matchAll, matchEthernet, matchField } from "../key.ts";
import { flowErrors } from "./errors.ts";
import { nextPair } from "./pair.ts";
import type { PortNames } from "./port.ts";
import { protocolNamed } from "./protocol.ts";
import { parseFieldValue } from "./value.ts";

/**
 * Adds what one pair of flow text says to a match: a shorthand (`tcp`), or a field with its value; a field without
 * value asks for nothing but its packet type.
 *
 * @returns false when `key` is neither, for callers that know more words
 */
export function parseMatchPair(match: Match, key: string, value: string, ports?: PortNames): boolean {
  if (key === "eth") {
    matchEthernet(match);
    return true;
  }
  const protocol = protocolNamed(key);
  if (protocol) {
    matchField(match, "eth_type", BigInt(protocol.ethType));
    if (protocol.nwProto !== undefined) matchField(match, "nw_proto", BigInt(protocol.nwProto));
    return true;
  }
  const name = fieldNamed(key);
  if (name === undefined) return false;
  const [bits, mask] = parseFieldValue(name, value === "" ? "0/0" : value, ports);
  matchField(match, name, bits, mask);
  return true;
}

/** A match from text that holds nothing else: `tcp,in_port=1,dl_src=…`. */
export function parseMatch(text: string, ports?: PortNames): Match {
  const match = matchAll();
  for (let pair = nextPair(text); pair; pair = nextPair(text, pair.next)) {
    if (parseMatchPair(match, pair.key, pair.value, ports)) continue;
    throw flowErrors.make(pair.value === "" ? "flow/missing-value" : "flow/unknown-keyword", { key: pair.key });
  }
  return match;
}
