import { isDeepStrictEqual } from "node:util";
import type { Json } from "#jsonrpc";
import type { NetdevState, NetdevStats } from "#netdev";
import type { ControllerStatus } from "#ofproto";
import { formatMac } from "#packet";
import type { ActualBridge, ActualInterface } from "./actual.ts";
import { shownPort } from "./apply.ts";

/** Columns of one row, in the database's JSON (RFC 7047 §5.1). */
export type Columns = Readonly<Record<string, Json>>;
/** Status columns that one row of the database is to have. */
export interface RowStatus {
  readonly table: string;
  readonly uuid: string;
  readonly columns: Columns;
}

const NONE: Json = ["set", []];
const optional = <T extends Json>(value: T | undefined): Json => value ?? NONE;
const mapOf = (entries: readonly (readonly [string, Json])[]): Json => [
  "map",
  entries.map(([key, value]) => [key, value]),
];

/** Counter columns by the names of ovs-vswitchd.conf.db(5). A counter that the device cannot tell is left out. */
const COUNTERS: readonly (readonly [Exclude<keyof NetdevStats, "custom">, string])[] = [
  ["collisions", "collisions"],
  ["rxBytes", "rx_bytes"],
  ["rxCrcErrors", "rx_crc_err"],
  ["rxDropped", "rx_dropped"],
  ["rxErrors", "rx_errors"],
  ["rxFrameErrors", "rx_frame_err"],
  ["rxMissedErrors", "rx_missed_errors"],
  ["multicast", "rx_multicast_packets"],
  ["rxOverErrors", "rx_over_err"],
  ["rxPackets", "rx_packets"],
  ["txBytes", "tx_bytes"],
  ["txDropped", "tx_dropped"],
  ["txErrors", "tx_errors"],
  ["txPackets", "tx_packets"],
];

function statisticsColumn(stats: NetdevStats): Json {
  // The database's integers are signed: what the device counts beyond 2⁶³ starts again.
  const shown = (value: bigint): Json => BigInt.asIntN(64, value);
  const common = COUNTERS.flatMap(([key, name]) => {
    const value = stats[key];
    return value === undefined ? [] : [[name, shown(value)] as const];
  });
  return mapOf([
    ...common,
    ...Object.entries(stats.custom ?? {}).map(([name, value]) => [name, shown(value)] as const),
  ]);
}

function deviceColumns(state: NetdevState, resetsBefore: number): Columns {
  const { driver } = state;
  return {
    admin_state: state.adminUp ? "up" : "down",
    link_state: state.carrier ? "up" : "down",
    link_resets: resetsBefore + state.carrierResets,
    link_speed: optional(state.speed),
    duplex: optional(state.duplex),
    ifindex: state.ifindex,
    mac_in_use: formatMac(state.mac),
    mtu: state.mtu > 0 ? state.mtu : NONE,
    status: mapOf([
      ...(driver
        ? ([
            ["driver_name", driver.name],
            ["driver_version", driver.version],
            ["firmware_version", driver.firmware],
          ] as const)
        : []),
      ...Object.entries(state.status ?? {}),
    ]),
  };
}

const NO_DEVICE: Columns = {
  ...Object.fromEntries(
    ["admin_state", "link_state", "link_resets", "link_speed", "duplex", "ifindex", "mac_in_use", "mtu"].map(
      (column) => [column, NONE],
    ),
  ),
  status: mapOf([]),
};
/** A device that was there and vanished: its port keeps its number and waits. */
const goneColumns = (state: NetdevState, resetsBefore: number): Columns => ({
  ...deviceColumns(state, resetsBefore),
  admin_state: "down",
  link_state: "down",
  mac_in_use: NONE,
  mtu: NONE,
  link_speed: NONE,
  duplex: NONE,
});

/**
 * What is wrong with a patch port whose peer is not there, does not name it in its turn, or is on another datapath;
 * undefined: nothing, or no patch port.
 */
export function peerError(
  bridges: Iterable<ActualBridge>,
  bridge: ActualBridge,
  actual: ActualInterface,
): string | undefined {
  const { name, options } = actual.desired;
  if (actual.type !== "patch" || actual.ofport === undefined) return undefined;
  const { datapathType } = bridge.desired.config;
  const peer = options["peer"] ?? "";
  for (const other of bridges) {
    const found = other.interfaces.get(peer);
    if (found?.type !== "patch" || found.ofport === undefined) continue;
    if (found.desired.options["peer"] === name && other.desired.config.datapathType === datapathType) return undefined;
  }
  return `No usable peer '${peer}' exists in '${datapathType}' datapath.`;
}

/** Columns of an Interface row but for its statistics. `peer` is what peerError says. */
export function interfaceStatus(bridge: ActualBridge, actual: ActualInterface, peerError?: string): RowStatus {
  const { desired, netdev, ofport, error = peerError, gone, resetsBefore } = actual;
  const device =
    ofport !== undefined && netdev ? (gone ? goneColumns : deviceColumns)(netdev.state(), resetsBefore) : NO_DEVICE;
  // A bridge that could not be made says nothing of its ports.
  const columns = bridge.switch
    ? { ...device, ofport: ofport === undefined ? -1 : shownPort(ofport), error: optional(error) }
    : { ...device, ofport: NONE, error: optional(error) };
  return { table: "Interface", uuid: desired.uuid, columns };
}

/** An Interface row's `statistics`, as of now. */
export const interfaceStatistics = ({ desired, netdev }: ActualInterface): RowStatus => ({
  table: "Interface",
  uuid: desired.uuid,
  columns: { statistics: statisticsColumn(netdev?.stats() ?? {}) },
});

/** A Bridge row's status columns: what was made of it, or that nothing was. */
export function bridgeStatus({ desired, datapathId, switch: made }: ActualBridge): RowStatus {
  const columns = {
    datapath_id: made ? datapathId.toString(16).padStart(16, "0") : NONE,
    datapath_version: made ? "<built-in>" : "<unknown>",
  };
  return { table: "Bridge", uuid: desired.uuid, columns };
}

/** A Controller row's status columns; undefined `status` is a connection that is not there. */
export function controllerStatus(uuid: string, status: ControllerStatus | undefined): RowStatus {
  const role = status?.role === "primary" ? "master" : status?.role === "secondary" ? "slave" : status?.role;
  return {
    table: "Controller",
    uuid,
    columns: {
      is_connected: status?.isConnected ?? false,
      role: optional(role),
      status: mapOf(Object.entries(status?.status ?? {})),
    },
  };
}

/** Remembers what each row was last told, so that only news is written. */
export class StatusMemory {
  readonly #told = new Map<string, Columns>();

  /** The columns that differ from what the row was last told; undefined when none does. */
  news({ uuid, columns }: RowStatus): Columns | undefined {
    const told = this.#told.get(uuid);
    const fresh = Object.entries(columns).filter(([name, value]) => !isDeepStrictEqual(told?.[name], value));
    if (fresh.length === 0) return undefined;
    this.#told.set(uuid, { ...told, ...columns });
    return Object.fromEntries(fresh);
  }

  /** Whether a row was told a column before. */
  knows(uuid: string, column: string): boolean {
    return this.#told.get(uuid)?.[column] !== undefined;
  }

  /** Forgets a row that is gone, or one whose write failed. */
  forget(uuid: string): void {
    this.#told.delete(uuid);
  }

  /** Forgets all rows. */
  clear(): void {
    this.#told.clear();
  }
}

/** The database operation that writes a row's news. */
export const updateOperation = (table: string, uuid: string, row: Columns): Json => ({
  op: "update",
  table,
  where: [["_uuid", "==", ["uuid", uuid]]],
  row,
});
