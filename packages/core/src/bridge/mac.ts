import type { MacAddr } from "#lib";

/** An Ethernet address of text such as "02:00:00:00:00:01"; undefined when it is none, zero or multicast. */
export function parseMac(text: string | undefined): MacAddr | undefined {
  if (text === undefined || !/^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$/.test(text)) return undefined;
  const mac = text.split(":").reduce((sum, octet) => sum * 256 + Number.parseInt(octet, 16), 0);
  return mac === 0 || isMulticast(mac) ? undefined : mac;
}

export const formatMac = (mac: MacAddr): string =>
  mac
    .toString(16)
    .padStart(12, "0")
    .replace(/..(?!$)/g, "$&:");

/** Whether the group bit is set (IEEE 802-2014 §8.2). */
export const isMulticast = (mac: MacAddr): boolean => Math.floor(mac / 2 ** 40) % 2 === 1;
/** Whether the address was administered locally, not bought by a maker (IEEE 802-2014 §8.2). */
export const isLocalMac = (mac: MacAddr): boolean => Math.floor(mac / 2 ** 41) % 2 === 1;
