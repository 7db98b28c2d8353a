import { align4, HOST_LITTLE, view } from "./attribute.ts";

/** Netlink messages (netlink(7)): length:32 type:16 flags:16 sequence:32 port:32 in host order, then the payload. */
export const MESSAGE_HEADER = 16;

/** Flags of a request (linux/netlink.h, NLM_F_*); `dump` is root and match together. */
export const NLM_F = { request: 1, multi: 2, ack: 4, dump: 0x300, create: 0x400, excl: 0x200 } as const;
/** Types of messages about messages (linux/netlink.h, NLMSG_*): an error or acknowledgement, and the end of a dump. */
export const NLMSG = { error: 2, done: 3 } as const;
/** Types of routing messages (linux/rtnetlink.h, RTM_*). */
export const RTM = {
  newlink: 16,
  dellink: 17,
  getlink: 18,
  setlink: 19,
  newaddr: 20,
  deladdr: 21,
  getaddr: 22,
  newroute: 24,
  delroute: 25,
  getroute: 26,
} as const;

/** A message as it came, before its payload is looked into. */
export interface RawMessage {
  readonly type: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** A whole message: the header, then `parts`, each padded with zeros to 4 octets. Port 0: the kernel fills it in. */
export function encodeMessage(type: number, flags: number, sequence: number, parts: readonly Uint8Array[]): Uint8Array {
  const size = MESSAGE_HEADER + parts.reduce((sum, part) => sum + align4(part.length), 0);
  const octets = new Uint8Array(size);
  const data = view(octets);
  data.setUint32(0, size, HOST_LITTLE);
  data.setUint16(4, type, HOST_LITTLE);
  data.setUint16(6, flags, HOST_LITTLE);
  data.setUint32(8, sequence, HOST_LITTLE);
  let at = MESSAGE_HEADER;
  for (const part of parts) {
    octets.set(part, at);
    at += align4(part.length);
  }
  return octets;
}

/** The messages of a datagram; a broken tail is left out. */
export function decodeMessages(datagram: Uint8Array): RawMessage[] {
  const messages: RawMessage[] = [];
  const data = view(datagram);
  for (let at = 0; at + MESSAGE_HEADER <= datagram.length; ) {
    const size = data.getUint32(at, HOST_LITTLE);
    if (size < MESSAGE_HEADER || at + size > datagram.length) break;
    messages.push({
      type: data.getUint16(at + 4, HOST_LITTLE),
      sequence: data.getUint32(at + 8, HOST_LITTLE),
      payload: datagram.subarray(at + MESSAGE_HEADER, at + size),
    });
    at += align4(size);
  }
  return messages;
}

/** Positive errno of an error message, 0 of an acknowledgement; undefined for other messages. */
export function messageError({ type, payload }: RawMessage): number | undefined {
  if (type !== NLMSG.error) return undefined;
  return payload.length >= 4 ? -view(payload).getInt32(0, HOST_LITTLE) : 0;
}
