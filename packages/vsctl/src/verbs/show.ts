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
  syntax: "",
  topic: "Switch",
  summary: "print an overview of the database",
  before({ draft }) {
    for (const [table, { name, columns }] of Object.entries(SHOWN)) {
      draft.store.hint(table, ALL, name === undefined ? columns : [name, ...columns]);
    }
  },
  run(call) {
    for (const row of call.draft.find("Open_vSwitch", ALL)) showRow(call, "Open_vSwitch", row, "");
  },
});

function showRow(call: Call, table: string, row: Uuid, indent: string): void {
  const { draft, print } = call;
  const { name, columns } = SHOWN[table] as (typeof SHOWN)[string];
  if (name === undefined) print(`${indent}${row}\n`);
  else print(`${indent}${table} ${datumToText(draft.get(table, row, name), columnType(table, name))}\n`);
  for (const column of columns) showColumn(call, column, table, draft.get(table, row, column), indent + MARGIN);
}

function showColumn(call: Call, column: string, table: string, datum: Datum, indent: string): void {
  const type = columnType(table, column);
  const { refTable } = type.key;
  if (refTable !== undefined) {
    for (const reference of datum.keys) showRow(call, refTable, String(reference), indent);
  } else if (!datumEquals(datum, defaultDatum(type))) {
    call.print(`${indent}${column}: ${datumToText(datum, type)}\n`);
  }
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
