import { type ColumnType, typeFromJson } from "@vswitch/core/ovsdb";
import { SCHEMA_VERSION, TABLE_TEXTS } from "./schema-text.ts";

export { SCHEMA_VERSION };

type TypeJson = Parameters<typeof typeFromJson>[0];
interface TableJson {
  readonly columns: Readonly<Record<string, { readonly type: TypeJson; readonly mutable?: boolean }>>;
  readonly isRoot?: boolean;
}

/** Names of tables, in the order of ASCII but with letter case folded last ("sFlow" comes last). */
export const TABLES: readonly string[] = Object.keys(TABLE_TEXTS).sort();

const tables = new Map<string, TableJson>();

/** A table that exists; read from its text when first asked. */
function tableOf(name: string): TableJson {
  let table = tables.get(name);
  if (!table) {
    table = JSON.parse(TABLE_TEXTS[name as keyof typeof TABLE_TEXTS]) as TableJson;
    tables.set(name, table);
  }
  return table;
}

/** Columns of later schemas, by table and name: commands for them may use them, lists of columns leave them out. */
const LIMIT: ColumnType = { key: { type: "integer", min: 0, max: 0xffff_ffff }, min: 0, max: 1 };
const LATER: Readonly<Record<string, ColumnType>> = {
  "Datapath ct_zone_default_limit": LIMIT,
  "CT_Zone limit": LIMIT,
};

const UUID_TYPE: ColumnType = { key: { type: "uuid" }, min: 1, max: 1 };
const types = new Map<string, ColumnType>();

/** The type of a column that exists; read from the schema when first asked. */
export function columnType(table: string, column: string): ColumnType {
  if (column === "_uuid") return UUID_TYPE;
  const key = `${table} ${column}`;
  let type = types.get(key) ?? LATER[key];
  if (!type) {
    type = typeFromJson(tableOf(table).columns[column]?.type ?? null);
    types.set(key, type);
  }
  return type;
}

/** Columns of a table, by name, without _uuid. */
export function columnsOf(table: string): readonly string[] {
  return Object.keys(tableOf(table).columns).sort();
}

/** Whether a column may change after its row was made; true of columns that the schema lacks. */
export function isMutable(table: string, column: string): boolean {
  return tableOf(table).columns[column]?.mutable !== false;
}

/** Whether rows of the table stay without a reference to them. */
export function isRoot(table: string): boolean {
  return tableOf(table).isRoot === true;
}

/** How the records of a table may be named, beside their UUIDs. */
export interface RecordName {
  /** Table and column that hold the name; no column: the only row, called ".". */
  readonly table: string;
  readonly column?: string;
  /** Column of that table that refers to the record; without it the named row is the record. */
  readonly via?: string;
}

/** As `ovs-vsctl --help` lists it. */
export const RECORD_NAMES: Readonly<Record<string, RecordName>> = {
  AutoAttach: { table: "Bridge", column: "name", via: "auto_attach" },
  Bridge: { table: "Bridge", column: "name" },
  Controller: { table: "Bridge", column: "name", via: "controller" },
  Flow_Sample_Collector_Set: { table: "Flow_Sample_Collector_Set", column: "id" },
  Flow_Table: { table: "Flow_Table", column: "name" },
  IPFIX: { table: "Bridge", column: "name", via: "ipfix" },
  Interface: { table: "Interface", column: "name" },
  Manager: { table: "Manager", column: "target" },
  Mirror: { table: "Mirror", column: "name" },
  NetFlow: { table: "Bridge", column: "name", via: "netflow" },
  Open_vSwitch: { table: "Open_vSwitch" },
  Port: { table: "Port", column: "name" },
  QoS: { table: "Port", column: "name", via: "qos" },
  SSL: { table: "SSL" },
  sFlow: { table: "Bridge", column: "name", via: "sflow" },
};
