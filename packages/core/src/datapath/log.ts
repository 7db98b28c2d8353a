import { type FlowKey, type FlowMask, formatMatch, WORD } from "#flow";
import { RateLimit, vlog } from "#lib";
import { formatPacket } from "#openflow";
import type { DatapathAction } from "./action.ts";
import type { Datapath, DatapathFlow, FlowStats, Upcall } from "./datapath.ts";
import { formatActions, formatDatapathFlow, formatFlowStats, formatUfid } from "./text/index.ts";

/** Lines a minute and at once, of each of the two modules, as Open vSwitch limits them. */
const RATE = [600, 600] as const;
const dpif = { log: vlog("dpif"), limit: new RateLimit(...RATE) };
const engine = { log: vlog("dpif_netdev"), limit: new RateLimit(...RATE) };

/** CFI and VLAN of a tag. */
const UNTAGGED = 0x1fff;

type Module = typeof dpif;

/**
 * What Open vSwitch's modules dpif and dpif_netdev log at level dbg about flows and packets. Tests of others read
 * these lines as they read a command's answer. No text is made while nobody wants it.
 */
export class DatapathLog {
  readonly #name: string;
  readonly #title: string;

  /** Of a datapath that nobody is to hear of. */
  static readonly silent = new DatapathLog({ name: "", type: "" }, true);

  /** @param datapath whose names the lines bear */
  constructor(
    datapath: Pick<Datapath, "name" | "type">,
    private readonly isSilent = false,
  ) {
    this.#name = datapath.name;
    this.#title = `${datapath.type}@${datapath.name}`;
  }

  #say({ log, limit }: Module, text: () => string): void {
    if (!this.isSilent) log.limited(limit, "dbg", text);
  }

  /** A packet came up. */
  upcall({ kind, key, packet }: Upcall): void {
    this.#say(
      engine,
      () => `${this.#name}: ${kind} upcall:\n${formatDatapathFlow(key)}\n${formatPacket(packet).trimEnd()}`,
    );
  }

  /** A flow goes in for a packet whose whole key is `packetKey`. */
  added(flow: DatapathFlow): void {
    this.#say(engine, () => `flow_add: ${named(flow)}, actions:${formatActions(flow.actions)}`);
    this.#say(engine, () => `flow match: ${asMatch(flow)}`);
  }

  /** A flow that is there gets other actions. */
  modified(flow: DatapathFlow, before: readonly DatapathAction[]): void {
    const actions = () => formatActions(flow.actions);
    this.#say(engine, () => `flow_mod: ${named(flow)}, old_actions:${formatActions(before)}, actions:${actions()}`);
    this.#say(engine, () => `flow match: ${asMatch(flow)}`);
    this.#say(dpif, () => {
      const key = formatDatapathFlow(flow.packetKey ?? flow.key, flow.mask, { verbose: true });
      return `${this.#title}: put[modify] ${formatUfid(flow.ufid)} ${key}, actions:${actions()}`;
    });
  }

  /** A flow went out; `now` is the clock of its counters. */
  deleted(flow: Pick<DatapathFlow, "ufid" | "key" | "packetKey">, stats: FlowStats, now: number): void {
    this.#say(dpif, () => {
      const key = formatDatapathFlow(flow.packetKey ?? flow.key);
      return `${this.#title}: flow_del ${formatUfid(flow.ufid)} ${key}, ${formatFlowStats(stats, now)}`;
    });
  }

  /** A packet is sent on its way by actions of its own. */
  executed(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[]): void {
    this.#say(dpif, () => {
      const metadata = `skb_priority(0),skb_mark(${key[WORD.pktMark]}),in_port(${key[WORD.inPort]})`;
      const what = `${formatActions(actions)} on packet ${formatPacket(packet)}`;
      return `${this.#title}: execute ${what} with metadata ${metadata} mtu 0`;
    });
  }
}

/** Both names that a flow has in Open vSwitch: of its packet's key, and of its key under the mask. Ours has one. */
const named = ({ ufid, key, packetKey, mask }: DatapathFlow): string =>
  `${formatUfid(ufid)} mega_${formatUfid(ufid)} ${formatDatapathFlow(packetKey ?? key, mask)}`;

/** The flow in OpenFlow's words, without its port; that there is no tag is asked of CFI and VLAN of the first alone. */
function asMatch({ key, mask }: DatapathFlow): string {
  const shown: FlowMask = mask.slice();
  shown[WORD.inPort] = 0;
  if (key[WORD.vlan0] === 0) shown[WORD.vlan0] = ((shown[WORD.vlan0] as number) | UNTAGGED) >>> 0;
  if (key[WORD.vlan1] === 0) shown[WORD.vlan1] = 0;
  return formatMatch({ key, mask: shown });
}
