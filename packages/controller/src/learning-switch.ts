import { extract, type Match, newKey, WORD } from "@vswitch/core/flow";
import { MacTable } from "@vswitch/core/l2";
import { type Clock, type OfPort, vlog } from "@vswitch/core/lib";
import {
  type Action,
  type Frame,
  type Message,
  newMatch,
  OFPP,
  type PacketIn,
  PROTOCOLS,
  printMessage,
  type Version,
} from "@vswitch/core/openflow";
import { type Config, learns } from "./config.ts";

const log = vlog("learning_switch");

const NO_BUFFER = 0xffffffff;
/** Octets of a packet that a switch sends along (OpenFlow 1.0 §5.3.2). */
const MISS_SEND_LEN = 128;
/** Priority of the flows that we add; above the one that sends the rest here. */
const PRIORITY = 1;

/** OFPFW bits of a match of OpenFlow 1.0 (§5.2.3), with the words and bits of a key that each leaves out. */
const WILDCARDS: readonly (readonly [bit: number, word: number, bits: number])[] = [
  [0x1, WORD.inPort, 0xffffffff],
  [0x2, WORD.vlan0, 0x1fff],
  [0x100000, WORD.vlan0, 0xe000],
  [0x4, WORD.ethSrc, 0xffff],
  [0x4, WORD.ethSrc + 1, 0xffffffff],
  [0x8, WORD.ethDst, 0xffff],
  [0x8, WORD.ethDst + 1, 0xffffffff],
  [0x10, WORD.ethType, 0xffff],
  [0x20, WORD.ip, 0xff000000],
  [0x200000, WORD.ip, 0xfc0000],
  [0x40, WORD.tp, 0xffff0000],
  [0x80, WORD.tp, 0xffff],
];
/** Bits of an IPv4 address left out, 0…63, from these bits of the wildcards on. */
const ADDRESSES = [
  [8, WORD.nwSrc],
  [14, WORD.nwDst],
] as const;

/** A packet as a match of OpenFlow 1.0 sees it, without what `wildcards` leaves out. */
export function matchOf(packet: Uint8Array, inPort: OfPort, wildcards: number): Match {
  const key = newKey();
  extract(packet, 0, packet.length, key, undefined, 1);
  key[WORD.inPort] = inPort;
  const match = newMatch();
  const keep = (word: number, bits: number) => {
    match.key[word] = ((match.key[word] as number) | ((key[word] as number) & bits)) >>> 0;
    match.mask[word] = ((match.mask[word] as number) | bits) >>> 0;
  };
  const type = key[WORD.ethType] as number;
  const isIp = type === 0x0800 || type === 0x86dd;
  const isArp = type === 0x0806 || type === 0x8035;
  const protocol = (key[WORD.ip] as number) >>> 24;
  const hasPorts =
    isIp && (protocol === 6 || protocol === 17 || protocol === 132 || protocol === (type === 0x0800 ? 1 : 58));
  const typed = !(wildcards & 0x10);
  for (const [bit, word, bits] of WILDCARDS) {
    if (wildcards & bit) continue;
    if (word === WORD.ip && !(typed && (isIp || (isArp && bits === 0xff000000)))) continue;
    if (word === WORD.tp && !(typed && hasPorts && !(wildcards & 0x20))) continue;
    keep(word, bits);
  }
  if (typed && (type === 0x0800 || isArp)) {
    for (const [shift, word] of ADDRESSES) {
      const wild = (wildcards >>> shift) & 63;
      if (wild < 32) keep(word, (0xffffffff << wild) >>> 0);
    }
  }
  return match;
}

/** 01-80-C2-00-00-00 to -0F, which bridges do not forward (IEEE 802.1D-2004 §7.12.6). */
const isReserved = (mac: number): boolean => mac >= 0x0180c2000000 && mac <= 0x0180c200000f;
const isMulticast = (mac: number): boolean => (Math.floor(mac / 2 ** 40) & 1) === 1;
const macAt = (packet: Uint8Array, at: number): number => {
  let mac = 0;
  for (let i = 0; i < 6; i++) mac = mac * 256 + (packet[at + i] ?? 0);
  return mac;
};

/**
 * What the controller knows of one switch, and decides for it. Messages come in by `open` and `receive`; what is to be
 * sent goes to `send`.
 */
export class LearningSwitch {
  #datapathId = "0000000000000000";
  readonly #macs: MacTable<OfPort>;
  /** Queues by the port that a packet came from. */
  readonly #queues = new Map<OfPort, number>();
  #version: Version = 1;

  constructor(
    readonly config: Config,
    clock: Clock,
    readonly send: (message: Message) => void,
  ) {
    this.#macs = new MacTable(clock);
  }

  /** The connection stands: asks what the switch is and gives it its first flows. */
  open(version: Version): void {
    this.#version = version;
    this.send({ type: "features_request" });
    this.send({ type: "set_config", fragments: 0, missSendLen: MISS_SEND_LEN });
    if (version >= 4) this.#sendMissesHere();
    this.#sendFirstFlows();
  }

  receive({ message }: Frame, octets: Uint8Array): void {
    if (message.type === "features_reply") {
      this.#datapathId = message.datapathId.toString(16).padStart(16, "0");
      for (const port of message.ports) {
        const queue = this.config.portQueues.get(port.name);
        if (queue !== undefined) this.#queues.set(port.port, queue);
      }
    } else if (message.type === "packet_in") this.#packetIn(message);
    else log.dbg(() => `${this.#datapathId}: OpenFlow packet ignored: ${printMessage(octets).trimEnd()}`);
  }

  /** From OpenFlow 1.3 on a switch drops what no flow takes, unless a flow says otherwise (§5.4). */
  #sendMissesHere(): void {
    const actions: Action[] = [{ type: "output", port: OFPP.controller as OfPort, maxLen: MISS_SEND_LEN }];
    this.send(flowMod({ match: newMatch(), priority: 0, actions, outGroup: 0xffffffff }));
  }

  #sendFirstFlows(): void {
    const { flows } = this.config;
    if (!flows.length) return;
    const usable = flows.reduce<number>((bits, flow) => bits & flow.usable, PROTOCOLS.any);
    if (this.#version === 1 && !(usable & PROTOCOLS.of10Any)) this.send({ type: "nx_set_flow_format", format: 2 });
    if (this.#version === 1 && !(usable & ~PROTOCOLS.tableId & PROTOCOLS.of10Up1))
      this.send({ type: "nx_flow_mod_table_id", enabled: true });
    for (const { mod } of flows) this.send(mod);
  }

  #packetIn(m: PacketIn): void {
    const { packet, bufferId } = m;
    if (m.reason !== 0 && m.reason !== 1) return;
    const inPort = (
      (m.metadata.mask[WORD.inPort] as number) ? (m.metadata.key[WORD.inPort] as number) : OFPP.any
    ) as OfPort;
    const outPort = this.#destination(packet, inPort);
    const actions = this.#actions(inPort, outPort);
    if (outPort === undefined || outPort !== (OFPP.flood as OfPort) || !learns(this.config)) {
      if (this.config.addsFlows) {
        const match = matchOf(packet, inPort, this.config.wildcards);
        this.send(
          flowMod({ match, priority: PRIORITY, actions, idleTimeout: this.config.maxIdle, bufferId, outGroup: 0 }),
        );
        if (bufferId !== NO_BUFFER || !actions.length) return;
      }
    }
    if (!actions.length && bufferId === NO_BUFFER) return;
    this.send({ type: "packet_out", bufferId, metadata: inPortOnly(inPort), packet, actions });
  }

  /** Where a packet goes: a port, OFPP_FLOOD, or nowhere. Learns where it came from. */
  #destination(packet: Uint8Array, inPort: OfPort): OfPort | undefined {
    const source = macAt(packet, 6);
    const target = macAt(packet, 0);
    if (learns(this.config) && !isMulticast(source) && this.#macs.learn(source, 0, inPort, false, false))
      log.dbg(`${this.#datapathId}: learned that ${macText(source)} is on port ${inPort}`);
    if (isReserved(target)) return undefined;
    if (!learns(this.config) || isMulticast(target)) return OFPP.flood as OfPort;
    const known = this.#macs.find(target, 0);
    if (!known) return OFPP.flood as OfPort;
    return known.port === inPort ? undefined : known.port;
  }

  #actions(inPort: OfPort, outPort: OfPort | undefined): Action[] {
    if (outPort === undefined) return [];
    const queue = this.#queues.get(inPort) ?? this.config.queue;
    const ordinary = outPort < 0xff00;
    if (queue === undefined || !ordinary) return [{ type: "output", port: outPort, maxLen: 0 }];
    return [{ type: "enqueue", port: outPort, queue }];
  }
}

const macText = (mac: number): string => (mac.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");

function inPortOnly(port: OfPort): Match {
  const match = newMatch();
  match.key[WORD.inPort] = port;
  match.mask[WORD.inPort] = 0xffffffff;
  return match;
}

/** A flow mod that adds, with what ours have in common. */
function flowMod(parts: {
  readonly match: Match;
  readonly priority: number;
  readonly actions: readonly Action[];
  readonly idleTimeout?: number;
  readonly bufferId?: number;
  readonly outGroup: number;
}): Message {
  const { idleTimeout = 0, bufferId = NO_BUFFER } = parts;
  const cookies = { cookie: 0n, cookieMask: 0n, newCookie: 0n };
  const rest = { table: 0, hardTimeout: 0, importance: 0, flags: 0, outPort: OFPP.any as OfPort };
  return { type: "flow_mod", command: "add", ...rest, ...cookies, ...parts, idleTimeout, bufferId };
}
