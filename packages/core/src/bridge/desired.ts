import { VLAN_MODES } from "#l2";
import type { MacAddr } from "#lib";
import {
  type ControllerConfig,
  type MirrorConfig,
  OFPROTO_DEFAULTS,
  type OfprotoConfig,
  type PortConfig,
  type SwitchConfig,
  type TableConfig,
} from "#ofproto";
import type { Version } from "#openflow";
import { adviceOn } from "./advice.ts";
import { mayConnect } from "./controller-target.ts";
import { wantedMac } from "./mac.ts";
import type { Rows, RowView } from "./rows.ts";

/** What an Interface row asks for. */
export interface DesiredInterface {
  readonly uuid: string;
  readonly name: string;
  /** As in the database; "" is "system". */
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  readonly ofportRequest: number | undefined;
  /** What the row said of its number when it came: the one that the port had under another daemon. */
  readonly ofportBefore: number | undefined;
  readonly mac: MacAddr | undefined;
  /** Octets; undefined: leave the device's own. */
  readonly mtuRequest: number | undefined;
  /** other_config:pmd-rxq-affinity: cores by queue, as text. */
  readonly affinity: string | undefined;
}

/** What a Port row asks for, with those of its Interface rows that are there. */
export interface DesiredPort {
  readonly uuid: string;
  readonly config: PortConfig;
  readonly interfaces: readonly DesiredInterface[];
}

/** A Controller row with the connection that it asks for. */
export interface DesiredController {
  readonly uuid: string;
  readonly config: ControllerConfig;
}

/** What a Bridge row and the rows under it ask for. The datapath id that the address yields is filled in by apply. */
export interface DesiredBridge {
  readonly uuid: string;
  readonly name: string;
  readonly config: Omit<SwitchConfig, "datapathId">;
  /** other_config:datapath-id; undefined: from the address. */
  readonly datapathId: bigint | undefined;
  /** other_config:hwaddr. */
  readonly hwaddr: MacAddr | undefined;
  /** The local port's interface is always among them. */
  readonly ports: readonly DesiredPort[];
  readonly mirrors: readonly MirrorConfig[];
  /** Lines for the log about what the row asks for in vain. */
  readonly advice: readonly string[];
  readonly controllers: readonly DesiredController[];
}

/** Port names that the datapaths keep for themselves, as Open vSwitch refuses them. */
const RESERVED = new Set([
  "ovs-netdev",
  "ovs-dummy",
  "genev_sys",
  "gre_sys",
  "vxlan_sys",
  "ovs-gretap0",
  "ovs-ip6gre0",
]);

/** Whether a port of that name may not be made; `genev_sys_6081` counts too. */
export const isReservedName = (name: string): boolean => RESERVED.has(name) || RESERVED.has(name.replace(/_\d+$/, ""));

const VERSIONS: Readonly<Record<string, Version>> = {
  OpenFlow10: 1,
  OpenFlow11: 2,
  OpenFlow12: 3,
  OpenFlow13: 4,
  OpenFlow14: 5,
  OpenFlow15: 6,
};

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
/** A decimal setting of an other_config map, clamped; the default when it is absent or not a number. */
function setting(
  map: ReadonlyMap<string, string>,
  key: string,
  fallback: number,
  low = 0,
  high = Number.MAX_SAFE_INTEGER,
): number {
  const text = map.get(key);
  const value = text !== undefined && /^\s*-?\d+/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  return Number.isNaN(value) ? fallback : within(value, low, high);
}
const switchedOn = (map: ReadonlyMap<string, string>, key: string) => map.get(key) === "true";
/** A record without the members that are undefined, as exact optional properties want it. */
const present = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** Least and usual time between writes of statistics, in milliseconds. */
const STATISTICS_INTERVAL = 5000;

/** Settings of the whole daemon, from the one row of Open_vSwitch. */
export function desiredDaemon(rows: Rows, row: RowView | undefined): OfprotoConfig {
  const other = row?.map("other_config") ?? new Map<string, string>();
  return {
    maxIdle: setting(other, "max-idle", OFPROTO_DEFAULTS.maxIdle, 500),
    maxRevalidator: setting(other, "max-revalidator", OFPROTO_DEFAULTS.maxRevalidator, 100),
    flowLimit: setting(other, "flow-limit", OFPROTO_DEFAULTS.flowLimit),
    vlanLimit: setting(other, "vlan-limit", OFPROTO_DEFAULTS.vlanLimit, 0, 2),
    inBandManagers: (row?.refs("manager_options") ?? []).flatMap((uuid) => {
      const manager = rows.row("Manager", uuid);
      return manager && manager.text("connection_mode") !== "out-of-band" ? [manager.text("target") ?? ""] : [];
    }),
    flowRestoreWait: switchedOn(other, "flow-restore-wait"),
    timeoutPolicies: new Map(
      [...(row?.map("datapaths") ?? [])].map(([type, uuid]) => [type, zonePolicies(rows.row("Datapath", uuid), rows)]),
    ),
  };
}

/** Timeout policies by zone, of one row of Datapath. */
function zonePolicies(row: RowView | undefined, rows: Rows): ReadonlyMap<number, Readonly<Record<string, number>>> {
  const policies = new Map<number, Readonly<Record<string, number>>>();
  for (const [zone, uuid] of row?.map("ct_zones") ?? []) {
    const [policy] = rows.row("CT_Zone", uuid)?.refs("timeout_policy") ?? [];
    const timeouts = policy === undefined ? undefined : rows.row("CT_Timeout_Policy", policy)?.map("timeouts");
    if (timeouts)
      policies.set(Number(zone), Object.fromEntries([...timeouts].map(([key, value]) => [key, Number(value)])));
  }
  return policies;
}

/** Milliseconds between writes of statistics. */
export function statisticsInterval(row: RowView | undefined): number {
  const other = row?.map("other_config") ?? new Map<string, string>();
  return setting(other, "stats-update-interval", STATISTICS_INTERVAL, STATISTICS_INTERVAL);
}

function desiredInterface(row: RowView): DesiredInterface {
  const type = row.text("type") ?? "";
  return {
    uuid: row.uuid,
    name: row.text("name") ?? "",
    type: type === "" ? "system" : type,
    options: Object.fromEntries(row.map("options")),
    ofportRequest: row.integer("ofport_request"),
    ofportBefore: row.integer("ofport"),
    mac: wantedMac(row.text("mac")),
    mtuRequest: row.integer("mtu_request"),
    affinity: row.map("other_config").get("pmd-rxq-affinity"),
  };
}

function desiredPort(rows: Rows, row: RowView): DesiredPort {
  const interfaces = row
    .refs("interfaces")
    .map((uuid) => rows.row("Interface", uuid))
    .filter((found) => found !== undefined)
    .map(desiredInterface);
  const other = row.map("other_config");
  const mode = row.text("vlan_mode");
  const priority = other.get("priority-tags");
  const bond = row.text("bond_mode");
  const cvlans = row.integers("cvlans");
  return {
    uuid: row.uuid,
    interfaces,
    config: {
      name: row.text("name") ?? "",
      interfaces: interfaces.map(({ name }) => name),
      trunks: row.integers("trunks"),
      protected: row.flag("protected") === true,
      ...present({
        tag: row.integer("tag"),
        vlanMode: VLAN_MODES.find((known) => known === mode),
        cvlans: cvlans.length > 0 ? cvlans : undefined,
        qinqEthertype: other.get("qinq-ethtype") === "802.1q" ? 0x8100 : undefined,
        priorityTags:
          priority === "always" || priority === "true"
            ? ("always" as const)
            : priority === "if-nonzero"
              ? ("if-nonzero" as const)
              : undefined,
        bondMode:
          interfaces.length > 1
            ? bond === "balance-slb" || bond === "balance-tcp"
              ? bond
              : ("active-backup" as const)
            : undefined,
      }),
    },
  };
}

function desiredController(row: RowView): DesiredController {
  const type = row.text("type");
  const rateLimit = row.integer("controller_rate_limit");
  return {
    uuid: row.uuid,
    config: {
      target: row.text("target") ?? "",
      ...present({
        type: type === "primary" || type === "service" ? (type as "primary" | "service") : undefined,
        maxBackoff: row.integer("max_backoff"),
        inactivityProbe: row.integer("inactivity_probe"),
        rateLimit: rateLimit === 0 ? undefined : rateLimit,
        burstLimit: row.integer("controller_burst_limit"),
        queueSize: row.integer("controller_queue_size"),
        enableAsyncMessages: row.flag("enable_async_messages"),
        inBand: row.text("connection_mode") === undefined ? undefined : row.text("connection_mode") === "in-band",
      }),
    },
  };
}

function desiredMirror(rows: Rows, row: RowView): MirrorConfig {
  const names = (column: string) => row.refs(column).flatMap((uuid) => rows.row("Port", uuid)?.text("name") ?? []);
  return {
    name: row.text("name") ?? "",
    selectAll: row.flag("select_all") === true,
    selectSrcPorts: names("select_src_port"),
    selectDstPorts: names("select_dst_port"),
    selectVlans: row.integers("select_vlan"),
    ...present({
      outputPort: names("output_port")[0],
      outputVlan: row.integer("output_vlan"),
      snaplen: row.integer("snaplen"),
    }),
  };
}

/** A queue's number; undefined for none, and for what is no number from 0 on. */
function queueOf(text: string | undefined): number | undefined {
  const queue = text === undefined ? -1 : Number.parseInt(text, 10);
  return queue >= 0 ? queue : undefined;
}

function desiredTables(rows: Rows, row: RowView): readonly TableConfig[] {
  return [...row.map("flow_tables")].flatMap(([number, uuid]) => {
    const found = rows.row("Flow_Table", uuid);
    if (!found) return [];
    const prefixes = found.texts("prefixes");
    return [
      {
        table: Number(number),
        name: found.text("name") ?? "",
        limit: found.integer("flow_limit"),
        overflow: found.text("overflow_policy") === "evict" ? "evict" : "refuse",
        prefixes: prefixes.length ? prefixes : undefined,
      },
    ];
  });
}

/** The local port, which every bridge has even when its row lists none. */
function localPort(name: string): DesiredPort {
  const local: DesiredInterface = {
    uuid: "",
    name,
    type: "internal",
    options: {},
    ofportRequest: undefined,
    ofportBefore: undefined,
    mac: undefined,
    mtuRequest: undefined,
    affinity: undefined,
  };
  return { uuid: "", interfaces: [local], config: { name, interfaces: [name], trunks: [] } };
}

/** Reads one Bridge row with all that hangs on it. Its cost is that of the bridge, whatever else the database holds. */
export function desiredBridge(rows: Rows, row: RowView, isTrusted = false): DesiredBridge {
  const name = row.text("name") ?? "";
  const other = row.map("other_config");
  const follow = <T>(column: string, table: string, read: (found: RowView) => T): T[] =>
    row.refs(column).flatMap((uuid) => {
      const found = rows.row(table, uuid);
      return found ? [read(found)] : [];
    });
  const controllers = follow("controller", "Controller", desiredController).filter(
    ({ config }) => config.target !== "none",
  );
  const ports = follow("ports", "Port", (found) => desiredPort(rows, found));
  const hasLocal = ports.some((port) => port.interfaces.some((member) => member.name === name));
  const dpid = other.get("datapath-id");
  const type = row.text("datapath_type") ?? "";
  const mirrors = follow("mirrors", "Mirror", (found) => desiredMirror(rows, found));
  return {
    uuid: row.uuid,
    name,
    hwaddr: wantedMac(other.get("hwaddr")),
    datapathId:
      dpid !== undefined && /^(0x)?[0-9a-fA-F]{16}$/.test(dpid) ? BigInt(`0x${dpid.replace(/^0x/, "")}`) : undefined,
    ports: (hasLocal ? ports : [...ports, localPort(name)]).map((port) => withLocalType(port, name)),
    mirrors: mirrors.filter(({ outputPort, outputVlan }) => outputPort !== undefined || outputVlan !== undefined),
    advice: adviceOn(name, other.get("hwaddr"), mirrors),
    controllers,
    config: {
      name,
      datapathType: type === "" ? "system" : type,
      failMode: row.text("fail_mode") === "secure" ? "secure" : "standalone",
      protocols: row.texts("protocols").flatMap((text) => VERSIONS[text] ?? []),
      controllers: controllers.flatMap(({ config }) => (isTrusted || mayConnect(name, config.target) ? [config] : [])),
      forwardBpdu: switchedOn(other, "forward-bpdu"),
      macAgingTime: setting(other, "mac-aging-time", 300, 15, 3600),
      macTableSize: setting(other, "mac-table-size", 8192, 10, 1_000_000),
      floodVlans: row.integers("flood_vlans"),
      disableInBand: switchedOn(other, "disable-in-band"),
      tables: desiredTables(rows, row),
      ...present({
        inBandQueue: queueOf(other.get("in-band-queue")),
        mfrDesc: other.get("mfr-desc"),
        hwDesc: other.get("hw-desc"),
        swDesc: other.get("sw-desc"),
        serialDesc: other.get("serial-desc") ?? other.get("dp-sn"),
        dpDesc: other.get("dp-desc"),
      }),
    },
  };
}

/** The interface named as the bridge is internal, whatever its row says (as Open vSwitch does). */
function withLocalType(port: DesiredPort, bridge: string): DesiredPort {
  if (!port.interfaces.some((member) => member.name === bridge && member.type !== "internal")) return port;
  return {
    ...port,
    interfaces: port.interfaces.map((member) => (member.name === bridge ? { ...member, type: "internal" } : member)),
  };
}
