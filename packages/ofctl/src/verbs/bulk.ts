/** Whole flow tables: compared, replaced, and bundles of all kinds of changes. */

import { existsSync } from "node:fs";
import { formatMatch } from "@vswitch/core/flow";
import { fatal } from "../errors.ts";
import { ask } from "../exchange.ts";
import { flowLines, readFile } from "../files.ts";
import { readWithNames } from "../names.ts";
import {
  FLOW_FLAGS,
  type FlowMod,
  type FlowStatsEntry,
  formatActions,
  leadingCommand,
  type Message,
  PROTOCOLS,
  type Protocols,
  parseFlowMod,
  parseFlowStatsRequest,
  parseGroupMod,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { print } from "../print.ts";
import { allowedProtocols, openForDump, openForFlowMods } from "../protocol.ts";
import type { Connection } from "../vconn.ts";
import type { Call } from "../verb.ts";
import { sendFlowMods } from "./bulk-send.ts";
import { commitBundle } from "./bundle.ts";
import { parsePacketOut } from "./packets.ts";

/** What is compared of a flow. */
interface Version {
  readonly cookie: bigint;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly importance: number;
  readonly flags: number;
  readonly actions: FlowStatsEntry["actions"];
}
interface Entry {
  readonly table: number;
  readonly priority: number;
  readonly match: FlowMod["match"];
  readonly versions: [Version | undefined, Version | undefined];
}
/** Flows by table, priority and match, in that order. */
type Tables = Map<string, Entry>;

const KEPT = FLOW_FLAGS.send_flow_rem | FLOW_FLAGS.no_pkt_counts | FLOW_FLAGS.no_byt_counts;

function put(
  tables: Tables,
  side: 0 | 1,
  table: number,
  priority: number,
  match: FlowMod["match"],
  version: Version,
): void {
  const key = `${table}/${priority}/${match.key.join()}/${match.mask.join()}`;
  const entry = tables.get(key) ?? { table, priority, match, versions: [undefined, undefined] };
  entry.versions[side] = version;
  tables.set(key, entry);
}

async function fromSwitch(
  name: string,
  options: Options,
  tables: Tables,
  side: 0 | 1,
  usable: Protocols = PROTOCOLS.any,
): Promise<Connection> {
  const connection = await openForDump(name, options, usable);
  const { request } = parseFlowStatsRequest("");
  for (const reply of await ask(connection, { type: "multipart_request", kind: "flow", request })) {
    if (reply.type !== "multipart_reply" || reply.kind !== "flow") continue;
    for (const flow of reply.reply)
      put(tables, side, flow.table, flow.priority, flow.match, { ...flow, flags: flow.flags & KEPT });
  }
  return connection;
}

function fromText(
  text: string,
  file: string,
  tables: Tables,
  side: 0 | 1,
  names: Parameters<typeof parseFlowMod>[2],
): Protocols {
  let usable: Protocols = PROTOCOLS.any;
  flowLines(text, file, (line) => {
    const parsed = parseFlowMod(line, "add", names);
    usable &= parsed.usable;
    const { mod } = parsed;
    const version = { ...mod, cookie: mod.newCookie ?? 0n, flags: mod.flags & KEPT };
    put(tables, side, mod.table === 255 ? 0 : mod.table, mod.priority, mod.match, version);
  });
  return usable;
}

const equal = (a: Version, b: Version): boolean =>
  a.cookie === b.cookie &&
  a.idleTimeout === b.idleTimeout &&
  a.hardTimeout === b.hardTimeout &&
  a.importance === b.importance &&
  formatActions(a.actions) === formatActions(b.actions);

function modOf({ table, priority, match }: Entry, version: Version | undefined): FlowMod {
  return {
    type: "flow_mod",
    command: version ? "add" : "delete_strict",
    table,
    match,
    priority,
    cookie: 0n,
    cookieMask: 0n,
    newCookie: version?.cookie ?? 0n,
    idleTimeout: version?.idleTimeout ?? 0,
    hardTimeout: version?.hardTimeout ?? 0,
    importance: version?.importance ?? 0,
    bufferId: 0xffffffff,
    outPort: 0xffffffff,
    outGroup: 0xffffffff,
    flags: version?.flags ?? 0,
    actions: version?.actions ?? [],
  };
}

export async function replaceFlows({ options, args }: Call): Promise<void> {
  const [name = "", file = ""] = args;
  allowedProtocols(options);
  const text = readFile(file, "open");
  const tables: Tables = new Map();
  const usable = await readWithNames(name, options, (names) => {
    tables.clear();
    return fromText(text, file, tables, 0, names);
  });
  const connection = await fromSwitch(name, options, tables, 1, usable);
  const entries = [...tables.values()];
  const mods = [
    ...entries.filter(({ versions: [wanted] }) => !wanted).map((entry) => modOf(entry, undefined)),
    ...entries
      .filter(({ versions: [wanted, present] }) => wanted && (!present || options.readd || !equal(wanted, present)))
      .map((entry) => modOf(entry, entry.versions[0])),
  ];
  if (options.bundle) await commitBundle(connection, mods);
  else await sendFlowMods(connection, mods);
  connection.close();
}

/** One flow of diff-flows, after its sign. */
function line(entry: Entry, version: Version): string {
  let text = entry.table ? `table=${entry.table} ` : "";
  text += formatMatch(entry.match, { priority: entry.priority });
  if (version.cookie) text += ` cookie=0x${version.cookie.toString(16)}`;
  if (version.idleTimeout) text += ` idle_timeout=${version.idleTimeout}`;
  if (version.hardTimeout) text += ` hard_timeout=${version.hardTimeout}`;
  if (version.importance) text += ` importance=${version.importance}`;
  return `${text} actions=${formatActions(version.actions)}\n`;
}

/** A source is a file when there is one of that name, else a switch. */
async function source(name: string, options: Options, tables: Tables, side: 0 | 1): Promise<void> {
  if (name.startsWith("/") || name.startsWith(".") || (!name.includes(":") && existsSync(name))) {
    fromText(readFile(name, "open"), name, tables, side, {});
    return;
  }
  (await fromSwitch(name, options, tables, side)).close();
}

const byPlace = (a: Entry, b: Entry): number => a.table - b.table || a.priority - b.priority;

export async function diffFlows({ options, args }: Call): Promise<number> {
  const [first = "", second = ""] = args;
  allowedProtocols(options);
  const tables: Tables = new Map();
  await source(first, options, tables, 0);
  await source(second, options, tables, 1);
  let text = "";
  for (const entry of [...tables.values()].sort(byPlace)) {
    const [a, b] = entry.versions;
    if (a && b && equal(a, b)) continue;
    if (a) text += `-${line(entry, a)}`;
    if (b) text += `+${line(entry, b)}`;
  }
  print(1, text);
  return text ? 2 : 0;
}

type Names = Parameters<typeof parseFlowMod>[2];
type BundlePart = { readonly message: Message; readonly usable: Protocols };

function bundledGroup(text: string, names: Names): BundlePart {
  const found = /^(add|modify|delete|insert_bucket|remove_bucket|add_or_mod)(?:\s+|$)/.exec(text);
  const kind = (found?.[1] ?? "add") as "add";
  const { mod, usable } = parseGroupMod(text.slice(found?.[0].length ?? 0), kind, names);
  return { message: mod, usable };
}

function bundledFlow(text: string, names: Names): BundlePart {
  const [command, flow] = leadingCommand(text);
  const { mod, usable } = parseFlowMod(flow, command, names);
  return { message: mod, usable };
}

function bundledPacketOut(text: string, names: Names): BundlePart {
  const { usable, ...out } = parsePacketOut(text, names ?? {});
  return { message: { type: "packet_out", bufferId: 0xffffffff, ...out }, usable };
}

const BUNDLED = { flow: bundledFlow, group: bundledGroup, "packet-out": bundledPacketOut } as const;

/** A line of a bundle file: what it is of, which may be cut short as the original takes it, then its text. */
function parseBundleLine(text: string, names: Names): BundlePart {
  const line = text.trimStart();
  const word = /^[^\s,]*/.exec(line)?.[0] ?? "";
  const kind = (Object.keys(BUNDLED) as (keyof typeof BUNDLED)[]).find((name) => name.startsWith(word));
  if (!kind) throw fatal(`Unsupported bundle message type: ${word}`);
  return BUNDLED[kind](line.slice(word.length).trimStart(), names);
}

export async function bundle({ options, args }: Call): Promise<void> {
  const [name = "", file = ""] = args;
  options.bundle = true;
  allowedProtocols(options);
  const text = readFile(file);
  const lines = await readWithNames(name, options, (names) =>
    flowLines(text, file, (one) => parseBundleLine(one, names)),
  );
  let usable: Protocols = PROTOCOLS.any;
  for (const one of lines) usable &= one.usable;
  const connection = await openForFlowMods(name, options, usable);
  await commitBundle(
    connection,
    lines.map(({ message }) => message),
  );
  connection.close();
}
