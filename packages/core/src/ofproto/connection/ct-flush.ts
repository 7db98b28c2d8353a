import type { TuplePattern } from "#conntrack";
import type { CtTuple, Message } from "#openflow";
import type { Switch } from "../switch.ts";

/** Where an IPv4 address is in 128 bits: ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffffn;

/** An address of 128 bits as words; undefined for 0, which is any. */
function words(address: bigint): readonly number[] | undefined {
  if (address === 0n) return undefined;
  if (address >> 32n === MAPPED) return [Number(address & 0xffffffffn)];
  return [96n, 64n, 32n, 0n].map((down) => Number((address >> down) & 0xffffffffn));
}

function patternOf(tuple: CtTuple | undefined, protocol: number): TuplePattern | undefined {
  if (!tuple) return undefined;
  const [src, dst] = [words(tuple.src), words(tuple.dst)];
  const [sport, dport] = [tuple.srcPort, tuple.dstPort];
  const icmp = { id: tuple.icmpId, type: tuple.icmpType, code: tuple.icmpCode };
  return { ...(src && { src }), ...(dst && { dst }), ...(protocol && { protocol }), sport, dport, ...icmp };
}

/** Forgets the tracked connections that NXT_CT_FLUSH or NXT_CT_FLUSH_ZONE names; it is no error when there are none. */
export async function flushConnections(
  sw: Switch,
  m: Extract<Message, { type: "nx_ct_flush" | "nx_ct_flush_zone" }>,
): Promise<void> {
  const { datapath } = sw.deps.backer;
  if (m.type === "nx_ct_flush_zone") {
    await datapath.conntrack?.({ do: "flush", zone: m.zone });
    return;
  }
  const { zone, mark, labels, protocol } = m;
  const original = patternOf(m.orig, protocol);
  const reply = patternOf(m.reply, protocol);
  await datapath.conntrack?.({ do: "flush", zone, original, reply, mark, labels });
}
