import { Packet, VNET_GSO } from "#netdev";
import { internetChecksum } from "./checksum.ts";
import { finishChecksum } from "./set.ts";

/**
 * What a device would do with a frame that was left to it: cutting a GSO super-frame to segments and finishing the
 * transport checksum. For outputs that cannot (virtio 1.2 §5.1.6.2).
 */
const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = (value >>> 8) & 0xff;
  o[at + 1] = value & 0xff;
};
const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);
const get32 = (o: Uint8Array, at: number): number => ((get16(o, at) << 16) | get16(o, at + 2)) >>> 0;

const TCP_SEQUENCE = 4;
const TCP_FLAGS = 13;
const FIN_PSH = 0x09;
const CWR = 0x80;

/** The frames that `packet` stands for, checksums finished; the packet itself stays as it is. */
export function segment(packet: Packet): Packet[] {
  const kind = packet.gsoType & ~VNET_GSO.ecn;
  const tcp = kind === VNET_GSO.tcp4 || kind === VNET_GSO.tcp6;
  if (!tcp && kind !== VNET_GSO.udpL4) {
    const whole = packet.clone();
    whole.own();
    finishChecksum(whole);
    whole.clearOffload();
    return [whole];
  }
  const l4 = packet.csumStart;
  const { octets, start, length, gsoSize } = packet;
  const headers = l4 + (tcp ? ((octets[start + l4 + 12] as number) >>> 4) * 4 : 8);
  if (l4 < 20 || headers >= length || gsoSize === 0) return [];
  const parts: Packet[] = [];
  for (let at = headers; at < length; at += gsoSize) {
    const size = Math.min(gsoSize, length - at);
    const frame = new Uint8Array(headers + size);
    frame.set(octets.subarray(start, start + headers));
    frame.set(octets.subarray(start + at, start + at + size), headers);
    fixNetwork(frame, l4, parts.length);
    if (tcp) fixTcp(frame, l4, at - headers, at === headers, at + size === length);
    else put16(frame, l4 + 4, size + 8);
    finishTransport(frame, l4, tcp);
    parts.push(Packet.of(frame, undefined, packet.memory));
  }
  return parts;
}

/** Where the IP header before `l4` begins: 4 or 6 is read at the place that the header sizes leave possible. */
function networkStart(frame: Uint8Array, l4: number): number {
  let at = 12;
  while (get16(frame, at) === 0x8100 || get16(frame, at) === 0x88a8) at += 4;
  at += 2;
  return at < l4 ? at : -1;
}

function fixNetwork(frame: Uint8Array, l4: number, index: number): void {
  const at = networkStart(frame, l4);
  if (at < 0) return;
  if ((frame[at] as number) >>> 4 === 4) {
    put16(frame, at + 2, frame.length - at);
    put16(frame, at + 4, get16(frame, at + 4) + index);
    put16(frame, at + 10, 0);
    put16(frame, at + 10, internetChecksum(frame, at, ((frame[at] as number) & 15) * 4));
  } else put16(frame, at + 4, frame.length - at - 40);
}

function fixTcp(frame: Uint8Array, l4: number, offset: number, first: boolean, last: boolean): void {
  const sequence = (get32(frame, l4 + TCP_SEQUENCE) + offset) >>> 0;
  put16(frame, l4 + TCP_SEQUENCE, sequence >>> 16);
  put16(frame, l4 + TCP_SEQUENCE + 2, sequence & 0xffff);
  if (!last) frame[l4 + TCP_FLAGS] = (frame[l4 + TCP_FLAGS] as number) & ~FIN_PSH;
  if (!first) frame[l4 + TCP_FLAGS] = (frame[l4 + TCP_FLAGS] as number) & ~CWR;
}

/** Writes the whole transport checksum of a frame with an IP header in front (RFC 9293 §3.1, RFC 8200 §8.1). */
function finishTransport(frame: Uint8Array, l4: number, tcp: boolean): void {
  const at = networkStart(frame, l4);
  if (at < 0) return;
  const v4 = (frame[at] as number) >>> 4 === 4;
  const where = l4 + (tcp ? 16 : 6);
  put16(frame, where, 0);
  let pseudo = (tcp ? 6 : 17) + (frame.length - l4);
  const from = at + (v4 ? 12 : 8);
  for (let i = from; i < from + (v4 ? 8 : 32); i += 2) pseudo += get16(frame, i);
  put16(frame, where, internetChecksum(frame, l4, frame.length - l4, pseudo) || (tcp ? 0 : 0xffff));
}
