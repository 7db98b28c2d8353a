// ovsdb-tool check-cluster: whether the files of a cluster's servers tell one story (Raft, §5).
import { formatJson, type JsonObject } from "@vswitch/core/jsonrpc";
import { OvsdbError } from "@vswitch/core/ovsdb";
import {
  type ClusterHeader,
  type ClusterRecord,
  clusterRecords,
  parseClusterRecord,
  readClusterHeader,
} from "./cluster-file.ts";
import { toolError } from "./command.ts";

interface Entry {
  readonly term: number;
  readonly json: JsonObject;
}

/** A server's file, read. */
interface Server {
  readonly path: string;
  readonly header: ClusterHeader;
  readonly leaders: Map<number, { readonly server: string; readonly record: number }>;
  readonly votes: Map<number, string>;
  /** Entries by index, up to `last`. */
  readonly entries: Map<number, Entry>;
  last: number;
  commit: number;
}

/** Checks the files; remarks go to `say`. @throws SwitchError with the first thing that is wrong, OvsdbError for a bad file */
export function checkCluster(paths: readonly string[], say: (line: string) => void): void {
  const files = paths.map((path) => ({ path, ...open(path) }));
  const joined: typeof files = [];
  for (const file of files) {
    const { path, header } = file;
    if (header.remotes) {
      say(`${path} has not joined the cluster, omitting`);
      continue;
    }
    compareHeaders(path, header, joined);
    joined.push(file);
  }
  const names = new Map(joined.map(({ path, header }) => [header.serverId, path]));
  const nameOf = (server: string) => names.get(server) ?? server.slice(0, 4);
  const servers: Server[] = [];
  for (const { path, header, records } of joined) {
    const server: Server = {
      path,
      header,
      leaders: new Map(),
      votes: new Map(),
      entries: new Map(),
      last: header.prevIndex,
      commit: header.prevIndex,
    };
    let i = 1;
    for (let record = records.next(); record; record = records.next(), i++) {
      take(server, parseClusterRecord(record), i, nameOf, say);
    }
    servers.push(server);
  }
  if (!servers.some(({ last, header }) => last > header.prevIndex)) throw toolError("all logs are empty");
  compareLeaders(servers, nameOf);
  compareEntries(servers);
}

function open(path: string) {
  const records = clusterRecords(path);
  if (!records) throw new OvsdbError("ovsdb error", `${path}: cannot identify file type`);
  return { records, header: readClusterHeader(path, records) };
}

function compareHeaders(
  path: string,
  header: ClusterHeader,
  others: readonly { readonly path: string; readonly header: ClusterHeader }[],
): void {
  for (const other of others) {
    if (other.header.serverId === header.serverId) {
      throw toolError(`Duplicate server ID ${header.serverId.slice(0, 4)} in ${other.path} and ${path}.`);
    }
  }
  const [first] = others;
  if (!first) return;
  if (first.header.name !== header.name) {
    throw toolError(`${first.path} is named "${first.header.name}" but ${path} is named "${header.name}"`);
  }
  if (first.header.clusterId !== header.clusterId) {
    const [a, b] = [first.header, header].map(({ clusterId = "" }) => clusterId.slice(0, 4));
    throw toolError(`${first.path} has cluster ID ${a} but ${path} has cluster ID ${b}`);
  }
}

function take(
  server: Server,
  record: ClusterRecord,
  i: number,
  nameOf: (server: string) => string,
  say: (line: string) => void,
): void {
  const where = `${server.path}: record ${i}`;
  switch (record.is) {
    case "note":
      if (record.note === "left") say(`${where} shows that the server left the cluster`);
      return;
    case "commit":
      if (record.index < server.commit) {
        throw toolError(`${where} regresses commit index from ${server.commit} to ${record.index}`);
      }
      if (record.index > server.last) {
        throw toolError(`${where} advances commit index to ${record.index} but last log index is ${server.last}`);
      }
      server.commit = record.index;
      return;
    case "vote": {
      const before = server.votes.get(record.term);
      if (before !== undefined && before !== record.server) {
        throw toolError(
          `${where} votes for ${nameOf(record.server)} in term ${record.term} but a previous record for the ` +
            `same term voted for ${nameOf(before)}`,
        );
      }
      server.votes.set(record.term, record.server);
      return;
    }
    case "leader": {
      const before = server.leaders.get(record.term);
      if (before && before.server !== record.server) {
        throw toolError(
          `${where} reports leader ${nameOf(record.server)} for term ${record.term} but record ${before.record} ` +
            `previously reported the leader as ${nameOf(before.server)} in that term`,
        );
      }
      server.leaders.set(record.term, { server: record.server, record: i });
      return;
    }
    case "entry":
      append(server, record, where, say);
  }
}

function append(
  server: Server,
  { index, term, entry }: Extract<ClusterRecord, { is: "entry" }>,
  where: string,
  say: (line: string) => void,
): void {
  if (index > server.last + 1) {
    throw toolError(`${where} with index ${index} skips past expected index ${server.last + 1}`);
  }
  if (index <= server.last) {
    const lengths = `from ${server.last + 1} to ${index} entries`;
    if (index <= server.commit && index <= server.header.prevIndex) {
      throw toolError(`${where} attempts to truncate log ${lengths}, but commit index is already ${server.commit}`);
    }
    say(`${where} truncates log ${lengths}`);
    for (let i = index; i <= server.last; i++) server.entries.delete(i);
  }
  const before = server.entries.get(index - 1)?.term ?? server.header.prevTerm;
  if (term < before) {
    throw toolError(`${where} with index ${index} term ${term} precedes previous entry's term ${before}`);
  }
  server.entries.set(index, { term, json: entry });
  server.last = index;
}

function compareLeaders(servers: readonly Server[], nameOf: (server: string) => string): void {
  const leaders = new Map<number, { readonly path: string; readonly server: string }>();
  for (const { path, leaders: own } of servers) {
    for (const [term, { server }] of own) {
      const known = leaders.get(term);
      if (!known) leaders.set(term, { path, server });
      else if (known.server !== server) {
        throw toolError(
          `term ${term} has two different leaders: ${known.path} says that the leader is ${nameOf(known.server)} ` +
            `and ${path} says that the leader is ${nameOf(server)}`,
        );
      }
    }
  }
}

/** Committed entries, and entries of one index and term, are the same everywhere (Raft, log matching). */
function compareEntries(servers: readonly Server[]): void {
  for (const [i, a] of servers.entries()) {
    for (const b of servers.slice(i + 1)) {
      for (const [index, mine] of a.entries) {
        const other = b.entries.get(index);
        if (!other || (mine.term !== other.term && (index > a.commit || index > b.commit))) continue;
        const [left, right] = [mine, other].map(({ json }) => formatJson(json, { sort: true }));
        if (left === right) continue;
        throw toolError(`log entries with index ${index} differ:\n${a.path} has ${left}\n${b.path} has ${right}`);
      }
    }
  }
}
