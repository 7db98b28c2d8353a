import type { Life, Seen, Verdict } from "./state.ts";
import type { TimeoutName } from "./timeout.ts";

/** Bits of a TCP header's flags (RFC 9293 §3.1). */
export const TCP = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20 } as const;

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
/** One of TCP_STATES, in the words that `dpctl/dump-conntrack` prints. */
export type TcpState = (typeof TCP_STATES)[number];

const RANK = Object.fromEntries(TCP_STATES.map((state, i) => [state, i])) as Readonly<Record<TcpState, number>>;
const reached = (state: TcpState, least: TcpState): boolean => RANK[state] >= RANK[least];

/** What tracking looks at of a TCP segment. */
export interface Segment {
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  /** As in the header, not scaled. */
  readonly window: number;
  /** Shift count of the window scale option (RFC 7323 §2.2), at most 14; undefined where there is none. */
  readonly scale: number | undefined;
  /** Octets of data. */
  readonly size: number;
}

/** Shift counts above this are taken for it (RFC 7323 §2.3). */
const SCALE_MAX = 14;
const [OPTION_END, OPTION_NONE, OPTION_SCALE] = [0, 1, 3];

/** Reads a segment; undefined when there is no whole header between `at` and `end`. */
export function readSegment(octets: Uint8Array, at: number, end: number): Segment | undefined {
  if (end - at < 20) return undefined;
  const data = at + ((octets[at + 12] as number) >>> 4) * 4;
  if (data < at + 20 || data > end) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset + at, 20);
  return {
    flags: octets[at + 13] as number,
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    window: view.getUint16(14),
    scale: readScale(octets, at + 20, data),
    size: end - data,
  };
}

function readScale(octets: Uint8Array, from: number, end: number): number | undefined {
  for (let at = from; at < end; ) {
    const kind = octets[at] as number;
    if (kind === OPTION_END) return undefined;
    if (kind === OPTION_NONE) {
      at++;
      continue;
    }
    const size = at + 1 < end ? (octets[at + 1] as number) : 0;
    if (size < 2 || at + size > end) return undefined;
    if (kind === OPTION_SCALE && size >= 3) return Math.min(octets[at + 2] as number, SCALE_MAX);
    at += size;
  }
  return undefined;
}

/** Combinations of flags that no TCP sends. */
export function badFlags(flags: number): boolean {
  if (flags & TCP.syn) {
    if (flags & (TCP.rst | TCP.fin)) return true;
  } else if (!(flags & (TCP.ack | TCP.rst))) return true;
  return !(flags & TCP.ack) && (flags & (TCP.fin | TCP.psh | TCP.urg)) !== 0;
}

/** Whether a segment may begin a connection: one that opens it, or one of a connection that was there before us. */
export const mayOpen = ({ flags }: Segment): boolean =>
  !badFlags(flags) && (flags & (TCP.syn | TCP.ack)) !== (TCP.syn | TCP.ack);

/** Arithmetic of sequence numbers: modulo 2^32, compared by the sign of their difference (RFC 9293 §3.4). */
const seqAtLeast = (a: number, b: number): boolean => ((a - b) | 0) >= 0;
const seqAbove = (a: number, b: number): boolean => ((a - b) | 0) > 0;
const wrap = (n: number): number => n >>> 0;

/** How a peer's windows are scaled: by a shift that it told, not at all, or unknown: its SYN was not seen. */
type Scale = number | "none" | "unknown";

/** What is known of one end, all in sequence numbers of its own. */
interface Peer {
  state: TcpState;
  /** One past the highest octet that it sent. */
  low: number;
  /** One past the highest octet that the other end lets it send. */
  high: number;
  /** The largest window that it offered, in units of its scale; at least 1. */
  window: number;
  scale: Scale;
}

/** Octets that an acknowledgement may be off by: the largest window without scale, and some. */
const ACK_SLACK = 0xffff + 1500;

/** Shifts that apply to a segment: to windows of its sender and of its receiver. */
interface Shifts {
  sender: number;
  receiver: number;
}

const scaled = (peer: Peer): number => (typeof peer.scale === "number" ? peer.scale : 0);
const ceilShift = (value: number, shift: number): number => Math.ceil(value / 2 ** shift);

/**
 * A TCP connection in the eyes of someone in the middle: what each end may send is known from what the other end
 * acknowledged and offered, so that segments outside are told from those of the connection. The tests are those of
 * G. van Rooij, "Real Stateful TCP Packet Filtering in IP Filter" (2001), with the ease for connections that were
 * picked up in the middle that Open vSwitch gives.
 */
export class TcpLife implements Life {
  readonly #opener: Peer;
  readonly #other: Peer;
  #timer: TimeoutName = "tcp_syn_sent";

  /** @param first the segment that begins the connection */
  constructor(first: Segment) {
    const opens = (first.flags & TCP.syn) !== 0;
    const scale: Scale = opens ? (first.scale ?? "none") : "unknown";
    const window = Math.max(first.window, 1);
    this.#opener = {
      state: "SYN_SENT",
      low: first.seq,
      high: wrap(first.seq + first.size + 1 + (opens ? 1 : 0) + (first.flags & TCP.fin ? 1 : 0)),
      window: typeof scale === "number" ? ceilShift(window, scale) : window,
      scale,
    };
    this.#other = { state: "CLOSED", low: 0, high: 1, window: 1, scale: opens ? "none" : "unknown" };
  }

  get timer(): TimeoutName {
    return this.#timer;
  }

  tcpState(): TcpState {
    const [a, b] = this.tcpEnds();
    const further = reached(a, b) ? a : b;
    return further === "FIN_WAIT_2" ? "TIME_WAIT" : further;
  }

  tcpEnds(): readonly [TcpState, TcpState] {
    return [this.#opener.state, this.#other.state];
  }

  tcpScales(): readonly [Scale, Scale] {
    return [this.#opener.scale, this.#other.scale];
  }

  see({ reply, segment, checkSequence }: Seen): Verdict {
    if (!segment || badFlags(segment.flags)) return "invalid";
    const sender = reply ? this.#other : this.#opener;
    const receiver = reply ? this.#opener : this.#other;
    if ((segment.flags & (TCP.syn | TCP.ack)) === TCP.syn) {
      if (reached(sender.state, "FIN_WAIT_2") && reached(receiver.state, "FIN_WAIT_2")) {
        sender.state = receiver.state = "CLOSED";
        return "renew";
      }
      if (!reached(sender.state, "SYN_RECV")) {
        sender.state = "SYN_SENT";
        this.#timer = "tcp_syn_sent";
        return "new";
      }
    }
    return this.#judge(sender, receiver, segment, checkSequence);
  }

  #judge(sender: Peer, receiver: Peer, segment: Segment, checkSequence: boolean): Verdict {
    const { flags } = segment;
    const shifts = shiftsOf(sender, receiver, flags);
    let { seq, window } = segment;
    const size = segment.size + (flags & TCP.syn ? 1 : 0) + (flags & TCP.fin ? 1 : 0);
    let end = wrap(seq + size);
    let checkAck = true;
    if (!reached(sender.state, "SYN_SENT")) {
      window = introduce(sender, receiver, segment, shifts);
      checkAck = !slideFirst(sender, receiver, end, shifts);
      if (window > sender.window) sender.window = window;
    }
    const hasAck = (flags & TCP.ack) !== 0 && !(segment.ack === 0 && flags & TCP.rst);
    const ack = hasAck ? segment.ack : receiver.low;
    // A segment without data says nothing that its number could be wrong about.
    if (seq === end) seq = end = sender.low;
    const offered = window * 2 ** shifts.sender;
    const allowed = receiver.window * 2 ** shifts.receiver;
    const behind = checkAck ? (receiver.low - ack) | 0 : 0;
    const fits =
      seqAtLeast(sender.high, end) &&
      seqAtLeast(seq, wrap(sender.low - allowed)) &&
      behind >= -ACK_SLACK &&
      behind <= ACK_SLACK * 2 ** shifts.sender &&
      (!(flags & TCP.rst) || Math.abs((segment.seq - sender.low) | 0) <= 1);
    if (fits || !checkSequence) {
      this.#advance(sender, receiver, { window, end, ack, offered });
      moveStates(sender, receiver, flags);
      this.#timer = timerOf(sender.state, receiver.state);
      return "established";
    }
    const loose =
      (!reached(receiver.state, "SYN_SENT") ||
        reached(receiver.state, "FIN_WAIT_2") ||
        reached(sender.state, "FIN_WAIT_2")) &&
      seqAtLeast(wrap(sender.high + ACK_SLACK), end) &&
      seqAtLeast(seq, wrap(sender.low - ACK_SLACK));
    if (!loose) return "invalid";
    this.#advance(sender, receiver, { window, end, ack, offered });
    if (flags & TCP.fin && !reached(sender.state, "CLOSING")) sender.state = "CLOSING";
    if (flags & TCP.rst) sender.state = receiver.state = "TIME_WAIT";
    return "unrefreshed";
  }

  /** Takes in what a segment tells of both ends. */
  #advance(
    sender: Peer,
    receiver: Peer,
    told: { readonly window: number; readonly end: number; readonly ack: number; readonly offered: number },
  ): void {
    if (told.window > sender.window) sender.window = told.window;
    if (seqAbove(told.end, sender.low)) sender.low = told.end;
    if (seqAtLeast(wrap(told.ack + told.offered), receiver.high))
      receiver.high = wrap(told.ack + Math.max(told.offered, 1));
  }
}

function shiftsOf(sender: Peer, receiver: Peer, flags: number): Shifts {
  if (flags & TCP.syn) return { sender: 0, receiver: 0 };
  if (typeof sender.scale === "number" && typeof receiver.scale === "number")
    return { sender: sender.scale, receiver: receiver.scale };
  const unknown = sender.scale === "unknown" && receiver.scale === "unknown";
  return unknown ? { sender: SCALE_MAX, receiver: SCALE_MAX } : { sender: 0, receiver: 0 };
}

/** The first segment from an end. @returns its window in units of its scale */
function introduce(sender: Peer, receiver: Peer, { flags, seq, window, scale }: Segment, shifts: Shifts): number {
  let units = window;
  if (flags & TCP.syn && typeof receiver.scale === "number") {
    sender.scale = scale ?? "none";
    if (scale !== undefined) {
      shifts.sender = scale;
      shifts.receiver = scaled(receiver);
      units = ceilShift(window, scale);
    } else {
      // Windows are scaled when both ends say so (RFC 7323 §2.2).
      receiver.window *= 2 ** receiver.scale;
      receiver.scale = "none";
    }
  }
  sender.low = seq;
  sender.state = "SYN_SENT";
  return units;
}

/** Sets how far an end that was just heard may send. @returns whether that was unknown so far */
function slideFirst(sender: Peer, receiver: Peer, end: number, shifts: Shifts): boolean {
  const high = wrap(end + Math.max(1, receiver.window * 2 ** shifts.receiver));
  if (sender.high !== 1 && !seqAtLeast(high, sender.high)) return false;
  sender.high = high;
  return true;
}

function moveStates(sender: Peer, receiver: Peer, flags: number): void {
  if (flags & TCP.fin && !reached(sender.state, "CLOSING")) sender.state = "CLOSING";
  if (flags & TCP.ack) {
    if (receiver.state === "SYN_SENT") receiver.state = "ESTABLISHED";
    else if (receiver.state === "CLOSING") receiver.state = "FIN_WAIT_2";
  }
  if (flags & TCP.rst) sender.state = receiver.state = "TIME_WAIT";
}

/** The stage of a connection whose ends are so far. */
function timerOf(a: TcpState, b: TcpState): TimeoutName {
  const both = (least: TcpState) => reached(a, least) && reached(b, least);
  if (both("FIN_WAIT_2")) return "tcp_close";
  if (both("CLOSING")) return "tcp_time_wait";
  if (!both("ESTABLISHED")) return "tcp_syn_recv";
  return reached(a, "CLOSING") || reached(b, "CLOSING") ? "tcp_fin_wait" : "tcp_established";
}
