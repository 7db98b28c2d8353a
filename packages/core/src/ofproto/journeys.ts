import { type FlowKey, type Match, parseMatch, WORD } from "#flow";
import type { Clock, DpPort } from "#lib";
import { parseIpv4, parseIpv6, parseMac } from "#packet";
import { failure } from "./errors.ts";
import { explainPass, type PassExplained } from "./explain.ts";
import { explanationText } from "./explain-text.ts";
import type { TraceNode } from "./translate/trace-node.ts";
import type { TranslateResult } from "./translate/translate.ts";
import type { PortView, SwitchView } from "./translate/view.ts";

/** The first packet of a flow, as it was translated. */
export interface FirstPacket {
  /** The switch whose port it came in at. */
  readonly sw: SwitchView;
  /** With in_port as OpenFlow port. */
  readonly key: FlowKey;
  readonly octets: number;
  readonly nodes: readonly TraceNode[];
  readonly made: TranslateResult;
  readonly attached: (port: DpPort) => { readonly port: PortView } | undefined;
}

/** A packet that was kept. */
interface Journey {
  /** Wall clock and monotonic clock, in milliseconds. */
  readonly wall: number;
  readonly at: number;
  readonly key: FlowKey;
  readonly octets: number;
  readonly pass: PassExplained;
}

/** Packets kept at most, for how long, and how many a second unless `journey/rate` says otherwise. */
const KEPT = 1024;
const KEPT_MS = 600_000;
const DEFAULT_RATE = 20;
/** Lines of a trace that are kept of one packet. */
const LINES = 256;

/**
 * What became of live packets: the first packet of each flow, so many a second, with the trace of its translation; the
 * last of them are kept for some minutes and asked for by address. Later packets of a flow fare as the first one did.
 */
export class Journeys {
  /** A ring: the oldest is at `#next` when it is full. */
  readonly #kept: Journey[] = [];
  #next = 0;
  #rate = DEFAULT_RATE;
  #tokens = DEFAULT_RATE;
  #filled: number;
  /** First packets that came too fast to be kept. */
  #passed = 0;

  constructor(private readonly clock: Clock) {
    this.#filled = clock.now();
  }

  /** Whether the next first packet is to be recorded; counts it as passed by when it is not. */
  wants(): boolean {
    const now = this.clock.now();
    this.#tokens = Math.min(this.#rate, this.#tokens + ((now - this.#filled) / 1000) * this.#rate);
    this.#filled = now;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return true;
    }
    if (this.#rate > 0) this.#passed++;
    return false;
  }

  /** Keeps a packet; of all that it hands over nothing is held on to. */
  record({ sw, key, octets, nodes, made, attached }: FirstPacket): void {
    const pass = explainPass(
      {
        sw,
        attached,
        portsOf: (one) => ({ numberOf: () => undefined, nameOf: (port) => one.port(port)?.name }),
        dpPorts: (port) => attached(port)?.port.name,
        compares: false,
      },
      { fork: undefined, ct: { state: 0, isGiven: false }, note: "", key, nodes: firstLines(nodes), made },
    );
    // A long trace uses up what several short ones would.
    this.#tokens -= Math.floor(linesOf(nodes) / LINES);
    const { clock } = this;
    this.#kept[this.#next] = { wall: clock.wall(), at: clock.now(), key: key.slice(), octets, pass };
    this.#next = (this.#next + 1) % KEPT;
  }

  clear(): void {
    this.#kept.length = 0;
    this.#next = 0;
    this.#passed = 0;
  }

  /** Packets to keep a second. */
  get rate(): number {
    return this.#rate;
  }
  set rate(packets: number) {
    this.#rate = packets;
    this.#tokens = packets;
  }

  /** First packets since the last `clear` that came too fast to be kept. */
  get passed(): number {
    return this.#passed;
  }

  /** Kept packets of the last `seconds` that have all of that, the oldest first. @throws when `words` are no such thing */
  find(words: readonly string[], seconds: number): readonly Journey[] {
    const tests = words.map(testOf);
    const since = this.clock.now() - Math.min(seconds * 1000, KEPT_MS);
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)].filter(
      ({ at, key }) => at >= since && tests.every((test) => test(key)),
    );
  }
}

const linesOf = (nodes: readonly TraceNode[]): number =>
  nodes.reduce((lines, { children }) => lines + 1 + linesOf(children), 0);

/** The first lines of a trace, in the order of reading. */
function firstLines(nodes: readonly TraceNode[]): readonly TraceNode[] {
  let left = LINES;
  const take = (list: readonly TraceNode[]): TraceNode[] => {
    const taken: TraceNode[] = [];
    for (const node of list) {
      if (left-- <= 0) break;
      taken.push({ ...node, children: take(node.children) });
    }
    if (left === -1) taken.push({ kind: "detail", text: "more followed", children: [] });
    return taken;
  };
  return take(nodes);
}

type Test = (key: FlowKey) => boolean;

/** An address (IPv4, IPv6 or MAC) is looked for at both ends; anything else is a match as flows are written. */
function testOf(text: string): Test {
  const mac = parseMac(text);
  if (mac !== undefined) return ends(WORD.ethSrc, WORD.ethDst, [Math.floor(mac / 2 ** 32), mac % 2 ** 32]);
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return ends(WORD.nwSrc, WORD.nwDst, [ipv4]);
  const ipv6 = text.includes(":") && !text.includes("=") ? parseIpv6(text) : undefined;
  if (ipv6 !== undefined) {
    const words = [96n, 64n, 32n, 0n].map((shift) => Number((ipv6 >> shift) & 0xffffffffn));
    return ends(WORD.ipv6Src, WORD.ipv6Dst, words);
  }
  let match: Match;
  try {
    match = parseMatch(text);
  } catch (error) {
    throw failure(`${text}: neither an address nor a match${error instanceof Error ? ` (${error.message})` : ""}`);
  }
  return (key) => match.mask.every((bits, i) => (((key[i] as number) ^ (match.key[i] as number)) & bits) === 0);
}

const ends =
  (src: number, dst: number, words: readonly number[]): Test =>
  (key) =>
    [src, dst].some((at) => words.every((word, i) => key[at + i] === word));

/** Journeys in plain words. */
export function journeysText(found: readonly Journey[], now: number, passed: number): string {
  const parts = found.map(
    ({ wall, at, octets, pass }) =>
      `${new Date(wall).toISOString()}, ${((now - at) / 1000).toFixed(1)} s ago, ${octets} octets\n${explanationText([pass])}`,
  );
  const lost = passed > 0 ? `; ${passed} came too fast to be kept (journey/rate)` : "";
  return `${parts.join("\n")}${found.length > 0 ? "\n" : ""}${found.length} first packets of flows${lost}\n`;
}
