// Files of clustered databases (ovsdb(5)), as far as they are only read: a header, then what the server's Raft log says.
import { formatJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { LogReader, type LogRecord, OvsdbError } from "@vswitch/core/ovsdb";
import { readDatabaseFile } from "./file.ts";
import { sha1 } from "./io.ts";

/** What the first record of a server's file says. */
export interface ClusterHeader {
  readonly name: string;
  readonly serverId: string;
  readonly localAddress: string;
  /** Not known to a server that has yet to join. */
  readonly clusterId: string | undefined;
  /** Whom a server that has yet to join will ask; undefined once it has joined. */
  readonly remotes: readonly string[] | undefined;
  /** Where the log begins: the last entry that the snapshot contains. */
  readonly prevTerm: number;
  readonly prevIndex: number;
  /** The snapshot: the schema, then the rows. */
  readonly prevData: readonly Json[];
}

/** Whether a file's octets begin as those of a clustered database. */
export const isClustered = (octets: Uint8Array): boolean =>
  new TextDecoder("latin1").decode(octets.subarray(0, 14)) === "OVSDB CLUSTER ";

/** A reader of a clustered database's records; undefined when the file is of another kind. @throws OvsdbError "I/O error" */
export function clusterRecords(path: string): LogReader | undefined {
  const octets = readDatabaseFile(path);
  if (octets.length === 0) throw new OvsdbError("ovsdb error", `${path}: cannot identify file type`);
  return isClustered(octets) ? new LogReader(path, octets, sha1, "CLUSTER") : undefined;
}

/** The first record. @throws OvsdbError when it is missing, or lacks what every header has */
export function readClusterHeader(path: string, records: LogReader): ClusterHeader {
  const first = records.next();
  if (!first) throw new OvsdbError("ovsdb error", `${path}: unexpected end of file`);
  const { json } = first;
  const text = (member: string): string => {
    const value = json[member];
    if (typeof value === "string") return value;
    throw lacks(json, "header", member);
  };
  const number = (member: string) => (typeof json[member] === "number" ? json[member] : 0);
  const { cluster_id: clusterId, remote_addresses: remotes, prev_data: prevData } = json;
  return {
    name: text("name"),
    serverId: text("server_id"),
    localAddress: text("local_address"),
    clusterId: typeof clusterId === "string" ? clusterId : undefined,
    remotes: isJsonArray(remotes) ? remotes.map(String) : undefined,
    prevTerm: number("prev_term"),
    prevIndex: number("prev_index"),
    prevData: isJsonArray(prevData) ? prevData : [],
  };
}

/** The error of a record without a member that it must have. */
export function lacks(json: JsonObject, what: string, member: string): OvsdbError {
  const why = `Parsing raft ${what} failed: Required '${member}' member is missing.`;
  return new OvsdbError("syntax error", why, formatJson(json, { sort: true }));
}

/** A record after the header, sorted out. */
export type ClusterRecord =
  | { readonly is: "note"; readonly note: string }
  | { readonly is: "commit"; readonly index: number }
  | { readonly is: "vote" | "leader"; readonly server: string; readonly term: number }
  | { readonly is: "entry"; readonly term: number; readonly index: number; readonly entry: JsonObject }
  | { readonly is: "term"; readonly term: number };

/** What a record says. @throws OvsdbError when it has no term, which all but notes and commit indexes have */
export function parseClusterRecord({ json }: LogRecord): ClusterRecord {
  const { note, commit_index: commit, term, index, vote, leader } = json;
  if (typeof note === "string") return { is: "note", note };
  if (typeof commit === "number") return { is: "commit", index: commit };
  if (typeof term !== "number") throw lacks(json, "log record", "term");
  if (typeof vote === "string") return { is: "vote", server: vote, term };
  if (typeof leader === "string") return { is: "leader", server: leader, term };
  if (typeof index !== "number") return { is: "term", term };
  const { comment: _comment, index: _index, ...entry } = json;
  return { is: "entry", term, index, entry };
}

/** The rows that an entry's or snapshot's data writes; undefined when it is of another kind. */
export function rowsOf(data: Json | undefined): JsonObject | undefined {
  const rows = isJsonArray(data) ? data[1] : undefined;
  return isJsonObject(rows) ? rows : undefined;
}
