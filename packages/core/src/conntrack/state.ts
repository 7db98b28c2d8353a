import { mayOpen, type Segment, TcpLife, type TcpState } from "./tcp.ts";
import type { TimeoutName } from "./timeout.ts";
import { isIcmp, PROTOCOL } from "./tuple.ts";

/**
 * What a packet does to a connection: part of it, still part of its beginning, the beginning of another, or neither;
 * "unrefreshed": part of it, but it does not make it live longer.
 */
export type Verdict = "established" | "unrefreshed" | "new" | "renew" | "invalid";

/** A packet as a connection's life sees it. */
export interface Seen {
  readonly reply: boolean;
  /** Of TCP. */
  readonly segment: Segment | undefined;
  /** Whether sequence numbers must fit. */
  readonly checkSequence: boolean;
}

/** How a protocol's connections live. */
export interface Life {
  /** Takes a packet of the connection in. @returns what it is */
  see(packet: Seen): Verdict;
  /** The stage it is in, which says how long it may be silent. */
  readonly timer: TimeoutName;
  /** Both ends as users see them together, the one that is further; undefined for protocols without states. */
  tcpState?(): TcpState;
  /** The opener and the other end, each for itself. */
  tcpEnds?(): readonly [TcpState, TcpState];
  /** Window scales: a shift, that there is none, or that it is unknown. */
  tcpScales?(): readonly [number | "none" | "unknown", number | "none" | "unknown"];
}

/** Whether a packet that belongs to nothing may begin a connection, as far as TCP is concerned. */
export const mayBegin = (protocol: number, segment: Segment | undefined): boolean =>
  protocol !== PROTOCOL.tcp || (segment !== undefined && mayOpen(segment));

/** The life of a new connection of that IP protocol. */
export function lifeOf(protocol: number, first: Segment | undefined): Life {
  if (protocol === PROTOCOL.tcp && first) return new TcpLife(first);
  return isIcmp(protocol) ? new EchoLife() : new PairLife();
}

/** ICMP and ICMPv6: established once answered. */
class EchoLife implements Life {
  timer: TimeoutName = "icmp_first";

  see({ reply }: Seen): Verdict {
    if (reply) this.timer = "icmp_reply";
    return this.timer === "icmp_reply" ? "established" : "new";
  }
}

/** Anything but TCP and ICMP: established once both ends were heard. */
class PairLife implements Life {
  timer: TimeoutName = "udp_first";

  see({ reply }: Seen): Verdict {
    if (reply) this.timer = "udp_multiple";
    else if (this.timer === "udp_first") this.timer = "udp_single";
    return this.timer === "udp_multiple" ? "established" : "new";
  }
}
