/** What tables can do, as dump-table-features shows it. */
import type { FieldName } from "#flow";
import type { Version } from "../../message.ts";
import {
  type ActionFeatures,
  type BranchFeatures,
  readTableFeatures,
  type TableFeatures,
} from "../../read-table-features.ts";
import { FIELD_ORDER } from "../../table-features.ts";

/** Names in the order they are shown, by number (OpenFlow 1.3.5 §7.2.4, §7.2.5). */
const INSTRUCTIONS: readonly (readonly [number, string])[] = [
  [6, "meter"],
  [4, "apply_actions"],
  [5, "clear_actions"],
  [3, "write_actions"],
  [2, "write_metadata"],
  [1, "goto_table"],
];
const ACTIONS: readonly (readonly [number, string])[] = [
  [0, "output"],
  [22, "group"],
  [25, "set_field"],
  [18, "strip_vlan"],
  [17, "push_vlan"],
  [23, "mod_nw_ttl"],
  [24, "dec_ttl"],
  [15, "set_mpls_ttl"],
  [16, "dec_mpls_ttl"],
  [19, "push_mpls"],
  [20, "pop_mpls"],
  [21, "set_queue"],
];
const COMMANDS = ["replace", "modify", "enable", "disable"];

const equal = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => a.size === b.size && [...a].every((x) => b.has(x));
const sameActions = (a: ActionFeatures, b: ActionFeatures): boolean =>
  equal(a.actions, b.actions) && equal(a.setFields, b.setFields);

const words = (rows: readonly (readonly [number, string])[], present: ReadonlySet<number>): string =>
  rows
    .filter(([number]) => present.has(number))
    .map(([, name]) => name)
    .join(" ");

/** "1-5,7". */
function ranges(tables: ReadonlySet<number>): string {
  const parts: string[] = [];
  const sorted = [...tables].sort((a, b) => a - b);
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (sorted[j + 1] === (sorted[j] as number) + 1) j++;
    parts.push(i === j ? String(sorted[i]) : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return parts.join(",");
}

/** Names, of which those that follow each other and begin alike share their beginning: `eth_{src,dst}`. */
function gather(names: readonly string[], separator: string): string {
  const parts: string[] = [];
  for (let i = 0; i < names.length; ) {
    const name = names[i] as string;
    const head = name.slice(0, name.indexOf("_") + 1);
    let j = i + 1;
    if (head) while (names[j]?.startsWith(head)) j++;
    if (j - i > 1) {
      const rest = names.slice(i, j).map((n) => n.slice(head.length));
      parts.push(`${head}{${gather(rest, ",")}}`);
      i = j;
      continue;
    }
    const end = numbered(names, i);
    parts.push(end > i ? `${name}...${names[end]}` : name);
    i = end + 1;
  }
  return parts.join(separator);
}

/** Where a run such as reg0, reg1, reg2… that begins at `from` ends; a run of two is none. */
function numbered(names: readonly string[], from: number): number {
  const found = /^(.*?)(\d+)$/.exec(names[from] as string);
  if (!found) return from;
  const [, stem, digits] = found;
  let end = from;
  while (names[end + 1] === `${stem}${Number(digits) + end + 1 - from}`) end++;
  return end - from >= 2 ? end : from;
}

const fieldList = (fields: ReadonlySet<FieldName>): string =>
  gather(
    FIELD_ORDER.filter((field) => fields.has(field)),
    " ",
  );

function actionLines(title: string, features: ActionFeatures): string {
  let text = `      ${title} features:\n`;
  const actions = words(ACTIONS, features.actions);
  if (actions) text += `        actions: ${actions}\n`;
  if (features.setFields.size) text += `        supported on Set-Field: ${fieldList(features.setFields)}\n`;
  return text;
}

function branchLines(branch: BranchFeatures, previous: BranchFeatures | undefined): string {
  let text = "";
  if (branch.nextTables.size) text += `      next tables: ${ranges(branch.nextTables)}\n`;
  text += `      instructions: ${words(INSTRUCTIONS, branch.instructions)}\n`;
  if (previous && sameActions(branch.write, previous.write) && sameActions(branch.apply, previous.apply))
    return `${text}      (same actions)\n`;
  if (sameActions(branch.write, branch.apply))
    return text + actionLines("Write-Actions and Apply-Actions", branch.write);
  return text + actionLines("Write-Actions", branch.write) + actionLines("Apply-Actions", branch.apply);
}

const sameBranch = (a: BranchFeatures, b: BranchFeatures): boolean =>
  equal(a.nextTables, b.nextTables) &&
  equal(a.instructions, b.instructions) &&
  sameActions(a.write, b.write) &&
  sameActions(a.apply, b.apply);

function instructionLines(f: TableFeatures, previous: TableFeatures | undefined): string {
  if (sameBranch(f.others, f.miss))
    return `    instructions (table miss and others):\n${branchLines(f.others, previous?.others)}`;
  return (
    `    instructions (other than table miss):\n${branchLines(f.others, previous?.others)}` +
    `    instructions (table miss):\n${branchLines(f.miss, previous?.miss)}`
  );
}

const sameMatching = (a: TableFeatures, b: TableFeatures): boolean =>
  equal(a.matchable, b.matchable) && equal(a.maskable, b.maskable) && equal(a.wildcardable, b.wildcardable);

function matchingLines(f: TableFeatures, previous: TableFeatures | undefined): string {
  if (previous && sameMatching(f, previous)) return "    (same matching)\n";
  const kinds: readonly (readonly [string, (field: FieldName) => boolean])[] = [
    ["arbitrary mask", (field) => f.maskable.has(field)],
    ["exact match or wildcard", (field) => !f.maskable.has(field) && f.wildcardable.has(field)],
    ["must exact match", (field) => !f.maskable.has(field) && !f.wildcardable.has(field)],
  ];
  let text = "    matching:\n";
  for (const [title, wanted] of kinds) {
    const fields = new Set([...f.matchable].filter(wanted));
    if (fields.size) text += `      ${title}: ${fieldList(fields)}\n`;
  }
  return text;
}

/** The tables that a table leads to, but for the difference that it is itself the next. */
const ditto = (a: TableFeatures, b: TableFeatures): boolean => {
  const rest = (branch: BranchFeatures) =>
    new Set([...branch.nextTables].filter((t) => t !== a.table && t !== b.table));
  const like = (x: BranchFeatures, y: BranchFeatures) =>
    equal(rest(x), rest(y)) &&
    equal(x.instructions, y.instructions) &&
    sameActions(x.write, y.write) &&
    sameActions(x.apply, y.apply);
  return (
    a.metadataMatch === b.metadataMatch &&
    a.metadataWrite === b.metadataWrite &&
    a.maxEntries === b.maxEntries &&
    a.eviction === b.eviction &&
    a.vacancy === b.vacancy &&
    like(a.others, b.others) &&
    like(a.miss, b.miss) &&
    sameMatching(a, b)
  );
};

const title = (f: TableFeatures): string => `table ${f.table}${f.name ? ` (${quoted(f.name)})` : ""}`;
const quoted = (name: string): string => JSON.stringify(name);

/** A table in full. */
function full(f: TableFeatures, previous: TableFeatures | undefined): string {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  let text = f.command ? `  command: ${COMMANDS[f.command] ?? f.command}\n` : "";
  text += `  ${title(f)}:\n`;
  if (f.metadataMatch || f.metadataWrite)
    text += `    metadata: match=${hex(f.metadataMatch)} write=${hex(f.metadataWrite)}\n`;
  for (const [name, value] of [
    ["eviction", f.eviction],
    ["vacancy events", f.vacancy],
  ] as const)
    if (value !== undefined) text += `    ${name}: ${value ? "supported" : "not supported"}\n`;
  if (f.maxEntries) text += `    max_entries=${f.maxEntries}\n`;
  return text + instructionLines(f, previous) + matchingLines(f, previous);
}

/** Whether a table without a name is like the one before it. */
const follows = (a: TableFeatures, b: TableFeatures | undefined): boolean => b !== undefined && !b.name && ditto(a, b);

/** Tables of one or more replies, those that are like the one before in short. */
export function formatTableFeatures(entries: readonly Uint8Array[], version: Version): string {
  const tables = entries.map((octets) => readTableFeatures(octets, version));
  let text = "";
  let named = false;
  for (let i = 0; i < tables.length; ) {
    const f = tables[i] as TableFeatures;
    const previous = tables[i - 1];
    // A name in a row of like tables takes the empty line with it, as Open vSwitch prints it.
    if (i > 0 && !named) text += "\n";
    named = false;
    if (!previous || !ditto(previous, f)) {
      text += full(f, previous);
      i++;
      continue;
    }
    let end = i;
    while (!f.name && follows(tables[end] as TableFeatures, tables[end + 1])) end++;
    text += end > i ? `  tables ${f.table}...${tables[end]?.table}: ditto\n` : `  ${title(f)}: ditto\n`;
    named = f.name !== "";
    i = end + 1;
  }
  return text;
}
