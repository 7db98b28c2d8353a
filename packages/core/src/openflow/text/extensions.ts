/** Texts of Nicira's extensions: option maps, tuples of tracked connections, flow monitors. */
import { pairs } from "#flow";
import { parseIpv4, parseIpv6 } from "#packet";
import type { CtFlush, CtTuple, FlowMonitorRequest, TlvMapping } from "../message.ts";
import { isIcmp } from "../messages/ct-flush.ts";
import { MONITOR_FLAGS } from "../messages/flow-monitor.ts";
import type { TextContext } from "./context.ts";
import { textError } from "./errors.ts";
import { parseFlowStatsRequest } from "./flow.ts";
import { integer } from "./numbers.ts";

const NUMBER = "([+-]?(?:0[xX][0-9a-fA-F]+|\\d+))";
const MAPPING = new RegExp(`^\\{class=${NUMBER},type=${NUMBER},len=${NUMBER}\\}->tun_metadata(\\d+)(?:,(?=.))?`);

/** `{class=N,type=N,len=N}->tun_metadataN`, one or more with commas between. */
export function parseTlvMap(text: string): TlvMapping[] {
  const found: TlvMapping[] = [];
  for (let rest = text; rest; ) {
    const m = MAPPING.exec(rest);
    if (!m) throw textError("invalid tlv mapping");
    const [whole, optionClass = "", optionType = "", optionLength = "", index = ""] = m;
    const number = (digits: string, bits: number) => Number(BigInt.asUintN(bits, integer(digits) ?? 0n));
    found.push({
      optionClass: number(optionClass, 16),
      optionType: number(optionType, 8),
      optionLength: number(optionLength, 8),
      index: number(index, 16),
    });
    rest = rest.slice(whole.length);
    if (rest && !whole.endsWith(",")) throw textError("invalid tlv mapping");
  }
  return found;
}

type Draft = { -readonly [K in keyof CtTuple]: CtTuple[K] };
const EMPTY: CtTuple = { src: 0n, dst: 0n, srcPort: 0, dstPort: 0, icmpId: 0, icmpType: 0, icmpCode: 0 };
const IPV4_MAPPED = 0xffff00000000n;

/** The fields of a tuple that are numbers: their place, their largest value, and whether they are ICMP's. */
const NUMBERS: Readonly<Record<string, readonly [key: keyof Draft & string, max: number, icmp: boolean]>> = {
  ct_tp_src: ["srcPort", 0xffff, false],
  ct_tp_dst: ["dstPort", 0xffff, false],
  icmp_id: ["icmpId", 0xffff, true],
  icmp_type: ["icmpType", 0xff, true],
  icmp_code: ["icmpCode", 0xff, true],
};
const ADDRESSES: Readonly<Record<string, readonly [key: "src" | "dst", family: 4 | 6]>> = {
  ct_nw_src: ["src", 4],
  ct_nw_dst: ["dst", 4],
  ct_ipv6_src: ["src", 6],
  ct_ipv6_dst: ["dst", 6],
};

/** What is known of the tuples so far: both have one protocol and one kind of address. */
interface Common {
  protocol: number;
  family: 4 | 6 | undefined;
}

function numberUpTo(text: string, max: number): number | undefined {
  const value = integer(text);
  return value !== undefined && value >= 0n && value <= BigInt(max) ? Number(value) : undefined;
}

function takeField(tuple: Draft, common: Common, key: string, value: string): void {
  const failed = () => textError(`failed to parse field ${key}`);
  const address = ADDRESSES[key];
  if (address) {
    const [end, family] = address;
    if (common.family !== undefined && common.family !== family)
      throw textError(`the L3 protocol does not match ${value}`);
    const parsed = family === 4 ? parseIpv4(value) : parseIpv6(value);
    if (parsed === undefined) throw failed();
    tuple[end] = family === 4 ? IPV4_MAPPED | BigInt(parsed) : BigInt(parsed);
    common.family = family;
    return;
  }
  if (key === "ct_nw_proto") {
    const protocol = numberUpTo(value, 0xff);
    if (protocol === undefined) throw failed();
    common.protocol = protocol;
    return;
  }
  const row = Object.hasOwn(NUMBERS, key) ? NUMBERS[key] : undefined;
  if (!row) throw textError(`invalid conntrack tuple field: ${key}`);
  const [name, max, icmp] = row;
  if (icmp && !isIcmp(common.protocol)) throw textError("invalid L4 fields");
  const number = numberUpTo(value, max);
  if (number === undefined) throw failed();
  (tuple as Record<string, number | bigint>)[name] = number;
}

function parseTuple(text: string, common: Common): CtTuple {
  const tuple: Draft = { ...EMPTY };
  for (const { key, value } of pairs(text)) {
    if (!value) throw textError(`field ${key} missing value`);
    takeField(tuple, common, key, value);
  }
  if (!common.protocol && (tuple.srcPort || tuple.dstPort)) throw textError("port is set without protocol");
  return tuple;
}

/** The tuples of `ct-flush`: of the original direction and of the replies. */
export function parseCtTuples(texts: readonly string[]): Pick<CtFlush, "orig" | "reply" | "protocol"> {
  const common: Common = { protocol: 0, family: undefined };
  try {
    const [orig, reply] = texts.map((text) => parseTuple(text, common));
    return { orig, reply, protocol: common.protocol };
  } catch (error) {
    throw textError(`Failed to parse ct-tuple: ${(error as Error).message}`);
  }
}

/** `NAME=VALUE[/MASK]` of up to `bits` bits. */
export function parseCtLabels(name: string, text: string, bits: number): NonNullable<CtFlush["mark"]> {
  const all = (1n << BigInt(bits)) - 1n;
  const [value = "", mask] = text.slice(name.length + 1).split("/");
  const parsed = { value: integer(value), mask: mask === undefined ? all : integer(mask) };
  if (parsed.value === undefined || parsed.mask === undefined || parsed.value > all || parsed.mask > all)
    throw textError(`Failed to parse ${name}`);
  return { value: parsed.value, mask: parsed.mask };
}

/** What `watch:` of `ovs-ofctl monitor` says: flags to leave out (`!initial`), a table, a port, a match. */
export function parseMonitor(text: string, id: number, context: TextContext = {}): FlowMonitorRequest {
  let flags = 0x3f;
  const rest: string[] = [];
  for (const { key, value } of pairs(text)) {
    const flag = key.startsWith("!") ? MONITOR_FLAGS[key.slice(1) as keyof typeof MONITOR_FLAGS] : undefined;
    if (flag !== undefined) flags &= ~flag;
    else rest.push(value ? `${key}=${value}` : key);
  }
  try {
    const { request } = parseFlowStatsRequest(rest.join(","), context);
    const { outPort, outGroup, table, match } = request;
    return { id, flags, outPort, outGroup, table, command: "add", match };
  } catch (error) {
    const { message } = error as Error;
    throw textError(message.startsWith("unknown table") ? message : `${text}: ${message}`);
  }
}
