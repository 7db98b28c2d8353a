import { randomBytes } from "node:crypto";
import { type ChangedRow, type ConfigStore, Reconciler } from "@vswitch/core/bridge";
import type { Core } from "@vswitch/core/datapath";
import type { Json } from "@vswitch/core/jsonrpc";
import { type Clock, type MacAddr, vlog } from "@vswitch/core/lib";
import { Ofproto, type OfprotoDeps } from "@vswitch/core/ofproto";
import type { SslFiles } from "@vswitch/core/stream";
import { LiveKeys } from "./keys.ts";
import { type DummyMode, Platform, type PlatformOptions } from "./platform.ts";
import { type PolledInterface, Polling } from "./polling.ts";

/** What the switch daemon is told by its command line and its main. */
/** Where a daemon's configuration is. */
export interface Store extends ConfigStore, Disposable {
  /** Fields of the rows that are held. */
  readonly cells: number;
}

/** What a store tells of, and the keys that it may connect with. */
export interface StoreEvents {
  readonly ssl: SslFiles;
  /** New contents, with the rows that changed. */
  readonly changed: (rows: readonly ChangedRow[]) => void;
  /** Whom it talks to may not know what was told before. */
  readonly connected: () => void;
}

export interface SwitchDaemonOptions {
  /** What the daemon calls itself. */
  readonly program: string;
  readonly clock: Clock;
  readonly openStore: (events: StoreEvents) => Store;
  readonly rundir: string;
  readonly dummy: DummyMode;
  /** Cores of the machine, that devices could be polled on. */
  readonly cores?: readonly Core[];
  readonly openUserspace: PlatformOptions["openUserspace"];
  /** Where each switch listens besides what its configuration says, in place of its files in `rundir`. */
  readonly doors?: OfprotoDeps["doors"];
  /** Keys of the command line, for as long as the database names none. */
  readonly ssl?: SslFiles;
}

/** Random unicast address, locally administered (IEEE 802-2014 §8.2). */
export function randomMac(): MacAddr {
  const octets = randomBytes(6);
  octets[0] = ((octets[0] ?? 0) & 0xfc) | 0x02;
  return octets.readUIntBE(0, 6);
}

/** The switch daemon without its process: database, reconciler, switches and the platform under them, wired together. */
export class SwitchDaemon {
  readonly platform: Platform;
  readonly ofproto: Ofproto;
  readonly reconciler: Reconciler;
  readonly polling: Polling;
  readonly #program: string;
  readonly #store: Store;
  readonly #devices: Disposable | undefined;
  readonly #routes: Disposable;
  /** Resolves when the first configuration is applied; while another daemon holds the database, it waits. */
  readonly started: Promise<void>;

  constructor({
    program,
    clock,
    openStore,
    rundir,
    dummy,
    openUserspace,
    doors,
    cores = [],
    ssl = {},
  }: SwitchDaemonOptions) {
    this.#program = program;
    let begun = () => {};
    this.started = new Promise((resolve) => {
      begun = resolve;
    });
    this.platform = new Platform({
      clock,
      dummy,
      randomMac,
      openUserspace,
      owner: `vswitch ${program === "ovs-vswitchd" ? "" : `${program} `}${rundir}`,
    });
    this.polling = new Polling(cores);
    const keys = new LiveKeys(() => this.reconciler.ssl() ?? ssl);
    this.ofproto = new Ofproto({
      clock,
      rundir,
      ...(doors && { doors }),
      openDatapath: (type) => this.platform.datapaths.open(type),
      releaseDatapath: (datapath) => this.platform.datapaths.release(datapath),
      ssl: () => keys,
      routes: this.platform.routes,
    });
    this.#store = openStore({
      ssl: keys,
      changed: (rows) => {
        if (this.#stopping) return;
        this.#greet();
        void this.reconciler.changed(rows).then(() => this.#configured(begun), fatal);
      },
      connected: () => this.reconciler.retell(),
    });
    const set = (values: readonly string[]): Json => ["set", [...values]];
    this.reconciler = new Reconciler({
      clock,
      ofproto: this.ofproto,
      store: this.#store,
      openNetdev: (name, type, options) => this.platform.openNetdev(name, type, options),
      removeDevice: (name, type) => this.platform.removeDevice(name, type),
      effectiveType: (type, datapathType) => this.platform.effectiveType(type, datapathType),
      randomMac,
      facts: {
        datapath_types: set(this.platform.datapathTypes),
        iface_types: set(this.platform.ifaceTypes),
        dpdk_initialized: false,
        dpdk_version: "none",
      },
      applied: (other) => this.polling.configure(other, this.platform.datapaths.all(), this.#polledInterfaces()),
    });
    this.#routes = this.platform.followRoutes();
    this.#devices = this.platform.watchDevices((name) => void this.reconciler.deviceAppeared(name).catch(fatal));
  }

  #polledInterfaces(): readonly PolledInterface[] {
    return [...this.reconciler.bridges.values()].flatMap(({ desired, interfaces }) =>
      [...interfaces.values()].map(({ desired: { name, affinity }, netdev }) => ({
        name,
        affinity,
        netdev,
        datapathType: desired.config.datapathType,
      })),
    );
  }

  #stopping = false;
  #greeted = false;
  #greet(): void {
    if (!this.#greeted) vlog("bridge").info(`${this.#program} (Open vSwitch) 3.1.0`);
    this.#greeted = true;
  }

  #swept = false;
  /** A pass is done; after the first it is known what an earlier daemon left behind. */
  #configured(begun: () => void): void {
    if (!this.#swept) {
      this.#swept = true;
      this.platform.sweep(
        new Set([...this.reconciler.bridges.values()].flatMap(({ interfaces }) => [...interfaces.keys()])),
      );
      this.ofproto.begin();
    }
    begun();
  }

  /** Numbers for `memory/show`. */
  memory(): Readonly<Record<string, number>> {
    return { ...this.ofproto.memory(), "idl-cells-Open_vSwitch": this.#store.cells };
  }

  /** @param cleanup takes down bridges and their devices too, which otherwise outlive the daemon */
  async stop(cleanup: boolean): Promise<void> {
    this.#stopping = true;
    this.#devices?.[Symbol.dispose]();
    this.#routes[Symbol.dispose]();
    this.reconciler[Symbol.dispose]();
    if (cleanup) await this.reconciler.destroyAll();
    else this.ofproto.leave();
    await this.ofproto[Symbol.asyncDispose]();
    await this.platform.datapaths.dispose();
    // Last: whoever waits for the database's lock begins with the devices that are left.
    this.#store[Symbol.dispose]();
  }
}

/** A bug of ours: out with it, so that the monitor or the init system starts a sane daemon. */
function fatal(error: unknown): void {
  vlog("bridge").emer(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
