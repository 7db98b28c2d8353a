/** Actions that steer the pipeline: resubmit, clone, conjunction, meters, tables, samples (ovs-actions(7)). */
import { formatPort, pairs, parsePort } from "#flow";
import { toHex } from "#lib";
import type { Action } from "../../actions/action.ts";
import { OFPP } from "../../port.ts";
import { formatTable, parseTable, type TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { atoi, u16, u32 } from "../numbers.ts";
import { PROTOCOLS } from "../protocols.ts";
import { formatSubfield, narrowSubfield } from "../subfield.ts";
import { words } from "../tokens.ts";
import { formatLearn, parseLearn } from "./learn.ts";
import { HASH_FIELDS } from "./output.ts";
import type { ActionOf, ActionRows, ParseState } from "./row.ts";

const put =
  (make: (value: string) => Action) =>
  (value: string, { out }: ParseState): void => {
    out.push(make(value));
  };

/** The parts between single commas, empty ones kept. */
function parseResubmit(text: string, { out, context }: ParseState): void {
  const parts = text.split(",");
  const [portText = "", tableText = ""] = parts;
  let port: number = OFPP.in_port;
  let table = 255;
  if (portText) {
    const found = parsePort(portText, context.ports);
    if (found === undefined) throw textError(`${portText}: resubmit to unknown port`);
    port = found;
  }
  if (tableText) {
    const found = parseTable(tableText, context);
    if (found === undefined) throw textError(`${tableText}: resubmit to unknown table`);
    table = found;
  }
  const third = parts[2];
  if (third && third !== "ct") throw textError(`${third}: unknown parameter`);
  if (port === OFPP.in_port && table === 255)
    throw textError('at least one "in_port" or "table" must be specified on resubmit');
  out.push({
    type: "resubmit",
    port,
    table,
    ...(third ? { ct: true } : {}),
    wire: table === 255 ? "resubmit" : "resubmit_table",
  });
}

function formatResubmit(a: ActionOf<"resubmit">, context: TextContext): string {
  if (a.port !== OFPP.in_port && a.table === 255) return `resubmit:${formatPort(a.port, context.ports)}`;
  const port = a.port === OFPP.in_port ? "" : formatPort(a.port, context.ports);
  const table = a.table === 255 ? "" : formatTable(a.table, context);
  return `resubmit(${port},${table}${a.ct ? ",ct" : ""})`;
}

function parseFinTimeout(text: string, { out }: ParseState): void {
  let idle = 0;
  let hard = 0;
  for (const { key, value } of pairs(text)) {
    if (key === "idle_timeout") idle = u16(value, key);
    else if (key === "hard_timeout") hard = u16(value, key);
    else throw textError(`invalid key '${key}' in 'fin_timeout' argument`);
  }
  out.push({ type: "fin_timeout", idle, hard });
}

function parseConjunction(text: string): Action {
  const found = /^\s*([+-]?(?:0x[\da-f]+|\d+))\s*,\s*(\d+)\s*\/\s*(\d+)/i.exec(text);
  if (!found) throw textError('"conjunction" syntax is "conjunction(id,i/n)"');
  const [id, clause, clauses] = [Number(found[1]) >>> 0, Number(found[2]) & 0xff, Number(found[3]) & 0xff];
  if (clauses < 2) throw textError("conjunction must have at least 2 clauses");
  if (clauses > 64) throw textError("conjunction must have at most 64 clauses");
  if (clause < 1) throw textError("clause index must be positive");
  if (clause > clauses) throw textError("clause index must be less than or equal to number of clauses");
  return { type: "conjunction", id, clause: clause - 1, clauses };
}

const LINK_ALGORITHMS = ["modulo_n", "hash_threshold", "hrw", "iter_hash"];

function parseMultipath(text: string): Action {
  const parts = words(text);
  const [fields = "", basis = "", algorithm = "", linksText = "", arg = "", dstText] = parts;
  if (dstText === undefined) throw textError(`${text}: not enough arguments to multipath action`);
  const hash = HASH_FIELDS.find((name) => name === fields.toLowerCase());
  if (!hash) throw textError(`${text}: unknown fields \`${fields}'`);
  const method = LINK_ALGORITHMS.find((name) => name === algorithm.toLowerCase());
  if (!method) throw textError(`${text}: unknown algorithm \`${algorithm}'`);
  const links = atoi(linksText);
  if (links < 1 || links > 65536) throw textError(`${text}: n_links ${links} is not in valid range 1 to 65536`);
  const dst = narrowSubfield(text, dstText);
  if (dst.bits < 16 && links > 1 << dst.bits)
    throw textError(
      `${text}: ${dst.bits}-bit destination field has ${1 << dst.bits} possible values, less than specified n_links ${links}`,
    );
  return {
    type: "multipath",
    fields: hash,
    basis: atoi(basis) & 0xffff,
    algorithm: method,
    links,
    arg: atoi(arg) >>> 0,
    dst,
  };
}

function parseNote(text: string): Action {
  const octets: number[] = [];
  for (let rest = text; rest; ) {
    if (rest.startsWith(".")) rest = rest.slice(1);
    if (!rest) break;
    if (!/^[0-9a-fA-F]{2}/.test(rest)) throw textError("bad hex digit in `note' argument");
    octets.push(Number.parseInt(rest.slice(0, 2), 16));
    rest = rest.slice(2);
  }
  // The action is a multiple of eight octets long: six of text after ten of header, and eight more each time.
  while (octets.length % 8 !== 6) octets.push(0);
  return { type: "note", octets: Uint8Array.from(octets) };
}

function parseSample(text: string, { out, context }: ParseState): void {
  let probability = 0;
  const ids = { collectorSetId: 0, obsDomainId: 0, obsPointId: 0 };
  let samplingPort: number = OFPP.any;
  let direction: ActionOf<"sample">["direction"] = "default";
  for (const { key, value } of pairs(text)) {
    if (key === "probability") {
      probability = u16(value, "probability");
      if (!probability) throw textError(`invalid probability value "${value}"`);
    } else if (key === "collector_set_id") ids.collectorSetId = u32(value);
    else if (key === "obs_domain_id") ids.obsDomainId = u32(value);
    else if (key === "obs_point_id") ids.obsPointId = u32(value);
    else if (key === "sampling_port") {
      const port = parsePort(value, context.ports);
      if (port === undefined) throw textError(`${value}: unknown port`);
      samplingPort = port;
    } else if (key === "ingress" || key === "egress") direction = key;
    else throw textError(`invalid key "${key}" in "sample" argument`);
  }
  if (!probability) throw textError('non-zero "probability" must be specified on sample');
  out.push({ type: "sample", probability, ...ids, samplingPort, direction });
}

function formatSample(a: ActionOf<"sample">, { ports }: TextContext): string {
  const port = a.samplingPort === OFPP.any ? "" : `,sampling_port=${formatPort(a.samplingPort, ports)}`;
  const direction = a.direction === "default" ? "" : `,${a.direction}`;
  return `sample(probability=${a.probability},collector_set_id=${a.collectorSetId},obs_domain_id=${a.obsDomainId},obs_point_id=${a.obsPointId}${port}${direction})`;
}

function parseGotoTable(text: string, { out, context }: ParseState): void {
  const table = parseTable(text, context);
  if (table === undefined) throw textError(`unknown table "${text}"`);
  out.push({ type: "goto_table", table });
}

function parseMeter(text: string, state: ParseState): void {
  state.usable &= PROTOCOLS.of13Up;
  state.out.push({ type: "meter", meter: u32(text) });
}

/** Rows that hold lists of actions print them with `inner`. */
export const controlRows = (
  inner: (actions: readonly Action[], context: TextContext) => string,
): ActionRows<
  | "set_queue"
  | "pop_queue"
  | "fin_timeout"
  | "resubmit"
  | "learn"
  | "conjunction"
  | "multipath"
  | "note"
  | "exit"
  | "sample"
  | "clone"
  | "debug_recirc"
  | "debug_slow"
  | "meter"
  | "clear_actions"
  | "write_actions"
  | "goto_table"
> => ({
  set_queue: {
    names: { set_queue: put((value) => ({ type: "set_queue", queue: u32(value) })) },
    format: (a) => `set_queue:${a.queue}`,
  },
  pop_queue: { names: { pop_queue: put(() => ({ type: "pop_queue" })) }, format: () => "pop_queue" },
  fin_timeout: {
    names: { fin_timeout: parseFinTimeout },
    format: ({ idle, hard }) => {
      const parts = [idle ? `idle_timeout=${idle}` : "", hard ? `hard_timeout=${hard}` : ""];
      return `fin_timeout(${parts.filter(Boolean).join(",")})`;
    },
  },
  resubmit: { names: { resubmit: parseResubmit }, format: formatResubmit },
  learn: { names: { learn: parseLearn }, format: formatLearn },
  conjunction: {
    names: { conjunction: put(parseConjunction) },
    format: (a) => `conjunction(${a.id},${a.clause + 1}/${a.clauses})`,
  },
  multipath: {
    names: { multipath: put(parseMultipath) },
    format: (a) => `multipath(${a.fields},${a.basis},${a.algorithm},${a.links},${a.arg},${formatSubfield(a.dst)})`,
  },
  note: { names: { note: put(parseNote) }, format: (a) => `note:${toHex(a.octets, ".")}` },
  exit: { names: { exit: put(() => ({ type: "exit" })) }, format: () => "exit" },
  sample: { names: { sample: parseSample }, format: formatSample },
  clone: {
    names: { clone: (value, state) => state.out.push({ type: "clone", actions: state.nested(value, "clone") }) },
    format: (a, context) => `clone(${inner(a.actions, context)})`,
  },
  debug_recirc: { names: { debug_recirc: put(() => ({ type: "debug_recirc" })) }, format: () => "debug_recirc" },
  debug_slow: { names: { debug_slow: put(() => ({ type: "debug_slow" })) }, format: () => "debug_slow" },
  meter: { names: { meter: parseMeter }, format: (a) => `meter:${a.meter}` },
  clear_actions: { names: { clear_actions: put(() => ({ type: "clear_actions" })) }, format: () => "clear_actions" },
  write_actions: {
    names: {
      write_actions: (value, state) =>
        state.out.push({ type: "write_actions", actions: state.nested(value, "write_actions") }),
    },
    format: (a, context) => `write_actions(${inner(a.actions, context)})`,
  },
  goto_table: {
    names: { goto_table: parseGotoTable },
    format: (a, context) => `goto_table:${formatTable(a.table, context)}`,
  },
});
