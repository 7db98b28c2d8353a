import type {
  Datapath,
  DatapathAction,
  DatapathFlow,
  DatapathStats,
  DpPortInfo,
  DpPortSpec,
  FlowDump,
  FlowStats,
  PortCounters,
  Upcall,
} from "@vswitch/core/datapath";
import { extract, type FlowKey, newKey, newMask, WORD } from "@vswitch/core/flow";
import type { DpPort } from "@vswitch/core/lib";
import * as ebpf from "@vswitch/ebpf";
import { closeDescriptor, libc } from "@vswitch/sys";
import { openRawSocket } from "./raw-socket.ts";

/** Octets of a packet that a miss carries up at most. */
const SNAP = 2048;
const RECORD = 8 + SNAP; // ifindex:32, length:32, octets
const FLOW_VALUE = 24; // out ifindex:32, -:32, packets:64, octets:64

/**
 * A spike of the kernel datapath behind the contract: one TCX program, flows by ingress port alone, redirect, and misses
 * through a ring buffer. It shows that the seam holds for a datapath whose fast path is elsewhere; the real one is to come.
 */
export class TcxDatapath implements Datapath {
  readonly type = "system";
  readonly name = "ovs-system";
  readonly #flows = new ebpf.BpfMap({
    name: "spike_flows",
    type: "hash",
    keySize: 4,
    valueSize: FLOW_VALUE,
    maxEntries: 1024,
  });
  readonly #misses = new ebpf.BpfMap({
    name: "spike_misses",
    type: "ringbuf",
    keySize: 0,
    valueSize: 0,
    maxEntries: 1 << 20,
  });
  readonly #ring = new ebpf.RingReader(this.#misses);
  readonly #program = ebpf.loadProgram("schedCls", "spike", this.#assemble());
  readonly #ports = new Map<
    DpPort,
    DpPortInfo & { readonly link: number; readonly socket: ReturnType<typeof openRawSocket> }
  >();
  readonly #installed = new Map<string, DatapathFlow>();
  readonly #timer = setInterval(() => this.#poll(), 1);
  #sink: (upcalls: readonly Upcall[]) => void = () => {};
  #missed = 0n;

  /** ctx is struct __sk_buff (linux/bpf.h): len at 0, ifindex at 40. TC_ACT_SHOT is 2. */
  #assemble(): Uint8Array {
    const { r0, r1, r2, r3, r4, r6, r7, r8, r10 } = ebpf;
    return ebpf.assemble(
      ebpf.movReg(r6, r1),
      ebpf.ldxW(r1, r6, 40),
      ebpf.stxW(r10, -4, r1),
      ebpf.ldMap(r1, this.#flows.fd),
      ebpf.movReg(r2, r10),
      ebpf.addImm(r2, -4),
      ebpf.call("map_lookup_elem"),
      ebpf.jeqImm(r0, 0, "miss"),
      ebpf.movImm(r1, 1),
      ebpf.atomicAddDW(r0, 8, r1),
      ebpf.ldxW(r1, r6, 0),
      ebpf.atomicAddDW(r0, 16, r1),
      ebpf.ldxW(r1, r0, 0),
      ebpf.movImm(r2, 0),
      ebpf.call("redirect"),
      ebpf.exit(),

      ebpf.label("miss"),
      ebpf.ldMap(r1, this.#misses.fd),
      ebpf.movImm(r2, RECORD),
      ebpf.movImm(r3, 0),
      ebpf.call("ringbuf_reserve"),
      ebpf.jeqImm(r0, 0, "drop"),
      ebpf.movReg(r7, r0),
      ebpf.ldxW(r8, r10, -4),
      ebpf.stxW(r7, 0, r8),
      ebpf.ldxW(r8, r6, 0),
      ebpf.jgtImm(r8, SNAP, "discard"),
      ebpf.jltImm(r8, 14, "discard"),
      ebpf.stxW(r7, 4, r8),
      ebpf.movReg(r1, r6),
      ebpf.movImm(r2, 0),
      ebpf.movReg(r3, r7),
      ebpf.addImm(r3, 8),
      ebpf.movReg(r4, r8),
      ebpf.call("skb_load_bytes"),
      ebpf.movReg(r1, r7),
      ebpf.movImm(r2, 0),
      ebpf.call("ringbuf_submit"),
      ebpf.jump("drop"),
      ebpf.label("discard"),
      ebpf.movReg(r1, r7),
      ebpf.movImm(r2, 0),
      ebpf.call("ringbuf_discard"),
      ebpf.label("drop"),
      ebpf.movImm(r0, 2),
      ebpf.exit(),
    );
  }

  #poll(): void {
    const upcalls: Upcall[] = [];
    this.#ring.drain((record) => {
      const view = new DataView(record.buffer, record.byteOffset);
      const packet = record.slice(8, 8 + view.getUint32(4, true));
      const key = newKey();
      key[WORD.inPort] = view.getUint32(0, true);
      extract(packet, 0, packet.length, key);
      upcalls.push({ kind: "miss", packet, key });
    });
    this.#missed += BigInt(upcalls.length);
    if (upcalls.length > 0) this.#sink(upcalls);
  }

  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void {
    this.#sink = sink;
  }

  onPortLost(): void {}

  async addPort({ name, type }: DpPortSpec): Promise<DpPortInfo> {
    const port = Number(libc("uint if_nametoindex(const char *name)")(name));
    const info = {
      port,
      name,
      type,
      link: ebpf.attachTcx(this.#program, port, "tcxIngress"),
      socket: openRawSocket(port),
    };
    this.#ports.set(port, info);
    return info;
  }

  async deletePort(port: DpPort): Promise<void> {
    const found = this.#ports.get(port);
    if (!found) return;
    closeDescriptor(found.link);
    found.socket.close();
    this.#ports.delete(port);
  }

  ports(): readonly DpPortInfo[] {
    return [...this.#ports.values()];
  }

  async portCounters(): Promise<PortCounters | undefined> {
    return undefined;
  }

  #mapKey(flow: DatapathFlow): Uint8Array {
    return new Uint8Array(Uint32Array.of(flow.key[WORD.inPort] ?? 0).buffer);
  }

  putFlow(flow: DatapathFlow): void {
    const [output] = flow.actions;
    if (output?.type !== "output" || flow.actions.length !== 1) return;
    const value = new Uint8Array(FLOW_VALUE);
    new DataView(value.buffer).setUint32(0, output.port, true);
    this.#flows.update(this.#mapKey(flow), value);
    this.#installed.set(flow.ufid, flow);
  }

  #stats(flow: DatapathFlow): FlowStats {
    const value = this.#flows.lookup(this.#mapKey(flow));
    const view = value && new DataView(value.buffer);
    return {
      packets: view?.getBigUint64(8, true) ?? 0n,
      octets: view?.getBigUint64(16, true) ?? 0n,
      used: undefined,
      tcpFlags: 0,
    };
  }

  async deleteFlow(ufid: string): Promise<FlowStats | undefined> {
    const flow = this.#installed.get(ufid);
    if (!flow) return undefined;
    const stats = this.#stats(flow);
    this.#flows.delete(this.#mapKey(flow));
    this.#installed.delete(ufid);
    return stats;
  }

  async dumpFlows(): Promise<readonly FlowDump[]> {
    return [...this.#installed.values()].map((flow) => ({ ...flow, stats: this.#stats(flow) }));
  }

  async flushFlows(): Promise<void> {
    for (const ufid of [...this.#installed.keys()]) await this.deleteFlow(ufid);
  }

  async stats(): Promise<DatapathStats> {
    const hit = (await this.dumpFlows()).reduce((sum, { stats }) => sum + stats.packets, 0n);
    return { hit, missed: this.#missed, lost: 0n, flows: this.#installed.size, maskHit: 0n, masks: 1, cacheHit: 0n };
  }

  execute(packet: Uint8Array, _key: FlowKey, actions: readonly DatapathAction[]): void {
    for (const action of actions) if (action.type === "output") this.#ports.get(action.port)?.socket.send(packet);
  }

  async settle(): Promise<void> {
    this.#poll();
  }

  setMeter(): void {}

  async meterStats(): Promise<undefined> {
    return undefined;
  }

  features() {
    return {
      maxVlanHeaders: 1,
      maxMplsDepth: 0,
      recirculation: false,
      ct: false,
      clone: false,
      checkPktLen: false,
      sampleNesting: 0,
      explicitDrop: false,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const port of [...this.#ports.keys()]) await this.deletePort(port);
    this.#ring[Symbol.dispose]();
    this.#flows[Symbol.dispose]();
    this.#misses[Symbol.dispose]();
    closeDescriptor(this.#program);
  }
}

/** A flow that sends all that comes in at one port out of another. */
export function patchFlow(from: DpPort, to: DpPort): DatapathFlow {
  const key = newKey();
  const mask = newMask();
  key[WORD.inPort] = from;
  mask[WORD.inPort] = 0xffffffff;
  return { ufid: from.toString(16).padStart(32, "0"), key, mask, actions: [{ type: "output", port: to }] };
}
