import { AT_FIRST, type ChangedRow, type ConfigStore, MONITORED } from "@vswitch/core/bridge";
import { isJsonObject, type Json, RpcSession } from "@vswitch/core/jsonrpc";
import { type Clock, vlog } from "@vswitch/core/lib";
import { askAbout, Replica, type ReplicaPeer, unfit } from "@vswitch/core/ovsdb";
import { type SslFiles, splitRemotes } from "@vswitch/core/stream";

const log = vlog("bridge");
/** Only who holds this lock of the database's may act as its switch daemon. */
const LOCK = "ovs_vswitchd";

/** Names our watch on what the server says of itself. */
const SERVER_MONITOR = "_server";

/** Columns of the tables of schema 8.3.1. */
const COLUMNS: Readonly<Record<string, number>> = {
  Open_vSwitch: 17,
  Bridge: 22,
  Port: 22,
  Interface: 35,
  Flow_Table: 6,
  QoS: 4,
  Queue: 3,
  Mirror: 10,
  NetFlow: 6,
  sFlow: 6,
  IPFIX: 8,
  Flow_Sample_Collector_Set: 4,
  Controller: 17,
  Manager: 8,
  Datapath: 4,
  CT_Zone: 2,
  CT_Timeout_Policy: 2,
  SSL: 5,
  AutoAttach: 3,
};

/** Which database is followed, and who is told. */
export interface DatabaseOptions {
  readonly clock: Clock;
  readonly remote: string;
  readonly ssl: SslFiles;
  /** New contents, with the rows that changed; the first time and after a reconnection as well. */
  readonly changed: (rows: readonly ChangedRow[]) => void;
  /** A connection begins, to a server that may not know what the one before was told. */
  readonly connected: () => void;
}

/** The daemon's side of the configuration database: a replica over a session that reconnects by itself. */
export class Database implements ConfigStore, Disposable {
  readonly rows: Replica;
  readonly #session: RpcSession;
  readonly #clock: Clock;
  readonly #servers: number;
  /** Servers in a row that were not fit. */
  #unfit = 0;
  #call: ReplicaPeer | undefined;
  /** Bumped by each connection, so that an answer that comes late is not taken for that of the next one. */
  #connection = 0;

  constructor({ clock, remote, ssl, changed, connected }: DatabaseOptions) {
    const tables = MONITORED;
    const servers = splitRemotes(remote).sort(() => Math.random() - 0.5);
    this.rows = new Replica({
      database: "Open_vSwitch",
      tables,
      atFirst: AT_FIRST,
      changed: (rows) => {
        if (this.rows.holds(LOCK)) changed(rows);
      },
      lockChanged: (_name, held) => {
        if (held && this.rows.ready) changed(everyRow(this.rows, Object.keys(tables)));
      },
    });
    this.#session = new RpcSession(
      remote,
      {
        connected: (peer) => {
          const connection = ++this.#connection;
          const call = { request: (method: string, params: readonly Json[]) => peer.call(method, params) };
          void (async () => {
            try {
              if (servers.length > 1 && !(await this.#fit(call))) return;
              if (connection !== this.#connection) return;
              await this.rows.lock(LOCK);
              await this.rows.attach(call);
              connected();
              if (!this.rows.holds(LOCK)) this.#contended();
              // An empty database has no row to tell of, and is a configuration all the same.
              else changed([]);
            } catch (error) {
              if (connection === this.#connection)
                log.warn(`${remote}: ${error instanceof Error ? error.message : String(error)}`);
            }
          })();
        },
        notification: (method, params) => {
          if (method === "update" && params[0] === SERVER_MONITOR) void this.#again();
          else this.rows.notified(method, params);
        },
        disconnected: () => {
          this.#connection++;
          this.rows.detach();
        },
      },
      { clock, open: { ssl }, remotes: servers },
    );
    this.#clock = clock;
    this.#servers = servers.length;
  }

  /** Whether the server is the leader of its cluster, or of none; if not, the next is tried. */
  async #fit(call: ReplicaPeer): Promise<boolean> {
    this.#call = call;
    const watch = { Database: { columns: ["connected", "leader"], select: { initial: false } } };
    const answer = await call.request("transact", askAbout("Open_vSwitch"));
    const reason = unfit(answer, true);
    if (reason === undefined) {
      this.#unfit = 0;
      await call.request("monitor", ["_Server", SERVER_MONITOR, watch]);
      return true;
    }
    vlog("ovsdb_cs").info(`${this.#session.driver.fsm.name}: ${reason}`);
    const peer = this.#session.peer;
    // once all were tried there is no leader yet
    const pause = ++this.#unfit % this.#servers ? 0 : 1000;
    this.#clock.after(pause, () => {
      if (this.#session.peer === peer) this.#session.tryNext();
    });
    return false;
  }

  /** Looks again whether the server is fit. */
  async #again(): Promise<void> {
    const call = this.#call;
    if (!call) return;
    try {
      const reason = unfit(await call.request("transact", askAbout("Open_vSwitch")), true);
      if (reason === undefined || call !== this.#call) return;
      vlog("ovsdb_cs").info(`${this.#session.driver.fsm.name}: ${reason}`);
      this.#session.tryNext();
    } catch {
      // the connection is gone, which is known
    }
  }

  #contended(): void {
    log.err(`another ovs-vswitchd process is running, disabling this process (pid ${process.pid}) until it goes away`);
  }

  async transact(operations: readonly Json[]): Promise<boolean> {
    if (!this.rows.holds(LOCK)) return false;
    try {
      const results = await this.rows.transact([...operations, { op: "assert", lock: LOCK }]);
      const failed = results.find((result) => isJsonObject(result) && typeof result["error"] === "string");
      if (failed) log.warn(`transaction error: ${JSON.stringify(failed)}`);
      return failed === undefined;
    } catch {
      // The connection broke: what matters is written again after the next one.
      return false;
    }
  }

  /** Fields of the rows that are held, as the original counts them: all columns of a row, read or not. */
  get cells(): number {
    let cells = 0;
    for (const [table, columns] of Object.entries(COLUMNS)) cells += columns * [...this.rows.rows(table)].length;
    return cells;
  }

  [Symbol.dispose](): void {
    this.#session.close();
  }
}

function everyRow(rows: Replica, tables: readonly string[]): ChangedRow[] {
  return tables.flatMap((table) => [...rows.rows(table)].map(({ uuid }) => ({ table, uuid })));
}
