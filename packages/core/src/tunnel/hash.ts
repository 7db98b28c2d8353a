import { type FlowKey, FRAG, WORD } from "#flow";
import { hashAdd, hashFinish } from "#lib";

/** Protocols whose ports (of ICMP: type and code) count. */
const WITH_PORTS: ReadonlySet<number> = new Set([1, 6, 17, 58, 132]);
const swap32 = (word: number): number =>
  ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/**
 * The hash of a packet by addresses, protocol and ports by which Open vSwitch tells flows apart when no device did:
 * source ports of tunnels come of it.
 */
export function fiveTupleHash(key: FlowKey): number {
  const type = key[WORD.ethType];
  let hash = 0;
  if (type === 0x86dd) for (let i = 0; i < 8; i++) hash = hashAdd(hash, swap32(key[WORD.ipv6Src + i] as number));
  else if (type === 0x0800 || type === 0x0806)
    for (let i = 0; i < 2; i++) hash = hashAdd(hash, swap32(key[WORD.nwSrc + i] as number));
  else return hashFinish(hash, 42);
  const ip = key[WORD.ip] as number;
  const protocol = ip >>> 24;
  hash = hashAdd(hash, protocol);
  if (!WITH_PORTS.has(protocol)) return hashFinish(hash, 42);
  return hashFinish(hashAdd(hash, ip & FRAG.later ? 0 : swap32(key[WORD.tp] as number)), 42);
}
