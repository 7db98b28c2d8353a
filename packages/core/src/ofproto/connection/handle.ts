import { FLOW_FLAGS, type Message, type MessageType, OFPP, ofError, PORT_END, type Version } from "#openflow";
import type { EffectSink } from "../effect.ts";
import type { Switch } from "../switch.ts";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import { addToBundle, controlBundle, REPLIES } from "./bundle.ts";
import { commitBundle } from "./commit.ts";
import { flushConnections } from "./ct-flush.ts";
import { tlvTable, tlvTableMod } from "./extensions.ts";
import { applyFlowMod } from "./flow-mods.ts";
import { applyGroupMod } from "./group-mods.ts";
import { applyMeterMod } from "./meter-mods.ts";
import { packetOut, resume } from "./packet.ts";
import type { Peer } from "./peer.ts";
import { portMod } from "./port-mod.ts";
import { answer } from "./statistics.ts";

/** What a handler may ask of the connections around its own. */
export interface HandlerHost extends EffectSink {
  readonly sw: Switch;
  /** Another connection that is primary becomes secondary (OpenFlow 1.3.5 §6.3.6). */
  demoteOthers(peer: Peer): void;
  /** The last generation of roles; undefined before the first. */
  generation: bigint | undefined;
  roleChanged(): void;
}

type Member<M, T> = M extends { readonly type: infer U } ? (T extends U ? M : never) : never;
/** The messages of a type; some share their shape with others. */
type Of<T extends MessageType> = Member<Message, T>;
/** Does what a message asks; what it throws becomes an OFPT_ERROR. */
type Handler<T extends MessageType> = (
  host: HandlerHost,
  peer: Peer,
  message: Of<T>,
  xid: number,
) => void | Promise<void>;

const BASIC = 0x47; // FLOW_STATS, TABLE_STATS, PORT_STATS, QUEUE_STATS
const GROUP_STATS = 0x8;
const ARP_MATCH_IP = 0x80;
const BUNDLES = 0x200;

/** What a switch says that it can do, by version (OpenFlow 1.3.5 §7.3.1, 1.4.1 §7.3.1). */
const CAPABILITIES: Readonly<Record<Version, number>> = {
  1: BASIC | ARP_MATCH_IP,
  2: BASIC | GROUP_STATS | ARP_MATCH_IP,
  3: BASIC | GROUP_STATS,
  4: BASIC | GROUP_STATS,
  5: BASIC | GROUP_STATS | BUNDLES,
  6: BASIC | GROUP_STATS | BUNDLES,
};

const HANDLERS: { readonly [T in MessageType]?: Handler<T> } = {
  echo_request: (_host, peer, { data }, xid) => peer.send({ type: "echo_reply", data }, xid),
  echo_reply: () => {},
  hello: () => {},
  error: () => {},
  features_request: ({ sw }, peer, _message, xid) =>
    peer.send(
      {
        type: "features_reply",
        datapathId: sw.config.datapathId,
        buffers: 0,
        tables: 254,
        auxiliaryId: 0,
        capabilities: CAPABILITIES[peer.version],
        actions: 0xfff,
        ports: sw.portsInOrder().map((port) => port.describe()),
      },
      xid,
    ),
  get_config_request: ({ sw }, peer, _message, xid) =>
    peer.send(
      {
        type: "get_config_reply",
        fragments: sw.fragments,
        missSendLen: peer.missSendLen,
        invalidTtlToController: peer.invalidTtl,
      },
      xid,
    ),
  set_config: ({ sw }, peer, message) => {
    if (peer.isPrimary && peer.role === "secondary") throw ofError("OFPSCFC_EPERM");
    if (message.fragments !== 2 && message.fragments !== sw.fragments) {
      sw.fragments = message.fragments;
      sw.changed();
    }
    peer.missSendLen = message.missSendLen;
    peer.invalidTtl = message.invalidTtlToController === true;
  },
  flow_mod: (host, peer, message, xid) => {
    mayChange(peer);
    // Before OpenFlow 1.2 a flow mod always resets counters; later versions say so by a flag.
    const flags = peer.version < 3 ? message.flags | FLOW_FLAGS.reset_counts : message.flags;
    return host.sw.flows.causedBy({ by: peer, xid }, () => applyFlowMod(host.sw, { ...message, flags }));
  },
  group_mod: (host, peer, message, xid) => {
    mayChange(peer);
    host.sw.flows.causedBy({ by: peer, xid }, () => applyGroupMod(host.sw, message));
  },
  meter_mod: (host, peer, message, xid) => {
    mayChange(peer);
    host.sw.flows.causedBy({ by: peer, xid }, () => applyMeterMod(host.sw, message));
  },
  port_mod: (host, peer, message) => {
    mayChange(peer);
    portMod(host.sw, message);
  },
  table_mod: (host, peer, message) => {
    mayChange(peer);
    tableMod(host.sw, message);
  },
  packet_out: (host, peer, message) => {
    mayChange(peer);
    packetOut(host.sw, message, host);
  },
  barrier_request: (_host, peer, _message, xid) => peer.send({ type: "barrier_reply" }, xid),
  multipart_request: async ({ sw }, peer, message, xid) => {
    for await (const reply of answer(sw, message, peer)) {
      peer.send(reply, xid);
      await peer.room();
    }
  },
  queue_get_config_request: ({ sw }, peer, { port }, xid) => {
    if (port !== OFPP.any && (port >= PORT_END || !sw.port(port))) throw ofError("OFPQOFC_BAD_PORT");
    const chosen = port === OFPP.any ? sw.portsInOrder() : [sw.port(port)];
    const queues = chosen
      .filter((found) => found && !found.isPatch)
      .map(() => ({ queue: 0, minRate: 0xffff, maxRate: 0xffff }));
    peer.send({ type: "queue_get_config_reply", port, queues }, xid);
  },
  role_request: (host, peer, message, xid) => {
    const { role, form } = message;
    if (role !== "nochange") {
      if (form === "standard" && role !== "equal" && message.generationId !== undefined) {
        const { generation } = host;
        if (generation !== undefined && BigInt.asIntN(64, message.generationId - generation) < 0n)
          throw ofError("OFPRRFC_STALE");
        host.generation = message.generationId;
      }
      if (role === "primary" && peer.role !== "primary") host.demoteOthers(peer);
      peer.role = role;
      host.roleChanged();
    }
    peer.send({ type: "role_reply", role: peer.role, generationId: host.generation, form }, xid);
  },
  set_async: (_host, peer, { packetIn, portStatus, flowRemoved }) => {
    peer.async = { packetIn, portStatus, flowRemoved };
  },
  get_async_request: (_host, peer, _message, xid) =>
    peer.send({ type: "get_async_reply", ...peer.async, form: "standard" }, xid),
  bundle_control: async (host, peer, message, xid) => {
    const commit = controlBundle(peer.bundles, message, xid, host.sw.clock.now());
    if (commit) {
      peer.bundles.delete(message.bundle);
      mayChange(peer);
      await commitBundle(host, peer, commit);
    }
    const control = REPLIES[message.control as keyof typeof REPLIES];
    peer.send({ type: "bundle_control", bundle: message.bundle, control, flags: 0 }, xid);
  },
  bundle_add: ({ sw }, peer, message) => addToBundle(peer.bundles, message, sw.clock.now()),
  nx_set_flow_format: () => {},
  nx_set_packet_in_format: (_host, peer, { format }) => {
    const formats = ["standard", "nxt_packet_in", "nxt_packet_in2"] as const;
    const known = formats[format];
    if (!known) throw ofError("OFPBRC_EPERM");
    peer.packetInFormat = known;
  },
  nx_flow_mod_table_id: (_host, peer, { enabled }) => {
    peer.flowModTableId = enabled;
  },
  nx_set_controller_id: (_host, peer, { id }) => {
    peer.controllerId = id;
  },
  nx_tlv_table_mod: (host, peer, message) => {
    mayChange(peer);
    tlvTableMod(host.sw, message);
  },
  nx_tlv_table_request: ({ sw }, peer, _message, xid) => peer.send(tlvTable(sw), xid),
  nx_resume: (host, _peer, { packetIn }) => resume(host.sw, packetIn, host),
  flow_monitor_cancel: (_host, peer, { id }) => peer.monitors.cancel(id),
  nx_flow_age: () => {},
  nx_ct_flush: ({ sw }, peer, message) => {
    mayChange(peer);
    return flushConnections(sw, message);
  },
  nx_ct_flush_zone: ({ sw }, peer, message) => {
    mayChange(peer);
    return flushConnections(sw, message);
  },
};

/** Secondaries may look, not touch. */
function mayChange(peer: Peer): void {
  if (peer.role === "secondary") throw ofError("OFPBRC_IS_SECONDARY");
}

/** What happens to packets that miss, until OpenFlow 1.3 made that a flow (OFPTC_*). */
const MISS = ["controller", "continue", "drop", "default"] as const;

function tableMod(sw: Switch, { table, config }: Of<"table_mod">): void {
  const miss = MISS[config & 3] ?? "default";
  const evict = (config & 4) !== 0 ? "evict" : "refuse";
  if (table !== 255) {
    const known = table < INTERNAL_TABLE ? sw.table(table) : undefined;
    if (!known) throw ofError("OFPTMFC_EPERM");
    known.missConfig = miss;
    known.overflow = evict;
  } else
    for (let i = 0; i < INTERNAL_TABLE; i++) {
      const known = sw.table(i);
      if (known) {
        known.missConfig = miss;
        known.overflow = evict;
      }
    }
  sw.changed();
}

/** What does not look at what a commit changes, and need not wait for its end. */
const APART: ReadonlySet<MessageType> = new Set([
  ...(["hello", "error", "echo_request", "echo_reply", "features_request", "get_config_request"] as const),
  ...(["barrier_request", "bundle_add", "role_request", "get_async_request", "set_async"] as const),
]);

/** Does what a message asks. What it throws is the peer's error to hear. */
export function handle(host: HandlerHost, peer: Peer, message: Message, xid: number): void | Promise<void> {
  const { commits } = host.sw.deps.backer;
  if (commits.running && !APART.has(message.type)) return commits.over().then(() => handle(host, peer, message, xid));
  const handler = HANDLERS[message.type] as Handler<MessageType> | undefined;
  if (!handler) throw ofError("OFPBRC_BAD_TYPE");
  return handler(host, peer, message, xid);
}
