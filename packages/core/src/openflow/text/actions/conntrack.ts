/** ct(…), nat(…) and ct_clear (ovs-actions(7), "Connection Tracking Actions"). */
import { pairs } from "#flow";
import { formatIpv6, parseIpv4, parseIpv6 } from "#packet";
import type { Action, NatArgs, Subfield } from "../../actions/action.ts";
import { formatTable, parseTable, type TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { formatIpv4, integer } from "../numbers.ts";
import { formatSubfield, parseSubfield } from "../subfield.ts";
import type { ActionOf, ActionRows, ParseState } from "./row.ts";

/** Helpers by the port that stands for them on the wire. */
const HELPERS: Readonly<Record<string, number>> = { ftp: 21, tftp: 69 };

/** An address that leads `text`: IPv4, IPv6, or IPv6 in brackets. */
function leadingAddress(text: string): { address: string; value: bigint; v6: boolean; rest: string } | undefined {
  const dotted = /^\d+\.\d+\.\d+\.\d+/.exec(text)?.[0];
  const v4 = dotted === undefined ? undefined : parseIpv4(dotted);
  if (dotted !== undefined && v4 !== undefined)
    return { address: formatIpv4(v4), value: BigInt(v4), v6: false, rest: text.slice(dotted.length) };
  const bracketed = text.startsWith("[");
  const written = (bracketed ? /^\[([0-9a-fA-F:.]+)\]/ : /^([0-9a-fA-F:.]+)/).exec(text);
  const v6 = written?.[1] === undefined ? undefined : parseIpv6(written[1]);
  if (!written || v6 === undefined) return undefined;
  return { address: formatIpv6(v6), value: v6, v6: true, rest: text.slice(written[0].length) };
}

interface Range {
  minAddress?: string;
  maxAddress?: string;
  minPort?: number;
  maxPort?: number;
}

/** `ADDRESS[-ADDRESS][:PORT[-PORT]]` of `src=` and `dst=`. */
function parseRange(text: string): Range {
  const invalid = () => textError(`invalid nat range "${text}"`);
  const range: Range = {};
  const first = leadingAddress(text);
  let rest = text;
  if (first) {
    range.minAddress = first.address;
    rest = first.rest;
    if (rest.startsWith("-")) {
      const last = leadingAddress(rest.slice(1));
      if (!last || last.v6 !== first.v6 || last.value < first.value) throw invalid();
      if (last.value !== first.value) range.maxAddress = last.address;
      rest = last.rest;
    }
  } else rest = text.replace(/^(\[[0-9a-fA-F:.]+\]|[0-9a-fA-F:.]+)/, "");
  const ports = /^:(\d+)(?:-(\d+))?/.exec(rest);
  if (ports) {
    const min = Number(ports[1]) & 0xffff;
    const max = ports[2] === undefined ? min : Number(ports[2]) & 0xffff;
    if (max < min) throw invalid();
    rest = rest.slice(ports[0].length);
    if (rest.startsWith("-")) throw invalid();
    // A range of ports needs addresses before it; port 0 means none.
    if (first && min) {
      range.minPort = min;
      if (max !== min) range.maxPort = max;
    }
  }
  if (first && rest.startsWith(":")) throw invalid();
  if (rest) throw textError(`garbage (${rest}) after nat range "${text}" (pos: ${text.length - rest.length})`);
  return range;
}

function parseNat(text: string): NatArgs {
  let direction: "src" | "dst" | undefined;
  let range: Range = {};
  const flags: { persistent?: boolean; hash?: boolean; random?: boolean } = {};
  for (const { key, value } of pairs(text)) {
    if (key === "src" || key === "dst") {
      if (direction) throw textError('May only specify one of "src" or "dst".');
      direction = key;
      if (value) range = parseRange(value);
    } else if (key === "persistent" || key === "hash" || key === "random") flags[key] = true;
    else throw textError(`invalid key "${key}" in "nat" argument`);
  }
  if (!direction && Object.keys(flags).length) throw textError('Flags allowed only with "src" or "dst".');
  if (flags.hash && flags.random) throw textError('Both "hash" and "random" are not allowed.');
  return { ...(direction ? { direction } : {}), ...range, ...flags };
}

function formatNat(nat: NatArgs): string {
  if (!nat.direction) return "nat";
  const v6 = nat.minAddress?.includes(":") && nat.minPort !== undefined;
  const address = (text: string) => (v6 ? `[${text}]` : text);
  let range = "";
  if (nat.minAddress !== undefined) {
    range = `=${address(nat.minAddress)}`;
    if (nat.maxAddress !== undefined && nat.maxAddress !== nat.minAddress) range += `-${address(nat.maxAddress)}`;
  }
  if (nat.minPort) {
    range += `${range ? "" : "="}:${nat.minPort}`;
    if (nat.maxPort && nat.maxPort !== nat.minPort) range += `-${nat.maxPort}`;
  }
  const flags = [nat.persistent && "persistent", nat.hash && "hash", nat.random && "random"].filter(Boolean);
  return `nat(${[nat.direction + range, ...flags].join(",")})`;
}

/** A zone: a number that is wholly one, else the bits of a field. */
function parseZone(text: string): number | Subfield {
  const number = integer(text);
  return number !== undefined && number >= 0n && number <= 0xffffn ? Number(number) : parseSubfield(text);
}

function parseCt(text: string, state: ParseState): void {
  let commit = false;
  let force = false;
  let zone: number | Subfield = 0;
  let table: number | undefined;
  let alg: number | undefined;
  let nat: NatArgs | undefined;
  const exec: Action[] = [];
  for (const { key, value } of pairs(text)) {
    if (key === "commit") commit = true;
    else if (key === "force") force = true;
    else if (key === "table") {
      table = parseTable(value, state.context);
      if (table === undefined) throw textError(`unknown table ${value}`);
      if (table === 255) throw textError("invalid table 0xff");
    } else if (key === "zone") zone = parseZone(value);
    else if (key === "alg") {
      alg = HELPERS[value];
      if (alg === undefined) throw textError(`invalid conntrack helper "${value}"`);
    } else if (key === "nat") nat = parseNat(value);
    else if (key === "exec") exec.push(...state.nested(value, "ct"));
    else throw textError(`invalid argument to "ct" action: \`${key}'`);
  }
  if (force && !commit) throw textError('"force" flag requires "commit" flag.');
  state.out.push({
    type: "ct",
    commit,
    force,
    zone,
    table,
    ...(alg === undefined ? {} : { alg }),
    ...(nat ? { nat } : {}),
    exec,
  });
}

function formatCt(
  a: ActionOf<"ct">,
  context: TextContext,
  inner: (actions: readonly Action[], context: TextContext) => string,
): string {
  const parts: string[] = [];
  if (a.commit) parts.push("commit");
  if (a.force) parts.push("force");
  if (a.table !== undefined && a.table !== 255) parts.push(`table=${formatTable(a.table, context)}`);
  if (typeof a.zone !== "number") parts.push(`zone=${formatSubfield(a.zone)}`);
  else if (a.zone) parts.push(`zone=${a.zone}`);
  if (a.nat) parts.push(formatNat(a.nat));
  if (a.exec.length) parts.push(`exec(${inner(a.exec, context)})`);
  if (a.alg) parts.push(`alg=${Object.keys(HELPERS).find((name) => HELPERS[name] === a.alg) ?? a.alg}`);
  return `ct(${parts.join(",")})`;
}

/** Text of ct and ct_clear; `inner` prints the actions of ct(exec(…)). */
export const conntrackRows = (
  inner: (actions: readonly Action[], context: TextContext) => string,
): ActionRows<"ct" | "ct_clear"> => ({
  ct: {
    names: {
      ct: parseCt,
      nat: () => {
        throw textError('Cannot have NAT action outside of "ct" action');
      },
    },
    format: (a, context) => formatCt(a, context, inner),
  },
  ct_clear: { names: { ct_clear: (_value, { out }) => out.push({ type: "ct_clear" }) }, format: () => "ct_clear" },
});
