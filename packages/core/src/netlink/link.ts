import type { MacAddr } from "#lib";
import { attribute, HOST_LITTLE, parseAttributes, readText, readU32, text, u32, view } from "./attribute.ts";
import { encodeMessage, NLM_F, type RawMessage, RTM } from "./message.ts";

/** Network devices over rtnetlink(7): struct ifinfomsg and its attributes. */
export const IFF = { up: 1, broadcast: 2, loopback: 8, running: 0x40, promisc: 0x100, lowerUp: 0x10000 } as const;
/** Multicast group of link changes, as a bit. */
export const RTMGRP_LINK = 1;

const IFLA = {
  address: 1,
  ifname: 3,
  mtu: 4,
  link: 5,
  stats: 7,
  master: 10,
  linkinfo: 18,
  ifalias: 20,
  stats64: 23,
  linkNetnsid: 37,
  carrierUpCount: 47,
  carrierDownCount: 48,
  newNetnsid: 45,
  newIfindex: 49,
} as const;
const IFLA_INFO = { kind: 1, data: 2 } as const;
const VETH_INFO_PEER = 1;
const INFO_SIZE = 16;

/** Counters of struct rtnl_link_stats64, in its order. */
export const LINK_STATS = [
  "rxPackets",
  "txPackets",
  "rxBytes",
  "txBytes",
  "rxErrors",
  "txErrors",
  "rxDropped",
  "txDropped",
  "multicast",
  "collisions",
  "rxLengthErrors",
  "rxOverErrors",
  "rxCrcErrors",
  "rxFrameErrors",
  "rxFifoErrors",
  "rxMissedErrors",
  "txAbortedErrors",
  "txCarrierErrors",
] as const;
/** Counters of struct rtnl_link_stats64 (linux/if_link.h), by name; packets or octets since the device was made. */
export type LinkStats = Readonly<Record<(typeof LINK_STATS)[number], bigint>>;

/** A device as the kernel tells of it. */
export interface Link {
  readonly ifindex: number;
  readonly name: string;
  /** Bits of IFF. */
  readonly flags: number;
  /** Undefined for devices whose addresses are not six octets. */
  readonly mac?: MacAddr;
  readonly mtu?: number;
  /** Driver family: "veth", "tun", "bridge"…; undefined for hardware. */
  readonly kind?: string;
  /** A free text that someone gave the device. */
  readonly alias?: string;
  /** ifindex of the device that this one is enslaved to. */
  readonly master?: number;
  /** How often carrier came and went since the device was made. */
  readonly carrierUps?: number;
  readonly carrierDowns?: number;
  readonly stats?: LinkStats;
  /** Set in a deletion: the device moved to another namespace. */
  readonly moved?: boolean;
}

/** A device that is there, anew or changed ("new", RTM_NEWLINK), or that went ("deleted", RTM_DELLINK). */
export interface LinkEvent {
  readonly kind: "new" | "deleted";
  readonly link: Link;
}

function info(ifindex: number, flags = 0, change = 0): Uint8Array {
  const octets = new Uint8Array(INFO_SIZE);
  const data = view(octets);
  data.setInt32(4, ifindex, HOST_LITTLE);
  data.setUint32(8, flags, HOST_LITTLE);
  data.setUint32(12, change, HOST_LITTLE);
  return octets;
}

/** An Ethernet address as its 6 octets, in the order of the wire. */
export function macOctets(mac: MacAddr): Uint8Array {
  const octets = new Uint8Array(6);
  let rest: number = mac;
  for (let i = 5; i >= 0; i--) {
    octets[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return octets;
}

/** Which device a request is about. */
export type LinkRef = { readonly ifindex: number } | { readonly name: string };
const refParts = (ref: LinkRef): Uint8Array[] =>
  "name" in ref ? [info(0), attribute(IFLA.ifname, text(ref.name))] : [info(ref.ifindex)];

/** RTM_GETLINK for one device (rtnetlink(7)): the kernel answers with a link, or ENODEV. */
export function encodeGetLink(sequence: number, ref: LinkRef): Uint8Array {
  return encodeMessage(RTM.getlink, NLM_F.request, sequence, refParts(ref));
}

/** RTM_GETLINK for all devices of the namespace; the answer is in parts and ends with NLMSG_DONE. */
export function encodeDumpLinks(sequence: number): Uint8Array {
  return encodeMessage(RTM.getlink, NLM_F.request | NLM_F.dump, sequence, [info(0)]);
}

/** What to change of a device. */
export interface LinkChange {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly mac?: MacAddr;
  readonly name?: string;
  /** ifindex of the new master, 0 for none. */
  readonly master?: number;
  /** At most 255 octets. */
  readonly alias?: string;
}

/** RTM_SETLINK: changes only what `change` has; the kernel acknowledges, or answers with an errno. */
export function encodeSetLink(sequence: number, ifindex: number, change: LinkChange): Uint8Array {
  const parts = [change.up === undefined ? info(ifindex) : info(ifindex, change.up ? IFF.up : 0, IFF.up)];
  if (change.mtu !== undefined) parts.push(attribute(IFLA.mtu, u32(change.mtu)));
  if (change.mac !== undefined) parts.push(attribute(IFLA.address, macOctets(change.mac)));
  if (change.name !== undefined) parts.push(attribute(IFLA.ifname, text(change.name)));
  if (change.alias !== undefined) parts.push(attribute(IFLA.ifalias, text(change.alias)));
  if (change.master !== undefined) parts.push(attribute(IFLA.master, u32(change.master)));
  return encodeMessage(RTM.setlink, NLM_F.request | NLM_F.ack, sequence, parts);
}

/** Makes a device of a driver family; of "veth" with the name of its other end. */
export function encodeNewLink(sequence: number, name: string, kind: string, peer?: string): Uint8Array {
  const parts = [attribute(IFLA_INFO.kind, text(kind))];
  if (peer !== undefined) {
    const other = attribute(VETH_INFO_PEER, [info(0), attribute(IFLA.ifname, text(peer))]);
    parts.push(attribute(IFLA_INFO.data, other));
  }
  const flags = NLM_F.request | NLM_F.ack | NLM_F.create | NLM_F.excl;
  const linkinfo = attribute(IFLA.linkinfo, parts);
  return encodeMessage(RTM.newlink, flags, sequence, [info(0), attribute(IFLA.ifname, text(name)), linkinfo]);
}

/** RTM_DELLINK: takes the device away; the kernel acknowledges, or answers with an errno. */
export function encodeDeleteLink(sequence: number, ref: LinkRef): Uint8Array {
  return encodeMessage(RTM.dellink, NLM_F.request | NLM_F.ack, sequence, refParts(ref));
}

/** The link that a message tells of; undefined when it tells of none. */
export function decodeLink({ type, payload }: RawMessage): LinkEvent | undefined {
  if ((type !== RTM.newlink && type !== RTM.dellink) || payload.length < INFO_SIZE) return undefined;
  const data = view(payload);
  const attributes = parseAttributes(payload.subarray(INFO_SIZE));
  const address = attributes.get(IFLA.address);
  const kind = linkKind(attributes.get(IFLA.linkinfo));
  const alias = readText(attributes.get(IFLA.ifalias));
  const stats = readStats(attributes.get(IFLA.stats64));
  const number = (name: string, id: number) => {
    const value = readU32(attributes.get(id));
    return value === undefined ? {} : { [name]: value };
  };
  const link: Link = {
    ifindex: data.getInt32(4, HOST_LITTLE),
    name: readText(attributes.get(IFLA.ifname)) ?? "",
    flags: data.getUint32(8, HOST_LITTLE),
    ...(address?.length === 6 && { mac: address.reduce((sum, octet) => sum * 256 + octet, 0) as MacAddr }),
    ...number("mtu", IFLA.mtu),
    ...number("master", IFLA.master),
    ...number("carrierUps", IFLA.carrierUpCount),
    ...number("carrierDowns", IFLA.carrierDownCount),
    ...(kind !== undefined && { kind }),
    ...(alias !== undefined && { alias }),
    ...(stats && { stats }),
    ...(attributes.has(IFLA.newNetnsid) && { moved: true }),
  };
  return { kind: type === RTM.newlink ? "new" : "deleted", link };
}

function linkKind(linkinfo: Uint8Array | undefined): string | undefined {
  return linkinfo && readText(parseAttributes(linkinfo).get(IFLA_INFO.kind));
}

function readStats(octets: Uint8Array | undefined): LinkStats | undefined {
  if (!octets || octets.length < LINK_STATS.length * 8) return undefined;
  const data = view(octets);
  return Object.fromEntries(
    LINK_STATS.map((name, i) => [name, data.getBigUint64(8 * i, HOST_LITTLE)] as const),
  ) as LinkStats;
}
