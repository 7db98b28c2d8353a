import { SysError } from "@vswitch/sys";
import type { MacAddr } from "#lib";
import { IFF, type Link, type LinkChange, type LinkEvent, type LinkStats } from "#netlink";
import { errors } from "../../errors.ts";
import type { Netdev, NetdevState, NetdevStats } from "../../netdev.ts";
import { driver, linkSettings } from "./ethtool.ts";
import { nextHop } from "./next-hop.ts";
import { LinkMonitor, Rtnl } from "./rtnl.ts";

/** The devices of this host (of this network namespace): one control socket and one monitor for all providers. */
export class Host {
  readonly rtnl = new Rtnl();
  #monitor: LinkMonitor | undefined;

  /** @param owner alias of the devices that are made here, by which a later daemon knows them again */
  constructor(readonly owner?: string) {}

  get monitor(): LinkMonitor {
    this.#monitor ??= new LinkMonitor();
    return this.#monitor;
  }

  close(): void {
    this.#monitor?.close();
    this.rtnl.close();
  }
}

/** strerror's text of an error, as it stands in parentheses after a message of the original. */
export function why(error: unknown): string {
  if (!(error instanceof SysError)) return error instanceof Error ? error.message : String(error);
  const text = error.message.slice(error.syscall.length + 2);
  return STRERROR[error.code] ?? text.charAt(0).toUpperCase() + text.slice(1);
}
/** Texts of glibc where libuv says it otherwise. */
const STRERROR: Readonly<Record<string, string>> = {
  ENODEV: "No such device",
  ENOENT: "No such file or directory",
  EBUSY: "Device or resource busy",
  EPERM: "Operation not permitted",
  EACCES: "Permission denied",
  EEXIST: "File exists",
  EINVAL: "Invalid argument",
  ENETDOWN: "Network is down",
};

/** The control side of a device of the host. */
export class HostNetdev implements Netdev {
  #link: Link;
  #gone = false;
  #resets = 0;
  readonly #watchers = new Set<(gone: boolean) => void>();
  readonly #subscription: Disposable;
  #settings: Pick<NetdevState, "speed" | "duplex" | "driver"> | undefined;

  /**
   * @param swapped the device is the host's end of a port of ours: what the host sends is what we receive
   * @param closed runs when the netdev is disposed
   */
  constructor(
    private readonly host: Host,
    readonly type: string,
    link: Link,
    private readonly swapped = false,
    private readonly closed: () => void = () => {},
  ) {
    this.#link = link;
    this.#subscription = host.monitor.watchDevice(link, (event) => this.#hear(event));
  }

  state(): NetdevState {
    const { name, flags, mac, mtu } = this.#link;
    if (this.#gone)
      return { name, ifindex: 0, mac: 0, mtu: 0, adminUp: false, carrier: false, carrierResets: this.#resets };
    this.#settings ??= settings(name);
    return {
      name,
      ifindex: this.#link.ifindex,
      mac: mac ?? 0,
      mtu: mtu ?? 0,
      adminUp: (flags & IFF.up) !== 0,
      carrier: carrier(this.#link),
      carrierResets: this.#resets,
      ...this.#settings,
    };
  }

  stats(): NetdevStats {
    const link = this.#gone ? undefined : this.host.rtnl.link({ ifindex: this.#link.ifindex });
    return link?.stats ? toStats(link.stats, this.swapped) : {};
  }

  setMac(mac: MacAddr): void {
    if (this.#link.mac !== mac) this.#change("Ethernet address", { mac });
  }

  setMtu(octets: number): void {
    if (this.#link.mtu !== octets) this.#change("MTU", { mtu: octets });
  }

  setAdminUp(up: boolean): void {
    if (((this.#link.flags & IFF.up) !== 0) !== up) this.#change("flags", { up });
  }

  nextHop(address: number): MacAddr | undefined {
    return nextHop(address);
  }

  watch(changed: (gone: boolean) => void): Disposable {
    this.#watchers.add(changed);
    return { [Symbol.dispose]: () => void this.#watchers.delete(changed) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription[Symbol.dispose]();
    this.#watchers.clear();
    this.closed();
  }

  #change(what: string, change: LinkChange): void {
    const { ifindex, name } = this.#link;
    try {
      this.host.rtnl.change(ifindex, change);
    } catch (error) {
      throw errors.make("netdev/set-failed", { name, what, why: why(error) }, { cause: error });
    }
    this.#update(this.host.rtnl.link({ ifindex }));
  }

  #hear(event: LinkEvent | "all"): void {
    if (this.#gone) {
      this.#maybeBack(event);
      return;
    }
    if (event !== "all" && event.link.ifindex !== this.#link.ifindex) return;
    const removed = event !== "all" && event.kind === "deleted" && event.link.master === undefined;
    const now = removed ? undefined : this.host.rtnl.link({ ifindex: this.#link.ifindex });
    const { flags, mac, mtu, name } = this.#link;
    this.#update(now?.name === name ? now : undefined);
    const same = !this.#gone && this.#link.flags === flags && this.#link.mac === mac && this.#link.mtu === mtu;
    if (!same) this.#tell();
  }

  /** A device of the same name that came after ours had gone: the watcher learns that something changed. */
  #maybeBack(event: LinkEvent | "all"): void {
    if (event !== "all" && event.kind === "new" && event.link.name === this.#link.name) this.#tell();
  }

  #update(link: Link | undefined): void {
    if (!link) {
      this.#gone = true;
      return;
    }
    if (carrier(link) !== carrier(this.#link)) this.#resets++;
    if (link.flags !== this.#link.flags) this.#settings = undefined;
    this.#link = link;
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher(this.#gone);
  }
}

const carrier = (link: Link): boolean => (link.flags & IFF.lowerUp) !== 0;

function settings(name: string): Pick<NetdevState, "speed" | "duplex" | "driver"> {
  const found = driver(name);
  return { ...linkSettings(name), ...(found && { driver: found }) };
}

function toStats(stats: LinkStats, swapped: boolean): NetdevStats {
  const common = {
    multicast: stats.multicast,
    collisions: stats.collisions,
    rxCrcErrors: stats.rxCrcErrors,
    rxFrameErrors: stats.rxFrameErrors,
    rxOverErrors: stats.rxOverErrors,
    rxMissedErrors: stats.rxMissedErrors,
    txAbortedErrors: stats.txAbortedErrors,
    txCarrierErrors: stats.txCarrierErrors,
  };
  const [rx, tx] = swapped ? (["tx", "rx"] as const) : (["rx", "tx"] as const);
  return {
    ...common,
    rxPackets: stats[`${rx}Packets`],
    rxBytes: stats[`${rx}Bytes`],
    rxErrors: stats[`${rx}Errors`],
    rxDropped: stats[`${rx}Dropped`],
    txPackets: stats[`${tx}Packets`],
    txBytes: stats[`${tx}Bytes`],
    txErrors: stats[`${tx}Errors`],
    txDropped: stats[`${tx}Dropped`],
  };
}
