import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { addressOf, ifindexOf, native, pinned, SendBatch } from "@vswitch/sys/net";
import { build } from "esbuild";
import { type DpPort, systemClock } from "#lib";
import { encodeNewLink, encodeSetLink } from "#netlink";
import { Host } from "../../../netdev/providers/linux/index.ts";
import type { Datapath } from "../../datapath.ts";
import { Arena, Places } from "./io/arena.ts";
import { SocketPort } from "./io/device.ts";
import { UserspaceDatapath } from "./userspace.ts";

const CLONE_NEWNET = 0x40000000;
/** Whether we may make namespaces and devices. */
export const privileged = process.getuid?.() === 0;

/** Puts this thread (and threads that it starts) into a network namespace of its own until it is disposed. */
function privateNamespace(): Disposable {
  const home = openSync("/proc/thread-self/ns/net", "r");
  if (native("int unshare(int)")(CLONE_NEWNET) !== 0) throw new Error("cannot make a network namespace");
  writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  return {
    [Symbol.dispose]: () => {
      native("int setns(int, int)")(home, CLONE_NEWNET);
      closeSync(home);
    },
  };
}

/** The far end of a veth: frames in and out, as they are on the wire. */
export class Wire {
  readonly #arena = new Arena();
  readonly #port: SocketPort;
  readonly #out = new SendBatch();
  constructor(name: string) {
    const places = new Places(this.#arena);
    this.#port = new SocketPort(name, ifindexOf(name) as number, places, SocketPort.batch(places));
  }
  send(frame: Uint8Array): void {
    const memory = pinned(frame.length + 10);
    memory.set(frame, 10);
    this.#out.queue(addressOf(memory), memory.length);
    if (this.#out.flush(this.#port.fd) > 0) throw new Error("the device refused the frame");
  }
  receive(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let count = this.#port.receive(); count > 0; count = this.#port.receive())
      for (let i = 0; i < count; i++) {
        const frame = this.#port.packet(i)?.frame();
        if (frame) frames.push(frame);
      }
    this.#arena.reset();
    return frames;
  }
  close(): void {
    this.#port.close();
  }
}

/** Builds the worker's program into `dir`. */
async function buildWorker(dir: string): Promise<string> {
  const outfile = path.join(dir, "datapath-worker.cjs");
  await build({
    entryPoints: [path.resolve("packages/vswitchd/src/datapath-worker.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["source"],
    external: ["koffi"],
    define: { "import.meta.url": "undefined", __filename: JSON.stringify(path.resolve("package.json")) },
    outfile,
    logLevel: "error",
  });
  return outfile;
}

/** A datapath in user space with two veths. */
export const userspaceLab = () => vethLab((worker) => new UserspaceDatapath({ clock: systemClock, worker }));

/** A datapath that `open` makes, for the program of the user-space worker, with two veths, in a namespace of its own. */
export async function vethLab<T extends Datapath>(open: (worker: string) => T) {
  const dir = mkdtempSync(path.join(tmpdir(), "datapath-"));
  const worker = await buildWorker(dir);
  const namespace = privateNamespace();
  const host = new Host();
  for (const name of ["p1", "p2"]) {
    host.rtnl.request((sequence) => encodeNewLink(sequence, name, "veth", `${name}x`));
    for (const end of [name, `${name}x`]) {
      host.rtnl.request((sequence) => encodeSetLink(sequence, ifindexOf(end) as number, { up: true }));
    }
  }
  const datapath = open(worker);
  const ports: DpPort[] = [];
  for (const name of ["p1", "p2"]) ports.push((await datapath.addPort({ name, type: "system" })).port);
  const wires = [new Wire("p1x"), new Wire("p2x")] as const;
  const quiet = async () => {
    for (let i = 0; i < 2; i++) await datapath.settle();
    await new Promise((resolve) => setTimeout(resolve, 3));
    await datapath.settle();
  };
  return {
    datapath,
    host,
    quiet,
    wires,
    ports: [ports[0] as number, ports[1] as number] as const,
    inject: (device: 0 | 1, frame: Uint8Array) => wires[device].send(frame),
    sent: async (device: 0 | 1) => {
      await quiet();
      return wires[device].receive();
    },
    async [Symbol.asyncDispose]() {
      await datapath[Symbol.asyncDispose]();
      for (const wire of wires) wire.close();
      host.close();
      namespace[Symbol.dispose]();
      rmSync(dir, { recursive: true });
    },
  };
}
