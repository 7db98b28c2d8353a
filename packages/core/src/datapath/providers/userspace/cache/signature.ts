import type { Packet } from "#netdev";
import type { Flow } from "../flow.ts";

/**
 * The exact-match cache in front of the megaflows. It knows a packet by the header words themselves: for ordinary
 * frames (at most one VLAN tag, IPv4 without options or IPv6 without extension headers, no fragment, TCP, UDP or
 * ICMP) all that flow extraction would read is in a few aligned words, so equal words mean equal keys and a hit needs
 * no extraction. Every other frame is not eligible and takes the long way.
 *
 * Words are compared as they lie in memory, in the machine's order; the constants below are for little-endian.
 */
const ENTRIES = 8192;
const WORDS = 20;
/** Words of an IPv4 signature; IPv6 takes eight more. */
const SHORT = 10;

const TYPE_IPV4 = 0x0008;
const TYPE_IPV6 = 0xdd86;
const TYPE_VLAN = 0x0081;
const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;

const swap16 = (half: number): number => ((half & 0xff) << 8) | (half >>> 8);

/**
 * Flows by what their packets look like and the port they came in by: spares the taking apart of packets like the last.
 */
export class SignatureCache {
  readonly #entries = new Int32Array(ENTRIES * WORDS);
  readonly #flows: (Flow | undefined)[] = new Array(ENTRIES).fill(undefined);
  /** The signature last taken. */
  readonly #words = new Int32Array(WORDS);
  #length = 0;
  #slot = 0;
  /** TCP flags of the packet whose signature was last taken. */
  tcpFlags = 0;
  #octets: Uint8Array | undefined;
  #view: Int32Array = new Int32Array(0);

  /** The flow of a packet that came in by `port`; undefined when it is not known. */
  find(packet: Packet, port: number): Flow | undefined {
    this.#length = this.#take(packet, port);
    if (this.#length === 0) return undefined;
    const words = this.#words;
    let h = 0;
    for (let i = 0; i < SHORT; i++) h = Math.imul(((h << 13) | (h >>> 19)) ^ (words[i] as number), 0x9e3779b1);
    for (let i = SHORT; i < this.#length; i++)
      h = Math.imul(((h << 13) | (h >>> 19)) ^ (words[i] as number), 0x9e3779b1);
    h ^= h >>> 15;
    const first = h & (ENTRIES - 1);
    const flow = this.#flows[first];
    if (flow?.live && this.#equal(first)) {
      this.#slot = first;
      return flow;
    }
    const second = (h >>> 13) & (ENTRIES - 1);
    const other = this.#flows[second];
    if (other?.live && this.#equal(second)) {
      this.#slot = second;
      return other;
    }
    this.#slot = flow?.live ? second : first;
    return undefined;
  }

  /** Remembers that the packet last looked for belongs to `flow`. */
  remember(flow: Flow): void {
    if (this.#length === 0) return;
    this.#entries.set(this.#words, this.#slot * WORDS);
    this.#flows[this.#slot] = flow;
  }

  #equal(slot: number): boolean {
    const entries = this.#entries;
    const words = this.#words;
    const at = slot * WORDS;
    const length = this.#length;
    for (let i = 0; i < length; i++) if (entries[at + i] !== words[i]) return false;
    return true;
  }

  /** Fills `#words`. @returns their number; 0 when the packet is not eligible */
  #take(packet: Packet, port: number): number {
    const { octets, start, length } = packet;
    if ((start & 3) !== 2 || length < 42) return 0;
    if (octets !== this.#octets) {
      if (octets.byteOffset & 3) return 0;
      this.#octets = octets;
      this.#view = new Int32Array(octets.buffer, octets.byteOffset, octets.length >>> 2);
    }
    const view = this.#view;
    const words = this.#words;
    let at = (start - 2) >>> 2;
    words[0] = port;
    words[2] = view[at + 1] as number;
    words[3] = view[at + 2] as number;
    const dst = (view[at] as number) >>> 16;
    const word3 = view[at + 3] as number;
    let type = word3 >>> 16;
    let l3Size = length - 14;
    words[4] = word3;
    words[5] = 0;
    if (type === TYPE_VLAN) {
      const tag = view[at + 4] as number;
      words[5] = tag;
      type = tag >>> 16;
      at++;
      l3Size -= 4;
    }
    at += 4;
    this.tcpFlags = 0;
    if (type === TYPE_IPV4) return this.#ipv4(view, at, l3Size, dst);
    if (type === TYPE_IPV6) return this.#ipv6(view, at, l3Size, dst);
    return 0;
  }

  #ipv4(view: Int32Array, at: number, size: number, dst: number): number {
    const head = view[at] as number;
    if ((head & 0xff) !== 0x45 || ((view[at + 1] as number) >>> 16) & 0xff3f) return 0;
    const total = swap16(head >>> 16);
    if (total > size) return 0;
    const ttlProtocol = (view[at + 2] as number) & 0xffff;
    const words = this.#words;
    words[1] = dst;
    words[6] = (((head >>> 8) & 0xff) << 16) | ttlProtocol;
    words[7] = view[at + 3] as number;
    words[8] = view[at + 4] as number;
    return this.#transport(view, at + 5, total - 20, ttlProtocol >>> 8, ICMP) ? SHORT : 0;
  }

  #ipv6(view: Int32Array, at: number, size: number, dst: number): number {
    const words = this.#words;
    const payload = swap16((view[at + 1] as number) & 0xffff);
    if (payload + 40 > size) return 0;
    words[1] = dst;
    words[6] = view[at] as number;
    const nextHop = (view[at + 1] as number) >>> 16;
    for (let i = 0; i < 8; i++) words[10 + i] = view[at + 2 + i] as number;
    words[7] = nextHop;
    words[8] = 0;
    return this.#transport(view, at + 10, payload, nextHop & 0xff, ICMPV6) ? SHORT + 8 : 0;
  }

  /** Ports and TCP flags, or ICMP type and code; neighbour discovery is left to extraction. */
  #transport(view: Int32Array, at: number, size: number, protocol: number, icmp: number): boolean {
    const words = this.#words;
    if (protocol === TCP) {
      if (size < 20) return false;
      // a header that says it is shorter than it can be, or longer than the packet, is for extraction to judge
      const octets = ((view[at + 3] as number) & 0xf0) >>> 2;
      if (octets < 20 || octets > size) return false;
      const flags = (view[at + 3] as number) & 0xff0f;
      words[1] = (words[1] as number) | (flags << 16);
      this.tcpFlags = ((flags & 0x0f) << 8) | (flags >>> 8);
      words[9] = view[at] as number;
      return true;
    }
    if (size < 8) return false;
    if (protocol === UDP) {
      words[9] = view[at] as number;
      return true;
    }
    if (protocol !== icmp) return false;
    const typeCode = (view[at] as number) & 0xffff;
    words[9] = typeCode;
    return icmp === ICMP || ((typeCode & 0xff) !== 135 && (typeCode & 0xff) !== 136);
  }
}
