import { attribute, HOST_LITTLE, parseAttributes, readU32, view } from "./attribute.ts";
import { encodeMessage, NLM_F, type RawMessage, RTM } from "./message.ts";

/** Addresses of devices over rtnetlink(7): struct ifaddrmsg and its attributes. */
const INFO_SIZE = 8;
const IFA = { address: 1, local: 2, flags: 8 } as const;
const AF_INET = 2;
const AF_INET6 = 10;

/** An IP address of a device. */
export interface DeviceAddress {
  readonly ifindex: number;
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** Asks for all addresses of the namespace. */
export function encodeDumpAddresses(sequence: number): Uint8Array {
  return encodeMessage(RTM.getaddr, NLM_F.request | NLM_F.dump, sequence, [new Uint8Array(INFO_SIZE)]);
}

/** Adds an address, or removes it. */
export function encodeAddress(sequence: number, what: "add" | "remove", address: DeviceAddress): Uint8Array {
  const info = new Uint8Array(INFO_SIZE);
  info[0] = address.address.length === 4 ? AF_INET : AF_INET6;
  info[1] = address.prefix;
  view(info).setUint32(4, address.ifindex, HOST_LITTLE);
  const parts = [info, attribute(IFA.local, address.address), attribute(IFA.address, address.address)];
  const flags = NLM_F.request | NLM_F.ack | (what === "add" ? NLM_F.create : 0);
  return encodeMessage(what === "add" ? RTM.newaddr : RTM.deladdr, flags, sequence, parts);
}

/** The address that a message tells of; undefined when it tells of none. */
export function decodeAddress({ type, payload }: RawMessage): DeviceAddress | undefined {
  if (type !== RTM.newaddr || payload.length < INFO_SIZE) return undefined;
  const attributes = parseAttributes(payload.subarray(INFO_SIZE));
  const address = attributes.get(IFA.local) ?? attributes.get(IFA.address);
  if (!address) return undefined;
  const ifindex = readU32(payload.subarray(4, 8)) ?? 0;
  return { ifindex, address: address.slice(), prefix: payload[1] as number };
}
