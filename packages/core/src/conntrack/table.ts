import { type Translation, translated } from "./nat.ts";
import { type Life, lifeOf, mayBegin, type TcpState, type Verdict } from "./state.ts";
import { counterpart, isIcmp, isRequest, nameOf, reversed, type Tuple } from "./tuple.ts";

/** Bits of ct_state (ovs-fields(7)). */
export const CT = { new: 1, est: 2, rel: 4, rpl: 8, inv: 0x10, trk: 0x20, snat: 0x40, dnat: 0x80 } as const;

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
}

/** What a packet turned out to be. */
export interface Tracked {
  readonly state: number;
  readonly connection: Connection | undefined;
  readonly reply: boolean;
}

/** What ct(commit) asks: `force` begins anew a connection whose opener is the other end; `translation` is ct(nat). */
export interface CommitOptions {
  readonly force: boolean;
  readonly translation: Translation | undefined;
}

/** What is asked of the table for one packet. */
export interface Question {
  readonly zone: number;
  readonly tuple: Tuple;
  readonly tcpFlags: number;
  readonly now: number;
  /** Set when the packet may make a connection. */
  readonly commit?: CommitOptions | undefined;
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
  max = CONNECTIONS_MAX;

  get size(): number {
    return this.#all.size;
  }

  connections(now: number): readonly Connection[] {
    this.#sweep(now);
    return [...this.#all];
  }

  /** Forgets the connections of a zone, or of all, or only those that `which` picks. */
  flush(zone?: number, which: (connection: Connection) => boolean = () => true): void {
    for (const connection of [...this.#all])
      if ((zone === undefined || connection.zone === zone) && which(connection)) this.#forget(connection);
  }

  /** Finds out what a packet is, and remembers its connection when it is to be committed. */
  track(question: Question): Tracked {
    const { zone, tuple, tcpFlags, now, commit } = question;
    if (now - this.#swept > SWEEP_INTERVAL) this.#sweep(now);
    let connection = this.#find(zone, tuple, now);
    if (connection) {
      const reply = nameOf(zone, connection.original) !== nameOf(zone, tuple);
      const replaced = commit?.force === true && reply;
      const verdict: Verdict = replaced ? "renew" : connection.life.see(reply, tcpFlags);
      if (verdict !== "renew") return this.#seen(connection, reply, verdict, now);
      this.#forget(connection);
      connection = undefined;
    }
    if (!mayBegin(tuple.protocol, tcpFlags) || !opens(tuple))
      return { state: CT.trk | CT.inv, connection, reply: false };
    if (!commit || this.#all.size >= this.max) return { state: CT.trk | CT.new, connection, reply: false };
    return this.#begin(question, commit);
  }

  /** A packet, such as an ICMP error, about the connection that `inner` (as the packet quotes it) belongs to. */
  related(zone: number, inner: Tuple, now: number): Tracked | undefined {
    const connection = this.#find(zone, inner, now);
    if (!connection) return undefined;
    // Who sent the quoted packet gets the error: it flows the other way.
    const reply = nameOf(zone, connection.original) === nameOf(zone, inner);
    return { state: CT.trk | CT.rel | (reply ? CT.rpl : 0), connection, reply };
  }

  #seen(connection: Connection, reply: boolean, verdict: Verdict, now: number): Tracked {
    if (verdict === "invalid") return { state: CT.trk | CT.inv, connection: undefined, reply };
    connection.expires = now + connection.life.timeout();
    const state = CT.trk | (verdict === "established" ? CT.est : CT.new) | (reply ? CT.rpl : 0);
    return { state, connection, reply };
  }

  #begin({ zone, tuple, tcpFlags, now }: Question, { translation }: CommitOptions): Tracked {
    const outer = translation ? translated(tuple, translation, zone, (name) => this.#byName.has(name)) : tuple;
    if (!outer) return { state: CT.trk | CT.inv, connection: undefined, reply: false };
    const life = lifeOf(tuple.protocol);
    life.see(false, tcpFlags);
    const connection: Connection = {
      zone,
      original: tuple,
      reply: reversed(outer),
      nat: translation?.direction,
      mark: 0,
      label: new Uint32Array(4),
      expires: now + life.timeout(),
      life,
    };
    this.#all.add(connection);
    this.#byName.set(nameOf(zone, connection.original), connection);
    this.#byName.set(nameOf(zone, connection.reply), connection);
    return { state: CT.trk | CT.new, connection, reply: false };
  }

  #find(zone: number, tuple: Tuple, now: number): Connection | undefined {
    const found = this.#byName.get(nameOf(zone, tuple));
    if (!found || found.expires > now) return found;
    this.#forget(found);
    return undefined;
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
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

/** Answers without a question, and ICMP errors, begin nothing. */
function opens({ protocol, dport }: Tuple): boolean {
  if (!isIcmp(protocol)) return true;
  return counterpart(protocol, dport >>> 8) !== undefined && isRequest(protocol, dport >>> 8);
}

/** What users are told of a connection: plain data. */
export interface ConnectionInfo {
  readonly zone: number;
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly mark: number;
  /** 4 words. */
  readonly label: readonly number[];
  /** Whole seconds until it is forgotten without another packet. */
  readonly timeout: number;
  readonly tcpState?: TcpState;
  /** The opener's state and the other end's. */
  readonly tcpEnds?: readonly [TcpState, TcpState];
}

/**
 * Plain data of a connection; `now` in milliseconds, by the clock of `expires`. Seconds left are rounded up, never
 * below 0.
 */
export function infoOf({ zone, original, reply, mark, label, expires, life }: Connection, now: number): ConnectionInfo {
  const tcpState = life.tcpState?.();
  const tcpEnds = life.tcpEnds?.();
  return {
    zone,
    original,
    reply,
    mark,
    label: [...label],
    timeout: Math.max(0, Math.ceil((expires - now) / 1000)),
    ...(tcpState !== undefined && { tcpState }),
    ...(tcpEnds !== undefined && { tcpEnds }),
  };
}
