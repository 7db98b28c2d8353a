import { addressWords, counterpart, isIcmp, type Tuple } from "./tuple.ts";

/** Ends of a connection as `flush-conntrack` takes them; what is left out may be anything. */
export interface TuplePattern {
  readonly v6?: boolean;
  readonly src?: readonly number[];
  readonly dst?: readonly number[];
  readonly protocol?: number;
  readonly sport?: number;
  readonly dport?: number;
  /** Of ICMP. */
  readonly id?: number;
  readonly type?: number;
  readonly code?: number;
}

interface Draft {
  v6?: boolean;
  src?: readonly number[];
  dst?: readonly number[];
  protocol?: number;
  sport?: number;
  dport?: number;
  id?: number;
  type?: number;
  code?: number;
}

type Reader = (draft: Draft, name: string, value: string) => string | undefined;

const bad = (name: string) => `failed to parse field ${name}`;

const address =
  (field: "src" | "dst", v6: boolean): Reader =>
  (draft, name, value) => {
    if (draft.v6 !== undefined && draft.v6 !== v6) return `the L3 protocol does not match ${value}`;
    const words = addressWords(value);
    if (!words || words.length > 1 !== v6) return bad(name);
    draft[field] = words;
    draft.v6 = v6;
    return undefined;
  };

/** A number as C's strtoul reads it: decimal, octal or hexadecimal by its prefix. */
function wholeNumber(text: string, max: number): number | undefined {
  const base = /^0x[0-9a-f]+$/i.test(text) ? 16 : /^0[0-7]+$/.test(text) ? 8 : /^\d+$/.test(text) ? 10 : 0;
  if (base === 0) return undefined;
  const value = Number.parseInt(text, base);
  return value <= max ? value : undefined;
}

const number =
  (field: "protocol" | "sport" | "dport" | "id" | "type" | "code", max: number, icmp?: boolean): Reader =>
  (draft, name, value) => {
    if (icmp === false && draft.protocol === undefined) return "port is set without protocol";
    if (icmp === true && (draft.protocol === undefined || !isIcmp(draft.protocol))) return "invalid L4 fields";
    const read = wholeNumber(value, max);
    if (read === undefined) return bad(name);
    draft[field] = read;
    return undefined;
  };

const FIELDS: Readonly<Record<string, Reader>> = {
  ct_nw_src: address("src", false),
  ct_nw_dst: address("dst", false),
  ct_ipv6_src: address("src", true),
  ct_ipv6_dst: address("dst", true),
  ct_nw_proto: number("protocol", 255),
  ct_tp_src: number("sport", 65_535, false),
  ct_tp_dst: number("dport", 65_535, false),
  icmp_id: number("id", 65_535, true),
  icmp_type: number("type", 255, true),
  icmp_code: number("code", 255, true),
};

/** The words NAME=VALUE of a text, in order; an error text in place of what is none. */
export function* tupleWords(text: string): Generator<readonly [name: string, value: string] | string> {
  for (const word of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    yield equals < 0 || equals === word.length - 1 ? `field ${name} missing value` : [name, word.slice(equals + 1)];
  }
}

/** Reads ends as `flush-conntrack` takes them: ct_nw_src=…,ct_nw_proto=…,ct_tp_src=… @returns what is wrong, as text */
export function parseTuple(text: string): TuplePattern | string {
  const draft: Draft = {};
  for (const word of tupleWords(text)) {
    if (typeof word === "string") return word;
    const [name, value] = word;
    const read = FIELDS[name];
    if (!read) return `invalid conntrack tuple field: ${name}`;
    const fault = read(draft, name, value);
    if (fault !== undefined) return fault;
  }
  return draft;
}

/** The one tuple that a pattern stands for; undefined when it leaves anything open. */
export function exactTuple({ src, dst, protocol, sport, dport, id, type, code }: TuplePattern): Tuple | undefined {
  if (!src || !dst || protocol === undefined) return undefined;
  if (isIcmp(protocol)) {
    if (id === undefined || type === undefined || code === undefined) return undefined;
    if (counterpart(protocol, type) === undefined) return undefined;
    return { src, dst, protocol, sport: id, dport: (type << 8) | code };
  }
  if (!sport || !dport) return undefined;
  return { src, dst, protocol, sport, dport };
}

const same = (a: readonly number[] | undefined, b: readonly number[]): boolean =>
  a === undefined || (a.length === b.length && a.every((word, i) => word === b[i]));
const open = (a: number | undefined, b: number): boolean => a === undefined || a === 0 || a === b;

/**
 * Whether ends are such as the pattern says. As Open vSwitch does, a port of 0 leaves it open, and of ICMP all three
 * numbers count once the protocol is given: those left out are 0.
 */
export function matches(pattern: TuplePattern, { src, dst, protocol, sport, dport }: Tuple): boolean {
  if (pattern.v6 !== undefined && pattern.v6 !== src.length > 1) return false;
  if (!same(pattern.src, src) || !same(pattern.dst, dst) || !open(pattern.protocol, protocol)) return false;
  if (isIcmp(protocol)) {
    const { id = 0, type = 0, code = 0 } = pattern;
    return !pattern.protocol || (id === sport && ((type << 8) | code) === dport);
  }
  return open(pattern.sport, sport) && open(pattern.dport, dport);
}
