/** Actions that send packets somewhere: output, controller, enqueue, bundle, group (ovs-actions(7), "Output Actions"). */

import { formatPort, pairs, parsePort } from "#flow";
import type { OfPort } from "#lib";
import { fromHex, toHex } from "#lib";
import type { Action } from "../../actions/action.ts";
import { OFPP } from "../../port.ts";
import type { TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { atoi, u16, u32 } from "../numbers.ts";
import { formatSubfield, narrowSubfield, parseSubfield } from "../subfield.ts";
import { words } from "../tokens.ts";
import type { ActionOf, ActionRows, ParseState } from "./row.ts";

/** Reasons of packet-in by number, as `controller(reason=…)` and printed messages name them. */
export const PACKET_IN_REASONS: readonly string[] = [
  "no_match",
  "action",
  "invalid_ttl",
  "action_set",
  "group",
  "packet_out",
];

/** A controller action's "whole packet". */
const NO_LIMIT = 0xffff;
/** Fewest octets that `output(max_len=…)` leaves: an Ethernet header. */
const MIN_TRUNCATE = 14;

const toController = (maxLen: number): Action => ({
  type: "controller",
  maxLen,
  reason: 1,
  controllerId: 0,
});

function parseTruncate(value: string, state: ParseState): void {
  let port: OfPort | undefined;
  let maxLen = 0;
  for (const { key, value: text } of pairs(value)) {
    if (key === "port") {
      port = parsePort(text, state.context.ports);
      if (port === undefined) throw textError(`output to unknown truncate port: ${text}`);
      if (port >= OFPP.max && port !== OFPP.local && port !== OFPP.in_port)
        throw textError(`output to unsupported truncate port: ${text}`);
    } else if (key === "max_len") {
      maxLen = u32(text);
      if (maxLen < MIN_TRUNCATE) throw textError(`max_len ${maxLen} is less than the minimum value ${MIN_TRUNCATE}`);
    } else throw textError(`invalid key '${key}' in output_trunc argument`);
  }
  state.out.push({ type: "output_trunc", port: port ?? 0, maxLen });
}

function parseOutput(value: string, state: ParseState): void {
  if (value.includes("port") && value.includes("max_len")) {
    parseTruncate(value, state);
    return;
  }
  const port = parsePort(value, state.context.ports);
  if (port !== undefined) {
    state.out.push({ type: "output", port, maxLen: port === OFPP.controller ? NO_LIMIT : 0 });
    return;
  }
  try {
    state.out.push({ type: "output_reg", src: parseSubfield(value), maxLen: NO_LIMIT });
  } catch {
    throw textError(`${value}: output to unknown port`);
  }
}

function parseController(value: string, state: ParseState): void {
  if (!value) {
    state.out.push(toController(NO_LIMIT));
    return;
  }
  if (/^\d+$/.test(value)) {
    state.out.push(toController(u16(value, "max_len")));
    return;
  }
  let maxLen = NO_LIMIT;
  let reason = 1;
  let controllerId = 0;
  let userdata: Uint8Array | undefined;
  let pause = false;
  let meter: number | undefined;
  for (const { key, value: text } of pairs(value)) {
    if (key === "reason") {
      reason = PACKET_IN_REASONS.indexOf(text);
      if (reason < 0) throw textError(`unknown reason "${text}"`);
    } else if (key === "max_len") maxLen = u16(text, "max_len");
    else if (key === "id") controllerId = u16(text, "id");
    else if (key === "userdata") {
      userdata = fromHex(text);
      if (!userdata) throw textError("bad hex digit in `controller' action `userdata'");
    } else if (key === "pause") pause = true;
    else if (key === "meter_id") meter = u32(text) || undefined;
    else throw textError(`unknown key "${key}" parsing controller action`);
  }
  if (reason === 1 && controllerId === 0 && !userdata?.length && !pause && meter === undefined) {
    state.out.push(toController(maxLen));
    return;
  }
  state.out.push({
    type: "controller",
    maxLen,
    reason,
    controllerId,
    ...(userdata?.length ? { userdata } : {}),
    ...(pause ? { pause } : {}),
    ...(meter === undefined ? {} : { meter }),
  });
}

/** `controller(…)`, or `CONTROLLER:N` when nothing but the length is set. */
function formatController(a: ActionOf<"controller">): string {
  if (a.reason === 1 && !a.controllerId && !a.userdata?.length && !a.pause && a.meter === undefined)
    return `CONTROLLER:${a.maxLen}`;
  const parts: string[] = [];
  if (a.reason !== 1) parts.push(`reason=${PACKET_IN_REASONS[a.reason] ?? a.reason}`);
  if (a.maxLen !== NO_LIMIT) parts.push(`max_len=${a.maxLen}`);
  if (a.controllerId) parts.push(`id=${a.controllerId}`);
  if (a.userdata?.length) parts.push(`userdata=${toHex(a.userdata, ".")}`);
  if (a.pause) parts.push("pause");
  if (a.meter !== undefined) parts.push(`meter_id=${a.meter}`);
  return `controller(${parts.join(",")})`;
}

function parseEnqueue(value: string, state: ParseState): void {
  const [portText = "", queueText] = words(value, ":, ");
  if (queueText === undefined) throw textError('"enqueue" syntax is "enqueue:PORT:QUEUE" or "enqueue(PORT,QUEUE)"');
  const port = parsePort(portText, state.context.ports);
  if (port === undefined) throw textError(`${portText}: enqueue to unknown port`);
  state.out.push({ type: "enqueue", port, queue: u32(queueText) });
}

/** What bundle, multipath and select groups hash over. */
export const HASH_FIELDS = [
  "eth_src",
  "symmetric_l4",
  "symmetric_l3l4",
  "symmetric_l3l4+udp",
  "nw_src",
  "nw_dst",
  "symmetric_l3",
] as const;

function parseBundle(value: string, state: ParseState, load: boolean): void {
  const parts = words(value);
  const take = () => parts.shift();
  const [fields, basis, method, memberType] = [take(), take(), take(), take()];
  const dst = load ? take() : undefined;
  const delimiter = take();
  if (delimiter === undefined) throw textError(`${value}: not enough arguments to bundle action`);
  const keyword = delimiter.split(":")[0] ?? "";
  if (keyword !== "members" && keyword !== "slaves")
    throw textError(`${value}: missing member delimiter, expected \`members', got \`${keyword}'`);
  const hash = HASH_FIELDS.find((f) => f === fields?.toLowerCase());
  if (!hash) throw textError(`${value}: unknown fields \`${fields}'`);
  const algorithm = method?.toLowerCase();
  if (algorithm !== "active_backup" && algorithm !== "hrw") throw textError(`${value}: unknown algorithm \`${method}'`);
  if (memberType?.toLowerCase() !== "ofport") throw textError(`${value}: unknown member_type \`${memberType}'`);
  const members: OfPort[] = [];
  for (const text of [delimiter.slice(keyword.length + 1), ...parts]) {
    if (!text) continue;
    const port = parsePort(text, state.context.ports);
    if (port === undefined) throw textError(`${text}: bad port number`);
    members.push(port);
  }
  state.out.push({
    type: "bundle",
    fields: hash,
    basis: atoi(basis ?? "") & 0xffff,
    algorithm,
    members,
    ...(dst === undefined ? {} : { dst: narrowSubfield(value, dst) }),
  });
}

function formatBundle(a: ActionOf<"bundle">, context: TextContext): string {
  const dst = a.dst ? `${formatSubfield(a.dst)},` : "";
  const members = a.members.map((port) => formatPort(port, context.ports)).join(",");
  return `${a.dst ? "bundle_load" : "bundle"}(${a.fields},${a.basis},${a.algorithm},ofport,${dst}members:${members})`;
}

/** Text of actions that send packets (ovs-actions(7)). */
export const OUTPUT_ROWS: ActionRows<
  "output" | "output_reg" | "output_trunc" | "controller" | "enqueue" | "bundle" | "group"
> = {
  output: {
    names: { output: parseOutput },
    format: (a, context) => {
      const port = formatPort(a.port, context.ports);
      if (a.port === OFPP.controller) return `${port}:${a.maxLen}`;
      return a.port >= OFPP.max ? port : `output:${port}`;
    },
  },
  output_reg: { names: {}, format: (a) => `output:${formatSubfield(a.src)}` },
  output_trunc: {
    names: {},
    format: (a, context) => `output(port=${formatPort(a.port, context.ports)},max_len=${a.maxLen})`,
  },
  controller: { names: { controller: parseController }, format: formatController },
  enqueue: {
    names: { enqueue: parseEnqueue },
    format: (a, context) => `enqueue:${formatPort(a.port, context.ports)}:${a.queue}`,
  },
  bundle: {
    names: {
      bundle: (value, state) => parseBundle(value, state, false),
      bundle_load: (value, state) => parseBundle(value, state, true),
    },
    format: formatBundle,
  },
  group: {
    names: { group: (value, { out }) => out.push({ type: "group", group: u32(value) }) },
    format: (a) => `group:${a.group}`,
  },
};
