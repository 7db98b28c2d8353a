import { vlog } from "#lib";
import type { Reader, Writer } from "#wire";
import { readFlowActions, writeFlowActions } from "../actions/instructions.ts";
import { ofError } from "../errors.ts";
import { readMatch, writeMatch } from "../match/index.ts";
import type { FlowMonitorRequest, FlowUpdate, Version } from "../message.ts";
import { GROUP_ANY } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { form, type MessageForm, nicira, onf } from "../registry.ts";
import { readNxm, writeNxm } from "./flow.ts";
import { type KindForm, type KindParts, kind } from "./kind.ts";

/** Flags of a flow monitor; the neutral form is Nicira's. In OpenFlow 1.4 own changes are told unless "only own". */
export const MONITOR_FLAGS = { initial: 1, add: 2, delete: 4, modify: 8, actions: 16, own: 32 } as const;
const KNOWN = 0x3f;
const log = vlog("ofp_monitor");
/** At least one of them is asked for: all but actions and own. */
const WANTS = 0x0f;
const ONLY_OWN_14 = 0x40;

function checkFlags(flags: number): number {
  if (flags & ~KNOWN || !(flags & WANTS)) throw ofError("OFPMOFC_BAD_FLAGS", `flags 0x${flags.toString(16)}`);
  return flags;
}

const COMMANDS = ["add", "modify", "delete"] as const;

const REQUEST_NX: KindParts<"flow_monitor">["request"] = [
  (r) => {
    const requests: FlowMonitorRequest[] = [];
    while (r.left > 0) {
      const id = r.u32("id");
      const flags = checkFlags(r.u16("flags"));
      const outPort = portFrom16(r.u16("out_port"));
      const length = r.u16("length");
      const table = r.u8("table");
      r.skip(5, "pad");
      const match = readNxm(r, length);
      requests.push({ id, flags, outPort, outGroup: GROUP_ANY, table, command: "add", match });
    }
    return requests;
  },
  (w, requests) => {
    for (const m of requests) {
      w.u32(m.id);
      w.u16(m.flags);
      w.u16(portTo16(m.outPort));
      const lengthAt = w.length;
      w.u16(0);
      w.u8(m.table);
      w.zeros(5);
      writeNxm(w, m.match, lengthAt);
    }
  },
];

const REQUEST_ONF: KindParts<"flow_monitor">["request"] = [
  (r, version) => {
    const requests: FlowMonitorRequest[] = [];
    while (r.left > 0) {
      const id = r.u32("id");
      const flags = checkFlags(r.u16("flags"));
      r.skip(2, "pad"); // length of the match, which says it itself
      const outPort = portFrom32(r.u32("out_port"), "OFPBAC_BAD_OUT_PORT");
      const table = r.u8("table");
      r.skip(3, "pad");
      const match = readMatch(r, version);
      requests.push({ id, flags, outPort, outGroup: GROUP_ANY, table, command: "add", match });
    }
    return requests;
  },
  (w, requests, version) => {
    for (const m of requests) {
      w.u32(m.id);
      w.u16(m.flags);
      const lengthAt = w.length;
      w.u16(0);
      w.u32(m.outPort);
      w.u8(m.table);
      w.zeros(3);
      const from = w.length;
      writeMatch(w, m.match, version);
      w.setU16(lengthAt, w.getU16(from + 2));
    }
  },
];

const REQUEST_14: KindParts<"flow_monitor">["request"] = [
  (r, version) => {
    const requests: FlowMonitorRequest[] = [];
    while (r.left > 0) {
      const id = r.u32("id");
      const outPort = portFrom32(r.u32("out_port"), "OFPBAC_BAD_OUT_PORT");
      const outGroup = r.u32("out_group");
      const bits = r.u16("bits");
      if (bits & ~(0x1f | ONLY_OWN_14)) throw ofError("OFPMOFC_BAD_FLAGS", `flags 0x${bits.toString(16)}`);
      const flags = checkFlags((bits & 0x1f) | (bits & ONLY_OWN_14 ? MONITOR_FLAGS.own : 0));
      const table = r.u8("table");
      const command = COMMANDS[r.u8("command")] ?? "add"; // as Open vSwitch takes what it does not know
      const match = readMatch(r, version);
      requests.push({ id, flags, outPort, outGroup, table, command, match });
    }
    return requests;
  },
  (w, requests, version) => {
    for (const m of requests) {
      w.u32(m.id);
      w.u32(m.outPort);
      w.u32(m.outGroup);
      w.u16((m.flags & 0x1f) | (m.flags & MONITOR_FLAGS.own ? ONLY_OWN_14 : 0));
      w.u8(m.table);
      w.u8(COMMANDS.indexOf(m.command));
      writeMatch(w, m.match, version);
    }
  },
];

/** One update: its length and event, then what the event says. */
function update(
  events: readonly FlowUpdate["event"][],
  full: (r: Reader, event: "initial" | "added" | "deleted" | "modified", version: Version) => FlowUpdate,
  write: (w: Writer, u: Extract<FlowUpdate, { priority: number }>, version: Version) => void,
): KindParts<"flow_monitor">["entry"] {
  return [
    (outer, version) => {
      const length = outer.u16("length");
      if (length < 8 || length - 2 > outer.left || length % 8)
        throw ofError("OFPBRC_BAD_LEN", `flow update of ${length} octets`);
      const r = outer.sub(length - 2);
      const number = r.u16("event");
      const event = events[number];
      if (!event) {
        log.warn(`NXST_FLOW_MONITOR reply has bad event ${number}`);
        throw ofError("NXBRC_FM_BAD_EVENT", `event ${number}`);
      }
      if (event !== "abbrev" && event !== "paused" && event !== "resumed") return full(r, event, version);
      if (length !== 8) throw ofError("OFPBRC_BAD_LEN", `flow update of ${length} octets`);
      const xid = r.u32("xid");
      return event === "abbrev" ? { event, xid } : { event };
    },
    (w, u, version) => {
      const from = w.length;
      w.u16(0);
      // An event that a version does not have is told by the nearest that it has.
      const number = events.indexOf(u.event);
      w.u16(number >= 0 ? number : events.indexOf("added"));
      if (u.event === "abbrev") w.u32(u.xid);
      else if ("priority" in u) write(w, u, version);
      else w.zeros(4);
      w.setU16(from, w.length - from);
    },
  ];
}

/** Nicira's full update, and the ONF's, which has OXM and instructions where that has NXM and actions. */
const fullNx = (oxm: boolean) =>
  update(
    ["added", "deleted", "modified", "abbrev"],
    (r, event, version) => {
      const reason = r.u16("reason");
      const priority = r.u16("priority");
      const idleTimeout = r.u16("idle_timeout");
      const hardTimeout = r.u16("hard_timeout");
      const length = r.u16("length");
      const table = r.u8("table");
      r.skip(1, "pad");
      const cookie = r.u64("cookie");
      const match = oxm ? readMatch(r, version) : readNxm(r, length);
      const actions = readFlowActions(r, oxm ? version : 1);
      return { event, reason, priority, idleTimeout, hardTimeout, table, cookie, match, actions };
    },
    (w, u, version) => {
      w.u16(u.event === "deleted" ? u.reason : 0);
      w.u16(u.priority);
      w.u16(u.idleTimeout);
      w.u16(u.hardTimeout);
      const lengthAt = w.length;
      w.u16(0);
      w.u8(u.table);
      w.zeros(1);
      w.u64(u.cookie);
      if (!oxm) writeNxm(w, u.match, lengthAt);
      else {
        const from = w.length;
        writeMatch(w, u.match, version);
        w.setU16(lengthAt, w.getU16(from + 2));
      }
      if (u.actions) writeFlowActions(w, u.actions, oxm ? version : 1, u.match);
    },
  );

const FULL_14 = update(
  ["initial", "added", "deleted", "modified", "abbrev", "paused", "resumed"],
  (r, event, version) => {
    const table = r.u8("table");
    const reason = r.u8("reason");
    const idleTimeout = r.u16("idle_timeout");
    const hardTimeout = r.u16("hard_timeout");
    const priority = r.u16("priority");
    r.skip(4, "pad");
    const cookie = r.u64("cookie");
    const match = readMatch(r, version);
    const actions = readFlowActions(r, version);
    return { event, reason, priority, idleTimeout, hardTimeout, table, cookie, match, actions };
  },
  (w, u, version) => {
    w.u8(u.table);
    w.u8(u.event === "deleted" ? u.reason : 0);
    w.u16(u.idleTimeout);
    w.u16(u.hardTimeout);
    w.u16(u.priority);
    w.zeros(4);
    w.u64(u.cookie);
    writeMatch(w, u.match, version);
    if (u.actions) writeFlowActions(w, u.actions, version, u.match);
  },
);

const entry = (parts: KindParts<"flow_monitor">["entry"]) => (parts ? { entry: parts } : {});

/** Flow monitors: Nicira's, the ONF's of 1.3 (EXT-187) and OpenFlow 1.4's (§7.3.5.18), told as statistics. */
export const MONITOR_KINDS: readonly KindForm[] = [
  kind({
    kind: "flow_monitor",
    range: "1.0",
    number: 2,
    nicira: true,
    request: REQUEST_NX,
    ...entry(fullNx(false)),
  }),
  kind({ kind: "flow_monitor", range: "1.3", number: 1870, onf: true, request: REQUEST_ONF, ...entry(fullNx(true)) }),
  kind({ kind: "flow_monitor", range: "1.4+", number: 16, request: REQUEST_14, ...entry(FULL_14) }),
];

/** Ending a monitor, and the switch's word that it falls behind and that it has caught up. */
export const MONITOR_FORMS: readonly MessageForm[] = (
  [
    ["1.0-1.2", nicira(21), nicira(22), nicira(23)],
    ["1.3", onf(1870), onf(1871), onf(1872)],
  ] as const
).flatMap(([range, cancel, paused, resumed]) => [
  form(
    "flow_monitor_cancel",
    range,
    cancel,
    (r) => ({ type: "flow_monitor_cancel", id: r.u32("id") }),
    (w, m) => w.u32(m.id),
  ),
  form(
    "flow_monitor_paused",
    range,
    paused,
    () => ({ type: "flow_monitor_paused" }),
    () => {},
  ),
  form(
    "flow_monitor_resumed",
    range,
    resumed,
    () => ({ type: "flow_monitor_resumed" }),
    () => {},
  ),
]);
