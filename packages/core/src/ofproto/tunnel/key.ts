import { type FlowKey, WORD } from "#flow";
import { type IpAddress, isIpv4Mapped, mapIpv4, unmapIpv4 } from "#packet";

/** The outer addresses of a key, of either family. */
function address(key: FlowKey, ipv4: number, ipv6: number): IpAddress {
  const quad = key[ipv4] as number;
  if (quad !== 0) return mapIpv4(quad);
  let value = 0n;
  for (let i = 0; i < 4; i++) value = (value << 32n) | BigInt(key[ipv6 + i] as number);
  return value;
}

function setAddress(key: FlowKey, ipv4: number, ipv6: number, value: IpAddress): void {
  key[ipv4] = unmapIpv4(value);
  const long = isIpv4Mapped(value) ? 0n : value;
  for (let i = 0; i < 4; i++) key[ipv6 + i] = Number((long >> BigInt(96 - 32 * i)) & 0xffffffffn);
}

/** Where the outer packet comes from; 0n when nothing says. */
export const tunnelSource = (key: FlowKey): IpAddress => address(key, WORD.tunSrc, WORD.tunIpv6Src);
/** Where the outer packet goes to; 0n: it is no packet of a tunnel. */
export const tunnelDestination = (key: FlowKey): IpAddress => address(key, WORD.tunDst, WORD.tunIpv6Dst);

export const setTunnelSource = (key: FlowKey, value: IpAddress): void =>
  setAddress(key, WORD.tunSrc, WORD.tunIpv6Src, value);
export const setTunnelDestination = (key: FlowKey, value: IpAddress): void =>
  setAddress(key, WORD.tunDst, WORD.tunIpv6Dst, value);

/** Whether a key is of a packet that came by a tunnel. */
export const isTunnelled = (key: FlowKey): boolean =>
  key[WORD.tunDst] !== 0 ||
  key[WORD.tunIpv6Dst] !== 0 ||
  key[WORD.tunIpv6Dst + 1] !== 0 ||
  key[WORD.tunIpv6Dst + 2] !== 0 ||
  key[WORD.tunIpv6Dst + 3] !== 0;
