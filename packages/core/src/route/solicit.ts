import type { MacAddr } from "#lib";
import {
  Arp,
  Ethernet,
  finishSum,
  type IpAddress,
  Ipv6,
  isIpv4Mapped,
  Nd,
  pseudoSum6,
  sumOctets,
  unmapIpv4,
} from "#packet";

const BROADCAST = 0xffff_ffff_ffff;
/** Solicited-node multicast (RFC 4291 §2.7.1): the low 24 bits of an address behind this. */
const SOLICITED_NODE = 0xff0200000000000000000001ff000000n;
const SOLICITED_MAC = 0x3333_ff00_0000;
/** Neighbour solicitation (RFC 4861 §4.3) with one option, the sender's link-layer address. */
const SOLICITATION = 135;
const OPTION_SOURCE = 1;
const OPTION_SIZE = 8;
const ICMPV6 = 58;

/** A frame that asks for the link-layer address of `target`: by ARP, or for IPv6 by neighbour discovery. */
export const solicit = (mac: MacAddr, source: IpAddress, target: IpAddress): Uint8Array =>
  isIpv4Mapped(target) ? arpRequest(mac, source, target) : solicitation(mac, source, target);

function arpRequest(mac: MacAddr, source: IpAddress, target: IpAddress): Uint8Array {
  const octets = new Uint8Array(Ethernet.SIZE + Arp.SIZE);
  const ethernet = new Ethernet(octets, 0);
  ethernet.dst = BROADCAST;
  ethernet.src = mac;
  ethernet.type = 0x0806;
  const arp = new Arp(octets, Ethernet.SIZE);
  arp.hardware = 1;
  arp.protocol = 0x0800;
  arp.hardwareSize = 6;
  arp.protocolSize = 4;
  arp.operation = 1;
  arp.senderMac = mac;
  arp.senderIp = unmapIpv4(source);
  arp.targetIp = unmapIpv4(target);
  return octets;
}

function solicitation(mac: MacAddr, source: IpAddress, target: IpAddress): Uint8Array {
  const l4 = Ethernet.SIZE + Ipv6.SIZE;
  const octets = new Uint8Array(l4 + Nd.SIZE + OPTION_SIZE);
  const low = Number(target & 0xffffffn);
  const ethernet = new Ethernet(octets, 0);
  ethernet.dst = SOLICITED_MAC + low;
  ethernet.src = mac;
  ethernet.type = 0x86dd;
  const ip = new Ipv6(octets, Ethernet.SIZE);
  ip.flow = 0x6000_0000;
  ip.payloadLength = Nd.SIZE + OPTION_SIZE;
  ip.nextHeader = ICMPV6;
  ip.hopLimit = 255;
  ip.src = source;
  ip.dst = SOLICITED_NODE | BigInt(low);
  const nd = new Nd(octets, l4);
  nd.type = SOLICITATION;
  nd.target = target;
  const option = l4 + Nd.SIZE;
  octets[option] = OPTION_SOURCE;
  octets[option + 1] = 1;
  for (let i = 0; i < 6; i++) octets[option + 2 + i] = Math.floor(mac / 2 ** (40 - 8 * i)) % 256;
  const pseudo = pseudoSum6(octets, Ethernet.SIZE, ICMPV6, octets.length - l4);
  nd.checksum = finishSum(sumOctets(octets, l4, octets.length, pseudo));
  return octets;
}
