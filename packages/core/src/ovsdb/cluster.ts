// Whether a server of a cluster is one to talk to, by what it says of itself (ovsdb-server(5) _Server).
import { isJsonArray, isJsonObject, type Json } from "#jsonrpc";

/** Parameters of the "transact" that asks a server about a database it serves, or about those of clusters. */
export const askAbout = (database?: string): Json[] => {
  const where = database === undefined ? ["model", "==", "clustered"] : ["name", "==", database];
  return ["_Server", { op: "select", table: "Database", where: [where], columns: ["model", "connected", "leader"] }];
};

/** Why the server that answered so should be left for another; undefined where it is fit, as one that stands alone is. */
export function unfit(answer: Json, leaderOnly: boolean): string | undefined {
  const [result] = isJsonArray(answer) ? answer : [];
  const rows = isJsonObject(result) ? result["rows"] : undefined;
  const [row] = isJsonArray(rows) ? rows : [];
  if (!isJsonObject(row)) return undefined;
  if (row["model"] === "relay" && row["connected"] !== true) {
    return "relay database server has not yet connected to the relay source; trying another server";
  }
  if (row["model"] !== "clustered") return undefined;
  if (row["connected"] !== true) {
    return "clustered database server is disconnected from cluster; trying another server";
  }
  if (leaderOnly && row["leader"] !== true) {
    return "clustered database server is not cluster leader; trying another server";
  }
  return undefined;
}
