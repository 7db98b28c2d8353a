// What transactions do to the tables that someone wants to see, in the log (ovsdb-server/tlog-set).
import { RateLimit, SwitchError, vlog } from "@vswitch/core/lib";
import { type DatabaseServer, datumToText, type RowDelta, type ServedDatabase, type Table } from "@vswitch/core/ovsdb";

const log = vlog("transaction");
/** Lines a minute, and at once. */
const changes = new RateLimit(30, 60);
const refuse = (text: string) => new SwitchError("ovsdb/command", text);

/** Which tables are shown, and the showing. A table that gets another schema is another table. */
export class TransactionLog {
  readonly #server: DatabaseServer;
  readonly #tables = new WeakSet<Table>();
  readonly #watched = new WeakSet<ServedDatabase>();

  constructor(server: DatabaseServer) {
    this.#server = server;
  }

  /** Shows a table, or no longer. @throws SwitchError in the original's words */
  set(name: string, state: string): void {
    const [, database, table] = /^([^:]+):([^:]+)$/.exec(name) ?? [];
    if (database === undefined || table === undefined) throw refuse("invalid DB:TABLE argument");
    const served = this.#server.databases.get(database);
    if (!served) throw refuse("no such database");
    const found = served.db.tables.get(table);
    if (!found) throw refuse("no such table");
    const word = state.toLowerCase();
    if (word === "on") this.#tables.add(found);
    else if (word === "off") this.#tables.delete(found);
    else throw refuse("invalid command argument");
    if (word === "on" && !this.#watched.has(served)) {
      this.#watched.add(served);
      served.onChange((deltas) => this.#show(deltas));
    }
  }

  /** All tables of all databases, and whether each is shown. */
  list(): string {
    const line = (a: string, b: string, c: string) => `${a.padEnd(16)}${b.padEnd(27)} ${c}\n`;
    let text = line("database", "table", "logging") + line("--------", "-----", "-------");
    for (const [name, { db }] of sorted(this.#server.databases)) {
      text += `${name.padEnd(16)} \n`;
      for (const [table, found] of sorted(db.tables)) text += line("", table, this.#tables.has(found) ? "ON" : "OFF");
    }
    return text;
  }

  #show(deltas: readonly RowDelta[]): void {
    for (const delta of deltas) {
      if (this.#tables.has(delta.table)) log.limited(changes, "info", () => describe(delta));
    }
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);
const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(byName);

function describe({ table, before, after }: RowDelta): string {
  const { schema } = table;
  const op = !before ? "inserted" : after ? "updated" : "deleted";
  const { fields } = after ?? before ?? { fields: [] };
  const values = schema.walk.map(({ name, index, type }) => {
    const datum = fields[index];
    return datum ? `,${name}:${datumToText(datum, type)}` : "";
  });
  return `table:${schema.name},op:${op}${values.join("")}`;
}
