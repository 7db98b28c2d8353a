import { formatJson, type Json } from "#jsonrpc";
import { allSteps, type Clock, type Steps, type Timer } from "#lib";
import type { Database } from "../database.ts";
import type { RowDelta } from "../transaction.ts";
import { ZERO_UUID } from "../value/index.ts";
import { Arrears } from "./arrears.ts";
import { type MonitorSpec, specKey } from "./spec.ts";
import { conditionChangeParts, updateParts } from "./update.ts";

/** Where a monitor's updates go. */
export interface MonitorSink {
  /** Queues whole messages, given as their octets, which many clients share. */
  sendOctets(octets: Uint8Array): void;
  /** Queues one message, whose parts are taken one by one when there is time and the client reads. */
  sendParts(parts: Iterable<string>): void;
  /** Octets that the client has not taken yet. */
  readonly backlog: number;
  /** Ends the connection of a client that does not read: so many changed rows wait for it, more than it may have. */
  drop(waiting: number, most: number): void;
}

/** Octets of backlog from which on a client's updates are gathered into one. */
const SLOW = 1 << 20;
/** Changed rows that are gathered for a client that takes nothing for `PATIENCE` ms, before it is dropped. */
const MAX_PENDING = 50_000;
const PATIENCE = 5000;
/** Octets of messages that wait for a round, at most. */
const MAX_OUTBOX = 1 << 18;
/** Characters of an update that is encoded once for all its clients, whatever ids they gave, and of its chunks. */
const LONG = 1 << 16;
/** Characters of an update that are made in one step. */
const STEP = 1 << 12;

/** The notification by which a monitor hears of changes; it follows from how the client asked. */
export type UpdateMethod = "update" | "update2" | "update3";

/** One client's watch on one database. */
export interface Monitor {
  readonly sink: MonitorSink;
  readonly method: UpdateMethod;
  id: Json;
  spec: MonitorSpec;
  /** Changes that a slow client was not told yet. */
  pending?: Arrears | undefined;
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
  /** Octets of messages that not all of them got yet. */
  outbox: Uint8Array[];
}

/** The text of an update: short, or long and encoded. */
type UpdateText = string | readonly Uint8Array[];

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

  /** Tells every monitor what a transaction changed, soon: in the last step, before which nothing is told. */
  *publish(changes: readonly RowDelta[]): Steps {
    if (changes.length === 0 || this.#groups.size === 0) return;
    const updates = new Map<string, UpdateText>();
    for (const { specKey, spec, monitors } of [...this.#groups.values()]) {
      if (updates.has(specKey) || !hasQuick(monitors)) continue;
      updates.set(specKey, yield* updateText(spec, changes));
    }
    const dropped: Monitor[] = [];
    for (const group of this.#groups.values()) {
      const quick = this.#gather(group, changes, dropped);
      const [first] = group.monitors;
      if (!quick || !first) continue;
      // one that was slow a moment ago
      const update = updates.get(group.specKey) ?? allSteps(updateText(group.spec, changes));
      for (const octets of update.length ? message(first, update) : []) {
        group.outbox.push(octets);
        this.#waiting += octets.length;
      }
    }
    for (const monitor of dropped) monitor.sink.drop(monitor.pending?.size ?? 0, MAX_PENDING);
    if (this.#waiting) this.#schedule();
  }

  /** Gathers changes for the slow monitors of a group. @returns whether there are others. */
  #gather({ monitors }: Group, changes: readonly RowDelta[], dropped: Monitor[]): boolean {
    let quick = false;
    for (const monitor of monitors) {
      const { backlog } = monitor.sink;
      if (!monitor.pending && backlog <= SLOW) {
        quick = true;
        continue;
      }
      if (!monitor.pending) deliver(monitor);
      const now = this.#clock.now();
      monitor.pending ??= new Arrears(now);
      monitor.pending.add(changes);
      this.#slow.add(monitor);
      if (monitor.pending.idle(backlog, now) > PATIENCE && monitor.pending.size > MAX_PENDING) dropped.push(monitor);
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
        if (monitor.from === 0 && !monitor.pending) for (const octets of whole) monitor.sink.sendOctets(octets);
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
    const { pending, spec, sink } = monitor;
    if (!pending) return;
    this.#settled(monitor);
    sendParts(monitor, sink, updateParts(spec, pending.changes()));
  }

  /** Tells those slow clients that have caught up. @returns whether any is still behind. */
  *flushReady(): Steps<boolean> {
    const now = this.#clock.now();
    /** What those get that ask for the same and have missed the same. */
    const made = new Map<string, UpdateText>();
    for (const monitor of [...this.#slow]) {
      const { pending, spec, group, sink } = monitor;
      if (!pending || !group) continue;
      pending.idle(sink.backlog, now);
      if (sink.backlog > SLOW) continue;
      const key = `${pending.key} ${group.specKey}`;
      const known = made.get(key) ?? (yield* updateText(spec, pending.changes()));
      made.set(key, known);
      // while that was made, the client may have gone, or have been told because it asked for something
      if (monitor.pending !== pending || !this.#slow.has(monitor)) continue;
      this.#settled(monitor);
      for (const octets of known.length ? message(monitor, known) : []) sink.sendOctets(octets);
    }
    return this.#slow.size > 0;
  }

  /** It is told all. */
  #settled(monitor: Monitor): void {
    monitor.pending = undefined;
    this.#slow.delete(monitor);
    monitor.from = monitor.group?.outbox.length ?? 0;
  }

  /** Gives a monitor other conditions and tells its client the rows that come and go by that. */
  changeConditions(monitor: Monitor, spec: MonitorSpec): void {
    this.flush(monitor);
    const parts = conditionChangeParts(monitor.spec, spec);
    this.remove(monitor);
    monitor.spec = spec;
    this.add(monitor);
    if (parts) sendParts(monitor, monitor.sink, parts);
  }
}

function hasQuick(monitors: Iterable<Monitor>): boolean {
  for (const { pending, sink } of monitors) if (!pending && sink.backlog <= SLOW) return true;
  return false;
}

/** The text of an update; empty when there is none. */
function* updateText(spec: MonitorSpec, changes: Iterable<RowDelta>): Steps<UpdateText> {
  const chunks: Uint8Array[] = [];
  let text = "";
  let made = 0;
  for (const part of updateParts(spec, changes)) {
    text += part;
    made += part.length;
    if (text.length >= LONG) {
      chunks.push(encoder.encode(text));
      text = "";
    }
    if (part !== "" && made < STEP) continue;
    made = 0;
    yield;
  }
  if (chunks.length === 0) return text;
  chunks.push(encoder.encode(text));
  return chunks;
}

/** Sends what a monitor's group has for it; a slow one has that in its changes. */
function deliver(monitor: Monitor): void {
  const { group, from = 0, pending, sink } = monitor;
  if (!group) return;
  if (!pending && from < group.outbox.length) {
    for (const octets of join(group.outbox.slice(from))) sink.sendOctets(octets);
  }
  monitor.from = group.outbox.length;
}

/** Few chunks in the place of many small ones; long ones stay what they are. */
function join(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  if (chunks.length === 1) return chunks;
  const size = chunks.reduce((n, { length }) => n + length, 0);
  if (size > MAX_OUTBOX) return chunks;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return [whole];
}

function messageHead({ method, id }: Monitor): string {
  const last = method === "update3" ? `,"${ZERO_UUID}"` : "";
  return `{"id":null,"method":"${method}","params":[${formatJson(id)}${last},`;
}

/** The octets of a notification. */
function message(monitor: Monitor, update: UpdateText): readonly Uint8Array[] {
  const head = messageHead(monitor);
  if (typeof update === "string") return [encoder.encode(`${head}${update}]}`)];
  return [encoder.encode(head), ...update, encoder.encode("]}")];
}

/** Sends an update that may be nothing. */
function sendParts(monitor: Monitor, sink: MonitorSink, parts: Iterable<string>): void {
  const iterator = parts[Symbol.iterator]();
  // nothing of it is sent before it is sure that there is something
  for (let first = iterator.next(); !first.done; first = iterator.next()) {
    if (first.value) {
      sink.sendParts(around(messageHead(monitor) + first.value, iterator, "]}"));
      return;
    }
  }
}

function* around(before: string, parts: Iterator<string>, after: string): Generator<string, void> {
  yield before;
  for (let part = parts.next(); !part.done; part = parts.next()) yield part.value;
  yield after;
}
