// Role-based access control: what a client of a role may change (ovsdb-server(7) "RBAC").
import type { Database, Row, Table } from "./database.ts";
import { OvsdbError } from "./error.ts";
import type { ColumnSchema } from "./schema/index.ts";
import type { Atom, Datum, Uuid } from "./value/index.ts";

/** Who asks, where its remote gives clients a role. */
export interface Actor {
  readonly role: string;
  /** The common name in its certificate; undefined when it showed none. */
  readonly id: string | undefined;
}

/** What a transaction may be asked to do with a table, in the words of the refusal. */
const REFUSALS = {
  insert: (table: string) => `row insertion into table "${table}"`,
  update: (table: string) => `modification of table "${table}"`,
  mutate: (table: string) => `mutate operation on table "${table}"`,
  delete: (table: string) => `row deletion from table "${table}"`,
};

const field = (table: Table, row: Row, name: string): Datum | undefined => {
  const column = table.schema.columns.get(name);
  return column && row.fields[column.index];
};
const first = (table: Table, row: Row, name: string): Atom | undefined => field(table, row, name)?.keys[0];

/** The row of RBAC_Permission that says what the role may do with a table. */
function permission(db: Database, { role }: Actor, name: string): { table: Table; row: Row } | undefined {
  const roles = db.tables.get("RBAC_Role");
  const table = db.tables.get("RBAC_Permission");
  if (!roles || !table) return undefined;
  for (const row of roles.rows.values()) {
    if (first(roles, row, "name") !== role) continue;
    const { keys = [], values = [] } = field(roles, row, "permissions") ?? {};
    const found = table.rows.get(String(values[keys.indexOf(name)]) as Uuid);
    return found && { table, row: found };
  }
  return undefined;
}

/** Whether a value that "COLUMN" or "COLUMN:KEY" names in the row is the client's id; "" is every row's. */
function authorized(place: Atom, table: Table, row: Row, id: string): boolean {
  const [name = "", key] = String(place).split(":", 2);
  if (name === "" && key === undefined) return true;
  const datum = field(table, row, name);
  if (!datum) return false;
  if (key === undefined) return datum.keys.length === 1 && datum.keys[0] === id;
  return datum.values?.[datum.keys.indexOf(key)] === id;
}

/**
 * Checks that a client may change rows of a table in those columns. Databases without a table RBAC_Role allow all.
 * @throws OvsdbError "permission error"
 */
export function checkRole(
  db: Database,
  actor: Actor | undefined,
  what: keyof typeof REFUSALS,
  table: Table,
  rows: readonly Row[],
  columns: readonly ColumnSchema[] = [],
): void {
  if (!actor || !db.tables.has("RBAC_Role")) return;
  const { role, id } = actor;
  const allowed = () => {
    const found = permission(db, actor, table.schema.name);
    if (!found || id === undefined) return false;
    const modifies = what === "update" || what === "mutate";
    if (!modifies && first(found.table, found.row, "insert_delete") !== true) return false;
    const mutable = field(found.table, found.row, "update")?.keys ?? [];
    if (!columns.every(({ name }) => mutable.includes(name))) return false;
    const places = field(found.table, found.row, "authorization")?.keys ?? [];
    return rows.every((row) => places.some((place) => authorized(place, table, row, id)));
  };
  if (allowed()) return;
  throw new OvsdbError(
    "permission error",
    `RBAC rules for client "${id ?? "(null)"}" role "${role}" prohibit ${REFUSALS[what](table.schema.name)}.`,
  );
}
