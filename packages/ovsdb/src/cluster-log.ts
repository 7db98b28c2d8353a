// ovsdb-tool show-log of a clustered database's file.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { type DatabaseSchema, type LogReader, OvsdbError, schemaFromJson } from "@vswitch/core/ovsdb";
import { parseClusterRecord, rowsOf } from "./cluster-file.ts";
import { ChangeText } from "./show-log.ts";

/** Servers and entries go by the first four digits of their UUIDs. */
const short = (id: Json | undefined) => String(id).slice(0, 4);

/** The text of all records, a chunk a record. `detail` 1 adds rows, 2 their columns. */
export function* showClusterLog(records: LogReader, detail: number): Iterable<string> {
  const changes = new ChangeText(detail);
  let i = 0;
  for (let record = records.next(); record; record = records.next(), i++) {
    yield `record ${i}:\n`;
    if (i === 0) {
      yield showHeader(record.json, changes);
      continue;
    }
    try {
      parseClusterRecord(record);
    } catch (error) {
      if (!(error instanceof OvsdbError)) throw error;
      yield `${error.message}\n\n`;
      continue;
    }
    yield showRecord(record.json, changes);
  }
}

function servers(json: Json | undefined): string {
  if (!isJsonObject(json)) return "";
  return Object.entries(json)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, address]) => `${short(id)}("${String(address)}")`)
    .join(", ");
}

function showHeader(json: JsonObject, changes: ChangeText): string {
  const text = (label: string, value: Json | undefined) => (value === undefined ? "" : ` ${label}: ${String(value)}\n`);
  const id = (member: string) => text(member, json[member] === undefined ? undefined : short(json[member]));
  const { name, local_address: address, remote_addresses: remotes, prev_servers: known, prev_data: data } = json;
  let out = "";
  if (name !== undefined) out += ` name: "${String(name)}'\n`;
  if (address !== undefined) out += ` local address: "${String(address)}"\n`;
  out += id("server_id") + id("cluster_id");
  if (isJsonArray(remotes)) out += text("remote_addresses", remotes.map(String).join(" "));
  out += text("prev_index", json["prev_index"]) + text("prev_term", json["prev_term"]);
  if (known !== undefined) out += text("prev_servers", servers(known));
  out += id("prev_eid");
  return out + showData(data, "prev_schema", changes);
}

function showRecord(json: JsonObject, changes: ChangeText): string {
  const { comment, note, term, vote, leader, index, commit_index: commit, eid, servers: known, data } = json;
  let out = "";
  if (comment !== undefined) out += ` comment: "${String(comment)}"\n`;
  if (note !== undefined) out += ` note: "${String(note)}"\n`;
  if (commit !== undefined) out += ` commit_index: ${String(commit)}\n`;
  if (term !== undefined) out += ` term: ${String(term)}\n`;
  if (vote !== undefined) out += ` vote: ${short(vote)}\n`;
  if (leader !== undefined) out += ` leader: ${short(leader)}\n`;
  if (index !== undefined) out += ` index: ${String(index)}\n`;
  if (known !== undefined) out += ` servers: ${servers(known)}\n`;
  if (eid !== undefined) out += ` eid: ${short(eid)}\n`;
  return out + showData(data, "schema", changes);
}

/** A schema, when there is one, and what the rows with it change. */
function showData(data: Json | undefined, label: string, changes: ChangeText): string {
  if (!isJsonArray(data)) return "\n";
  let out = "";
  const [schemaJson] = data;
  if (isJsonObject(schemaJson)) {
    const schema: DatabaseSchema = schemaFromJson(schemaJson);
    changes.schema = schema;
    out += ` ${label}: "${schema.name}", version="${schema.version}", cksum="${schema.cksum}"\n`;
  }
  const rows = rowsOf(data);
  if (!rows || Object.keys(rows).length === 0) return `${out}\n`;
  const head = changes.head(rows);
  // without rows, the next record follows at once
  return `${out}${head}${head ? "\n" : ""}${changes.detail > 0 ? `${changes.rows(rows)}\n` : ""}`;
}
