import { type Connection, isIcmp, PROTOCOL, reversed, type Tuple } from "#conntrack";
import { type FlowKey, WORD } from "#flow";
import type { Packet } from "#netdev";
import { adjust, adjustUdp, internetChecksum } from "./checksum.ts";
import { IP_AT, pseudoSum } from "./intact.ts";
import { type Headers, writeWord } from "./set.ts";

const get32 = (o: Uint8Array, at: number): number =>
  (((o[at] as number) << 24) | ((o[at + 1] as number) << 16) | ((o[at + 2] as number) << 8) | (o[at + 3] as number)) >>>
  0;
const put32 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 24;
  o[at + 1] = (value >>> 16) & 0xff;
  o[at + 2] = (value >>> 8) & 0xff;
  o[at + 3] = value & 0xff;
};

/** The end of a packet that translation changes: the opener's source or destination, mirrored for answers. */
export const changedEnd = (nat: "src" | "dst", reply: boolean): "src" | "dst" =>
  (nat === "src") === reply ? "dst" : "src";

/** The ends by which the receiver of a packet of that direction knows the connection. */
export const translatedEnds = ({ original, reply: answers }: Connection, reply: boolean): Tuple =>
  reversed(reply ? original : answers);

function writeAddress(packet: Packet, headers: Headers, side: "src" | "dst", address: readonly number[]): void {
  const v6 = address.length > 1;
  const first = side === "src" ? (v6 ? WORD.ipv6Src : WORD.nwSrc) : v6 ? WORD.ipv6Dst : WORD.nwDst;
  for (const [i, value] of address.entries()) writeWord(packet, headers, { word: first + i, value, mask: 0xffffffff });
}

/** Gives a packet the ends that its receiver knows the connection by. */
export function translate(packet: Packet, headers: Headers, connection: Connection, reply: boolean): void {
  const wanted = translatedEnds(connection, reply);
  packet.own();
  writeAddress(packet, headers, "src", wanted.src);
  writeAddress(packet, headers, "dst", wanted.dst);
  if (!isIcmp(wanted.protocol) && (wanted.sport !== 0 || wanted.dport !== 0)) {
    const value = ((wanted.sport << 16) | wanted.dport) >>> 0;
    writeWord(packet, headers, { word: WORD.tp, value, mask: 0xffffffff });
  }
  headers.forget();
}

/** As translate, for an ICMP error: its address that is translated, and the packet that it quotes. */
export function translateError(packet: Packet, headers: Headers, connection: Connection, reply: boolean): void {
  if (!connection.nat) return;
  const wanted = translatedEnds(connection, reply);
  const side = changedEnd(connection.nat, reply);
  packet.own();
  headers.locate(packet);
  const { l4, end } = headers.offsets;
  const key: FlowKey = headers.key;
  const v6 = key[WORD.ethType] === 0x86dd;
  const { octets, start } = packet;
  const icmp = start + l4;
  writeAddress(packet, headers, side, wanted[side]);
  // The quoted packet went the other way.
  quoted({ octets, at: icmp + 8, end: start + end }, v6, reversed(wanted));
  octets[icmp + 2] = 0;
  octets[icmp + 3] = 0;
  const span = { octets, at: icmp, end: start + end };
  const l3 = start + headers.offsets.l3;
  const sum = internetChecksum(octets, icmp, start + end - icmp, v6 ? pseudoSum(span, l3, true, PROTOCOL.icmpv6) : 0);
  octets[icmp + 2] = sum >>> 8;
  octets[icmp + 3] = sum & 0xff;
  headers.forget();
}

/** Writes ends into the quoted packet, with the checksums that are there. */
function quoted({ octets, at, end }: { octets: Uint8Array; at: number; end: number }, v6: boolean, ends: Tuple): void {
  const l4 = at + (v6 ? 40 : ((octets[at] as number) & 15) * 4);
  const { src, dst } = IP_AT[v6 ? "v6" : "v4"];
  const pseudo: (readonly [number, number])[] = [];
  for (const [where, words] of [
    [at + src, ends.src],
    [at + dst, ends.dst],
  ] as const) {
    for (const [i, word] of words.entries()) {
      const before = get32(octets, where + 4 * i);
      put32(octets, where + 4 * i, word);
      if (!v6) adjust(octets, at + 10, before, word);
      pseudo.push([before, word]);
    }
  }
  if (isIcmp(ends.protocol) || (ends.sport === 0 && ends.dport === 0)) return;
  const ports = ((ends.sport << 16) | ends.dport) >>> 0;
  const changes = [...pseudo, [get32(octets, l4), ports] as const];
  put32(octets, l4, ports);
  if (ends.protocol === PROTOCOL.udp && end - l4 >= 8)
    for (const [before, after] of changes) adjustUdp(octets, l4 + 6, before, after);
  if (ends.protocol === PROTOCOL.tcp && end - l4 >= 20)
    for (const [before, after] of changes) adjust(octets, l4 + 16, before, after);
}
