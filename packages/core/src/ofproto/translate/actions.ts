import { FRAG, formatPort, WORD } from "#flow";
import { type Action, type ActionType, OFPP } from "#openflow";
import { executionOrder } from "./action-set.ts";
import { commit } from "./commit.ts";
import { conntrack, conntrackClear } from "./conntrack.ts";
import type { Context } from "./context.ts";
import { outputReason, sendToController } from "./controller.ts";
import { describeAction, describeActions, describeUnroll } from "./describe.ts";
import { decap, decNshTtl, encap } from "./encap.ts";
import { isNetworkField, move, outputRegister, pop, push, reportNow, setField, setHeader } from "./fields.ts";
import { finishFreezing, freeze, keepRest } from "./freeze.ts";
import type { FrozenAction, Unroll } from "./frozen.ts";
import { groupAction } from "./group.ts";
import { chooseLink, hashFields, hashTwo, highest } from "./hash.ts";
import { decMplsTtl, decTtl, popMpls, popVlan, pushMpls, pushVlan, setLabelBits, setTag } from "./headers.ts";
import { learn } from "./learn.ts";
import { normal } from "./normal.ts";
import { composeOutput, type OutputTarget, output, setPeerPipeline } from "./output.ts";
import { gotoTable, resubmit, tableAction } from "./tables.ts";

type Of<T extends ActionType> = Extract<Action, { readonly type: T }>;
/** @returns true when the list of actions ends here */
type Handler<T extends ActionType> = (ctx: Context, action: Of<T>, last: boolean) => unknown;

const target: OutputTarget = {
  normal,
  table: (ctx, last) =>
    tableAction(
      ctx,
      0,
      { inPort: ctx.flow[WORD.inPort] as number, mayPacketIn: true, honorTableMiss: true },
      last,
      runActions,
    ),
  controller: (ctx, maxLen) => sendToController(ctx, { maxLen, reason: outputReason(ctx), controllerId: 0 }),
};

const send = (ctx: Context, port: number, maxLen: number, last: boolean): void =>
  output(ctx, port, maxLen, last, target);

/** Sends by one port with a queue for that packet alone; reserved ports other than IN_PORT and LOCAL have none. */
function enqueue(ctx: Context, { port, queue }: Of<"enqueue">, last: boolean): void {
  const before = ctx.flow[WORD.skbPriority] as number;
  setQueue(ctx, queue);
  if (port === OFPP.in_port || port === OFPP.local || port < OFPP.max) {
    if (port !== ctx.flow[WORD.inPort])
      composeOutput(ctx, port === OFPP.in_port ? (ctx.flow[WORD.inPort] as number) : port, last);
  }
  ctx.flow[WORD.skbPriority] = before;
}

function setQueue(ctx: Context, queue: number): void {
  ctx.lookAt("skb_priority");
  ctx.flow[WORD.skbPriority] = queue;
}

function truncated(ctx: Context, { port, maxLen }: Of<"output_trunc">, last: boolean): void {
  if (port === ctx.flow[WORD.inPort]) {
    ctx.report("warn", "skipping output to input port");
    return;
  }
  if (ctx.sw.port(port)?.dpPort === undefined) {
    ctx.report("error", `output_trunc does not support patch port ${formatPort(port)}`);
    return;
  }
  ctx.actions.push({ type: "trunc", maxLen });
  send(ctx, port, maxLen, last);
}

/** Highest random weight or the first that works, over hash fields of the packet (ovs-actions(7), bundle). */
function bundle(ctx: Context, action: Of<"bundle">, last: boolean): void {
  const isLive = (port: number): boolean => ctx.sw.port(port)?.mayEnable === true;
  let port: number | undefined;
  if (action.algorithm === "active_backup") port = action.members.find(isLive);
  else {
    // One member needs no choice.
    const hash = action.members.length > 1 ? hashFields(ctx, action.fields, action.basis) : 0;
    const scores = action.members.map((member, i) => (isLive(member) ? hashTwo(i, hash) : -1));
    const best = highest(scores.length, (i) => scores[i] as number);
    if ((scores[best] ?? -1) >= 0) port = action.members[best];
  }
  if (action.dst) {
    ctx.write(action.dst, BigInt(port ?? OFPP.any) & 0xffffn);
    reportNow(ctx, action.dst);
  } else if (port !== undefined) send(ctx, port, 0, last);
}

/** Picks a link by a hash of the packet (ovs-actions(7), multipath). */
function multipath(ctx: Context, action: Of<"multipath">): void {
  const links = Math.max(1, action.links);
  ctx.write(action.dst, BigInt(chooseLink({ ...action, links }, (basis) => hashFields(ctx, action.fields, basis))));
  reportNow(ctx, action.dst);
}

function checkLength(ctx: Context, action: Of<"check_pkt_larger">, rest: readonly FrozenAction[], last: boolean): void {
  commit(ctx);
  const branch = (larger: bigint) => {
    const saved = {
      flow: ctx.flow,
      base: ctx.base,
      actions: ctx.actions,
      trace: ctx.trace,
      exit: ctx.exit,
      actionSet: ctx.actionSet,
    };
    ctx.flow = ctx.flow.slice();
    ctx.base = ctx.base.slice();
    ctx.actions = [];
    ctx.put(action.dst, larger);
    runActions(ctx, rest, last);
    runActionSet(ctx);
    if (ctx.freezing) finishFreezing(ctx);
    const made = ctx.actions;
    Object.assign(ctx, saved);
    return made;
  };
  const greater = branch(1n);
  const lessEqual = branch(0n);
  ctx.actions.push({ type: "check_pkt_len", size: action.size, greater, lessEqual });
}

const HANDLERS: { readonly [T in ActionType]?: Handler<T> } = {
  output: (ctx, { port, maxLen }, last) => send(ctx, port, maxLen, last),
  output_reg: (ctx, { src, maxLen }, last) => {
    const port = outputRegister(ctx, src);
    if (port !== undefined) send(ctx, port, maxLen, last);
  },
  output_trunc: truncated,
  controller: (ctx, action) => {
    if (action.pause) {
      ctx.pause = { ...action, reason: action.reason === 1 ? outputReason(ctx) : action.reason };
      freeze(ctx);
      return;
    }
    sendToController(ctx, { ...action, reason: action.reason === 1 ? outputReason(ctx) : action.reason });
  },
  enqueue,
  bundle,
  multipath,
  group: (ctx, { group }, last) => groupAction(ctx, group, last, runActions),
  set_vlan_vid: (ctx, { vid, push: may }) => setTag(ctx, 0xfff, vid, may),
  set_vlan_pcp: (ctx, { pcp, push: may }) => setTag(ctx, 0xe000, pcp << 13, may),
  strip_vlan: popVlan,
  push_vlan: (ctx, { ethertype }) => pushVlan(ctx, ethertype),
  set_eth_src: (ctx, { mac }) => ctx.setField("eth_src", mac, 0xffffffffffffn),
  set_eth_dst: (ctx, { mac }) => ctx.setField("eth_dst", mac, 0xffffffffffffn),
  set_ipv4_src: (ctx, { address }) => setHeader(ctx, "ip_src", BigInt(address >>> 0), 0xffffffffn),
  set_ipv4_dst: (ctx, { address }) => setHeader(ctx, "ip_dst", BigInt(address >>> 0), 0xffffffffn),
  set_ip_dscp: (ctx, { tos }) => {
    if (ctx.has("ip_dscp")) ctx.lookAt("nw_proto");
    ctx.setField("ip_dscp", BigInt(tos >>> 2), 0x3fn);
  },
  set_ip_ecn: (ctx, { ecn }) => setHeader(ctx, "nw_ecn", BigInt(ecn), 3n),
  set_ip_ttl: (ctx, { ttl }) => setHeader(ctx, "nw_ttl", BigInt(ttl), 0xffn),
  set_l4_src_port: (ctx, { port }) => setTransport(ctx, "src", port),
  set_l4_dst_port: (ctx, { port }) => setTransport(ctx, "dst", port),
  set_field: setField,
  move,
  push: (ctx, { src }) => push(ctx, src),
  pop: (ctx, { dst }) => pop(ctx, dst),
  dec_ttl: (ctx, { controllers }) => decTtl(ctx, controllers ?? [0]),
  set_mpls_label: (ctx, { label }) => setLabelBits(ctx, 0xfffff000, (label << 12) >>> 0),
  set_mpls_tc: (ctx, { tc }) => setLabelBits(ctx, 0xe00, tc << 9),
  set_mpls_ttl: (ctx, { ttl }) => setLabelBits(ctx, 0xff, ttl),
  dec_mpls_ttl: decMplsTtl,
  push_mpls: (ctx, { ethertype }) => pushMpls(ctx, ethertype),
  pop_mpls: (ctx, { ethertype }) => popMpls(ctx, ethertype),
  set_tunnel: (ctx, { id }) => ctx.setField("tun_id", id, 0xffffffffffffffffn),
  set_queue: (ctx, { queue }) => setQueue(ctx, queue),
  pop_queue: (ctx) => {
    ctx.lookAt("skb_priority");
    const before = ctx.originalSkbPriority;
    if (ctx.flow[WORD.skbPriority] === before) return;
    ctx.flow[WORD.skbPriority] = before;
    ctx.report("detail", `queue = ${before === 0 ? "0" : `0x${before.toString(16)}`}`);
  },
  fin_timeout: (ctx, { idle, hard }) => {
    ctx.lookAt("nw_proto");
    if ((ctx.flow[WORD.ip] as number) >>> 24 !== 6) return;
    if (ctx.rule) ctx.effects.push({ do: "fin-timeout", sw: ctx.sw, rule: ctx.rule, idle, hard });
  },
  resubmit: (ctx, action, last) => resubmit(ctx, action, last, runActions),
  learn,
  conjunction: () => undefined,
  note: () => undefined,
  exit: (ctx) => {
    ctx.exit = true;
  },
  sample: () => undefined,
  ct: (ctx, action, last) => conntrack(ctx, action, last, runActions),
  ct_clear: conntrackClear,
  clone: (ctx, { actions }, last) => cloneActions(ctx, actions, last),
  delete_field: (ctx, { field }) => {
    // Only tunnel options can be taken away, and only they can be named here.
    const bit = Number(field.slice("tun_metadata".length));
    const word = WORD.tunMetadataPresent + (bit < 32 ? 1 : 0);
    ctx.flow[word] = ((ctx.flow[word] as number) & ~(1 << (bit & 31))) >>> 0;
    ctx.report("detail", `delete ${field}`);
  },
  debug_recirc: freeze,
  encap,
  decap,
  dec_nsh_ttl: decNshTtl,
  debug_slow: (ctx) => {
    ctx.slow.add("action");
  },
  meter: (ctx, { meter }) => {
    const id = ctx.sw.meter(meter);
    if (id !== undefined) ctx.actions.push({ type: "meter", id });
  },
  clear_actions: (ctx) => {
    reportActionSet(ctx, "was");
    ctx.actionSet = [];
    ctx.flow[WORD.actsetOutput] = OFPP.unset;
  },
  write_actions: (ctx, { actions }) => {
    writeOutput(ctx, actions);
    ctx.actionSet = [...ctx.actionSet, ...actions];
    reportActionSet(ctx, "is");
  },
  write_metadata: (ctx, { metadata, mask }) => ctx.setField("metadata", metadata, mask),
  goto_table: (ctx, { table }, last) => gotoTable(ctx, table, last, runActions),
};

/** Keeps actset_output: the port of the set's output action, unless a group goes before it (OpenFlow 1.5.1 §7.2.3.8). */
function writeOutput(ctx: Context, added: readonly Action[]): void {
  if (ctx.actionSet.some(({ type }) => type === "group")) return;
  for (const action of added) {
    if (action.type === "output") ctx.flow[WORD.actsetOutput] = action.port;
    if (action.type !== "group") continue;
    ctx.flow[WORD.actsetOutput] = OFPP.unset;
    return;
  }
}

function reportActionSet(ctx: Context, verb: "is" | "was"): void {
  ctx.report("detail", () => {
    const list = executionOrder(ctx.actionSet);
    return list.length ? `action set ${verb}: ${describeActions(list)}` : `action set ${verb} empty`;
  });
}

/** mod_tp_src and mod_tp_dst: where ports stand in any IP packet, whatever its protocol has there. */
function setTransport(ctx: Context, side: "src" | "dst", port: number): void {
  if (!ctx.has("nw_proto") || (ctx.flow[WORD.ip] as number) & FRAG.later) return;
  ctx.lookAt("nw_proto");
  const shift = side === "src" ? 16 : 0;
  ctx.mask[WORD.tp] = ((ctx.mask[WORD.tp] as number) | (0xffff << shift)) >>> 0;
  ctx.flow[WORD.tp] = (((ctx.flow[WORD.tp] as number) & ~(0xffff << shift)) | (port << shift)) >>> 0;
}

/** Actions that a packet whose labels were just popped may meet as it is; others need what stood under the labels. */
const FITS_UNPARSED: ReadonlySet<ActionType> = new Set([
  "output",
  "output_reg",
  "output_trunc",
  "enqueue",
  "group",
  "set_vlan_vid",
  "set_vlan_pcp",
  "set_eth_src",
  "set_eth_dst",
  "set_tunnel",
  "set_queue",
]);

const fitsUnparsed = (action: Action): boolean =>
  action.type === "set_field" ? !isNetworkField(action.field) : FITS_UNPARSED.has(action.type);

function restorePlace(ctx: Context, { table, cookie }: Unroll): void {
  ctx.table = table;
  ctx.ruleCookie = cookie;
  ctx.report("action", () => describeUnroll({ type: "unroll_xlate", table, cookie }));
  ctx.report("thaw", `restored state: table=${table}, cookie=${cookie === 0n ? "0" : `0x${cookie.toString(16)}`}`);
}

/** Runs a list of actions on the packet. */
export function runActions(ctx: Context, actions: readonly FrozenAction[], last: boolean): void {
  if (actions.length === 0) {
    ctx.report("action", "drop");
    return;
  }
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i] as FrozenAction;
    if (ctx.error) return;
    if (action.type === "unroll_xlate") {
      if (ctx.exit) keepRest(ctx, actions.slice(i));
      if (ctx.exit) return;
      restorePlace(ctx, action);
      continue;
    }
    if (ctx.wasMpls && !ctx.exit && !fitsUnparsed(action)) freeze(ctx);
    if (ctx.exit) {
      if (ctx.freezing) keepRest(ctx, actions.slice(i));
      return;
    }
    ctx.report("action", () => describeAction(action, ctx.names));
    if (action.type === "check_pkt_larger") {
      checkLength(ctx, action, actions.slice(i + 1), last);
      return;
    }
    const handler = HANDLERS[action.type] as Handler<ActionType> | undefined;
    if (!handler) {
      ctx.report("warn", `${action.type} is not supported here: the packet is dropped`);
      ctx.exit = true;
      return;
    }
    if (handler(ctx, action, last && i === actions.length - 1) === true) return;
    if (ctx.freezing && (ctx.pause || ctx.resumeAfter)) {
      ctx.resumeAfter = false;
      keepRest(ctx, actions.slice(i + 1));
      return;
    }
    if (ctx.freezing && ctx.pendingHash) {
      // The group itself has yet to be run, on the packet with its hash.
      keepRest(ctx, actions.slice(i));
      return;
    }
  }
}

/**
 * Runs actions on a copy of the packet; where they cannot be undone the datapath makes the copy. What stops the copy
 * (exit, recirculation) stops the packet too, as in the original.
 */
export function cloneActions(ctx: Context, actions: readonly Action[], last: boolean): void {
  const saved = {
    flow: ctx.flow,
    wasMpls: ctx.wasMpls,
    conntracked: ctx.conntracked,
    actionSet: ctx.actionSet,
    stack: ctx.stack,
  };
  ctx.flow = ctx.flow.slice();
  ctx.stack = ctx.stack.slice();
  ctx.actionSet = [];
  if (last || actions.every(isReversible)) {
    runCopy(ctx, actions, last);
    Object.assign(ctx, saved);
    return;
  }
  Object.assign(ctx, { flow: saved.flow });
  commit(ctx);
  ctx.flow = ctx.flow.slice();
  const base = ctx.base.slice();
  const before = ctx.actions;
  ctx.actions = [];
  runCopy(ctx, actions, true);
  const made = ctx.actions;
  ctx.actions = before;
  if (made.length) ctx.actions.push({ type: "clone", actions: made });
  Object.assign(ctx, saved);
  ctx.base = base;
}

function runCopy(ctx: Context, actions: readonly Action[], last: boolean): void {
  runActions(ctx, actions, last);
  if (!ctx.freezing) runActionSet(ctx);
  if (ctx.freezing) finishFreezing(ctx);
}

const IRREVERSIBLE: ReadonlySet<ActionType> = new Set(["ct", "meter", "output_trunc", "encap", "decap", "dec_nsh_ttl"]);
const isReversible = (action: Action): boolean => !IRREVERSIBLE.has(action.type);

/** At the end of the pipeline, what write_actions left. */
export function runActionSet(ctx: Context): void {
  if (!ctx.actionSet.length || ctx.error) return;
  const list = executionOrder(ctx.actionSet);
  ctx.actionSet = [];
  if (!list.length) return;
  ctx.inActionSet = true;
  const { trace, inGroup } = ctx;
  ctx.inGroup = false;
  const node = ctx.report("table", "--. Executing action set:");
  if (node) ctx.trace = node.children;
  const exit = ctx.exit;
  ctx.exit = false;
  runActions(ctx, list, true);
  if (!ctx.freezing) ctx.exit = exit;
  ctx.trace = trace;
  ctx.inActionSet = false;
  ctx.inGroup = inGroup;
}

setPeerPipeline((ctx, last) => {
  const options = { inPort: ctx.flow[WORD.inPort] as number, mayPacketIn: true, honorTableMiss: true };
  tableAction(ctx, 0, options, last, cloneActions);
  if (!ctx.freezing) runActionSet(ctx);
  if (ctx.freezing) finishFreezing(ctx);
});
