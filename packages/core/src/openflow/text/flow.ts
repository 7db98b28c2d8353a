/** Flows in text: the lines of add-flow, mod-flows, del-flows and dump-flows (ovs-ofctl(8), "Flow Syntax"). */
import {
  FIELDS,
  type FieldName,
  fieldNamed,
  type Match,
  matchAll,
  matchEthernet,
  matchField,
  matchOption,
  nextPair,
  normalizeMatch,
  ones,
  parseFieldValue,
  parsePort,
  protocolNamed,
  WORD,
} from "#flow";
import type { FlowMod, FlowModCommand, FlowStatsRequest } from "../message.ts";
import { FLOW_FLAGS, GROUP_ALL, GROUP_ANY, GROUP_MAX, OFPP, TABLE_ALL } from "../port.ts";
import { parseInstructions } from "./actions/index.ts";
import { leadingNumber } from "./actions/registers.ts";
import { checkActions } from "./check.ts";
import { parseTable, type TextContext } from "./context.ts";
import { textError } from "./errors.ts";
import { formatFieldValue } from "./field-value.ts";
import { u16, u32, u64 } from "./numbers.ts";
import { fieldProtocols, P, PROTOCOLS, type Protocols } from "./protocols.ts";
import { parseSubfield } from "./subfield.ts";

const DEFAULT_PRIORITY = 0x8000;

/** What a flow line may say: which of its keys count depends on the command. */
type Command = FlowModCommand | "stats";
type Part = "actions" | "outPort" | "importance" | "timeout" | "priority" | "flags";
const PARTS: Readonly<Record<Command, readonly Part[]>> = {
  stats: ["outPort"],
  add: ["actions", "timeout", "priority", "flags", "importance"],
  delete: ["outPort"],
  delete_strict: ["outPort", "priority"],
  modify: ["actions", "timeout", "priority", "flags"],
  modify_strict: ["actions", "timeout", "priority", "flags"],
};

const COMMANDS: readonly FlowModCommand[] = ["add", "delete", "delete_strict", "modify", "modify_strict"];

/** Flags by their word, with the protocols that can say them. */
const FLAGS: Readonly<Record<string, readonly [flag: number, usable: Protocols]>> = {
  send_flow_rem: [FLOW_FLAGS.send_flow_rem, PROTOCOLS.any],
  check_overlap: [FLOW_FLAGS.check_overlap, PROTOCOLS.any],
  reset_counts: [FLOW_FLAGS.reset_counts, PROTOCOLS.of12Up],
  no_packet_counts: [FLOW_FLAGS.no_pkt_counts, PROTOCOLS.of13Up],
  no_byte_counts: [FLOW_FLAGS.no_byt_counts, PROTOCOLS.of13Up],
};

/** What dump-flows prints and no command needs. */
const IGNORED = ["duration", "n_packets", "n_bytes", "idle_age", "hard_age"];

/** A flow line under work: what its keys have said so far. */
class Line {
  usable: Protocols = PROTOCOLS.any;
  readonly match: Match = matchAll();
  table = TABLE_ALL;
  priority = DEFAULT_PRIORITY;
  idleTimeout = 0;
  hardTimeout = 0;
  importance = 0;
  flags = 0;
  outPort: number = OFPP.any;
  outGroup = GROUP_ANY;
  cookie = 0n;
  cookieMask = 0n;
  newCookie: bigint | undefined;

  constructor(
    readonly command: Command,
    readonly context: TextContext,
  ) {
    if (!command.startsWith("modify")) this.newCookie = 0n;
  }

  can(part: Part): boolean {
    return PARTS[this.command].includes(part);
  }

  take(key: string, value: string): void {
    if (this.#shorthand(key)) return;
    const flag = this.can("flags") && Object.hasOwn(FLAGS, key) ? FLAGS[key] : undefined;
    if (flag) {
      this.flags |= flag[0];
      this.usable &= flag[1];
      return;
    }
    if (key === "no_readonly_table" || key === "allow_hidden_fields") return;
    const field = fieldNamed(key);
    if (field) this.#field(field, value);
    else if (key.includes("[")) this.#subfield(key, value);
    else {
      if (!value) throw textError(`field ${key} missing value`);
      this.#word(key, value);
    }
  }

  #shorthand(key: string): boolean {
    if (key === "eth") {
      matchEthernet(this.match);
      return true;
    }
    const protocol = protocolNamed(key);
    if (!protocol) return false;
    matchField(this.match, "eth_type", BigInt(protocol.ethType));
    if (protocol.nwProto !== undefined) matchField(this.match, "nw_proto", BigInt(protocol.nwProto));
    return true;
  }

  #field(field: FieldName, text: string): void {
    const [value, mask] = parseFieldValue(field, text === "" ? "0/0" : text, this.context.ports);
    const exact = (mask & ones(field)) === ones(field);
    this.usable &= fieldProtocols(
      field,
      exact ? ones(field) : mask,
      exact ? FIELDS[field].bits : FIELDS[field].octets * 8,
    );
    if (matchOption(this.match, field, text, [value, mask])) {
      this.usable &= PROTOCOLS.nxmOxm;
      return;
    }
    if (field === "nw_tos") matchField(this.match, "ip_dscp", value >> 2n, mask === 0n ? 0n : undefined);
    else if (field === "in_port_oxm") matchField(this.match, "in_port", value, mask);
    else matchField(this.match, field, value, mask);
  }

  #subfield(key: string, text: string): void {
    const { field, offset, bits } = parseSubfield(key);
    const number = leadingNumber(text);
    if (!number || number.rest || number.value >> BigInt(FIELDS[field].octets * 8))
      throw textError(`${key}: cannot parse integer value: ${text}`);
    if (number.value >> BigInt(bits)) {
      const shown = formatFieldValue(field, number.value, (1n << BigInt(FIELDS[field].octets * 8)) - 1n);
      throw textError(`${key}: value ${shown} does not fit into ${bits} bits`);
    }
    const mask = ((1n << BigInt(bits)) - 1n) << BigInt(offset);
    this.usable &= fieldProtocols(field, mask, FIELDS[field].bits);
    matchField(this.match, field, number.value << BigInt(offset), mask);
  }

  #word(key: string, value: string): void {
    if (key === "table") {
      const table = parseTable(value, this.context);
      if (table === undefined) throw textError(`unknown table "${value}"`);
      this.table = table;
      if (table !== TABLE_ALL) this.usable &= PROTOCOLS.tableId;
    } else if (key === "out_port" && this.can("outPort")) {
      const port = parsePort(value, this.context.ports);
      if (port === undefined) throw textError(`${value} is not a valid OpenFlow port`);
      this.outPort = port;
    } else if (key === "out_group" && this.can("outPort")) {
      this.usable &= PROTOCOLS.of11Up;
      this.outGroup = parseGroupId(value) ?? fail(`${value} is not a valid OpenFlow group`);
    } else if (key === "priority" && this.can("priority")) this.priority = u16(value, key);
    else if (key === "idle_timeout" && this.can("timeout")) this.idleTimeout = u16(value, key);
    else if (key === "hard_timeout" && this.can("timeout")) this.hardTimeout = u16(value, key);
    else if (key === "importance" && this.can("importance")) this.importance = u16(value, key);
    else if (key === "cookie") this.#cookie(value);
    else if (!IGNORED.includes(key)) throw textError(`unknown keyword ${key}`);
  }

  #cookie(text: string): void {
    const slash = text.indexOf("/");
    if (slash < 0) {
      if (this.command === "stats" || this.command.startsWith("delete"))
        throw textError(`cannot set cookie (to match on a cookie, specify a mask, e.g. cookie=${text}/-1)`);
      this.newCookie = u64(text);
      return;
    }
    if (this.command === "add") throw textError("flow additions cannot use a cookie mask");
    this.cookie = u64(text.slice(0, slash));
    this.cookieMask = u64(text.slice(slash + 1));
    if (this.cookieMask) this.usable &= PROTOCOLS.nxmOf11Up;
  }

  /** What holds between the keys once all are read. */
  finish(): void {
    const { key, mask } = this.match;
    if (key[WORD.packetType] as number) {
      const type = key[WORD.packetType] as number;
      if (type >>> 16 === 1 && mask[WORD.packetType] === 0xffffffff) key[WORD.ethType] = type & 0xffff;
    }
    if (key[WORD.ethType] === 0x86dd && (((mask[WORD.ip] as number) >>> 16) & 0xfffc || mask[WORD.tp]))
      this.usable &= PROTOCOLS.nxmOxm;
    if (!this.cookieMask && this.newCookie === undefined && this.command.startsWith("modify")) this.newCookie = 0n;
  }
}

function fail(text: string): never {
  throw textError(text);
}

/** A group number (0…0xffffff00), `all` or `any`. */
export function parseGroupId(text: string): number | undefined {
  const word = text.toUpperCase();
  if (word === "ALL") return GROUP_ALL;
  if (word === "ANY") return GROUP_ANY;
  try {
    const group = u32(text);
    return group > GROUP_MAX && group < GROUP_ALL ? undefined : group;
  } catch {
    return undefined;
  }
}

/** The text of the actions and the text before it, split at the first word that starts with `action`. */
function splitActions(text: string): readonly [before: string, actions: string | undefined] {
  const at = text.indexOf("action");
  if (at < 0) return [text, undefined];
  const equals = text.indexOf("=", at);
  return [text.slice(0, at), equals < 0 ? undefined : text.slice(equals + 1)];
}

function readLine(text: string, command: Command, context: TextContext): { line: Line; actions: string | undefined } {
  const line = new Line(command, context);
  let rest = text;
  let actions: string | undefined;
  if (line.can("actions")) {
    [rest, actions] = splitActions(text);
    if (actions === undefined) throw textError("must specify an action");
  }
  for (let pair = nextPair(rest); pair; pair = nextPair(rest, pair.next)) line.take(pair.key, pair.value);
  line.finish();
  return { line, actions };
}

/** A flow mod from text, with the protocols that can say it. */
export interface ParsedFlowMod {
  readonly mod: FlowMod;
  readonly usable: Protocols;
}

/** The command that starts a line of a flow file (`add`, `delete_strict`, …; none means add) and the text after it. */
export function leadingCommand(text: string): readonly [command: FlowModCommand, rest: string] {
  const trimmed = text.replace(/^[ \t\r\n]+/, "");
  const word = /^[^, \t\r\n]*/.exec(trimmed)?.[0] ?? "";
  // Any beginning of a command's name will do, and the first such command is meant.
  const command = word ? COMMANDS.find((name) => name.startsWith(word)) : "add";
  return command ? [command, trimmed.slice(word.length)] : ["add", trimmed];
}

/** Reads one flow for a command; undefined: the command starts the line. */
export function parseFlowMod(
  text: string,
  command: FlowModCommand | undefined,
  context: TextContext = {},
): ParsedFlowMod {
  const [verb, rest] = command ? ([command, text] as const) : leadingCommand(text);
  const { line, actions: actionText } = readLine(rest, verb, context);
  let actions: FlowMod["actions"] = [];
  if (actionText !== undefined) {
    const parsed = parseInstructions(actionText, context);
    const checked = checkActions(parsed.actions, line.match, line.table);
    line.usable &= parsed.usable & checked.usable;
    const fault = checked.error ?? (line.usable ? undefined : "OFPBAC_MATCH_INCONSISTENT");
    if (fault) throw textError(`actions are invalid with specified match (${fault})`);
    actions = checked.actions;
  }
  // Only for what it logs: the switch gets the match as it was written.
  normalizeMatch(line.match);
  const { match, table, priority, idleTimeout, hardTimeout, importance, flags, outPort, outGroup } = line;
  const { cookie, cookieMask, newCookie } = line;
  const times = { idleTimeout, hardTimeout, importance };
  const filter = { outPort, outGroup, cookie, cookieMask, newCookie };
  const mod = { type: "flow_mod", command: verb, table, match, priority, ...times, ...filter } as const;
  return { mod: { ...mod, bufferId: 0xffffffff, flags, actions }, usable: line.usable };
}

/** Reads which flows dump-flows or dump-aggregate asks for. */
export function parseFlowStatsRequest(
  text: string,
  context: TextContext = {},
): { readonly request: FlowStatsRequest; readonly usable: Protocols } {
  const { line } = readLine(text, "stats", context);
  const { table, match, outPort, outGroup, cookie, cookieMask } = line;
  // Requests name a table in any format.
  let { usable } = line;
  if (usable & P.of10Tid) usable |= P.of10;
  if (usable & P.nxmTid) usable |= P.nxm;
  return { request: { table, match, outPort, outGroup, cookie, cookieMask }, usable };
}
