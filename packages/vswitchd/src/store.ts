import { type ChangedRow, type ConfigStore, MONITORED } from "@vswitch/core/bridge";
import { isJsonObject, type Json, RpcSession } from "@vswitch/core/jsonrpc";
import { type Clock, vlog } from "@vswitch/core/lib";
import { Replica } from "@vswitch/core/ovsdb";

const log = vlog("bridge");
/** Only who holds this lock of the database's may act as its switch daemon. */
const LOCK = "ovs_vswitchd";

export interface DatabaseOptions {
  readonly clock: Clock;
  readonly remote: string;
  /** New contents, with the rows that changed; the first time and after a reconnection as well. */
  readonly changed: (rows: readonly ChangedRow[]) => void;
  /** A connection begins, to a server that may not know what the one before was told. */
  readonly connected: () => void;
  /** Another daemon holds the database. */
  readonly contended: () => void;
}

/** The daemon's side of the configuration database: a replica over a session that reconnects by itself. */
export class Database implements ConfigStore, Disposable {
  readonly rows: Replica;
  readonly #session: RpcSession;
  /** Bumped by each connection, so that an answer that comes late is not taken for that of the next one. */
  #connection = 0;

  constructor({ clock, remote, changed, connected, contended }: DatabaseOptions) {
    const tables = MONITORED;
    this.rows = new Replica({
      database: "Open_vSwitch",
      tables,
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
              await this.rows.lock(LOCK);
              await this.rows.attach(call);
              connected();
              if (!this.rows.holds(LOCK)) this.#contended(contended);
              // An empty database has no row to tell of, and is a configuration all the same.
              else changed([]);
            } catch (error) {
              if (connection === this.#connection)
                log.warn(`${remote}: ${error instanceof Error ? error.message : String(error)}`);
            }
          })();
        },
        notification: (method, params) => void this.rows.notified(method, params),
        disconnected: () => {
          this.#connection++;
          this.rows.detach();
        },
      },
      { clock },
    );
  }

  #contended(told: () => void): void {
    log.err(`another ovs-vswitchd process is running, disabling this process (pid ${process.pid}) until it goes away`);
    told();
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

  [Symbol.dispose](): void {
    this.#session.close();
  }
}

function everyRow(rows: Replica, tables: readonly string[]): ChangedRow[] {
  return tables.flatMap((table) => [...rows.rows(table)].map(({ uuid }) => ({ table, uuid })));
}
