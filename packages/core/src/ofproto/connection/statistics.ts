import { MiniMatch } from "#classifier";
import type { Match } from "#flow";
import {
  type FlowStatsEntry,
  type FlowStatsRequest,
  GROUP_ALL,
  GROUP_ANY,
  GROUP_MAX,
  type Message,
  type MultipartMessage,
  OFPP,
  ofError,
  type PortStatsEntry,
  type TableStatsEntry,
  tableDesc,
  tableFeatures,
} from "#openflow";
import { breathe, Pace } from "../breathe.ts";
import type { SwitchPort } from "../port.ts";
import type { Switch } from "../switch.ts";
import { partsOf, usesGroup, usesMeter } from "../table/flow-mod.ts";
import { MatchWindow } from "../table/match-window.ts";
import type { Rule } from "../table/rule.ts";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import { tableMatch } from "./flow-mods.ts";
import { METER_FEATURES } from "./meter-mods.ts";
import type { Peer } from "./peer.ts";

type Request = Extract<MultipartMessage, { type: "multipart_request" }>;
type Kind = Request["kind"];
type Having<M, K extends Kind> = M extends { readonly kind: infer U } ? (K extends U ? M : never) : never;
type RequestOf<K extends Kind> = Having<Request, K>["request"];
type ReplyOf<K extends Kind> = Having<Extract<MultipartMessage, { type: "multipart_reply" }>, K>["reply"];

/** A time since `since` in whole seconds and nanoseconds; the clock counts milliseconds, as the original's. */
function durationSince(sw: Switch, since: number): { durationSec: number; durationNsec: number } {
  const ms = Math.max(0, sw.clock.now() - since);
  const durationSec = Math.floor(ms / 1000);
  return { durationSec, durationNsec: Math.floor(ms - durationSec * 1000) * 1e6 };
}

const seconds = (sw: Switch, since: number): number => Math.max(0, Math.floor((sw.clock.now() - since) / 1000));

const window = new MatchWindow();

/** A rule as statistics tell it. Its match is put together when it is read, and good until the next one is. */
class FlowEntry implements FlowStatsEntry {
  readonly table: number;
  readonly priority: number;
  readonly cookie: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly idleAge: number;
  readonly hardAge: number;
  readonly importance: number;
  readonly flags: number;
  readonly packets: bigint;
  readonly octets: bigint;
  readonly actions: FlowStatsEntry["actions"];
  readonly #match: MiniMatch;

  constructor(sw: Switch, rule: Rule) {
    const { durationSec, durationNsec } = durationSince(sw, rule.created);
    this.table = rule.table;
    this.#match = rule.match;
    this.priority = rule.priority;
    this.cookie = rule.cookie;
    this.durationSec = durationSec;
    this.durationNsec = durationNsec;
    this.idleTimeout = rule.idleTimeout;
    this.hardTimeout = rule.hardTimeout;
    this.idleAge = seconds(sw, rule.used);
    this.hardAge = seconds(sw, rule.modified);
    this.importance = rule.importance;
    this.flags = rule.flags;
    this.packets = BigInt(rule.packets);
    this.octets = BigInt(rule.octets);
    this.actions = rule.actions;
  }

  get match(): Match {
    return window.show(this.#match);
  }
}

/** A long list of which each part is put together when its turn comes. */
class Listing {
  constructor(
    readonly length: number,
    /** Entries from one place to another. */
    readonly slice: (from: number, to: number) => readonly unknown[],
  ) {}
}

/** Those flows as they are found; what they counted, as it is when each is told. */
async function flowListing(sw: Switch, request: FlowStatsRequest): Promise<Listing> {
  const rules = await selected(sw, request);
  return new Listing(rules.length, (from, to) => rules.slice(from, to).map((rule) => new FlowEntry(sw, rule)));
}

async function selected(sw: Switch, request: FlowStatsRequest): Promise<readonly Rule[]> {
  if (request.table !== 255 && request.table > INTERNAL_TABLE) throw ofError("OFPBRC_BAD_TABLE_ID");
  const rules: Rule[] = [];
  const pace = new Pace();
  for (const part of partsOf(sw.flows, { ...request, match: MiniMatch.of(tableMatch(request.match)) })) {
    for (const rule of part) rules.push(rule);
    if (pace.isDue) await pace.rest();
  }
  return rules;
}

function tableEntries(sw: Switch): TableStatsEntry[] {
  return Array.from({ length: INTERNAL_TABLE }, (_, table) => {
    const known = sw.flows.peek(table);
    const matched = known?.matched ?? 0;
    return {
      table,
      name: known?.name ?? "",
      maxEntries: known?.limit ?? 1_000_000,
      active: known?.size ?? 0,
      lookups: BigInt(matched + (known?.missed ?? 0)),
      matched: BigInt(matched),
    };
  });
}

const UNKNOWN = 0xffff_ffff_ffff_ffffn;

function portEntry(sw: Switch, port: SwitchPort): PortStatsEntry {
  const stats = port.netdev?.stats() ?? {};
  const { patch } = port;
  const own = port.isPatch
    ? {
        rxPackets: BigInt(patch.rxPackets),
        txPackets: BigInt(patch.txPackets),
        rxBytes: BigInt(patch.rxOctets),
        txBytes: BigInt(patch.txOctets),
      }
    : stats;
  return {
    port: port.port,
    rxPackets: own.rxPackets ?? UNKNOWN,
    txPackets: own.txPackets ?? UNKNOWN,
    rxBytes: own.rxBytes ?? UNKNOWN,
    txBytes: own.txBytes ?? UNKNOWN,
    rxDropped: stats.rxDropped ?? UNKNOWN,
    txDropped: stats.txDropped ?? UNKNOWN,
    rxErrors: stats.rxErrors ?? UNKNOWN,
    txErrors: stats.txErrors ?? UNKNOWN,
    rxFrameErr: stats.rxFrameErrors ?? UNKNOWN,
    rxOverErr: stats.rxOverErrors ?? UNKNOWN,
    rxCrcErr: stats.rxCrcErrors ?? UNKNOWN,
    collisions: stats.collisions ?? UNKNOWN,
    custom: Object.entries(stats.custom ?? {}),
    ...durationSince(sw, port.created),
  };
}

const ports = (sw: Switch, port: number): readonly SwitchPort[] =>
  port === OFPP.any ? sw.portsInOrder() : [sw.port(port)].filter((found): found is SwitchPort => found !== undefined);

const groups = (sw: Switch, group: number) =>
  group === GROUP_ALL || group === GROUP_ANY
    ? [...sw.groups.values()]
    : [sw.groups.get(group)].filter((found) => found !== undefined);

const METER_ALL = 0xffffffff;
function meters(sw: Switch, meter: number) {
  if (meter === METER_ALL) return [...sw.meters.values()];
  const known = sw.meters.get(meter);
  if (!known) throw ofError("OFPMMFC_UNKNOWN_METER");
  return [known];
}

const ruleCount = (sw: Switch, uses: (rule: Rule) => boolean): number =>
  sw.flows.existing().reduce((n, table) => n + [...table.classifier.rules()].filter(uses).length, 0);

/** Types of OpenFlow 1.1 actions, as bits: output, set_mpls_ttl … set_field. */
const GROUP_ACTIONS = 0x03ff_8001;

/** Answers per kind of request; a list is sent in as many messages as it takes. */
const ANSWERS: {
  readonly [K in Kind]?: (sw: Switch, request: RequestOf<K>, peer: Peer) => ReplyOf<K> | Promise<ReplyOf<K> | Listing>;
} = {
  desc: ({ config }) => ({
    mfr: config.mfrDesc ?? "Nicira, Inc.",
    hw: config.hwDesc ?? "Open vSwitch",
    sw: config.swDesc ?? "3.1.0",
    serial: config.serialDesc ?? "None",
    dp: config.dpDesc ?? "None",
  }),
  flow: flowListing,
  aggregate: async (sw, request) => {
    const rules = await selected(sw, request);
    const sum = (count: (rule: Rule) => number) => BigInt(rules.reduce((total, rule) => total + count(rule), 0));
    return { packets: sum(({ packets }) => packets), octets: sum(({ octets }) => octets), flows: rules.length };
  },
  table: tableEntries,
  port: (sw, port) => ports(sw, port).map((found) => portEntry(sw, found)),
  port_desc: (sw, port) => ports(sw, port).map((found) => found.describe()),
  queue: (sw, { port, queue }) => {
    if (port !== OFPP.any && !sw.port(port)) throw ofError("OFPQOFC_BAD_PORT");
    if (queue !== 0xffffffff && queue !== 0) throw ofError("OFPQOFC_BAD_QUEUE");
    return ports(sw, port)
      .filter(({ isPatch }) => !isPatch)
      .map((found) => ({
        port: found.port,
        queue: 0,
        txBytes: UNKNOWN,
        txPackets: UNKNOWN,
        txErrors: UNKNOWN,
        durationSec: 0xffffffff,
        durationNsec: 0xffffffff,
      }));
  },
  group: (sw, group) =>
    groups(sw, group).map((found) => ({
      group: found.group,
      refCount: ruleCount(sw, ({ actions }) => usesGroup(actions, found.group)),
      packets: BigInt(found.packets),
      octets: BigInt(found.octets),
      ...durationSince(sw, found.created),
      buckets: found.buckets.map((bucket) => {
        const { packets = 0, octets = 0 } = found.bucketStats.get(bucket) ?? {};
        return { packets: BigInt(packets), octets: BigInt(octets) };
      }),
    })),
  group_desc: (sw, group) =>
    groups(sw, group).map(({ group: number, groupType, buckets, props }) => ({
      group: number,
      groupType,
      buckets,
      props,
    })),
  group_features: () => ({
    types: 0xf,
    capabilities: 7,
    maxGroups: [GROUP_MAX, GROUP_MAX, GROUP_MAX, GROUP_MAX],
    actions: [GROUP_ACTIONS, GROUP_ACTIONS, GROUP_ACTIONS, GROUP_ACTIONS],
  }),
  meter: async (sw, meter) =>
    await Promise.all(
      meters(sw, meter).map(async ({ config, dpMeter, created }) => {
        const stats = await sw.deps.backer.datapath.meterStats(dpMeter);
        return {
          meter: config.meter,
          flows: ruleCount(sw, ({ actions }) => usesMeter(actions, config.meter)),
          packetsIn: stats?.packets ?? 0n,
          octetsIn: stats?.octets ?? 0n,
          ...durationSince(sw, created),
          bands: config.bands.map((_band, i) => stats?.bands[i] ?? { packets: 0n, octets: 0n }),
        };
      }),
    ),
  meter_config: (sw, meter) => meters(sw, meter).map(({ config }) => config),
  meter_features: () => METER_FEATURES,
  table_features: (sw, wanted, { version }) => {
    if (wanted.length) throw ofError("OFPTFFC_EPERM");
    return tableEntries(sw).map(({ table, name, maxEntries }) => tableFeatures(table, version, name, maxEntries));
  },
  ipfix_bridge: () => {
    throw ofError("NXST_NOT_CONFIGURED");
  },
  ipfix_flow: () => {
    throw ofError("NXST_NOT_CONFIGURED");
  },
  flow_monitor: (sw, requests, peer) => peer.monitors.request(sw, requests),
  table_desc: (sw) => tableEntries(sw).map(({ table }) => tableDesc(table)),
};

/** Entries handed over at once: enough to fill messages, few enough not to hold others up. */
const BATCH = 1000;

/** The answer to a multipart request, in parts; the encoder splits each into messages of a legal size. */
export async function* answer(sw: Switch, message: Request, peer: Peer): AsyncGenerator<Message> {
  const make = ANSWERS[message.kind] as ((sw: Switch, request: unknown, peer: Peer) => unknown) | undefined;
  if (!make) throw ofError("OFPBRC_BAD_STAT");
  const reply = await make(sw, message.request, peer);
  const nicira = message.nicira === undefined ? {} : { nicira: message.nicira };
  const part = (of: unknown, more: boolean): Message =>
    ({ type: "multipart_reply", kind: message.kind, reply: of, more, ...nicira }) as Message;
  if (!Array.isArray(reply) && !(reply instanceof Listing)) {
    yield part(reply, false);
    return;
  }
  for (let i = 0; i === 0 || i < reply.length; i += BATCH) {
    if (i) await breathe();
    yield part(reply.slice(i, i + BATCH), i + BATCH < reply.length);
  }
}
