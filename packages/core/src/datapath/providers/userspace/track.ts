import {
  addressWords,
  type ConnectionTable,
  CT,
  isIcmp,
  PROTOCOL,
  reversed,
  type Tracked,
  type Translation,
  type Tuple,
  tupleOf,
} from "#conntrack";
import { type FlowKey, WORD } from "#flow";
import type { Packet } from "#netdev";
import type { DatapathAction, NatSpec } from "../../action.ts";
import { type Headers, writeWord } from "./set.ts";

/** The ct action on a packet: what connection tracking found goes to the key, translated addresses into the packet. */
type CtAction = Extract<DatapathAction, { type: "ct" }>;

/** A ct action, made ready once for many packets. */
export interface TrackRule {
  readonly action: CtAction;
  readonly translation: Translation | undefined;
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
export const trackRule = (action: CtAction): TrackRule => ({ action, translation: translationOf(action.nat) });

/** Tracks a packet; `headers` are of this packet. */
export function track(
  table: ConnectionTable,
  packet: Packet,
  key: FlowKey,
  headers: Headers,
  rule: TrackRule,
  now: number,
): void {
  const { action } = rule;
  headers.locate(packet);
  const { octets, start } = packet;
  const tuple = tupleOf(headers.key, octets, start + headers.offsets.l4, start + headers.offsets.end);
  const error = tuple && isIcmp(tuple.protocol) ? quotedTuple(packet, headers, tuple.protocol) : undefined;
  const found: Tracked = !tuple
    ? UNTRACKABLE
    : ((error && table.related(action.zone, error, now)) ??
      table.track({
        zone: action.zone,
        tuple,
        tcpFlags: headers.key[WORD.tcpFlags] as number,
        now,
        ...(action.commit && { commit: { force: action.force, translation: rule.translation } }),
      }));
  const { connection } = found;
  if (connection && action.commit && !(found.state & CT.rel)) {
    if (action.mark) connection.mark = mixed(connection.mark, action.mark.value, action.mark.mask);
    if (action.label) setLabel(connection.label, action.label);
  }
  let state = found.state;
  if (connection?.nat && action.nat && !(state & CT.rel)) {
    translate(packet, headers, connection, found.reply);
    state |= connection.nat === "src" ? CT.snat : CT.dnat;
  }
  key[WORD.ctState] = state;
  key[WORD.ctZone] = action.zone;
  key[WORD.ctMark] = connection?.mark ?? 0;
  for (let i = 0; i < 4; i++) key[WORD.ctLabel + i] = connection?.label[i] ?? 0;
  tellOriginal(key, connection?.original ?? tuple);
}

const UNTRACKABLE: Tracked = { state: CT.trk | CT.inv, connection: undefined, reply: false };

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

/** Gives the packet the ends that its receiver knows the connection by. */
function translate(
  packet: Packet,
  headers: Headers,
  { original, reply: answer }: { readonly original: Tuple; readonly reply: Tuple },
  reply: boolean,
): void {
  // Forward, the packet shall look like the mirror of the answers; backward, like the mirror of the original.
  const wanted = reversed(reply ? original : answer);
  packet.own();
  const v6 = wanted.src.length > 1;
  const write = (word: number, value: number): void => writeWord(packet, headers, { word, value, mask: 0xffffffff });
  for (const [i, value] of wanted.src.entries()) write((v6 ? WORD.ipv6Src : WORD.nwSrc) + i, value);
  for (const [i, value] of wanted.dst.entries()) write((v6 ? WORD.ipv6Dst : WORD.nwDst) + i, value);
  if (!isIcmp(wanted.protocol) && (wanted.sport !== 0 || wanted.dport !== 0))
    write(WORD.tp, ((wanted.sport << 16) | wanted.dport) >>> 0);
  headers.forget();
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
  if (size < 20 || l4 + 8 > end) return undefined;
  const inner = octets[ip + (v4 ? 9 : 6)] as number;
  const range = (at: number) => (v4 ? [word(at)] : [0, 4, 8, 12].map((i) => word(at + i)));
  const [src, dst] = [range(ip + (v4 ? 12 : 8)), range(ip + (v4 ? 16 : 24))];
  if (isIcmp(inner)) return { src, dst, protocol: inner, sport: word(l4 + 4) >>> 16, dport: word(l4) >>> 16 };
  return { src, dst, protocol: inner, sport: word(l4) >>> 16, dport: word(l4) & 0xffff };
}
