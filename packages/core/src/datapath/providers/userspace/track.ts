import {
  addressWords,
  type Connection,
  ConnectionTable,
  type ConntrackReply,
  type ConntrackRequest,
  CT,
  controlConntrack,
  type Expectation,
  type Fragment,
  Fragments,
  isIcmp,
  PROTOCOL,
  readSegment,
  reversed,
  type Tracked,
  type Translation,
  type Tuple,
  tupleOf,
} from "#conntrack";
import { type FlowKey, WORD } from "#flow";
import type { Packet } from "#netdev";
import type { DatapathAction, NatSpec } from "../../action.ts";
import { announceFtp, announcement, announceTftp, controlOf, correctNumbers, helperFor } from "./helper.ts";
import { ipHeaderIntact, transportIntact } from "./intact.ts";
import { changedEnd, translate, translateError } from "./nat.ts";
import { giveBack, type HeldPacket, isFragment, readFragment, reassembled, versionOf } from "./reassemble.ts";
import type { Headers } from "./set.ts";

/** The ct action on a packet: what connection tracking found goes to the key, translated addresses into the packet. */
type CtAction = Extract<DatapathAction, { type: "ct" }>;

/** A ct action, made ready once for many packets. */
export interface TrackRule {
  readonly action: CtAction;
  readonly translation: Translation | undefined;
  /** Number of the timeout policy; 0: none. */
  readonly policy: number;
}

function translationOf(nat: NatSpec | undefined): Translation | undefined {
  if (!nat?.direction) return undefined;
  const { direction, minAddress, maxAddress, minPort, maxPort } = nat;
  return {
    direction,
    min: minAddress === undefined ? undefined : addressWords(minAddress),
    max: maxAddress === undefined ? undefined : addressWords(maxAddress),
    minPort,
    maxPort,
  };
}

/** A ct action made ready, so that no packet pays for reading its NAT arguments. */
export const trackRule = (action: CtAction): TrackRule => ({
  action,
  translation: translationOf(action.nat),
  policy: Number(action.timeout ?? 0) || 0,
});

/** A packet that goes on after a ct action, with what is known of it. */
export interface Tracking {
  readonly packet: Packet;
  readonly key: FlowKey;
}

/** The connection tracker of one datapath: its connections, and the fragments that wait for the rest. */
export class Tracker {
  #table = new ConnectionTable();
  #fragments = new Fragments<HeldPacket>();

  constructor(private readonly headers: Headers) {}

  /** Does what users ask; `now` in milliseconds. */
  control(request: ConntrackRequest, now: number): ConntrackReply {
    if (request.do !== "renew") return controlConntrack(this.#table, this.#fragments, request, now);
    this.#table = new ConnectionTable();
    this.#fragments = new Fragments<HeldPacket>();
    return {};
  }

  /**
   * Tracks a packet: what was found goes to the key, translated addresses into the packet.
   *
   * @returns true when it goes on, else what goes on in its place: nothing when it is a fragment that has to wait,
   *   all fragments of its datagram when it was the last one missing, and those that waited in vain
   */
  track(packet: Packet, key: FlowKey, rule: TrackRule, now: number): true | readonly Tracking[] {
    const { headers } = this;
    headers.locate(packet);
    const fragment = isFragment(headers.key);
    if (!fragment && this.#fragments.count === 0) {
      this.#trackWhole(packet, key, rule, now);
      return true;
    }
    const version = versionOf(headers.key);
    const onward = fragment ? this.#offer(packet, key, rule, now) : [{ packet, key }];
    if (!fragment) this.#trackWhole(packet, key, rule, now);
    if (!version) return onward;
    const late = this.#fragments.expired(version, now);
    for (const { zone, held } of late) {
      tell(held.key, { state: CT.inv, connection: undefined, reply: false }, zone, undefined);
    }
    return [...onward, ...late.map(({ held }) => held)];
  }

  #offer(packet: Packet, key: FlowKey, rule: TrackRule, now: number): readonly Tracking[] {
    const { zone } = rule.action;
    const fragment: Fragment<HeldPacket> | undefined = readFragment(packet, key, this.headers, zone);
    const offered = fragment ? this.#fragments.offer(fragment, now) : "refused";
    if (offered === "held") return [];
    if (offered === "refused") {
      tell(key, INVALID, zone, undefined);
      return [{ packet, key }];
    }
    const whole = reassembled(offered);
    const known = (offered[0]?.held.key ?? key).slice();
    this.headers.forget();
    this.#trackWhole(whole, known, rule, now);
    this.headers.forget();
    giveBack(offered, whole, known, this.headers);
    this.headers.forget();
    return offered.map(({ held }) => held);
  }

  #trackWhole(packet: Packet, key: FlowKey, rule: TrackRule, now: number): void {
    const { headers } = this;
    const table = this.#table;
    const { action } = rule;
    const { zone } = action;
    const read = readEnds(packet, headers);
    if (!read) {
      tell(key, INVALID, zone, undefined);
      return;
    }
    const { tuple, error } = read;
    const control = error ? undefined : controlOf(tuple);
    const told = control === "ftp" ? announcement(packet, headers) : undefined;
    const nat = action.nat !== undefined;
    const state = key[WORD.ctZone] === zone ? (key[WORD.ctState] as number) : 0;
    const numbered = control === "ftp" && told === undefined && nat ? this.#numbered(zone, tuple, now) : undefined;
    if (numbered && numbered.reply !== numbered.connection.skew.reply)
      correctNumbers(packet, headers, numbered.connection, numbered.reply);
    const found = table.track({
      zone,
      tuple,
      now,
      state,
      error,
      segment: tuple.protocol === PROTOCOL.tcp && !error ? segmentOf(packet, headers) : undefined,
      known: originalOf(key),
      ...(action.commit && {
        commit: { force: action.force, helper: helperFor(action.helper, control), policy: rule.policy },
      }),
      ...(nat && { nat: rule.translation ?? "keep" }),
    });
    if (numbered && numbered.reply === numbered.connection.skew.reply && found.connection === numbered.connection)
      correctNumbers(packet, headers, numbered.connection, numbered.reply);
    const seen = nat ? this.#translate(packet, key, zone, found, error) : found;
    const { connection } = seen;
    tell(key, seen, zone, tuple);
    if (connection) setMarks(connection, action, key);
    if (!connection?.helper || !control || error) return;
    if (control === "tftp") announceTftp(table, connection, found.reply);
    else if (told !== undefined) {
      const about = { connection, reply: found.reply, nat };
      if (told === "malformed" || !announceFtp(table, packet, headers, { ...about, told }))
        key[WORD.ctState] = (key[WORD.ctState] as number) | CT.trk | CT.inv;
    }
  }

  /** The connection of a control packet when the numbers of its segments are off by what was rewritten. */
  #numbered(zone: number, tuple: Tuple, now: number): { connection: Connection; reply: boolean } | undefined {
    const connection = this.#table.find(zone, tuple, now);
    if (!connection || connection.skew.octets === 0) return undefined;
    const { src, sport, dst } = connection.original;
    const forward = sport === tuple.sport && src.join() === tuple.src.join() && dst.join() === tuple.dst.join();
    return { connection, reply: !forward };
  }

  /** Translates the addresses of a packet of a connection that has others outside, once a zone. */
  #translate(packet: Packet, key: FlowKey, zone: number, found: Tracked, error: boolean): Tracked {
    const { connection, reply, state } = found;
    if (!connection?.nat) return found;
    const before = key[WORD.ctState] as number;
    const done = (before & NAT) !== 0 && key[WORD.ctZone] === zone;
    if (done && state & NAT) return found;
    if (error) translateError(packet, this.headers, connection, reply);
    else translate(packet, this.headers, connection, reply);
    const bit = changedEnd(connection.nat, reply) === "src" ? CT.snat : CT.dnat;
    return { ...found, state: (state & ~NAT) | bit };
  }
}

const NAT = CT.snat | CT.dnat;
const INVALID: Tracked = { state: CT.trk | CT.inv, connection: undefined, reply: false };

function segmentOf({ octets, start }: Packet, headers: Headers): ReturnType<typeof readSegment> {
  return readSegment(octets, start + headers.offsets.l4, start + headers.offsets.end);
}

/** What is to be looked for: the ends of a packet, or of the one that an ICMP error is about, turned round. */
interface Ends {
  readonly tuple: Tuple;
  readonly error: boolean;
}

/** The ends of a packet; undefined for what cannot be tracked. */
function readEnds(packet: Packet, headers: Headers): Ends | undefined {
  headers.locate(packet);
  const { octets, start } = packet;
  const { l3, l4, end } = headers.offsets;
  const tuple = tupleOf(headers.key, octets, start + l4, start + end);
  if (!tuple) return undefined;
  const v6 = tuple.src.length > 1;
  if (!v6 && !ipHeaderIntact(octets, start + l3)) return undefined;
  const finished = !packet.needsChecksum;
  const span = { octets, at: start + l4, end: start + end };
  if (!transportIntact(span, start + l3, v6, tuple.protocol, finished)) return undefined;
  if (!isIcmp(tuple.protocol)) return { tuple, error: false };
  if (ERRORS[tuple.protocol]?.includes(tuple.dport >>> 8)) {
    const inner = quotedTuple(packet, headers, tuple.protocol);
    if (!inner || inner.src.join() !== tuple.dst.join()) return undefined;
    return { tuple: reversed(inner), error: true };
  }
  return tuple.dport & 0xff ? undefined : { tuple, error: false };
}

/** Bits of ct_state of which a packet of a connection has one. */
const VALID = CT.new | CT.est | CT.rpl;

/** Ends that an earlier pass left in the key; undefined when there was none. */
function originalOf(key: FlowKey): Tuple | undefined {
  const protocol = key[WORD.ctNwProto] as number;
  if (protocol === 0) return undefined;
  const v6 = key[WORD.ethType] === 0x86dd || key[WORD.ctNwSrc] === 0;
  const range = (v4At: number, v6At: number) => (v6 ? [...key.subarray(v6At, v6At + 4)] : [key[v4At] as number]);
  const tp = key[WORD.ctTp] as number;
  const src = range(WORD.ctNwSrc, WORD.ctIpv6Src);
  return { src, dst: range(WORD.ctNwDst, WORD.ctIpv6Dst), protocol, sport: tp >>> 16, dport: tp & 0xffff };
}

/** Writes what was found to the key. */
function tell(key: FlowKey, { state, connection, expected }: Tracked, zone: number, tuple: Tuple | undefined): void {
  const from: Connection | Expectation | undefined = connection ?? expected;
  key[WORD.ctState] = state;
  key[WORD.ctZone] = zone;
  key[WORD.ctMark] = from?.mark ?? 0;
  for (let i = 0; i < 4; i++) key[WORD.ctLabel + i] = from?.label[i] ?? 0;
  tellOriginal(
    key,
    state & VALID ? (connection?.parent ?? connection?.original ?? expected?.parent ?? tuple) : undefined,
  );
}

/** Changes the mark and label of a connection, as its packet shows them too. */
function setMarks(connection: Connection, { mark, label }: CtAction, key: FlowKey): void {
  if (mark) key[WORD.ctMark] = connection.mark = mixed(connection.mark, mark.value, mark.mask);
  if (!label) return;
  setLabel(connection.label, label);
  key.set(connection.label, WORD.ctLabel);
}

const mixed = (old: number, value: number, mask: number): number => ((old & ~mask) | (value & mask)) >>> 0;

function setLabel(label: Uint32Array, { value, mask }: { readonly value: bigint; readonly mask: bigint }): void {
  for (let i = 0; i < 4; i++) {
    const part = (v: bigint) => Number((v >> BigInt(32 * (3 - i))) & 0xffffffffn);
    label[i] = mixed(label[i] as number, part(value), part(mask));
  }
}

/** The ends of the connection as its opener sent them, for fields ct_nw_src and so on. */
function tellOriginal(key: FlowKey, tuple: Tuple | undefined): void {
  key.fill(0, WORD.ctNwSrc, WORD.tunId);
  if (!tuple) return;
  const v6 = tuple.src.length > 1;
  key.set(tuple.src, v6 ? WORD.ctIpv6Src : WORD.ctNwSrc);
  key.set(tuple.dst, v6 ? WORD.ctIpv6Dst : WORD.ctNwDst);
  key[WORD.ctTp] = isIcmp(tuple.protocol)
    ? ((tuple.dport >>> 8) << 16) | (tuple.dport & 0xff)
    : (tuple.sport << 16) | tuple.dport;
  key[WORD.ctNwProto] = tuple.protocol;
}

/** Types of ICMP messages that quote the packet they are about. */
const ERRORS: Readonly<Record<number, readonly number[]>> = {
  [PROTOCOL.icmp]: [3, 4, 5, 11, 12],
  [PROTOCOL.icmpv6]: [1, 2, 3, 4],
};

/** The tuple of the packet that an ICMP error quotes; undefined when it is no error, or too short. */
function quotedTuple({ octets, start }: Packet, headers: Headers, protocol: number): Tuple | undefined {
  const icmp = start + headers.offsets.l4;
  const end = start + headers.offsets.end;
  if (!ERRORS[protocol]?.includes(octets[icmp] as number)) return undefined;
  const ip = icmp + 8;
  const word = (at: number) =>
    (((octets[at] as number) << 24) |
      ((octets[at + 1] as number) << 16) |
      ((octets[at + 2] as number) << 8) |
      (octets[at + 3] as number)) >>>
    0;
  const v4 = protocol === PROTOCOL.icmp;
  const size = v4 ? ((octets[ip] as number) & 15) * 4 : 40;
  const l4 = ip + size;
  if (ip + 20 > end || size < 20 || l4 + 8 > end) return undefined;
  const inner = octets[ip + (v4 ? 9 : 6)] as number;
  const range = (at: number) => (v4 ? [word(at)] : [0, 4, 8, 12].map((i) => word(at + i)));
  const [src, dst] = [range(ip + (v4 ? 12 : 8)), range(ip + (v4 ? 16 : 24))];
  if (isIcmp(inner)) return { src, dst, protocol: inner, sport: word(l4 + 4) >>> 16, dport: word(l4) >>> 16 };
  return { src, dst, protocol: inner, sport: word(l4) >>> 16, dport: word(l4) & 0xffff };
}
