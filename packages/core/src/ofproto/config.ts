import type { TimeoutPolicy } from "#conntrack";
import type { VlanConfig } from "#l2";
import type { MacAddr, OfPort } from "#lib";
import type { Netdev } from "#netdev";
import type { Version } from "#openflow";

/** What the database says of one bridge's switch. Column names of ovs-vswitchd.conf.db(5) stand beside each member. */
export interface SwitchConfig {
  readonly name: string;
  /** Bridge datapath_type: "system", "netdev" or "dummy". Fixed for the life of a switch. */
  readonly datapathType: string;
  /** Bridge datapath-id: 64 bits. */
  readonly datapathId: bigint;
  /** Bridge fail_mode; empty there means "standalone". */
  readonly failMode: "standalone" | "secure";
  /** Bridge protocols; empty: every version that Open vSwitch 3.1 speaks by default (1.0 to 1.5). */
  readonly protocols: readonly Version[];
  readonly controllers: readonly ControllerConfig[];
  /** other_config:forward-bpdu: reserved multicast addresses are forwarded by NORMAL. */
  readonly forwardBpdu: boolean;
  /** other_config:mac-aging-time, in seconds; clamped to 15…3600, default 300. */
  readonly macAgingTime: number;
  /** other_config:mac-table-size, in entries; clamped to 10…1,000,000, default 8192. */
  readonly macTableSize: number;
  /** Bridge flood_vlans: VLANs on which nothing is learned. */
  readonly floodVlans: readonly number[];
  /** other_config:disable-in-band. */
  readonly disableInBand: boolean;
  /** other_config:in-band-queue; undefined: the default one. */
  readonly inBandQueue?: number;
  /** Bridge flow_tables; tables that it does not name are as they come. */
  readonly tables?: readonly TableConfig[];
  /** Descriptions of OFPMP_DESC; undefined: the original's. */
  readonly mfrDesc?: string;
  readonly hwDesc?: string;
  readonly swDesc?: string;
  readonly serialDesc?: string;
  /** other_config:dp-desc. */
  readonly dpDesc?: string;
}

/** The configuration that Open vSwitch uses when the database says nothing. */
export const SWITCH_DEFAULTS = {
  failMode: "standalone",
  protocols: [],
  controllers: [],
  forwardBpdu: false,
  macAgingTime: 300,
  macTableSize: 8192,
  floodVlans: [],
  disableInBand: false,
} as const satisfies Partial<SwitchConfig>;

/** A row of the Flow_Table table, by the number that its bridge gives it. */
export interface TableConfig {
  readonly table: number;
  /** "": none. */
  readonly name: string;
  /** Flows at most; undefined: no limit. */
  readonly limit: number | undefined;
  readonly overflow: "refuse" | "evict";
  /** Fields whose prefixes lookups track; undefined: the usual ones. */
  readonly prefixes: readonly string[] | undefined;
}

/** A row of the Controller table. */
export interface ControllerConfig {
  /** "tcp:…", "ssl:…", "unix:…" (outgoing) or "ptcp:…", "pssl:…", "punix:…" (listening). */
  readonly target: string;
  /** "primary" takes part in fail mode; "service" never does. Default: primary for outgoing, service for listening. */
  readonly type?: "primary" | "service";
  /** Milliseconds; default 8000, at least 1000. */
  readonly maxBackoff?: number;
  /** Milliseconds of silence before an echo request; 0 never. Default 5000. */
  readonly inactivityProbe?: number;
  /** Packet-ins a second; undefined: no limit. */
  readonly rateLimit?: number;
  /** Packet-ins that may be saved up, and that may wait; default a quarter of the rate. */
  readonly burstLimit?: number;
  /** controller_queue_size: packet-ins that wait for a controller which does not read; default 100. */
  readonly queueSize?: number;
  readonly enableAsyncMessages?: boolean;
  readonly inBand?: boolean;
}

/** A row of the Interface table, open. */
export interface InterfaceConfig {
  readonly name: string;
  /** "system", "internal", "tap", "dummy", "patch", … ("" in the database is "system"). */
  readonly type: string;
  /** ofport_request; taken when it is free. */
  readonly ofportRequest?: OfPort;
  /** Interface options, for example patch's `peer`. */
  readonly options: Readonly<Record<string, string>>;
  /** Its control side: address, carrier, speed, counters. Patch ports have none. The caller opens and closes it. */
  readonly netdev?: Netdev;
  /** Address that port descriptions tell when there is no netdev. */
  readonly mac?: MacAddr;
}

/** A row of the Port table: one or several interfaces that share VLAN rules (the original's "bundle"). */
export interface PortConfig extends VlanConfig {
  readonly name: string;
  /** Names of its interfaces; each was added by `addInterface`, or will be. */
  readonly interfaces: readonly string[];
  /** Port protected: no traffic between two protected ports. */
  readonly protected?: boolean;
  /** bond_mode when there are two interfaces or more. */
  readonly bondMode?: "active-backup" | "balance-slb" | "balance-tcp";
}

/** A mirror with its ports resolved to Port names. */
export interface MirrorConfig {
  readonly name: string;
  readonly selectAll: boolean;
  readonly selectSrcPorts: readonly string[];
  readonly selectDstPorts: readonly string[];
  /** Empty: all. */
  readonly selectVlans: readonly number[];
  readonly outputPort?: string;
  readonly outputVlan?: number;
  /** Octets; undefined: whole packets. */
  readonly snaplen?: number;
}

/** Settings of the whole daemon: Open_vSwitch other_config. */
export interface OfprotoConfig {
  /** Milliseconds that an unused datapath flow stays; default 10000, at least 500. */
  readonly maxIdle: number;
  /** Milliseconds between revalidations; default 500, at least 100. */
  readonly maxRevalidator: number;
  /** Datapath flows at most; default 200000. */
  readonly flowLimit: number;
  /** VLAN tags that are looked at: 0 (both), 1 or 2. Default 1. */
  readonly vlanLimit: number;
  /** Targets of the database's managers that may be reached through any switch (Manager connection_mode). */
  readonly inBandManagers: readonly string[];
  /**
   * flow-restore-wait, of the time that the daemon started: flows are being put back, until then no packet is looked
   * at, the datapath's flows of an earlier daemon go on, and controllers are not asked. Once false it stays so.
   */
  readonly flowRestoreWait: boolean;
  /** Timeouts of connection tracking by type of datapath and zone, in seconds. */
  readonly timeoutPolicies: ReadonlyMap<string, ReadonlyMap<number, TimeoutPolicy>>;
}

/** What holds where Open_vSwitch other_config says nothing; units as in OfprotoConfig. */
export const OFPROTO_DEFAULTS: OfprotoConfig = {
  maxIdle: 10000,
  maxRevalidator: 500,
  flowLimit: 200000,
  vlanLimit: 1,
  inBandManagers: [],
  flowRestoreWait: false,
  timeoutPolicies: new Map(),
};

/** What the Controller table's status columns tell. */
export interface ControllerStatus {
  readonly target: string;
  readonly isConnected: boolean;
  /** "other" is OpenFlow's equal; undefined before it is known. */
  readonly role: "primary" | "secondary" | "other" | undefined;
  /** status:last_error, state, sec_since_*, packet-in-* as the database has them. */
  readonly status: Readonly<Record<string, string>>;
}

/** What the Interface table's status columns want to know of a port. */
export interface InterfaceStatus {
  readonly name: string;
  /** undefined: the port could not be made (-1 in the database). */
  readonly ofport: OfPort | undefined;
  readonly linkUp: boolean;
}
