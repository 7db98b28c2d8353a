import type { MacAddr } from "#lib";
import { parseMac } from "#packet";

/** The address that a column asks for; undefined when it is none, zero or multicast. */
export function wantedMac(text: string | undefined): MacAddr | undefined {
  const mac = text === undefined ? undefined : parseMac(text);
  return mac === undefined || mac === 0 || isMulticast(mac) ? undefined : mac;
}

/** Whether the group bit is set (IEEE 802-2014 §8.2). */
export const isMulticast = (mac: MacAddr): boolean => Math.floor(mac / 2 ** 40) % 2 === 1;
/** Whether the address was administered locally, not bought by a maker (IEEE 802-2014 §8.2). */
export const isLocalMac = (mac: MacAddr): boolean => Math.floor(mac / 2 ** 41) % 2 === 1;
