import { type Match, WORD } from "#flow";
import { RateLimit, vlog } from "#lib";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { Action } from "./action.ts";
import { metadata } from "./instruction-rows.ts";
import { readAction, readActions, writeActions } from "./list.ts";
import { type Instruction, instructionOf, orderFault } from "./order.ts";
import { readRecent } from "./recent.ts";
import { begin, end } from "./row.ts";

/** Lines about what peers send wrong: five, then one a minute. */
const limit = new RateLimit(1, 5);
const log = vlog("ofp_actions");

/** Instruction numbers (OpenFlow 1.3.5 §7.2.5). */
const I = { goto: 1, metadata: 2, write: 3, apply: 4, clear: 5, meter: 6 } as const;

/** Names of instructions by number. */
const NAMES: readonly string[] = [
  ...["instruction", "goto_table", "write_metadata", "write_actions", "apply_actions", "clear_actions", "meter"],
];

/** Instructions of a version, each read once; `length` is the whole instruction's. */
function readInstruction(r: Reader, type: number, version: Version, found: (Action | readonly Action[] | undefined)[]) {
  switch (type) {
    case I.goto: {
      const table = r.u8("table");
      found[I.goto] = { type: "goto_table", table };
      return;
    }
    case I.metadata:
      r.skip(4, "pad");
      found[I.metadata] = metadata(r);
      return;
    case I.write:
      r.skip(4, "pad");
      found[I.write] = { type: "write_actions", actions: readActions(r, version) };
      return;
    case I.apply:
      r.skip(4, "pad");
      found[I.apply] = readActions(r, version);
      return;
    case I.clear:
      found[I.clear] = { type: "clear_actions" };
      return;
    case I.meter:
      if (version < 4 || version > 5) throw ofError("OFPBIC_UNKNOWN_INST", "instruction 6");
      found[I.meter] = { type: "meter", meter: r.u32("meter") };
      return;
    case 0xffff:
      throw ofError("OFPBIC_BAD_EXPERIMENTER");
    default:
      throw ofError("OFPBIC_UNKNOWN_INST", `instruction ${type}`);
  }
}

/** Octets of each instruction; 0: at least 8. */
const LENGTHS: readonly number[] = [0, 8, 24, 0, 0, 8, 8];

/** Instructions up to the end of `r`, as one list in the order in which they run (OpenFlow 1.3.5 §5.9). */
export function readInstructions(r: Reader, version: Version): Action[] {
  const found: (Action | readonly Action[] | undefined)[] = [];
  while (r.left > 0) {
    const from = r.at;
    if (r.left < 8) throw ofError("OFPBIC_BAD_LEN");
    const type = r.u16("type");
    const length = r.u16("length");
    r.mark(NAMES[type] ?? "instruction", length, from);
    if (length < 8 || length % 8 || from + length > r.end) throw ofError("OFPBIC_BAD_LEN");
    if (type < 7 && LENGTHS[type] !== 0 && LENGTHS[type] !== length) throw ofError("OFPBIC_BAD_LEN");
    if (type < 7 && found[type]) throw ofError("OFPBIC_DUP_INST");
    const outer = r.end;
    r.end = from + length;
    readInstruction(r, type, version, found);
    r.at = r.end;
    r.end = outer;
  }
  const actions: Action[] = [];
  for (const type of [I.meter, I.apply, I.clear, I.write, I.metadata, I.goto]) {
    const part = found[type];
    if (part === undefined) continue;
    if (Array.isArray(part)) for (const action of part as readonly Action[]) actions.push(action);
    else actions.push(part as Action);
  }
  return actions;
}

const isInstruction = (a: Action, version: Version): boolean =>
  a.type === "clear_actions" ||
  a.type === "write_actions" ||
  a.type === "write_metadata" ||
  a.type === "goto_table" ||
  (a.type === "meter" && version < 6);

function instruction(w: Writer, type: number, body: () => void): void {
  const from = begin(w, type);
  body();
  end(w, from);
}

function writeInstruction(w: Writer, a: Action, version: Version): void {
  if (a.type === "meter") {
    if (version < 4) throw ofError("OFPBIC_UNSUP_INST", "meter");
    instruction(w, I.meter, () => w.u32(a.meter));
  } else if (a.type === "clear_actions") instruction(w, I.clear, () => w.zeros(4));
  else if (a.type === "goto_table") instruction(w, I.goto, () => w.u8(a.table));
  else if (a.type === "write_metadata")
    instruction(w, I.metadata, () => {
      w.zeros(4);
      w.u64(a.metadata);
      w.u64(a.mask);
    });
  else if (a.type === "write_actions" && a.actions.length)
    instruction(w, I.write, () => {
      w.zeros(4);
      writeActions(w, a.actions, version);
    });
}

/** A flow's list as the instructions of 1.1 and later: meter, then applied actions, then the rest. */
export function writeInstructions(w: Writer, actions: readonly Action[], version: Version): void {
  for (const a of actions) if (a.type === "meter" && version < 6) writeInstruction(w, a, version);
  const applied = actions.filter((a) => !isInstruction(a, version));
  if (applied.length)
    instruction(w, I.apply, () => {
      w.zeros(4);
      writeActions(w, applied, version);
    });
  for (const a of actions) if (a.type !== "meter" && isInstruction(a, version)) writeInstruction(w, a, version);
}

/** A flow's list in any version: plain actions in 1.0, instructions from 1.1 on. */
export function writeFlowActions(w: Writer, actions: readonly Action[], version: Version, match?: Match): void {
  const known = match ? withProtocol(actions, match) : actions;
  if (version === 1) writeActions(w, known, version);
  else writeInstructions(w, known, version);
}

/** A list of OpenFlow 1.0, in which Nicira's actions for instructions must stand as the instructions would. */
function readOrdered(r: Reader, version: Version): Action[] {
  const actions = readActions(r, version);
  let last: Instruction | undefined;
  for (const action of actions) {
    const next = instructionOf(action);
    const fault = orderFault(last, next);
    if (fault) {
      log.limited(limit, "warn", fault);
      throw ofError("OFPBAC_UNSUPPORTED_ORDER", fault);
    }
    last = next;
  }
  return actions;
}

/** What a flow does, up to the end of `r`: actions in OpenFlow 1.0, instructions later. Flows that do the same share it. */
export function readFlowActions(r: Reader, version: Version): readonly Action[] {
  return readRecent(r, version, version === 1 ? readOrdered : readInstructions);
}

/** Tells the port-setting actions of old which transport they mean, from what the match demands. */
function withProtocol(actions: readonly Action[], match: Match): readonly Action[] {
  const isPort = (a: Action) => a.type === "set_l4_src_port" || a.type === "set_l4_dst_port";
  if ((match.mask[WORD.ip] as number) >>> 24 === 0 || !actions.some(isPort)) return actions;
  const protocol = (match.key[WORD.ip] as number) >>> 24;
  return actions.map((a) =>
    (a.type === "set_l4_src_port" || a.type === "set_l4_dst_port") && a.proto === undefined
      ? { ...a, proto: protocol }
      : a,
  );
}

export { readAction };
