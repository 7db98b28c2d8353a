import { type Datum, datumEquals, datumToText, defaultDatum, type Uuid } from "@vswitch/core/ovsdb";
import { type Call, verb } from "../call.ts";
import { columnType } from "../schema.ts";
import { ALL } from "../store.ts";

/** What `show` tells of each table: the column that names a row, then others; references lead to their own blocks. */
const SHOWN: Readonly<Record<string, { readonly name?: string; readonly columns: readonly string[] }>> = {
  Open_vSwitch: { columns: ["manager_options", "bridges", "ovs_version"] },
  Bridge: { name: "name", columns: ["controller", "fail_mode", "datapath_type", "ports"] },
  Port: { name: "name", columns: ["tag", "trunks", "interfaces"] },
  Interface: { name: "name", columns: ["type", "options", "error"] },
  Controller: { name: "target", columns: ["is_connected"] },
  Manager: { name: "target", columns: ["is_connected"] },
};

const MARGIN = "    ";

export const show = verb({
  name: "show",
  args: "",
  arity: [0, 0],
  flags: {
    filter: { summary: "only rows of a table that hold one of some texts", value: "TABLE(TEXT[|TEXT]...)[,...]" },
  },
  syntax: "",
  topic: "Switch",
  summary: "print an overview of the database",
  before({ draft }) {
    for (const [table, { name, columns }] of Object.entries(SHOWN)) {
      draft.store.hint(table, ALL, name === undefined ? columns : [name, ...columns]);
    }
  },
  run(call) {
    const filters = readFilters(call.flags.get("filter") ?? "");
    for (const row of call.draft.find("Open_vSwitch", ALL)) call.print(rowText(call, filters, "Open_vSwitch", row, ""));
  },
});

/** Texts by table, in small letters: a row is shown only when its block holds one of them. */
type Filters = ReadonlyMap<string, readonly string[]>;

/** Reads "interface(vxlan|gre),bridge(br0)"; a rule without parentheses filters nothing, as in later versions. */
function readFilters(text: string): Filters {
  const rules = [...text.matchAll(/([^(),]+)\(([^)]*)\)/g)];
  return new Map(rules.map(([, table = "", texts = ""]) => [table.trim().toLowerCase(), texts.split("|")]));
}

function rowText(call: Call, filters: Filters, table: string, row: Uuid, indent: string): string {
  const { draft } = call;
  const { name, columns } = SHOWN[table] as (typeof SHOWN)[string];
  const title =
    name === undefined ? row : `${table} ${datumToText(draft.get(table, row, name), columnType(table, name))}`;
  const rest = columns.map((column) =>
    columnText(call, filters, column, table, draft.get(table, row, column), indent + MARGIN),
  );
  const block = `${indent}${title}\n${rest.join("")}`;
  const wanted = filters.get(table.toLowerCase());
  return !wanted || wanted.some((text) => block.includes(text)) ? block : "";
}

function columnText(call: Call, filters: Filters, column: string, table: string, datum: Datum, indent: string): string {
  const type = columnType(table, column);
  const { refTable } = type.key;
  if (refTable !== undefined) {
    return datum.keys.map((reference) => rowText(call, filters, refTable, String(reference), indent)).join("");
  }
  return datumEquals(datum, defaultDatum(type)) ? "" : `${indent}${column}: ${datumToText(datum, type)}\n`;
}

export const init = verb({
  name: "init",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "Switch",
  summary: "set up the database if it is empty",
  run() {},
});
