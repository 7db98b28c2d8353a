import { type Expectation, Expectations } from "./expectation.ts";
import { type ZoneLimit, ZoneLimits } from "./limit.ts";
import { type Translation, translated } from "./nat.ts";
import { type Life, lifeOf, mayBegin } from "./state.ts";
import type { Segment } from "./tcp.ts";
import { Timeouts } from "./timeout.ts";
import { counterpart, isIcmp, isRequest, nameOf, reversed, type Tuple } from "./tuple.ts";

/** Bits of ct_state (ovs-fields(7)). */
export const CT = { new: 1, est: 2, rel: 4, rpl: 8, inv: 0x10, trk: 0x20, snat: 0x40, dnat: 0x80 } as const;
const NAT = CT.snat | CT.dnat;

/** A connection that was committed. */
export interface Connection {
  readonly zone: number;
  /** As its opener sent it, and as the answers come. They mirror each other unless addresses are translated. */
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly nat: "src" | "dst" | undefined;
  mark: number;
  /** 4 words. */
  label: Uint32Array;
  /** Time after which it is forgotten, in milliseconds. */
  expires: number;
  readonly life: Life;
  /** Number of its timeout policy; 0: none. */
  readonly policy: number;
  /** What the control connections of a protocol tell of more connections: "ftp", "tftp". */
  readonly helper: string | undefined;
  /** Ends of the connection that announced this one. */
  readonly parent: Tuple | undefined;
  /** Octets that rewriting of text put into the stream (taken out: below 0), and whose stream that is. */
  skew: { octets: number; reply: boolean };
  readonly limit: ZoneLimit | undefined;
}

/** What a packet turned out to be. */
export interface Tracked {
  readonly state: number;
  readonly connection: Connection | undefined;
  readonly reply: boolean;
  /** What announced this packet, when it belongs to no connection yet. */
  readonly expected?: Expectation | undefined;
}

/** What ct(commit) asks: `force` begins anew a connection whose opener is the other end. */
export interface CommitOptions {
  readonly force: boolean;
  readonly helper?: string | undefined;
  /** Number of a timeout policy. */
  readonly policy?: number | undefined;
}

/** What is asked of the table for one packet. */
export interface Question {
  readonly zone: number;
  readonly tuple: Tuple;
  /** Of TCP. */
  readonly segment?: Segment | undefined;
  readonly now: number;
  /** Bits of ct_state that the packet has from an earlier pass in this zone. */
  readonly state?: number;
  /** Set when the packet may make a connection. */
  readonly commit?: CommitOptions | undefined;
  /** ct(nat): "keep" uses what the connection has. */
  readonly nat?: Translation | "keep" | undefined;
  /** The packet is an ICMP error; `tuple` then is that of its direction in the connection that it is about. */
  readonly error?: boolean;
  /** The ends that an earlier pass found: by them a packet is known whose addresses it translated. */
  readonly known?: Tuple | undefined;
}

/** Connections that the table holds at most, as Open vSwitch's default is. */
const CONNECTIONS_MAX = 3_000_000;
/** Milliseconds between two looks for connections that have expired. */
const SWEEP_INTERVAL = 5000;

/** The connections of all zones (ovs-actions(7), ct). Knows no clock: each question brings the time along. */
export class ConnectionTable {
  /** By the names of both directions. */
  readonly #byName = new Map<string, Connection>();
  readonly #all = new Set<Connection>();
  #swept = 0;
  readonly limits = new ZoneLimits();
  readonly timeouts = new Timeouts();
  readonly expectations = new Expectations();
  max = CONNECTIONS_MAX;
  /** Whether TCP segments outside of windows are invalid. */
  checkSequence = true;

  /** Connections held, expired ones included until they are found out. */
  get size(): number {
    return this.#all.size;
  }

  connections(now: number): readonly Connection[] {
    this.#sweep(now);
    return [...this.#all];
  }

  /** Forgets the connections of a zone, or of all, or only those that `which` picks. @returns how many */
  flush(zone?: number, which: (connection: Connection) => boolean = () => true): number {
    let count = 0;
    for (const connection of [...this.#all]) {
      if ((zone !== undefined && connection.zone !== zone) || !which(connection)) continue;
      this.#forget(connection);
      count++;
    }
    return count;
  }

  /** Finds out what a packet is, and remembers its connection when it is to be committed. */
  track(question: Question): Tracked {
    const { zone, now, commit, error, known, nat, state = 0 } = question;
    if (now - this.#swept > SWEEP_INTERVAL) this.#sweep(now);
    let { connection, reply } = this.#lookUp(question);
    if (connection && reply && commit?.force) {
      this.#forget(connection);
      connection = undefined;
      reply = false;
    } else if (!connection && known && !nat && state & NAT) {
      connection = this.find(zone, known, now);
      reply = connection !== undefined && !isOriginal(connection, known);
    }
    if (connection) {
      const found = this.#seen(question, connection, reply);
      if (found) return found;
      this.#forget(connection);
    } else if (error) return { state: CT.trk | CT.inv, connection, reply };
    return this.#unknown(question);
  }

  /** The connection of a packet; one whose addresses were translated already is known by the answer to it. */
  #lookUp({ zone, tuple, now, state = 0 }: Question): { connection: Connection | undefined; reply: boolean } {
    if (state & NAT) {
      const answer = reversed(tuple);
      const connection = this.find(zone, answer, now);
      if (connection) return { connection, reply: isOriginal(connection, answer) };
    }
    const connection = this.find(zone, tuple, now);
    return { connection, reply: connection !== undefined && !isOriginal(connection, tuple) };
  }

  /** The connection of that zone that has these ends, in either direction. */
  find(zone: number, tuple: Tuple, now: number): Connection | undefined {
    const found = this.#byName.get(nameOf(zone, tuple));
    if (!found || found.expires > now) return found;
    this.#forget(found);
    return undefined;
  }

  /** A packet of a connection; undefined when it begins another in its place. */
  #seen(question: Question, connection: Connection, reply: boolean): Tracked | undefined {
    const { now, segment, error, state = 0 } = question;
    const direction = reply ? CT.rpl : 0;
    const base = state | CT.trk | (error || connection.parent ? CT.rel : 0);
    if (error) return { state: base | direction, connection, reply };
    const { life } = connection;
    const verdict = life.see({ reply, segment, checkSequence: this.checkSequence });
    if (verdict === "renew") return undefined;
    if (verdict === "invalid") return { state: CT.trk | CT.inv, connection, reply };
    if (verdict !== "unrefreshed") connection.expires = now + this.timeouts.milliseconds(connection.policy, life.timer);
    if (verdict === "new") return { state: base | CT.new, connection, reply };
    return { state: (base & ~CT.new) | CT.est | direction, connection, reply };
  }

  /** A packet that belongs to no connection. */
  #unknown(question: Question): Tracked {
    const { zone, tuple, segment, commit, nat } = question;
    if (!mayBegin(tuple.protocol, segment) || !opens(tuple))
      return { state: CT.trk | CT.inv, connection: undefined, reply: false };
    const expected = this.expectations.find(zone, tuple);
    const state = CT.trk | CT.new | (expected ? CT.rel : 0);
    const refused: Tracked = { state, connection: undefined, reply: false, expected };
    if (!commit || this.#all.size >= this.max) return refused;
    const limit = this.limits.of(zone);
    if (limit && limit.count >= limit.limit) return refused;
    const rule = nat === "keep" ? undefined : nat;
    let outer: Tuple | undefined = tuple;
    let direction = rule?.direction;
    if (nat && expected) {
      direction = expected.side;
      outer = direction === "src" ? { ...tuple, src: expected.address } : { ...tuple, dst: expected.address };
    } else if (rule) outer = translated(tuple, rule, (end) => !this.#byName.has(nameOf(zone, reversed(end))));
    if (!outer) return refused;
    const connection = this.#begin(question, { outer, direction, expected, limit });
    return { state, connection, reply: false, expected };
  }

  #begin(
    { zone, tuple, segment, now, commit }: Question,
    made: {
      readonly outer: Tuple;
      readonly direction: "src" | "dst" | undefined;
      readonly expected: Expectation | undefined;
      readonly limit: ZoneLimit | undefined;
    },
  ): Connection {
    const { outer, direction, expected, limit } = made;
    const life = lifeOf(tuple.protocol, segment);
    const policy = commit?.policy ?? 0;
    const connection: Connection = {
      zone,
      original: tuple,
      reply: reversed(outer),
      nat: direction,
      mark: expected?.mark ?? 0,
      label: expected?.label.slice() ?? new Uint32Array(4),
      expires: now + this.timeouts.milliseconds(policy, life.timer),
      life,
      policy,
      helper: commit?.helper,
      parent: expected?.parent,
      skew: { octets: 0, reply: false },
      limit,
    };
    if (limit) limit.count++;
    this.#all.add(connection);
    this.#byName.set(nameOf(zone, connection.original), connection);
    this.#byName.set(nameOf(zone, connection.reply), connection);
    return connection;
  }

  #forget(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    if (connection.limit) connection.limit.count--;
    if (connection.helper !== undefined) this.expectations.forget(connection.zone, connection.original);
    for (const tuple of [connection.original, connection.reply]) {
      const name = nameOf(connection.zone, tuple);
      if (this.#byName.get(name) === connection) this.#byName.delete(name);
    }
  }

  #sweep(now: number): void {
    this.#swept = now;
    for (const connection of this.#all) if (connection.expires <= now) this.#forget(connection);
  }
}

const isOriginal = ({ zone, original }: Connection, tuple: Tuple): boolean =>
  nameOf(zone, original) === nameOf(zone, tuple);

/** Answers without a question, and ICMP errors, begin nothing. */
function opens({ protocol, dport }: Tuple): boolean {
  if (!isIcmp(protocol)) return true;
  return counterpart(protocol, dport >>> 8) !== undefined && isRequest(protocol, dport >>> 8);
}
