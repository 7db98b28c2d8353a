import { formatJson, type Json } from "#jsonrpc";
import type { Clock, Timer } from "#lib";
import type { Database } from "../database.ts";
import type { RowDelta } from "../transaction.ts";
import { ZERO_UUID } from "../value/index.ts";
import { type MonitorSpec, specKey } from "./spec.ts";
import { conditionChangeUpdate, mergeChanges, updateOf } from "./update.ts";

/** Where a monitor's updates go. */
export interface MonitorSink {
  /** Queues whole messages, given as their octets, which many clients share. */
  sendOctets(octets: Uint8Array): void;
  /** Octets that the client has not taken yet. */
  readonly backlog: number;
  /** Ends the connection. */
  disconnect(reason: string): void;
}

/** Octets of backlog from which on a client's updates are gathered into one. */
const SLOW = 1 << 20;
/** Changed rows that are gathered for a client that does not read, before it is dropped. */
const MAX_PENDING = 50_000;
/** Octets of messages that wait for a round, at most. */
const MAX_OUTBOX = 1 << 18;

/** The notification by which a monitor hears of changes; it follows from how the client asked. */
export type UpdateMethod = "update" | "update2" | "update3";

/** One client's watch on one database. */
export interface Monitor {
  readonly sink: MonitorSink;
  readonly method: UpdateMethod;
  id: Json;
  spec: MonitorSpec;
  /** Changes that a slow client was not told yet. */
  pending?: Map<string, RowDelta> | undefined;
  /** Monitors that get the same messages, and the first of their outbox that this one did not get. */
  group?: Group;
  from?: number;
}

/** Monitors that ask for the same in the same words. */
interface Group {
  readonly key: string;
  readonly specKey: string;
  readonly spec: MonitorSpec;
  readonly monitors: Set<Monitor>;
  /** Messages that not all of them got yet. */
  outbox: Uint8Array[];
}

const encoder = new TextEncoder();

/**
 * All monitors of one database. Those that ask for the same are served by one computation and, if they gave the same id,
 * by the same octets. Messages leave in rounds, which take half of the time at most: while rounds are dear, as with many
 * clients, the messages of several transactions leave together.
 */
export class MonitorHub {
  readonly #groups = new Map<string, Group>();
  readonly #slow = new Set<Monitor>();
  readonly #clock: Clock;
  #waiting = 0;
  /** When the next round may be, by the clock. */
  #next = 0;
  #timer: Timer | undefined;

  constructor(
    readonly db: Database,
    clock: Clock,
  ) {
    this.#clock = clock;
  }

  get size(): number {
    let n = 0;
    for (const { monitors } of this.#groups.values()) n += monitors.size;
    return n;
  }

  add(monitor: Monitor): void {
    const { spec, method, id } = monitor;
    const what = specKey(spec);
    const key = `${method} ${formatJson(id)} ${what}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { key, specKey: what, spec, monitors: new Set(), outbox: [] };
      this.#groups.set(key, group);
    }
    group.monitors.add(monitor);
    monitor.group = group;
    monitor.from = group.outbox.length;
  }

  remove(monitor: Monitor): void {
    const { group } = monitor;
    deliver(monitor);
    this.#slow.delete(monitor);
    group?.monitors.delete(monitor);
    if (group?.monitors.size === 0) this.#groups.delete(group.key);
  }

  /** Tells every monitor what a transaction changed, soon. */
  publish(changes: readonly RowDelta[]): void {
    if (changes.length === 0) return;
    const updates = new Map<string, string | undefined>();
    for (const group of this.#groups.values()) {
      if (!this.#anyQuick(group, changes)) continue;
      if (!updates.has(group.specKey)) {
        const update = updateOf(group.spec, changes);
        updates.set(group.specKey, update && formatJson(update));
      }
      const text = updates.get(group.specKey);
      const [first] = group.monitors;
      if (text === undefined || !first) continue;
      const octets = encoder.encode(message(first, text));
      group.outbox.push(octets);
      this.#waiting += octets.length;
    }
    if (this.#waiting) this.#schedule();
  }

  /** Gathers changes for the slow monitors of a group. @returns whether there are others. */
  #anyQuick({ monitors }: Group, changes: readonly RowDelta[]): boolean {
    let quick = false;
    for (const monitor of monitors) {
      if (!monitor.pending && monitor.sink.backlog <= SLOW) {
        quick = true;
        continue;
      }
      if (!monitor.pending) deliver(monitor);
      monitor.pending ??= new Map();
      mergeChanges(monitor.pending, changes);
      this.#slow.add(monitor);
      if (monitor.pending.size <= MAX_PENDING) continue;
      const { pending, sink } = monitor;
      monitor.pending = new Map();
      sink.disconnect(`it does not read, and ${pending.size} changed rows and ${sink.backlog} octets wait for it`);
    }
    return quick;
  }

  #schedule(): void {
    const left = this.#next - this.#clock.now();
    if (left <= 0 || this.#waiting > MAX_OUTBOX) this.#round();
    else this.#timer ??= this.#clock.after(Math.ceil(left), () => this.#round());
  }

  #round(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = 0;
    const begin = this.#clock.now();
    for (const group of this.#groups.values()) {
      if (group.outbox.length === 0) continue;
      const whole = join(group.outbox);
      for (const monitor of group.monitors) {
        if (monitor.from === 0 && !monitor.pending) monitor.sink.sendOctets(whole);
        else deliver(monitor);
        monitor.from = 0;
      }
      group.outbox = [];
    }
    const end = this.#clock.now();
    this.#next = end + (end - begin);
  }

  /** Tells a client what it was not told, however slow it is. */
  flush(monitor: Monitor): void {
    deliver(monitor);
    if (!monitor.pending) return;
    const update = updateOf(monitor.spec, monitor.pending.values());
    monitor.pending = undefined;
    this.#slow.delete(monitor);
    monitor.from = monitor.group?.outbox.length ?? 0;
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

/** Sends what a monitor's group has for it; a slow one has that in its changes. */
function deliver(monitor: Monitor): void {
  const { group, from = 0, pending, sink } = monitor;
  if (!group) return;
  if (!pending && from < group.outbox.length) sink.sendOctets(join(group.outbox.slice(from)));
  monitor.from = group.outbox.length;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first) return first;
  const whole = new Uint8Array(chunks.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function message({ method, id }: Monitor, update: string): string {
  const params = method === "update3" ? `${formatJson(id)},"${ZERO_UUID}",${update}` : `${formatJson(id)},${update}`;
  return `{"id":null,"method":"${method}","params":[${params}]}`;
}

function send(monitor: Monitor, update: string): void {
  monitor.sink.sendOctets(encoder.encode(message(monitor, update)));
}
