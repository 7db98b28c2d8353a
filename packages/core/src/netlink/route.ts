import { HOST_LITTLE, parseAttributes, readU32, view } from "./attribute.ts";
import { encodeMessage, NLM_F, type RawMessage, RTM } from "./message.ts";

/** Routes over rtnetlink(7): struct rtmsg and its attributes. */
const INFO_SIZE = 12;
const RTA = { destination: 1, oif: 4, gateway: 5, preferredSource: 7, table: 15, mark: 16 } as const;
const AF_INET = 2;

/** Tables that hosts have without anybody's doing (linux/rtnetlink.h). */
export const ROUTE_TABLES = { default: 253, main: 254, local: 255 } as const;
/** Multicast groups of changes of routes and addresses, as bits. */
export const RTMGRP_ROUTES = 0x40 | 0x400;
/** As RTMGRP_ROUTES, of addresses. */
export const RTMGRP_ADDRESSES = 0x10 | 0x100;

/** Kinds of routes: to others, and to the host itself. */
const TYPES: Readonly<Record<number, "unicast" | "local">> = { 1: "unicast", 2: "local" };

/** A route of the host; addresses are 4 or 16 octets. */
export interface HostRoute {
  readonly family: 4 | 6;
  readonly type: "unicast" | "local";
  readonly table: number;
  /** undefined: the default route. */
  readonly destination: Uint8Array | undefined;
  /** Bits of the destination that count. */
  readonly length: number;
  readonly ifindex: number;
  readonly gateway: Uint8Array | undefined;
  readonly source: Uint8Array | undefined;
  readonly mark: number;
}

/** Asks for all routes of the namespace. */
export function encodeDumpRoutes(sequence: number): Uint8Array {
  return encodeMessage(RTM.getroute, NLM_F.request | NLM_F.dump, sequence, [new Uint8Array(INFO_SIZE)]);
}

/** The route that a message tells of; undefined for messages of other things and for routes of other kinds. */
export function decodeRoute({ type, payload }: RawMessage): HostRoute | undefined {
  if (type !== RTM.newroute || payload.length < INFO_SIZE) return undefined;
  const kind = TYPES[payload[7] as number];
  const attributes = parseAttributes(payload.subarray(INFO_SIZE));
  const ifindex = readU32(attributes.get(RTA.oif));
  if (!kind || ifindex === undefined || view(payload).getUint32(8, HOST_LITTLE) & CLONED) return undefined;
  return {
    family: payload[0] === AF_INET ? 4 : 6,
    type: kind,
    table: readU32(attributes.get(RTA.table)) ?? (payload[4] as number),
    destination: attributes.get(RTA.destination)?.slice(),
    length: payload[1] as number,
    ifindex,
    gateway: attributes.get(RTA.gateway)?.slice(),
    source: attributes.get(RTA.preferredSource)?.slice(),
    mark: readU32(attributes.get(RTA.mark)) ?? 0,
  };
}
/** A route made of another one, for one destination. */
const CLONED = 0x200;
