import { type FlowKey, type FlowMask, newMask } from "./key.ts";
import { FRAG, TUN_FLAGS, WORD } from "./layout.ts";

const fillMac = (mask: FlowMask, at: number): void => {
  mask[at] = 0xffff;
  mask[at + 1] = 0xffffffff;
};

const fill = (mask: FlowMask, from: number, words: number): void => {
  mask.fill(0xffffffff, from, from + words);
};

/**
 * The mask of all that a packet with that key has, and of nothing that it cannot have: what a full description of the
 * packet shows.
 */
export function packetMask(key: FlowKey): FlowMask {
  const mask = newMask();
  maskTunnel(key, mask);
  fill(mask, WORD.metadata, 2);
  fill(mask, WORD.reg0, 32);
  fill(mask, WORD.inPort, WORD.ethDst - WORD.inPort);
  const packetType = key[WORD.packetType] as number;
  let ethType = 0;
  if (packetType === 0) {
    fillMac(mask, WORD.ethDst);
    fillMac(mask, WORD.ethSrc);
    mask[WORD.ethType] = 0xffff;
    fill(mask, WORD.vlan0, key[WORD.vlan0] === 0 ? 1 : 2);
    ethType = key[WORD.ethType] as number;
  } else if (packetType >>> 16 === 1) ethType = packetType & 0xffff;
  maskNetwork(key, mask, ethType);
  return mask;
}

function maskTunnel(key: FlowKey, mask: FlowMask): void {
  const hasKey = (((key[WORD.tunIp] as number) >>> 16) & TUN_FLAGS.key) !== 0;
  let isSet = key[WORD.tunDst] !== 0;
  for (let i = 0; i < 4; i++) isSet ||= key[WORD.tunIpv6Dst + i] !== 0;
  if (isSet) {
    if (hasKey) fill(mask, WORD.tunId, 2);
    fill(mask, WORD.tunSrc, WORD.tunMetadataPresent - WORD.tunSrc);
    for (let i = WORD.tunMetadata; i < WORD.metadata; i++) if (key[i] !== 0) mask[i] = 0xffffffff;
  } else if (key[WORD.tunId] !== 0 || key[WORD.tunId + 1] !== 0) fill(mask, WORD.tunId, 2);
}

function maskNetwork(key: FlowKey, mask: FlowMask, ethType: number): void {
  if (ethType === 0x0800) {
    fill(mask, WORD.nwSrc, 2);
    fill(mask, WORD.ctNwSrc, 2);
  } else if (ethType === 0x86dd) {
    fill(mask, WORD.ipv6Src, 9);
    fill(mask, WORD.ctIpv6Src, 8);
  } else if (ethType === 0x0806 || ethType === 0x8035) {
    fill(mask, WORD.nwSrc, 2);
    fillMac(mask, WORD.arpSha);
    fillMac(mask, WORD.arpTha);
    mask[WORD.ip] = 0xff000000;
    return;
  } else if (ethType === 0x8847 || ethType === 0x8848) {
    for (let i = 0; i < 3; i++) {
      mask[WORD.mpls0 + i] = 0xffffffff;
      if ((key[WORD.mpls0 + i] as number) & 0x100) break;
    }
    return;
  } else if (ethType === 0x894f) fill(mask, WORD.nsh, (((key[WORD.nsh] as number) >>> 8) & 0xff) === 1 ? 6 : 2);
  else return;
  mask[WORD.ip] = 0xffffff03;
  fill(mask, WORD.ctTp, 2);
  maskTransport(key, mask, ethType);
}

function maskTransport(key: FlowKey, mask: FlowMask, ethType: number): void {
  const ip = key[WORD.ip] as number;
  if (ethType !== 0x0800 && ethType !== 0x86dd) return;
  const protocol = ip >>> 24;
  // Later fragments have no transport header; of ICMPv6 the original tells type and code all the same.
  if (ip & FRAG.later && (protocol !== 58 || ethType !== 0x86dd)) return;
  if (![1, 2, 6, 17, 58, 132].includes(protocol)) return;
  mask[WORD.tp] = 0xffffffff;
  if (protocol === 6) mask[WORD.tcpFlags] = 0xfff;
  if (protocol === 2) mask[WORD.ndReserved] = 0xffffffff;
  const tp = key[WORD.tp] as number;
  if (protocol === 58 && (tp === 135 << 16 || tp === 136 << 16)) {
    fill(mask, WORD.ndTarget, 4);
    fillMac(mask, WORD.arpSha);
    fillMac(mask, WORD.arpTha);
  }
}
