import { randomBytes } from "node:crypto";
import { Reconciler } from "@vswitch/core/bridge";
import type { Json } from "@vswitch/core/jsonrpc";
import { type Clock, type MacAddr, vlog } from "@vswitch/core/lib";
import { Ofproto } from "@vswitch/core/ofproto";
import type { SslFiles } from "@vswitch/core/stream";
import { LiveKeys } from "./keys.ts";
import { type DummyMode, Platform, type PlatformOptions } from "./platform.ts";
import { Database } from "./store.ts";

/** What the switch daemon is told by its command line and its main. */
export interface SwitchDaemonOptions {
  readonly clock: Clock;
  /** Where the database server listens. */
  readonly database: string;
  readonly rundir: string;
  readonly dummy: DummyMode;
  readonly openUserspace: PlatformOptions["openUserspace"];
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
  readonly #database: Database;
  readonly #devices: Disposable | undefined;
  /** Resolves when the first configuration is applied; while another daemon holds the database, it waits. */
  readonly started: Promise<void>;

  constructor({ clock, database, rundir, dummy, openUserspace, ssl = {} }: SwitchDaemonOptions) {
    let begun = () => {};
    this.started = new Promise((resolve) => {
      begun = resolve;
    });
    this.platform = new Platform({ clock, dummy, randomMac, openUserspace, owner: `vswitch ${rundir}` });
    const keys = new LiveKeys(() => this.reconciler.ssl() ?? ssl);
    this.ofproto = new Ofproto({
      clock,
      rundir,
      openDatapath: (type) => this.platform.openDatapath(type),
      ssl: () => keys,
    });
    this.#database = new Database({
      clock,
      remote: database,
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
      store: this.#database,
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
    });
    this.#devices = this.platform.watchDevices((name) => void this.reconciler.deviceAppeared(name).catch(fatal));
  }

  #stopping = false;
  #greeted = false;
  #greet(): void {
    if (!this.#greeted) vlog("bridge").info("ovs-vswitchd (Open vSwitch) 3.1.0");
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
    }
    begun();
  }

  /** Numbers for `memory/show`. */
  memory(): Readonly<Record<string, number>> {
    return { ...this.ofproto.memory(), "idl-cells-Open_vSwitch": this.#database.cells };
  }

  /** @param cleanup takes down bridges and their devices too, which otherwise outlive the daemon */
  async stop(cleanup: boolean): Promise<void> {
    this.#stopping = true;
    this.#devices?.[Symbol.dispose]();
    this.reconciler[Symbol.dispose]();
    if (cleanup) await this.reconciler.destroyAll();
    await this.ofproto[Symbol.asyncDispose]();
    for (const datapath of this.platform.datapaths.values()) await datapath[Symbol.asyncDispose]();
    // Last: whoever waits for the database's lock begins with the devices that are left.
    this.#database[Symbol.dispose]();
  }
}

/** A bug of ours: out with it, so that the monitor or the init system starts a sane daemon. */
function fatal(error: unknown): void {
  vlog("bridge").emer(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
