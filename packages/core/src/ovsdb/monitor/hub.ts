import { formatJson, type Json } from "#jsonrpc";
import type { Database } from "../database.ts";
import type { RowDelta } from "../transaction.ts";
import { ZERO_UUID } from "../value/index.ts";
import { type MonitorSpec, specKey } from "./spec.ts";
import { conditionChangeUpdate, mergeChanges, updateOf } from "./update.ts";

/** Where a monitor's updates go. */
export interface MonitorSink {
  /** Queues one message, given as its text. */
  sendText(text: string): void;
  /** Octets that the client has not taken yet. */
  readonly backlog: number;
}

/** Octets of backlog from which on a client's updates are gathered into one. */
const SLOW = 1 << 20;

/** How a client is told: RFC 7047 §4.1.6, or "update2" and "update3" of ovsdb-server(7) §4.1.14 and §4.1.16. */
export type UpdateMethod = "update" | "update2" | "update3";

/** One client's watch on one database. */
export interface Monitor {
  readonly sink: MonitorSink;
  readonly method: UpdateMethod;
  id: Json;
  spec: MonitorSpec;
  /** Changes that a slow client was not told yet. */
  pending: Map<string, RowDelta> | undefined;
}

interface Group {
  readonly spec: MonitorSpec;
  readonly monitors: Set<Monitor>;
}

/** All monitors of one database. Those that ask for the same are served by one computation. */
export class MonitorHub {
  readonly #groups = new Map<string, Group>();
  #slow = new Set<Monitor>();

  constructor(readonly db: Database) {}

  get size(): number {
    let n = 0;
    for (const { monitors } of this.#groups.values()) n += monitors.size;
    return n;
  }

  add(monitor: Monitor): void {
    const key = specKey(monitor.spec);
    let group = this.#groups.get(key);
    if (!group) {
      group = { spec: monitor.spec, monitors: new Set() };
      this.#groups.set(key, group);
    }
    group.monitors.add(monitor);
  }

  remove(monitor: Monitor): void {
    this.#slow.delete(monitor);
    for (const [key, group] of this.#groups) {
      if (group.monitors.delete(monitor) && group.monitors.size === 0) this.#groups.delete(key);
    }
  }

  /** Tells every monitor what a transaction changed. */
  publish(changes: readonly RowDelta[]): void {
    if (changes.length === 0) return;
    for (const { spec, monitors } of this.#groups.values()) {
      let text: string | undefined;
      let composed = false;
      for (const monitor of monitors) {
        if (monitor.pending || monitor.sink.backlog > SLOW) {
          monitor.pending ??= new Map();
          mergeChanges(monitor.pending, changes);
          this.#slow.add(monitor);
          continue;
        }
        if (!composed) {
          const update = updateOf(spec, changes);
          text = update && formatJson(update);
          composed = true;
        }
        if (text !== undefined) send(monitor, text);
      }
    }
  }

  /** Tells a slow client what it was not told, however slow it is. */
  flush(monitor: Monitor): void {
    if (!monitor.pending) return;
    const update = updateOf(monitor.spec, monitor.pending.values());
    monitor.pending = undefined;
    this.#slow.delete(monitor);
    if (update) send(monitor, formatJson(update));
  }

  /** Tells those slow clients that have caught up. @returns whether any is still behind. */
  flushReady(): boolean {
    for (const monitor of [...this.#slow]) if (monitor.sink.backlog <= SLOW) this.flush(monitor);
    return this.#slow.size > 0;
  }

  /** Gives a monitor other conditions and tells its client the rows that come and go by that. */
  changeConditions(monitor: Monitor, spec: MonitorSpec): void {
    this.flush(monitor);
    const update = conditionChangeUpdate(monitor.spec, spec);
    this.remove(monitor);
    monitor.spec = spec;
    this.add(monitor);
    if (update) send(monitor, formatJson(update));
  }
}

function send({ sink, method, id }: Monitor, update: string): void {
  const params = method === "update3" ? `${formatJson(id)},"${ZERO_UUID}",${update}` : `${formatJson(id)},${update}`;
  sink.sendText(`{"id":null,"method":"${method}","params":[${params}]}`);
}
