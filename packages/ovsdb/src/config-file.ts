// The configuration file of ovsdb-server (`--config-file`, of versions after 3.1): what it may say, as values.
import { isJsonObject, type Json, parseJson } from "@vswitch/core/jsonrpc";
import { vlog } from "@vswitch/core/lib";
import { Members, OvsdbError } from "@vswitch/core/ovsdb";
import type { RemoteOptions } from "./remote.ts";

const log = vlog("ovsdb_server");

const MODELS = ["standalone", "clustered", "active-backup", "relay"] as const;
export type ServiceModel = (typeof MODELS)[number];

/** Where a relay or a backup has its contents from. */
export interface SourceConfig {
  /** Its connection methods, separated by commas. */
  readonly remotes: string;
  /** Milliseconds of its silence before it is probed; 0: never. */
  readonly probeInterval?: number | undefined;
  /** Longest wait between attempts to connect, in milliseconds. */
  readonly maxBackoff?: number | undefined;
}

/** One database of the file. */
export interface DatabaseConfig {
  /** Undefined: whatever the file's format says. */
  readonly model: ServiceModel | undefined;
  readonly source: SourceConfig | undefined;
  /** Whether an active-backup database is the backup. */
  readonly backup: boolean;
  /** Tables that a backup does not take over. */
  readonly exclude: readonly string[];
}

/** The whole file: databases by file name, for a relay by schema name; remotes by connection method. */
export interface ServerConfig {
  readonly databases: ReadonlyMap<string, DatabaseConfig>;
  readonly remotes: ReadonlyMap<string, RemoteOptions>;
}

/** Reads the file's text. @throws SwitchError, OvsdbError that say what is wrong with it */
export function parseConfig(text: string): ServerConfig {
  const members = new Members(parseJson(text), "config");
  const remotes = entries(members.takeOptional("remotes", "object", "null"));
  const databases = entries(members.takeOptional("databases", "object", "null"));
  members.finish();
  return {
    remotes: new Map(remotes.map(([name, json]) => [name, remote(name, json)])),
    databases: new Map(databases.map(([name, json]) => [name, database(name, json)])),
  };
}

const entries = (json: Json | undefined) =>
  (isJsonObject(json ?? null) ? Object.entries(json as object) : []) as [string, Json][];

/** Takes options out of `json`; null is as good as {}. */
function options<T>(json: Json, what: string, take: (members: Members) => T): T {
  const members = new Members(json ?? {}, what);
  const taken = take(members);
  members.finish();
  return taken;
}

const whole = (members: Members, name: string): number | undefined => {
  const value = members.takeOptional(name, "integer");
  return value === undefined ? undefined : Math.max(0, Number(value));
};

function remote(name: string, json: Json): RemoteOptions {
  return options(json, `remote '${name}'`, (members) => {
    members.takeOptional("dscp", "integer"); // the streams of this server carry the system's own
    const role = members.takeOptional("role", "string");
    return {
      maxBackoff: whole(members, "max-backoff"),
      probeInterval: whole(members, "inactivity-probe"),
      readOnly: members.takeOptional("read-only", "boolean") ?? false,
      ...(role ? { role } : {}),
    };
  });
}

function database(name: string, json: Json): DatabaseConfig {
  const what = `database '${name}'`;
  return options(json, what, (members) => {
    const word = members.takeOptional("service-model", "string");
    const model = MODELS.find((known) => known === word);
    if (word !== undefined && model === undefined) throw members.error(`'${word}' is not a valid service model.`);
    const backup = model === "active-backup" && (members.takeOptional("backup", "boolean") ?? false);
    const exclude = model === "active-backup" ? (members.takeOptional("exclude-tables", "array") ?? []) : [];
    if (!exclude.every((table) => typeof table === "string"))
      throw members.error("'exclude-tables' must hold strings.");
    const sources =
      model === "relay" || model === "active-backup" ? members.takeOptional("source", "object") : undefined;
    const source = sources && only(members, sources, what);
    if (!source && (model === "relay" || backup)) throw members.error("Required 'source' member is missing.");
    return { model, source, backup, exclude: exclude.map(String) };
  });
}

/** The one source; what it says wrongly of itself is said and left out. */
function only(members: Members, json: Json, what: string): SourceConfig {
  const [first, ...more] = entries(json);
  if (!first || more.length) throw members.error("'source' must name exactly one.");
  const [remotes, given] = first;
  try {
    return options(given, `source '${remotes}' of ${what}`, (source) => {
      source.takeOptional("dscp", "integer");
      return { remotes, maxBackoff: whole(source, "max-backoff"), probeInterval: whole(source, "inactivity-probe") };
    });
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    log.warn(error.message);
    return { remotes };
  }
}
