/** learn(…): flows that make flows (ovs-actions(7), "The learn action"). */
import { FIELDS, formatPort, pairs, parseFieldValue } from "#flow";
import { SwitchError } from "#lib";
import type { LearnSpec, Subfield } from "../../actions/action.ts";
import { formatTable, parseTable, type TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { formatFieldValue } from "../field-value.ts";
import { atoi, leadingInteger, sharpHex } from "../numbers.ts";
import { fieldOfAnyName, formatSubfield, leadingSubfield, parseSubfield } from "../subfield.ts";
import { leadingNumber } from "./registers.ts";
import type { ActionOf, ParseState } from "./row.ts";

/** Bits of a learn action's flags (Nicira extensions): send_flow_rem, delete_learned, write the result. */
export const LEARN_FLAGS = { send_flow_rem: 1, delete_learned: 2, write_result: 4 } as const;

const whole = (part: Subfield) => part.offset === 0 && part.bits === FIELDS[part.field].bits;

/** The value that `FIELD=VALUE` names: another field's bits, or an immediate. */
function matchSource(
  dst: Subfield,
  name: string,
  value: string,
  text: string,
  context: TextContext,
): Subfield | bigint {
  let fault: string;
  try {
    const { subfield } = leadingSubfield(value);
    if (subfield.bits !== dst.bits)
      throw textError(`${text}: bit widths of ${name} (${subfield.bits}) and ${value} (${dst.bits}) differ`);
    return subfield;
  } catch (error) {
    if (!(error instanceof SwitchError) || error.message.startsWith(`${text}: bit widths`)) throw error;
    fault = error.message;
  }
  const cannot = (why: string) =>
    textError(
      `${text}: ${name} value ${value} cannot be parsed as a subfield (${fault}) or an immediate value (${why})`,
    );
  let number: bigint;
  let mask: bigint;
  try {
    [number, mask] = parseFieldValue(dst.field, value, context.ports);
  } catch (error) {
    if (error instanceof SwitchError) throw cannot(error.message);
    throw error;
  }
  const { octets } = FIELDS[dst.field];
  const all = (1n << BigInt(octets * 8)) - 1n;
  const exact = FIELDS[dst.field].format === "port" ? mask !== 0n : mask === all;
  if (!exact) throw cannot(`${value}: wildcards not allowed here`);
  if (number >> BigInt(dst.bits) && dst.field !== "in_port")
    throw cannot(
      `${text}: value ${formatFieldValue(dst.field, number, all, context.ports)} does not fit into ${dst.bits} bits`,
    );
  return dst.field === "in_port" ? number & 0xffffn : number;
}

function parseLoadSpec(value: string): LearnSpec {
  if (!value.includes("->")) throw textError(`load: missing \`->' in \`${value}'`);
  if (/^\s*-?\d/.test(value)) {
    const number = leadingNumber(value);
    const dst = parseSubfield(value.slice(value.indexOf("->") + 2));
    if (!number) throw textError(`${value}: cannot parse integer value`);
    if (!number.rest.startsWith("->")) throw textError(`${value}: missing \`->' following value`);
    if (number.value >> BigInt(dst.bits)) throw textError(`${value}: value does not fit into ${dst.bits} bits`);
    return { kind: "load", dst, src: number.value };
  }
  const { subfield: src, rest } = leadingSubfield(value);
  if (!rest.startsWith("->")) throw textError(`${value}: missing \`->' following source`);
  const dst = parseSubfield(rest.slice(2));
  if (src.bits !== dst.bits)
    throw textError(`${value}: source field is ${src.bits} bits wide but destination is ${dst.bits} bits wide`);
  return { kind: "load", dst, src };
}

function parseSpec(key: string, value: string, text: string, context: TextContext): LearnSpec {
  const name = /^([A-Za-z0-9_]+)(\[.*)?$/.exec(key)?.[1] ?? key;
  if (fieldOfAnyName(name)) {
    const field = fieldOfAnyName(name);
    if (field === "dl_vlan" || field === "dl_vlan_pcp" || field === "skb_priority")
      throw textError(`${text}: experimenter OXM field '${field}' not supported`);
    const dst = parseSubfield(key);
    if (!value) return { kind: "match", dst, src: dst };
    return { kind: "match", dst, src: matchSource(dst, key, value, text, context) };
  }
  if (key === "load") return parseLoadSpec(value);
  if (key === "output") {
    const { subfield: src, rest } = leadingSubfield(value);
    if (rest) throw textError(`output: trailing garbage following output \`${value}'`);
    return { kind: "output", src };
  }
  throw textError(`${text}: unknown keyword ${key}`);
}

const low16 = (text: string) => atoi(text) & 0xffff;

/** learn(…) from its argument (ovs-actions(7), learn); throws text errors in the original's words. */
export function parseLearn(text: string, state: ParseState): void {
  const learn = { idleTimeout: 0, hardTimeout: 0, priority: 0x8000, cookie: 0n, table: 1, flags: 0 };
  const fin = { finIdleTimeout: 0, finHardTimeout: 0, limit: 0 };
  let resultDst: Subfield | undefined;
  const specs: LearnSpec[] = [];
  for (const { key, value } of pairs(text)) {
    if (key === "table") {
      const table = parseTable(value, state.context);
      if (table === undefined) throw textError(`unknown table "${value}"`);
      if (table === 255) throw textError(`${text}: table id 255 not valid for \`learn' action`);
      learn.table = table;
    } else if (key === "priority") learn.priority = low16(value);
    else if (key === "idle_timeout") learn.idleTimeout = low16(value);
    else if (key === "hard_timeout") learn.hardTimeout = low16(value);
    else if (key === "fin_idle_timeout") fin.finIdleTimeout = low16(value);
    else if (key === "fin_hard_timeout") fin.finHardTimeout = low16(value);
    else if (key === "cookie") learn.cookie = BigInt.asUintN(64, leadingInteger(value)?.value ?? 0n);
    else if (key === "send_flow_rem") learn.flags |= LEARN_FLAGS.send_flow_rem;
    else if (key === "delete_learned") learn.flags |= LEARN_FLAGS.delete_learned;
    else if (key === "limit") fin.limit = atoi(value) >>> 0;
    else if (key === "result_dst") {
      resultDst = parseSubfield(value);
      if (resultDst.bits !== 1) throw textError("result_dst in 'learn' action must be a single bit");
      learn.flags |= LEARN_FLAGS.write_result;
    } else specs.push(parseSpec(key, value, text, state.context));
  }
  state.out.push({ type: "learn", ...learn, ...fin, ...(resultDst ? { resultDst } : {}), specs });
}

function formatSpec(spec: LearnSpec, { ports }: TextContext): string {
  if (spec.kind === "output") return `output:${formatSubfield(spec.src)}`;
  const { dst, src } = spec;
  if (spec.kind === "load")
    return `load:${typeof src === "bigint" ? sharpHex(src) : formatSubfield(src)}->${formatSubfield(dst)}`;
  if (typeof src === "bigint") {
    if (!whole(dst)) return `${formatSubfield(dst)}=${sharpHex(src)}`;
    const { octets } = FIELDS[dst.field];
    const port = dst.field === "in_port" && src >= 0xff00n ? src + 0xffff0000n : src;
    const shown =
      FIELDS[dst.field].format === "port"
        ? formatPort(Number(port), ports)
        : formatFieldValue(dst.field, src, (1n << BigInt(octets * 8)) - 1n, ports);
    return `${dst.field}=${shown}`;
  }
  const same = src.field === dst.field && src.offset === dst.offset && src.bits === dst.bits;
  return same ? formatSubfield(dst) : `${formatSubfield(dst)}=${formatSubfield(src)}`;
}

/** `learn(table=1,…)`, without what is a default. */
export function formatLearn(a: ActionOf<"learn">, context: TextContext): string {
  const parts = [`table=${formatTable(a.table, context)}`];
  if (a.idleTimeout) parts.push(`idle_timeout=${a.idleTimeout}`);
  if (a.hardTimeout) parts.push(`hard_timeout=${a.hardTimeout}`);
  if (a.finIdleTimeout) parts.push(`fin_idle_timeout=${a.finIdleTimeout}`);
  if (a.finHardTimeout) parts.push(`fin_hard_timeout=${a.finHardTimeout}`);
  if (a.priority !== 0x8000) parts.push(`priority=${a.priority}`);
  if (a.flags & LEARN_FLAGS.send_flow_rem) parts.push("send_flow_rem");
  if (a.flags & LEARN_FLAGS.delete_learned) parts.push("delete_learned");
  if (a.cookie) parts.push(`cookie=0x${a.cookie.toString(16)}`);
  if (a.limit) parts.push(`limit=${a.limit}`);
  if (a.resultDst) parts.push(`result_dst=${formatSubfield(a.resultDst)}`);
  return `learn(${[...parts, ...a.specs.map((spec) => formatSpec(spec, context))].join(",")})`;
}
