// `--json`: what commands say, as data; docs/vsctl-json.md describes it.
import { formatJson, isJsonArray, type Json } from "@vswitch/core/jsonrpc";
import { type ColumnType, datumFromText, datumToJson, type Uuid } from "@vswitch/core/ovsdb";
import type { Command } from "../call.ts";
import { readSetting, tableOf } from "../names.ts";
import type { Saying } from "../output.ts";
import { columnType } from "../schema.ts";
import type { ColumnDiff } from "./row-diff.ts";

/** Commands that print one value, or nothing when there is none. */
const SINGLE = new Set(["br-to-parent", "port-to-br", "iface-to-br", "get-fail-mode", "create", "add-zone-tp"]);

/** All that a run says: an array with an object for each command. */
export function renderJson(
  commands: readonly Command[],
  sayings: readonly Saying[],
  pretty: boolean,
  uuidOf: (row: Uuid) => Uuid,
): string {
  const answers = commands.map((command, i): Json => {
    const saying = sayings[i];
    const text = `${saying?.text ?? ""}${saying?.uuid === undefined ? "" : `${uuidOf(saying.uuid)}\n`}`;
    const result = saying?.table ? rowsOf(command, saying.table) : textResult(command, text);
    return { command: command.verb.name, args: [...command.args], result };
  });
  return `${formatJson(answers, { pretty })}\n`;
}

function rowsOf({ args }: Command, table: NonNullable<Saying["table"]>): Json {
  const name = tableOf(args[0] ?? "");
  return table.rows.map((row) =>
    Object.fromEntries(
      table.headings.map((column, x) => {
        const cell = row[x];
        return [column, typeof cell === "object" ? plain(cell.json, columnType(name, column)) : (cell ?? null)];
      }),
    ),
  );
}

/** A value of RFC 7047 §5.1 as plain JSON: maps as objects, sets as arrays, UUIDs as strings, null for nothing. */
export function plain(json: Json, type: ColumnType): Json {
  if (!isJsonArray(json)) return type.max > 1 && !type.value ? [json] : json;
  const [tag, body = null] = json;
  if (tag === "uuid") return type.max > 1 && !type.value ? [body] : body;
  const elements = isJsonArray(body) ? body : [];
  if (tag === "map") {
    return Object.fromEntries(
      elements.map((pair) => (isJsonArray(pair) ? [String(atom(pair[0])), atom(pair[1])] : ["", null])),
    );
  }
  if (type.max === 1) return atom(elements[0]);
  return elements.map(atom);
}

const atom = (json: Json | undefined): Json => (isJsonArray(json) ? (json[1] ?? null) : (json ?? null));

/** A changed column's part in a plan or a history. */
export function diffJson({ column, added, removed }: ColumnDiff, type: ColumnType): Json {
  const loose = type.max > 1 ? { ...type, min: 0 } : { ...type, min: 0, max: 1 };
  return { column, removed: plain(datumToJson(removed, loose), loose), added: plain(datumToJson(added, loose), loose) };
}

function textResult(command: Command, text: string): Json {
  const { name } = command.verb;
  const lines = text.replace(/\n$/, "").split("\n");
  if (name === "show") return tree(lines);
  if (name === "get") return getResult(command, lines);
  if (name === "br-get-external-id" && command.args.length === 1) {
    return Object.fromEntries(lines.filter(Boolean).map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }
  if (text === "") return SINGLE.has(name) || name === "br-get-external-id" ? null : [];
  if (name === "br-to-vlan") return Number(text);
  if (SINGLE.has(name) || name === "br-get-external-id") return lines[0] ?? null;
  return lines;
}

/** The values that `get` printed, one for each column or key that was asked for. */
function getResult({ args }: Command, lines: readonly string[]): Json {
  const table = tableOf(args[0] ?? "");
  return args.slice(2).map((argument, i): Json => {
    const line = lines[i] ?? "";
    if (argument.toLowerCase() === "_uuid") return line;
    const { column, key } = readSetting(table, argument, []);
    const type = columnType(table, column);
    if (key === undefined) return plain(datumToJson(datumFromText(line, type), type), type);
    if (line === "") return null;
    const value: ColumnType = { key: type.value ?? type.key, min: 1, max: 1 };
    return plain(datumToJson(datumFromText(line, value), value), value);
  });
}

interface Node {
  name: string;
  children: Node[];
}

/** The overview: each line that others stand below becomes an object with these as its `children`. */
function tree(lines: readonly string[]): Json {
  const root: Node = { name: "", children: [] };
  const path: Node[] = [root];
  for (const line of lines.filter(Boolean)) {
    const depth = (line.length - line.trimStart().length) / 4;
    const node: Node = { name: line.trim(), children: [] };
    path.length = depth + 1;
    path.at(-1)?.children.push(node);
    path.push(node);
  }
  return root.children.map(nodeJson);
}

function nodeJson({ name, children }: Node): Json {
  const [, column, value] = /^([a-z_]+): (.*)$/s.exec(name) ?? [];
  if (column !== undefined && value !== undefined) return { column, value: unquoted(value) };
  const [, kind, title] = /^(\S+) (.*)$/s.exec(name) ?? [];
  if (kind === undefined) return { uuid: name, children: children.map(nodeJson) };
  return { table: kind, name: unquoted(title ?? ""), children: children.map(nodeJson) };
}

function unquoted(text: string): Json {
  try {
    return text.startsWith('"') ? (JSON.parse(text) as Json) : text;
  } catch {
    return text;
  }
}
