import { readFileSync } from "node:fs";
import type { MacAddr } from "#lib";
import { formatIpv4, parseMac } from "#packet";

/** A route of /proc/net/route(5): addresses as numbers of 32 bits. */
interface Route {
  readonly destination: number;
  readonly gateway: number;
  readonly mask: number;
}

/** Hexadecimal digits of an address as they stand in the memory of this machine. */
const address = (digits: string): number => {
  const word = Number.parseInt(digits, 16);
  const octets = new Uint8Array(new Uint32Array([word]).buffer);
  return new DataView(octets.buffer).getUint32(0);
};

/** The routes that /proc/net/route lists, in its order: the narrowest first. */
export function routes(text: string): readonly Route[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination, gateway, flags, , , , mask] = line.trim().split(/\s+/);
      if (destination === undefined || gateway === undefined || mask === undefined) return [];
      if (!(Number.parseInt(flags ?? "0", 16) & 1)) return [];
      return [{ destination: address(destination), gateway: address(gateway), mask: address(mask) }];
    });
}

/** The Ethernet address of a neighbour that /proc/net/arp lists; undefined when it is not known. */
export function neighbour(text: string, ip: number): MacAddr | undefined {
  for (const line of text.split("\n")) {
    const [name, , flags, mac] = line.trim().split(/\s+/);
    if (name === formatIpv4(ip) && mac !== undefined && Number.parseInt(flags ?? "0", 16) & 2) {
      const found = parseMac(mac);
      return found === undefined ? undefined : (Number(found) as MacAddr);
    }
  }
  return undefined;
}

/** Where this host sends packets for an IPv4 address. @throws when no route leads there */
export function nextHop(ip: number): MacAddr | undefined {
  const route = routes(readFileSync("/proc/net/route", "utf8")).find(
    ({ destination, mask }) => ((ip ^ destination) & mask) === 0,
  );
  if (!route) throw Object.assign(new Error("No such device or address"), { code: "ENXIO" });
  return neighbour(readFileSync("/proc/net/arp", "utf8"), route.gateway || ip);
}
