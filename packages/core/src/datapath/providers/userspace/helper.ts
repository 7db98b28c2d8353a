import {
  type Connection,
  type ConnectionTable,
  expectationOf,
  FTP_MESSAGE_MAX,
  type FtpAnnouncement,
  ftpAddress,
  ftpAnnouncement,
  PROTOCOL,
  type Tuple,
} from "#conntrack";
import { WORD } from "#flow";
import type { Packet } from "#netdev";
import { adjust, internetChecksum } from "./checksum.ts";
import { pseudoSum } from "./intact.ts";
import { finishChecksum, type Headers } from "./set.ts";

/**
 * Helpers of connection tracking: control connections of FTP and TFTP announce data connections. What FTP says of
 * addresses is rewritten as they are; numbers of its stream are then off by the octets that came or went.
 */

/** A protocol whose control connections a helper understands. */
export type HelperName = "ftp" | "tftp";

/** The helper that packets with these ends are for, by their well-known ports. */
export function controlOf({ protocol, sport, dport }: Tuple): HelperName | undefined {
  if (protocol === PROTOCOL.udp && dport === 69) return "tftp";
  return protocol === PROTOCOL.tcp && (sport === 21 || dport === 21) ? "ftp" : undefined;
}

/** The helper that a new connection gets: what ct(alg=…) says, unless its ports say otherwise. */
export const helperFor = (wanted: string | undefined, control: HelperName | undefined): string | undefined =>
  wanted === undefined || (control !== undefined && !wanted.startsWith(control)) ? undefined : wanted;

const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 8;
  o[at + 1] = value & 0xff;
};

/** Where the parts of a TCP segment are, in octets of the packet's memory. */
interface Places {
  readonly l3: number;
  readonly l4: number;
  readonly data: number;
  readonly end: number;
  readonly v6: boolean;
}

function placesOf(packet: Packet, headers: Headers): Places | undefined {
  headers.locate(packet);
  const { start, octets } = packet;
  const [l3, l4, end] = [headers.offsets.l3, headers.offsets.l4, headers.offsets.end].map((at) => start + at) as [
    number,
    number,
    number,
  ];
  if (end - l4 < 20) return undefined;
  const data = l4 + ((octets[l4 + 12] as number) >>> 4) * 4;
  return data > end ? undefined : { l3, l4, data, end, v6: headers.key[WORD.ethType] === 0x86dd };
}

/** What a segment of a control connection of FTP announces. */
export function announcement(packet: Packet, headers: Headers): FtpAnnouncement | "malformed" | undefined {
  const places = placesOf(packet, headers);
  if (!places) return undefined;
  const { data, end, v6 } = places;
  const octets = packet.octets.subarray(data, Math.min(end, data + FTP_MESSAGE_MAX));
  return ftpAnnouncement(String.fromCharCode(...octets), v6);
}

/** Corrects a segment for what was put into a stream: the number of what follows it, or what acknowledges it. */
export function correctNumbers(packet: Packet, headers: Headers, { skew }: Connection, reply: boolean): void {
  if (skew.octets === 0) return;
  const places = placesOf(packet, headers);
  if (!places) return;
  packet.own();
  const { l4 } = placesOf(packet, forgetful(headers)) ?? places;
  const own = reply === skew.reply;
  const at = l4 + (own ? 4 : 8);
  const view = new DataView(packet.octets.buffer, packet.octets.byteOffset + at, 4);
  const before = view.getUint32(0);
  const after = (before + (own ? skew.octets : -skew.octets)) >>> 0;
  view.setUint32(0, after);
  if (!packet.needsChecksum) adjust(packet.octets, l4 + 16, before, after);
  headers.forget();
}

/** The same headers, to be located anew. */
function forgetful(headers: Headers): Headers {
  headers.forget();
  return headers;
}

/**
 * Remembers what a control connection announces, and rewrites the address in it when addresses are translated.
 *
 * @returns false when it announces what it may not
 */
export function announceFtp(
  table: ConnectionTable,
  packet: Packet,
  headers: Headers,
  about: {
    readonly connection: Connection;
    readonly reply: boolean;
    readonly nat: boolean;
    readonly told: FtpAnnouncement;
  },
): boolean {
  const { connection, reply, nat, told } = about;
  const active = told.mode === "active";
  // As its own end knows the listener, and as the other end does.
  const own = active ? connection.original.src : connection.reply.src;
  const shown = active ? connection.reply.dst : connection.original.dst;
  const same = (a: readonly number[], b: readonly number[]) => a.join() === b.join();
  if (told.address && !same(told.address, own) && !same(told.address, shown)) return false;
  table.expectations.add(expectationOf(connection, reply, told.port));
  const change =
    nat && told.address && !same(told.address, shown) ? rewrite(packet, headers, told, ftpAddress(shown)) : 0;
  if (nat) correctNumbers(packet, headers, connection, reply);
  if (change !== 0) connection.skew = { octets: connection.skew.octets + change, reply };
  return true;
}

/** Puts another address into the text. @returns how many octets it grew by */
function rewrite(packet: Packet, headers: Headers, told: FtpAnnouncement, text: string): number {
  const places = placesOf(packet, headers);
  if (!places || packet.gsoType !== 0) return 0;
  finishChecksum(packet);
  packet.own();
  headers.forget();
  const before = placesOf(packet, headers) ?? places;
  const from = packet.start;
  const at = before.data - from + told.at;
  const change = text.length - told.size;
  if (change > 0) packet.insert(at, change);
  else if (change < 0) packet.remove(at, -change);
  for (let i = 0; i < text.length; i++) packet.octets[packet.start + at + i] = text.charCodeAt(i);
  const moved = packet.start - from;
  const after = { ...before, l3: before.l3 + moved, l4: before.l4 + moved, end: before.end + moved + change };
  resize(packet, after, change);
  headers.forget();
  return change;
}

/** Writes lengths and checksums of a segment that grew. */
function resize({ octets }: Packet, { l3, l4, end, v6 }: Places, change: number): void {
  const at = v6 ? l3 + 4 : l3 + 2;
  put16(octets, at, (((octets[at] as number) << 8) | (octets[at + 1] as number)) + change);
  if (!v6) {
    put16(octets, l3 + 10, 0);
    put16(octets, l3 + 10, internetChecksum(octets, l3, l4 - l3));
  }
  put16(octets, l4 + 16, 0);
  put16(
    octets,
    l4 + 16,
    internetChecksum(octets, l4, end - l4, pseudoSum({ octets, at: l4, end }, l3, v6, PROTOCOL.tcp)),
  );
}

/** A request of TFTP announces that the other end will answer from a port of its own (RFC 1350 §4). */
export const announceTftp = (table: ConnectionTable, connection: Connection, reply: boolean): void =>
  table.expectations.add(expectationOf(connection, reply, connection.original.sport));
