// Runs commands: read what they need, let them decide, commit, wait for the switch.
import { formatJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { vlog } from "@vswitch/core/lib";
import type { Uuid } from "@vswitch/core/ovsdb";
import { type Call, type Command, TryAgain } from "./call.ts";
import { Draft, type Operations } from "./draft.ts";
import { errors } from "./errors.ts";
import { Network } from "./network.ts";
import { nothing, type Saying } from "./output.ts";
import { columnsOf } from "./schema.ts";
import { ALL, Miss, Store } from "./store.ts";
import { Symbols } from "./symbols.ts";

/** The database that ovs-vsctl works on. */
export const DATABASE = "Open_vSwitch";
const log = vlog("ovsdb_idl");

/** The database, as the engine needs it. */
export interface Database {
  request(method: string, params: readonly Json[]): Promise<Json>;
  /** Resolves when an update has come since the last call. */
  updated(): Promise<void>;
}

/** How a run is to end (ovs-vsctl(8), "OPTIONS"). */
export interface RunOptions {
  readonly wait: boolean;
  readonly dryRun: boolean;
  /** The comment in the database's log. */
  readonly comment: string;
  readonly newUuid: () => Uuid;
}

/** What came of a run. */
export interface Outcome {
  readonly sayings: readonly Saying[];
  /** The UUID that the server gave a row which this run made. */
  readonly uuidOf: (row: Uuid) => Uuid;
  /** The configuration number to wait for; undefined when there is nothing to wait for. */
  readonly nextCfg: number | undefined;
  /** New interfaces to look at afterwards. */
  readonly watched: readonly Uuid[];
}

interface Pass {
  readonly draft: Draft;
  readonly sayings: Saying[];
  readonly watched: Uuid[];
}

/**
 * Runs commands in passes: each finds what it lacks, which is then read, until one needs nothing more and is written.
 */
export class Engine {
  readonly #store = new Store();
  readonly #warned = new Set<string>();
  /** UUIDs for rows to be made: the same in each pass, so that a pass asks for nothing that the last one knew. */
  readonly #uuids: Uuid[] = [];
  #nextUuid = 0;
  /** Whether the server said that a name is taken: the commands look once more, to say by whom. */
  #doubted = false;
  /** What the monitor for `wait-until` covers; undefined while there is none. */
  #monitored: string | undefined;

  constructor(
    readonly commands: readonly Command[],
    readonly options: RunOptions,
  ) {}

  readonly #newUuid = (): Uuid => {
    const at = this.#nextUuid++;
    const uuid = this.#uuids[at] ?? this.options.newUuid();
    this.#uuids[at] = uuid;
    return uuid;
  };

  /** Checks what can be checked without the database. @throws SwitchError */
  prepare(): void {
    const draft = new Draft(this.#store, this.#newUuid);
    draft.store.hint("Open_vSwitch", ALL, []);
    for (const command of this.commands) {
      command.verb.before?.(this.#call(command, draft, nothing(), [], new Symbols(this.#newUuid)));
    }
  }

  /** Runs the commands until they have committed. @throws SwitchError, or Quit */
  async run(database: Database): Promise<Outcome> {
    for (;;) {
      await this.#read(database);
      const pass = this.#pass();
      if (pass === "read more") continue;
      if (pass === "wait") {
        await this.#waitForChange(database);
        continue;
      }
      const outcome = await this.#commit(database, pass);
      if (outcome) return outcome;
    }
  }

  async #read(database: Database): Promise<void> {
    const results = await database.request("transact", [DATABASE, ...this.#store.operations()]);
    const list = isJsonArray(results) ? results : [];
    const fault = list.find((result) => isJsonObject(result) && result["error"] !== undefined);
    if (fault !== undefined) throw transactionError(fault);
    this.#store.fill(list);
  }

  /** Runs all commands once. Those behind one that needs more go on, so that all say what they need. */
  #pass(): Pass | "read more" | "wait" {
    this.#nextUuid = 0;
    const draft = new Draft(this.#store, this.#newUuid);
    const symbols = new Symbols(this.#newUuid);
    const sayings: Saying[] = [];
    const watched: Uuid[] = [];
    let missing = false;
    let waiting = false;
    const attempt = (step: () => void) => {
      try {
        step();
      } catch (error) {
        if (error instanceof Miss) missing = true;
        else if (error instanceof TryAgain) waiting = true;
        else if (!missing) throw error;
      }
    };
    const rootThere = () => new Network(draft).root();
    attempt(rootThere);
    for (const command of this.commands) {
      const saying = nothing();
      sayings.push(saying);
      attempt(() => command.verb.run(this.#call(command, draft, saying, watched, symbols)));
      if (waiting && !missing) return "wait";
    }
    if (missing || this.#store.wanting) return "read more";
    symbols.check((text) => this.#warn("vsctl", text));
    return { draft, sayings, watched };
  }

  #call(command: Command, draft: Draft, saying: Saying, watched: Uuid[], symbols: Symbols): Call {
    return {
      ...command,
      last: command === this.commands.at(-1),
      draft,
      symbols,
      net: new Network(draft),
      warn: (module, text) => this.#warn(module, text),
      print: (text) => {
        saying.text += text;
      },
      show: (table) => {
        saying.table = table;
      },
      printUuid: (row) => {
        saying.uuid = row;
      },
      watch: (iface) => {
        watched.push(iface);
      },
    };
  }

  #warn(module: string, text: string): void {
    const key = `${module} ${text}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    vlog(module).warn(text);
  }

  /** @returns undefined when the database changed meanwhile and all is to be done again */
  async #commit(database: Database, pass: Pass): Promise<Outcome | undefined> {
    const { sayings, watched } = pass;
    const operations = pass.draft.operations();
    if (!operations.list.length) return { sayings, watched, uuidOf: (row) => row, nextCfg: undefined };
    const [root] = pass.draft.find("Open_vSwitch", ALL);
    const counts = this.options.wait && !this.options.dryRun && root !== undefined;
    const own = counts ? countUp(pass.draft.reference(root)) : [];
    const results = await database.request("transact", [
      DATABASE,
      ...operations.list,
      ...own,
      { op: "comment", comment: this.options.comment },
      ...(this.options.dryRun ? [{ op: "abort" }] : []),
    ]);
    const list = isJsonArray(results) ? results : [];
    if (!this.#accepted(list)) return undefined;
    return {
      sayings,
      watched,
      uuidOf: insertedUuids(operations, list),
      nextCfg: counts ? selectedNumber(list[operations.list.length + 1]) : undefined,
    };
  }

  /** @returns false when what was read has changed meanwhile @throws SwitchError when the server refused */
  #accepted(results: readonly Json[]): boolean {
    for (const result of results) {
      if (!isJsonObject(result) || result["error"] === undefined || result["error"] === null) continue;
      if (result["error"] === "timed out") return false;
      if (isTaken(result) && !this.#doubted) {
        this.#doubted = true;
        return false;
      }
      if (result["error"] === "aborted" && this.options.dryRun) return true;
      throw transactionError(result);
    }
    return true;
  }

  /** Waits until something that the commands look at has changed. */
  async #waitForChange(database: Database): Promise<void> {
    const tables = Object.fromEntries(
      [...this.#store.interest].map(([table, columns]) => [
        table,
        [{ columns: columns.size ? [...columns] : columnsOf(table).slice(0, 1), select: { initial: false } }],
      ]),
    );
    const key = formatJson(tables);
    if (this.#monitored === key) return database.updated();
    // what changed before the monitor stood is seen by reading once more
    if (this.#monitored !== undefined) await database.request("monitor_cancel", ["wait"]);
    this.#monitored = key;
    await database.request("monitor", [DATABASE, "wait", tables]);
  }
}

/** Tells the switch that there is something new, and reads the number it will answer with. */
function countUp(root: Json): Json[] {
  const row = [["_uuid", "==", root]];
  return [
    { op: "mutate", table: "Open_vSwitch", where: row, mutations: [["next_cfg", "+=", 1]] },
    { op: "select", table: "Open_vSwitch", where: row, columns: ["next_cfg"] },
  ];
}

/** Whether two rows would have had one name: someone else took it since it was read to be free. */
function isTaken({ error, details }: JsonObject): boolean {
  return error === "constraint violation" && String(details).startsWith("Transaction causes multiple rows in ");
}

function transactionError(result: Json): Error {
  const error = formatJson(result, { sort: true });
  log.warn(`transaction error: ${error}`);
  return errors.make("vsctl/transaction", { error });
}

function insertedUuids({ inserts }: Operations, results: readonly Json[]): (row: Uuid) => Uuid {
  return (row) => {
    const result = results[inserts.get(row) ?? -1];
    const uuid = isJsonObject(result ?? null) ? (result as { uuid?: Json }).uuid : undefined;
    return isJsonArray(uuid) ? String(uuid[1]) : row;
  };
}

function selectedNumber(result: Json | undefined): number | undefined {
  const rows = isJsonObject(result) ? result["rows"] : undefined;
  const row = isJsonArray(rows) ? rows[0] : undefined;
  return isJsonObject(row) ? Number(row["next_cfg"]) : undefined;
}
