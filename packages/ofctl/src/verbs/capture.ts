/** Packets made, taken apart and read out of captures. */
import { writeSync } from "node:fs";
import {
  composePacket as compose,
  extract,
  formatFlow,
  MAX_VLAN_TAGS,
  newKey,
  PacketOffsets,
  parseFlow,
  WORD,
} from "@vswitch/core/flow";
import { fromHex } from "@vswitch/core/lib";
import { formatIpv4, formatIpv6 } from "@vswitch/core/packet";
import { fatal } from "../errors.ts";
import { readFile } from "../files.ts";
import { OFPP, printMessage } from "../openflow.ts";
import { onePacketFile, readPcap } from "../pcap.ts";
import { plainDump } from "../plain-dump.ts";
import { print } from "../print.ts";
import type { Call } from "../verb.ts";

/** The key of a packet, and where its headers are. */
function dissect(octets: Uint8Array, inPort: number | undefined) {
  const key = newKey();
  const offsets = new PacketOffsets();
  extract(octets, 0, octets.length, key, offsets, MAX_VLAN_TAGS);
  if (inPort !== undefined) key[WORD.inPort] = inPort;
  return { key, offsets };
}

/** One line a packet of the capture files. */
export function parsePcap({ args }: Call): void {
  for (const file of args)
    for (const { octets } of readPcap(file)) print(1, `${formatFlow(dissect(octets, OFPP.any).key)}\n`);
}

/** A packet that comes in on standard input, whole. */
export function parsePacket(): void {
  const octets = Buffer.from(readFile("-", "open failed", "latin1"), "latin1");
  print(1, `${formatFlow(dissect(octets, undefined).key)}\n`);
}

/** What there is of the IPv4 checksum, spoilt: the rest of the packet stays right. */
function spoilChecksum(octets: Uint8Array): void {
  const { l3 } = dissect(octets, undefined).offsets;
  if (l3 >= 0 && (octets[l3] as number) >>> 4 === 4) octets[l3 + 10] = (octets[l3 + 10] as number) ^ 0xff;
}

export async function composePacket({ options, args }: Call): Promise<number> {
  const [text = "", payloadHex] = args;
  if (options.bare && options.pcap) throw fatal("--bare and --pcap are mutually exclusive");
  const key = parseFlow(text);
  const payload = payloadHex === undefined ? undefined : fromHex(payloadHex);
  if (payloadHex !== undefined && !payload) throw fatal(`${payloadHex}: trailing garbage in packet data`);
  const octets = compose(key, payload);
  if (options.badChecksum) spoilChecksum(octets);
  if (options.pcap) writeSync(1, onePacketFile(octets, Date.now()));
  else if (options.bare) print(1, Buffer.from(octets).toString("hex"));
  else print(1, plainDump(octets));
  const [specified, extracted] = [formatFlow(key), formatFlow(dissect(octets, OFPP.any).key)];
  if (specified === extracted) return 0;
  print(2, `specified and extracted flows differ:\nspecified: ${specified}\nextracted: ${extracted}`);
  return 1;
}

/** The ports of OpenFlow over TCP: IANA's, and the old one. */
const PORTS = [6653, 6633];

interface Stream {
  /** The number of the next octet (RFC 9293 §3.4). */
  next: number;
  data: Uint8Array;
}

function* messages(stream: Stream): Generator<Uint8Array> {
  let at = 0;
  const { data } = stream;
  while (data.length - at >= 8) {
    const size = ((data[at + 2] as number) << 8) | (data[at + 3] as number);
    if (size < 8) {
      stream.data = new Uint8Array(0);
      return;
    }
    if (data.length - at < size) break;
    yield data.subarray(at, at + size);
    at += size;
  }
  stream.data = data.subarray(at);
}

const clock = (when: number): string => {
  const date = new Date(when);
  const two = (n: number) => String(n).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")} `;
};

/** The payload of a TCP segment, with its sequence number; undefined: it is no whole TCP segment. */
function segment(octets: Uint8Array, l4: number, end: number) {
  if (l4 < 0 || end < l4 + 20) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const header = ((octets[l4 + 12] as number) >>> 4) * 4;
  if (header < 20 || l4 + header > end) return undefined;
  return {
    sequence: view.getUint32(l4 + 4),
    syn: ((octets[l4 + 13] as number) & 2) !== 0,
    data: octets.subarray(l4 + header, end),
  };
}

/** Adds what a segment brings that was not there before; what stands behind a gap is lost. */
function feed(stream: Stream | undefined, sequence: number, data: Uint8Array): Stream {
  if (!stream) return { next: (sequence + data.length) >>> 0, data };
  const known = (stream.next - sequence) | 0;
  const fresh = known >= 0 ? data.subarray(Math.min(known, data.length)) : data;
  const held = known >= 0 ? stream.data : new Uint8Array(0);
  const joined = new Uint8Array(held.length + fresh.length);
  joined.set(held);
  joined.set(fresh, held.length);
  const next = known > data.length ? stream.next : (sequence + data.length) >>> 0;
  return { next, data: joined };
}

/** Prints the OpenFlow in TCP connections that have one of the ports at an end. */
export function ofpParsePcap({ options, args }: Call): void {
  const [file = "", ...portTexts] = args;
  const ports = new Set(portTexts.length ? portTexts.map((text) => Number.parseInt(text, 10) || 0) : PORTS);
  const streams = new Map<string, Stream>();
  let gap = "";
  for (const { octets, when } of readPcap(file, 1)) {
    const { key, offsets } = dissect(octets, undefined);
    if ((key[WORD.ip] as number) >>> 24 !== 6) continue;
    const [source, destination] = [(key[WORD.tp] as number) >>> 16, (key[WORD.tp] as number) & 0xffff];
    const tcp = segment(octets, offsets.l4, offsets.end);
    if (!tcp || !(ports.has(source) || ports.has(destination))) continue;
    const name = `${addressAt(key, WORD.nwSrc, WORD.ipv6Src)}.${source} > ${addressAt(key, WORD.nwDst, WORD.ipv6Dst)}.${destination}`;
    const stream = tcp.syn
      ? { next: (tcp.sequence + 1) >>> 0, data: new Uint8Array(0) }
      : feed(streams.get(name), tcp.sequence, tcp.data);
    streams.set(name, stream);
    for (const message of messages(stream)) {
      const text = printMessage(message, { verbosity: options.verbosity + 1 });
      print(1, `${gap}${options.timestamp ? clock(when) : ""}${name}:\n${text}`);
      gap = "\n";
    }
  }
}

function addressAt(key: Uint32Array, ipv4: number, ipv6: number): string {
  if (key[WORD.ethType] === 0x0800) return formatIpv4(key[ipv4] as number);
  let address = 0n;
  for (let i = 0; i < 4; i++) address = (address << 32n) | BigInt(key[ipv6 + i] as number);
  return `[${formatIpv6(address)}]`;
}
