import type { DpPortNames } from "#datapath/text";
import { CT_STATES, extract, type FlowKey, newKey, newMask, type PortNames, parseFlow, WORD } from "#flow";
import { fromHex, SwitchError } from "#lib";
import { checkActions, errorName, parseActions } from "#openflow";
import type { Backer } from "../backer.ts";
import type { Command } from "../command.ts";
import { checkForSwitch } from "../connection/flow-mods.ts";
import { failure } from "../errors.ts";
import { explain } from "../explain.ts";
import { explanationText } from "../explain-text.ts";
import type { Ofproto } from "../ofproto.ts";
import type { Switch } from "../switch.ts";
import { trace } from "../trace.ts";
import type { TraceRequest } from "../trace-passes.ts";
import type { SwitchView } from "../translate/view.ts";
import { isTunnelled } from "../tunnel/key.ts";
import { parseDatapathKey } from "./datapath-key.ts";

interface Options {
  words: string[];
  generate: boolean;
  names: boolean;
  ctNext: number[];
}

/** Options may stand anywhere among the words. */
function parseOptions(args: readonly string[]): Options {
  const options: Options = { words: [], generate: false, names: false, ctNext: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "-generate" || arg === "--generate") options.generate = true;
    else if (arg === "--names") options.names = true;
    else if (arg === "--no-names") options.names = false;
    else if (arg === "-consistent" || arg === "--consistent") continue;
    else if (arg === "--ct-next" || arg === "-ct-next") options.ctNext.push(parseState(args[++i]));
    else if (arg.startsWith("-")) throw failure(`${arg}: unknown option`);
    else options.words.push(arg);
  }
  return options;
}

function parseState(text: string | undefined): number {
  if (text === undefined) throw failure("Missing argument for option --ct-next");
  let state = 0;
  for (const word of text.split(/[, ]+/)) {
    const bit = CT_STATES.names.indexOf(word);
    if (bit < 0) throw failure(`${word}: unknown connection tracking state flag`);
    state |= 1 << bit;
  }
  return state;
}

/** Octets of a packet in hexadecimal, or what is wrong with them. */
function parsePacket(text: string): Uint8Array | string {
  const digits = /^[\s0-9a-fA-F]*/.exec(text)?.[0] ?? "";
  if (digits.length < text.length) return "Trailing garbage in packet data";
  const octets = fromHex(text);
  if (!octets) return "Trailing garbage in packet data";
  return octets.length < 14 ? "Packet data too short for Ethernet" : octets;
}

const viewNames = (sw: SwitchView): PortNames => ({
  numberOf: () => undefined,
  nameOf: (port) => sw.port(port)?.name,
});

interface Subject {
  readonly sw: Switch;
  readonly backer: Backer;
  readonly key: FlowKey;
}

const portNames = (sw: Switch): PortNames => ({
  numberOf: (name) => sw.portNamed(name)?.port,
  nameOf: (port) => sw.port(port)?.name,
});

/** A flow as a datapath has it, on the datapath named, or on the only one there is. */
function datapathSubject(ofproto: Ofproto, text: string, datapath: string | undefined): Subject | undefined {
  const backers = ofproto.backers();
  const names = new Map(backers.flatMap(({ datapath: dp }) => dp.ports()).map(({ name, port }) => [name, port]));
  const key = parseDatapathKey(text, names);
  if (!key) return undefined;
  const backer =
    datapath === undefined
      ? backers.length === 1
        ? backers[0]
        : undefined
      : backers.find(({ datapath: dp }) => dp.name === datapath);
  if (!backer) throw failure("Cannot find the datapath");
  const attached = backer.attachedTo(key);
  const sw = attached && ofproto.switchOf(attached.sw.uuid);
  if (!sw || !attached)
    throw failure(
      isTunnelled(key)
        ? "no OpenFlow tunnel port for this packet"
        : `no OpenFlow port for datapath port ${key[WORD.inPort]}`,
    );
  key[WORD.inPort] = attached.port.port;
  return { sw, backer, key };
}

function bridgeSubject(ofproto: Ofproto, name: string, text: string): Subject {
  const sw = ofproto.switchNamed(name);
  if (!sw) throw failure(`${name}: unknown bridge`);
  try {
    const key = parseFlow(text, portNames(sw));
    // A flow's text has no TPID: a tag there is an ordinary one.
    for (const word of [WORD.vlan0, WORD.vlan1]) {
      const tag = key[word] as number;
      if (tag & 0x1000 && tag >>> 16 === 0) key[word] = (tag | 0x81000000) >>> 0;
    }
    return { sw, backer: sw.deps.backer, key };
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw failure(`Bad openflow flow syntax: ${error.message}`);
  }
}

function parseSubject(ofproto: Ofproto, words: readonly string[]): Subject {
  if (words.length > 2) throw failure("too many arguments");
  const flow = words.at(-1) as string;
  const first = words.length === 2 ? words[0] : undefined;
  const found = datapathSubject(ofproto, flow, first);
  if (found) return found;
  if (first === undefined) throw failure(`syntax error at ${flow} (or the bridge name was omitted)`);
  return bridgeSubject(ofproto, first, flow);
}

/**
 * A packet with what the flow says about it: where it came in, marks, tracking, the tunnel if it came out of one.
 * Headers are the packet's own, and registers are what they are for any packet that comes in.
 */
function readPacket(flow: FlowKey, packet: Uint8Array): FlowKey {
  const key = newKey();
  extract(packet, 0, packet.length, key);
  key.set(flow.subarray(0, WORD.ethDst));
  key.set(flow.subarray(WORD.ctNwSrc, WORD.tunId), WORD.ctNwSrc);
  if (flow[WORD.tunDst] || flow.subarray(WORD.tunIpv6Dst, WORD.tunIpv6Dst + 4).some((word) => word !== 0))
    key.set(flow.subarray(WORD.tunId, WORD.metadata), WORD.tunId);
  return key;
}

/** What is asked, in whole: by the words of ofproto/trace. */
function parseRequest(ofproto: Ofproto, args: readonly string[], packetOut: boolean): TraceRequest {
  const { words, generate, names, ctNext } = parseOptions(args);
  const given = packetOut ? parseActions(words.pop() ?? "") : undefined;
  let packet: Uint8Array | undefined;
  if (words.length > 1) {
    const parsed = parsePacket(words.at(-1) as string);
    if (typeof parsed !== "string") {
      packet = parsed;
      words.pop();
    } else if (words.length === 3) throw failure(parsed);
  }
  if (packet && generate) throw failure("Syntax error");
  const { sw, backer, key } = parseSubject(ofproto, words);
  if (given) checkPacketOut(sw, given, key, args.includes("-consistent") || args.includes("--consistent"));
  const dpNames: DpPortNames = (port) => backer.datapath.ports().find((info) => info.port === port)?.name;
  return {
    sw,
    backer,
    key: packet ? readPacket(key, packet) : key,
    hasPacket: packet !== undefined || generate,
    ...(packet ? { packetLength: packet.length } : {}),
    ...(given ? { actions: given.actions } : {}),
    ...(names ? { portsOf: viewNames, dpPorts: dpNames } : {}),
    ctNext,
    sink: ofproto,
  };
}

/** `ofproto/explain`: the words of ofproto/trace; ports have names. */
function runExplain(ofproto: Ofproto, args: readonly string[]): string {
  const words = args.filter((arg) => arg !== "--json");
  if (words.length === 0) throw failure("ofproto/explain needs a bridge and a flow");
  const passes = explain(parseRequest(ofproto, ["--names", ...words], false));
  return words.length < args.length ? `${JSON.stringify({ passes }, undefined, 2)}\n` : explanationText(passes);
}

/** Actions must fit the packet; `consistent`: in every version of OpenFlow that has them, not in lenient ones alone. */
function checkPacketOut(sw: Switch, given: ReturnType<typeof parseActions>, key: FlowKey, consistent: boolean): void {
  const { error, usable } = checkActions(given.actions, { key, mask: newMask().fill(0xffffffff) }, 255);
  const isLost = consistent && (given.usable & ~usable) !== 0;
  const fault = error ?? (isLost ? "OFPBAC_MATCH_INCONSISTENT" : undefined);
  if (fault) throw failure(`Bad actions: ${fault}`);
  try {
    checkForSwitch(sw, given.actions);
  } catch (error) {
    const name = errorName(error);
    throw name ? failure(`Bad actions: ${name}`) : error;
  }
}

const USAGE = "{[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet]";

/** What happens to a packet, and why. */
export const traceCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "ofproto/trace",
    usage: USAGE,
    minArgs: 1,
    maxArgs: 100,
    run: (args) => trace(parseRequest(ofproto, args, false)),
  },
  {
    name: "ofproto/explain",
    usage: `[--json] ${USAGE}`,
    minArgs: 1,
    maxArgs: 100,
    run: (args) => runExplain(ofproto, args),
  },
  {
    name: "ofproto/trace-packet-out",
    usage: `[-consistent] ${USAGE} actions`,
    minArgs: 2,
    maxArgs: 100,
    run: (args) => trace(parseRequest(ofproto, args, true)),
  },
];
