import type { Reader, Writer } from "#wire";
import { readActions, writeActions } from "../actions/list.ts";
import type { Continuation, Version } from "../message.ts";
import { eachProperty, writeProperty } from "./port.ts";

/** Properties inside the continuation of a packet-in (NXCPT, Open vSwitch 3.1). */
const P = {
  bridge: 0x8000,
  stack: 0x8001,
  mirrors: 0x8002,
  conntracked: 0x8003,
  table: 0x8004,
  cookie: 0x8005,
  actions: 0x8006,
  actionSet: 0x8007,
  dpPort: 0x8008,
} as const;

/** A UUID is four words in the order of the machine that wrote it: little endian on all that this runs on. */
function readUuid(r: Reader): string {
  const octets = r.bytes(16, "uuid");
  const digits = [...octets].map((_, i) => hex2(octets[(i & ~3) + 3 - (i & 3)] as number)).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
function writeUuid(w: Writer, uuid: string): void {
  const digits = uuid.replaceAll("-", "");
  for (let i = 0; i < 16; i++) {
    const at = ((i & ~3) + 3 - (i & 3)) * 2;
    w.u8(Number.parseInt(digits.slice(at, at + 2), 16));
  }
}
const hex2 = (octet: number): string => octet.toString(16).padStart(2, "0");

/** Reads a continuation to the end of `r`; properties that are not known are stepped over. */
export function readContinuation(r: Reader, version: Version): Continuation {
  r.skip(4, "pad");
  const found: { -readonly [K in keyof Continuation]: Continuation[K] } = {
    bridge: undefined,
    stack: [],
    mirrors: 0,
    conntracked: false,
    steps: [],
    actionSet: [],
    dpPort: undefined,
  };
  let table = 0;
  let cookie = 0n;
  const list = (body: Reader) => {
    body.skip(4, "pad");
    return readActions(body, version);
  };
  eachProperty(r, (property, body) => {
    if (property === P.bridge) found.bridge = readUuid(body);
    else if (property === P.stack) found.stack = [...found.stack, body.rest("stack")];
    else if (property === P.mirrors) found.mirrors = body.u32("mirrors");
    else if (property === P.conntracked) found.conntracked = true;
    else if (property === P.table) table = body.u8("table");
    else if (property === P.cookie) {
      body.skip(4, "pad");
      cookie = body.u64("cookie");
    } else if (property === P.actions) found.steps = [...found.steps, { table, cookie, actions: list(body) }];
    else if (property === P.actionSet) found.actionSet = list(body);
    else if (property === P.dpPort) found.dpPort = body.u32("dp_port");
  });
  return found;
}

/** Appends a continuation. */
export function writeContinuation(w: Writer, c: Continuation, version: Version): void {
  const { bridge, mirrors, dpPort } = c;
  const list = (property: number, actions: Continuation["actionSet"]) =>
    writeProperty(w, property, () => {
      w.zeros(4);
      writeActions(w, actions, version);
    });
  w.zeros(4);
  if (bridge !== undefined) writeProperty(w, P.bridge, () => writeUuid(w, bridge));
  for (const value of c.stack) writeProperty(w, P.stack, () => w.bytes(value));
  if (mirrors) writeProperty(w, P.mirrors, () => w.u32(mirrors));
  if (c.conntracked) writeProperty(w, P.conntracked, () => {});
  let [table, cookie] = [0, 0n];
  for (const step of c.steps) {
    if (step.table !== table) writeProperty(w, P.table, () => w.u8(step.table));
    if (step.cookie !== cookie)
      writeProperty(w, P.cookie, () => {
        w.zeros(4);
        w.u64(step.cookie);
      });
    ({ table, cookie } = step);
    list(P.actions, step.actions);
  }
  if (c.actionSet.length) list(P.actionSet, c.actionSet);
  if (dpPort !== undefined) writeProperty(w, P.dpPort, () => w.u32(dpPort));
}
