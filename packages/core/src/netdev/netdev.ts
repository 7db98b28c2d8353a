import type { MacAddr } from "#lib";
import type { TunnelConfig } from "#tunnel";

/** Counters since the device was opened or, for devices of the host, since it was made. One it cannot tell is undefined, never 0. */
export interface NetdevStats {
  readonly rxPackets?: bigint;
  readonly txPackets?: bigint;
  readonly rxBytes?: bigint;
  readonly txBytes?: bigint;
  readonly rxErrors?: bigint;
  readonly txErrors?: bigint;
  readonly rxDropped?: bigint;
  readonly txDropped?: bigint;
  readonly multicast?: bigint;
  readonly collisions?: bigint;
  readonly rxCrcErrors?: bigint;
  readonly rxFrameErrors?: bigint;
  readonly rxOverErrors?: bigint;
  readonly rxMissedErrors?: bigint;
  readonly txAbortedErrors?: bigint;
  readonly txCarrierErrors?: bigint;
  /** Counters of this kind of device alone, by the names that the database shows. */
  readonly custom?: Readonly<Record<string, bigint>>;
}

/** What the main thread knows and sets of a device; packets are the datapath's business (PacketPort). */
export interface NetdevState {
  readonly name: string;
  /** 0 when the device has none (dummy). */
  readonly ifindex: number;
  readonly mac: MacAddr;
  /** Largest layer-3 payload, in octets; the Ethernet header is not counted. */
  readonly mtu: number;
  readonly adminUp: boolean;
  readonly carrier: boolean;
  /** How often carrier came or went since it was opened. */
  readonly carrierResets: number;
  /** Bits a second; undefined when unknown. */
  readonly speed?: bigint;
  readonly duplex?: "half" | "full";
  readonly driver?: { readonly name: string; readonly version: string; readonly firmware: string };
  /** What else the database's `status` column shows. */
  readonly status?: Readonly<Record<string, string>>;
}

/** How a device is polled that threads of the user space datapath poll. */
export interface PollQueues {
  /** Queues that it receives by, 1 to 1024. */
  readonly rx: number;
  /** Queues that it sends by, 1 to 1024. */
  readonly tx: number;
  /** The memory node that it is at. */
  readonly node: number;
}

/**
 * A network device under an Interface, as the control side sees it. Providers: linux (any device of the host), internal,
 * tap, dummy, patch, vport (tunnels). Changes made from outside (link down, rename, removal) arrive at `watch`.
 */
export interface Netdev extends AsyncDisposable {
  /** The database's Interface type: "system", "internal", "tap", "dummy", "patch". */
  readonly type: string;
  /** What a tunnel's options say now; undefined for all other devices. */
  readonly tunnel?: TunnelConfig;
  /** Counts packets of a port without a device; octets are those of frames without FCS. */
  credit?(direction: "rx" | "tx", packets: number, octets: number): void;
  /** Its queues, where threads poll it; undefined for all that are not. */
  readonly pollQueues?: PollQueues;
  /** What it tells of its options, as `dpif/show` and `dpctl/show` print it; absent: the options that were given. */
  shownOptions?(): Readonly<Record<string, string>>;
  state(): NetdevState;
  stats(): NetdevStats;
  setMac(mac: MacAddr): void;
  setMtu(octets: number): void;
  setAdminUp(up: boolean): void;
  /**
   * Where the host would send packets for an IPv4 address: the Ethernet address of the next hop, undefined while it is not
   * known. Absent where a device has no routes. @throws an error of the system when there is no route
   */
  nextHop?(address: number): MacAddr | undefined;
  /** Takes up changed options, when the type has options that can change; as `open` took the first ones. */
  configure?(options: Readonly<Record<string, string>>): void;
  /** Calls `changed` after each change of state(); `gone` true when the device vanished or left this namespace. */
  watch(changed: (gone: boolean) => void): Disposable;
}

/** Opens devices of one type. `open` fails with a SwitchError whose text goes to the Interface's `error` column. */
export interface NetdevProvider {
  readonly types: readonly string[];
  open(name: string, type: string, options: Readonly<Record<string, string>>): Promise<Netdev>;
}
