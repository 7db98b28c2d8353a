import { PROTOCOL } from "./tuple.ts";

/** Bits of a TCP header's flags (RFC 9293 §3.1). */
const [FIN, SYN, RST, ACK] = [0x01, 0x02, 0x04, 0x10];

/** How far one end of a TCP connection is, in order. */
export const TCP_STATES = [
  "CLOSED",
  "LISTEN",
  "SYN_SENT",
  "SYN_RECV",
  "ESTABLISHED",
  "CLOSE_WAIT",
  "FIN_WAIT_1",
  "CLOSING",
  "LAST_ACK",
  "FIN_WAIT_2",
  "TIME_WAIT",
] as const;
/** One of TCP_STATES, in the words that `dpctl/dump-connections` prints. */
export type TcpState = (typeof TCP_STATES)[number];

/** What a packet does to a connection: part of it, still part of its beginning, the beginning of another, or neither. */
export type Verdict = "established" | "new" | "renew" | "invalid";

/** How a protocol's connections live. */
export interface Life {
  /** Takes a packet of the connection in. @returns what it is */
  see(reply: boolean, tcpFlags: number): Verdict;
  /** Milliseconds without a packet after which it ends. */
  timeout(): number;
  /** Both ends as users see them; undefined for protocols without states. */
  tcpState?(): TcpState;
  /** The opener and the other end, each for itself. */
  tcpEnds?(): readonly [TcpState, TcpState];
}

/** Whether a packet that belongs to nothing may begin a connection. */
export function mayBegin(protocol: number, tcpFlags: number): boolean {
  if (protocol !== PROTOCOL.tcp) return true;
  if (badFlags(tcpFlags)) return false;
  return (tcpFlags & (SYN | ACK)) !== (SYN | ACK);
}

/** Combinations that no TCP sends. */
function badFlags(flags: number): boolean {
  if (flags & SYN) return (flags & (RST | FIN)) !== 0;
  return (flags & (ACK | RST)) === 0;
}

/** The life of a new connection of that IP protocol; anything but TCP only knows whether the other end answered. */
export function lifeOf(protocol: number): Life {
  if (protocol === PROTOCOL.tcp) return new TcpLife();
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) return new PairLife(60_000, 60_000, 30_000);
  return new PairLife(60_000, 60_000, 30_000);
}

/** Anything but TCP: established once both ends were heard. */
class PairLife implements Life {
  #packets = 0;
  #answered = false;
  constructor(
    private readonly first: number,
    private readonly more: number,
    private readonly both: number,
  ) {}

  see(reply: boolean): Verdict {
    this.#packets++;
    if (reply) this.#answered = true;
    return this.#answered ? "established" : "new";
  }

  timeout(): number {
    if (this.#answered) return this.both;
    return this.#packets > 1 ? this.more : this.first;
  }
}

/** Milliseconds by state, as Open vSwitch's defaults are. */
const TCP_TIMEOUT = { opening: 30_000, established: 86_400_000, closing: 900_000, finWait: 45_000, closed: 30_000 };

/** TCP by its flags; sequence numbers are not judged, so a connection may be picked up in the middle. */
class TcpLife implements Life {
  #answered = false;
  #reset = false;
  /** Whether each end, the opener first, has said that it is done, and whether that was acknowledged. */
  readonly #finished: [boolean, boolean] = [false, false];
  #acked = false;

  see(reply: boolean, flags: number): Verdict {
    if (badFlags(flags)) return "invalid";
    const opens = (flags & (SYN | ACK)) === SYN;
    if (opens && !reply && (this.#reset || (this.#finished[0] && this.#finished[1]))) return "renew";
    if (flags & RST) {
      this.#reset = true;
      return this.#answered ? "established" : "new";
    }
    if (reply && flags & (SYN | ACK)) this.#answered = true;
    if (this.#finished[0] && this.#finished[1] && flags & ACK) this.#acked = true;
    if (flags & FIN) this.#finished[reply ? 1 : 0] = true;
    return this.#answered ? "established" : "new";
  }

  timeout(): number {
    if (this.#reset) return TCP_TIMEOUT.closed;
    if (this.#finished[0] && this.#finished[1]) return this.#acked ? TCP_TIMEOUT.closed : TCP_TIMEOUT.finWait;
    if (this.#finished[0] || this.#finished[1]) return TCP_TIMEOUT.closing;
    return this.#answered ? TCP_TIMEOUT.established : TCP_TIMEOUT.opening;
  }

  tcpState(): TcpState {
    if (this.#reset) return "CLOSED";
    if (this.#finished[0] && this.#finished[1]) return this.#acked ? "TIME_WAIT" : "FIN_WAIT_2";
    if (this.#finished[0] || this.#finished[1]) return "CLOSING";
    return this.#answered ? "ESTABLISHED" : "SYN_SENT";
  }

  tcpEnds(): readonly [TcpState, TcpState] {
    if (this.#reset) return ["CLOSED", "CLOSED"];
    if (!this.#answered) return ["SYN_SENT", "CLOSED"];
    const [mine, theirs] = this.#finished;
    if (mine && theirs) return this.#acked ? ["TIME_WAIT", "TIME_WAIT"] : ["FIN_WAIT_2", "FIN_WAIT_2"];
    return [mine ? "CLOSING" : "ESTABLISHED", theirs ? "CLOSING" : "ESTABLISHED"];
  }
}
