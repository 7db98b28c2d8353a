import {
  type Datapath,
  type DatapathFeatures,
  DatapathLog,
  type DpPortInfo,
  type DpPortSpec,
  type Upcall,
} from "#datapath";
import { extract, newKey, WORD } from "#flow";
import { hex, WarpClock } from "#lib";
import { OFPP } from "#openflow";
import { RouteTable } from "#route";
import { Backer, type BackerHost } from "./backer.ts";
import { OFPROTO_DEFAULTS, SWITCH_DEFAULTS } from "./config.ts";
import { Switch } from "./switch.ts";
import { Underlay } from "./tunnel/underlay.ts";

/** Ordinary frames: the first that hosts send each other. */
const FRAMES = {
  arp: "ffffffffffff02000000000108060001080006040001 020000000001 0a000001 000000000000 0a000002",
  reply: "020000000001020000000002 08060001080006040002 020000000002 0a000002 020000000001 0a000001",
  icmp: "020000000002020000000001 0800 4500001c000740004001 26dc 0a0000010a000002 0800f7ff00000000",
  tagged: "020000000002020000000001 8100000a 0800 4500001c000740004001 26dc 0a0000010a000002 0800f7ff00000000",
  udp: "020000000002020000000001 0800 4500002100070000401166c3 0a0000010a000002 03e80035000da3e268656c6c6f",
  tcp: "020000000002020000000001 0800 4500002d00070000400666c2 0a0000010a000002 03e8005000000001000000025018020051b8000068656c6c6f",
  icmp6:
    "3333ff000001020000000001 86dd 6000000000183aff fe800000000000000000000000000001 ff0200000000000000000001ff000001 87007b8b00000000 fe800000000000000000000000000001",
} as const;
/** Times that each frame comes: enough for the code to be compiled at its first tier. */
const ROUNDS = 10;
const DATAPATH_ID = 1n;

/** A datapath that takes everything and sends nothing. */
class Nowhere implements Datapath {
  readonly type = "nowhere";
  readonly name = "nowhere";
  sink: (upcalls: readonly Upcall[]) => void = () => {};
  #next = 1;

  constructor(private readonly offers: DatapathFeatures) {}

  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void {
    this.sink = sink;
  }
  async addPort({ name, type }: DpPortSpec): Promise<DpPortInfo> {
    return { port: this.#next++, name, type };
  }
  async deletePort(): Promise<void> {}
  ports(): readonly DpPortInfo[] {
    return [];
  }
  onPortLost(): void {}
  async portCounters(): Promise<undefined> {}
  putFlow(): void {}
  async deleteFlow(): Promise<undefined> {}
  async dumpFlows(): Promise<readonly []> {
    return [];
  }
  async flushFlows(): Promise<void> {}
  async stats() {
    return { hit: 0n, missed: 0n, lost: 0n, flows: 0, maskHit: 0n, masks: 0, cacheHit: 0n };
  }
  execute(): void {}
  async settle(): Promise<void> {}
  setMeter(): void {}
  async meterStats(): Promise<undefined> {}
  features(): DatapathFeatures {
    return this.offers;
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

/**
 * Translates ordinary packets in a switch of its own that leads nowhere and stands on a clock of its own, so that the
 * first real packet does not wait for this code to be read and compiled. Nothing of it is seen: no log line, no
 * counter, no port. Resolves when all of it is gone again, to the number of packets that were translated.
 */
export async function warmUp(features: DatapathFeatures): Promise<number> {
  const clock = new WarpClock("stopped");
  const datapath = new Nowhere(features);
  const underlay = new Underlay(clock, new RouteTable(() => undefined), () => {});
  let sw: Switch | undefined;
  const host: BackerHost = {
    clock,
    config: OFPROTO_DEFAULTS,
    journeys: { wants: () => false, record: () => {} },
    switchOf: () => sw,
    packetIn: () => {},
    targetOf: () => sw,
    underlay,
    creditPatch: () => {},
    creditDevice: () => {},
    solicit: () => {},
  };
  const backer = new Backer(datapath, host, DatapathLog.silent);
  const config = { ...SWITCH_DEFAULTS, name: "nowhere", datapathType: "nowhere", datapathId: DATAPATH_ID };
  const nobody = () => undefined;
  const deps = { clock, backer, findPeer: nobody, findLocal: nobody, inBandManagers: () => [], freeMeter: () => 0 };
  sw = new Switch(config, deps);
  const ports: number[] = [];
  for (const name of ["a", "b", "c"]) {
    const port = await sw.addInterface({ name, type: "system", options: {} });
    sw.setPort({ name, interfaces: [name], trunks: [] });
    ports.push(sw.port(port)?.dpPort ?? OFPP.any);
  }
  const frames = Object.values(FRAMES).map((text) => hex(text.replaceAll(" ", "")));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n, frame] of frames.entries()) datapath.sink([arrival(frame, ports[n % 2] as number)]);
    // As when the flow is gone again: the next round is a miss, too.
    await backer.purge();
  }
  const credited = sw.flows.existing().reduce((n, table) => n + table.matched + table.missed, 0);
  await backer.close();
  await sw.close();
  underlay[Symbol.dispose]();
  return credited;
}

function arrival(packet: Uint8Array, port: number): Upcall {
  const key = newKey();
  extract(packet, 0, packet.length, key);
  key[WORD.inPort] = port;
  return { kind: "miss", packet, key };
}
