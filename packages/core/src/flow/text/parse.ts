import { type FieldName, fieldNamed } from "../fields.ts";
import { type Match, matchAll, matchEthernet, matchField } from "../key.ts";
import { matchTunMetadata, tunMetadataNumber, wholeOctets } from "../tun-metadata.ts";
import { flowErrors } from "./errors.ts";
import { nextPair } from "./pair.ts";
import type { PortNames } from "./port.ts";
import { protocolNamed } from "./protocol.ts";
import { type Masked, parseFieldValue } from "./value.ts";

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
  if (!matchOption(match, name, value, [bits, mask])) matchField(match, name, bits, mask);
  return true;
}

/**
 * Adds what text says of a tunnel option: an exact value is as long as its digits, one octet at least; no value asks
 * whether the option is there. @returns false for other fields
 */
export function matchOption(match: Match, name: FieldName, text: string, [value, mask]: Masked): boolean {
  const option = tunMetadataNumber(name);
  if (option === undefined) return false;
  const exact = text !== "" && !text.includes("/");
  if (value >> 32n || (!exact && mask >> 32n)) throw flowErrors.make("flow/long-option", { key: name });
  const bits = exact ? wholeOctets(Number(value) || 1) : Number(mask);
  matchTunMetadata(match, option, Number(value), bits);
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
