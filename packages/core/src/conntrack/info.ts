import type { Connection } from "./table.ts";
import type { TcpState } from "./tcp.ts";
import type { Tuple } from "./tuple.ts";

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
  /** Their window scales: a shift, that there is none, or that it is unknown. */
  readonly tcpScales?: readonly [number | "none" | "unknown", number | "none" | "unknown"];
  readonly helper?: string;
  /** Ends of the connection that announced it. */
  readonly parent?: Tuple;
}

/** Plain data of a connection; `now` in milliseconds, by the clock of `expires`. Seconds left are whole, never below 0. */
export function infoOf(connection: Connection, now: number): ConnectionInfo {
  const { zone, original, reply, mark, label, expires, life, helper, parent } = connection;
  const tcpState = life.tcpState?.();
  const tcpEnds = life.tcpEnds?.();
  const tcpScales = life.tcpScales?.();
  return {
    zone,
    original,
    reply,
    mark,
    label: [...label],
    // whole milliseconds first: a sum of fractions is a hair less than what was added
    timeout: Math.max(0, Math.floor(Math.round(expires - now) / 1000)),
    ...(tcpState !== undefined && { tcpState }),
    ...(tcpEnds !== undefined && { tcpEnds }),
    ...(tcpScales !== undefined && { tcpScales }),
    ...(helper !== undefined && { helper }),
    ...(parent && { parent }),
  };
}
