// After a commit: wait until ovs-vswitchd says that it has taken over the configuration, then tell what went wrong.
import { isJsonArray, isJsonObject, type Json } from "@vswitch/core/jsonrpc";
import { dir } from "@vswitch/core/lib";
import type { Uuid } from "@vswitch/core/ovsdb";
import { DATABASE, type Database } from "./engine.ts";

/** The result of a select of one table, as objects. */
async function select(database: Database, table: string, where: Json, columns: readonly string[]) {
  const results = await database.request("transact", [DATABASE, { op: "select", table, where, columns }]);
  const [first] = isJsonArray(results) ? results : [];
  const rows = isJsonObject(first) ? first["rows"] : undefined;
  return isJsonArray(rows) ? rows.filter(isJsonObject) : [];
}

/** Resolves when the Open_vSwitch table's cur_cfg has reached `nextCfg`. */
export async function waitForSwitch(database: Database, nextCfg: number): Promise<void> {
  const watch = { Open_vSwitch: [{ columns: ["cur_cfg"], select: { initial: false } }] };
  await database.request("monitor", [DATABASE, "cfg", watch]);
  for (;;) {
    const [row] = await select(database, "Open_vSwitch", [], ["cur_cfg"]);
    if (Number(row?.["cur_cfg"] ?? 0) >= nextCfg) return;
    await database.updated();
  }
}

/** Lines about interfaces that the switch could not set up. */
export async function faults(database: Database, ifaces: readonly Uuid[]): Promise<string[]> {
  const lines: string[] = [];
  for (const uuid of ifaces) {
    const [row] = await select(database, "Interface", [["_uuid", "==", ["uuid", uuid]]], ["name", "ofport", "error"]);
    if (!row || (typeof row["ofport"] === "number" && row["ofport"] !== -1)) continue;
    const error = typeof row["error"] === "string" ? `: ${row["error"]}` : "";
    const text = `Error detected while setting up '${row["name"]}'${error}`;
    lines.push(`${text}.  See ovs-vswitchd log for details.`);
  }
  if (lines.length) lines.push(`The default log directory is "${dir("log")}".`);
  return lines;
}
