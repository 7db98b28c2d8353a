import { RateLimit, vlog } from "#lib";
import { hexdump, type Reader, type Writer, wireErrors } from "#wire";
import { errorName, ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { covers } from "../versions.ts";
import type { Action, ActionType } from "./action.ts";
import { type ActionForm, type ActionRow, NICIRA, nested, ONF } from "./row.ts";
import { ACTION_ROWS } from "./rows.ts";

/** Lines about what peers send wrong: five, then one a minute. */
const limit = new RateLimit(1, 5);
const log = vlog("ofp_actions");

/** Lists inside lists: clone and ct; more than this is refused. */
const MAX_DEPTH = 64;

/** Forms found so far, by version * 256 + the version's own number: a command meets few of them. */
const own: (ActionForm | undefined)[] = new Array(7 * 256).fill(undefined);

function ownForm(version: Version, id: number): ActionForm | undefined {
  if (id > 255) return undefined;
  const at = version * 256 + id;
  own[at] ??= find((f) => f.vendor === 0 && f.id === id && covers(f.versions, version));
  return own[at];
}

function find(wanted: (form: ActionForm) => boolean): ActionForm | undefined {
  for (const { forms } of ACTION_ROWS) for (const form of forms) if (wanted(form)) return form;
  return undefined;
}

/** The same of Nicira's and the ONF's, by version * 65536 + subtype. */
const ofVendor: ReadonlyMap<number, Map<number, ActionForm>> = new Map([
  [NICIRA, new Map()],
  [ONF, new Map()],
]);

function vendorForm(r: Reader, version: Version): ActionForm {
  if (r.left < 4) throw ofError("OFPBAC_BAD_LEN");
  const vendor = r.u32("experimenter");
  const forms = ofVendor.get(vendor);
  if (!forms) throw ofError("OFPBAC_BAD_VENDOR", `experimenter 0x${vendor.toString(16)}`);
  if (r.left < 2) throw ofError("OFPBAC_BAD_LEN");
  const subtype = r.u16("subtype");
  const key = version * 0x10000 + subtype;
  let form = forms.get(key);
  if (!form) {
    form = find((f) => f.vendor === vendor && f.id === subtype && covers(f.versions, version));
    if (!form) {
      const what = `for vendor 0x${vendor.toString(16)} and type ${subtype}`;
      log.limited(limit, "warn", `unknown OpenFlow1${version - 1} action ${what}`);
      throw ofError("OFPBAC_BAD_VENDOR_TYPE", `subtype ${subtype}`);
    }
    forms.set(key, form);
  }
  return form;
}

/** Rows by type, filled when something is first written. */
const byType = new Map<ActionType, ActionRow>();

nested.read = readAction;
nested.write = writeActions;

/** What is cut off is an error of the action. */
function readBody(form: ActionForm, r: Reader, version: Version, depth: number): Action {
  try {
    return form.read(r, version, depth);
  } catch (error) {
    if (wireErrors.is(error, "wire/truncated")) throw ofError("OFPBAC_BAD_LEN", error.message);
    throw error;
  }
}

/** The next action of a list. */
export function readAction(r: Reader, version: Version, depth = 0): Action {
  const from = r.at;
  if (r.left < 4) throw ofError("OFPBAC_BAD_LEN");
  const type = r.u16("type");
  const length = r.u16("length");
  r.mark("action", length, from);
  if (length < 8 || length % 8 || from + length > r.end) throw ofError("OFPBAC_BAD_LEN", `action of ${length} octets`);
  if (depth > MAX_DEPTH) throw ofError("OFPBAC_TOO_MANY", "actions are nested too deep");
  const outer = r.end;
  r.end = from + length;
  const form = type === 0xffff ? vendorForm(r, version) : ownForm(version, type);
  if (!form) throw ofError("OFPBAC_BAD_TYPE", `action ${type}`);
  const action = readBody(form, r, version, depth);
  r.mark(action.type, length, from);
  if (((r.at - from + 7) & ~7) !== length) throw ofError("OFPBAC_BAD_LEN", `${action.type} of ${length} octets`);
  if (r.at < r.end) r.skip(r.end - r.at, "pad");
  r.end = outer;
  return action;
}

/** Actions up to the end of `r`, in OpenFlow's order. */
export function readActions(r: Reader, version: Version): Action[] {
  const actions: Action[] = [];
  const from = r.at;
  const { end } = r;
  while (r.left > 0) {
    const at = r.at;
    try {
      actions.push(readAction(r, version));
    } catch (error) {
      tell(error, r.octets.subarray(from, end), at - from);
      throw error;
    }
  }
  return actions;
}

function tell(error: unknown, list: Uint8Array, offset: number): void {
  const name = errorName(error);
  if (!name) return;
  const octets = () => hexdump(list, false).trimEnd();
  log.limited(limit, "warn", () => `bad action at offset ${offset} (${name}):\n${octets()}`);
}

/** Appends actions in the order given, in the wire form of that version; those it has no form for are left out. */
export function writeActions(w: Writer, actions: readonly Action[], version: Version): void {
  if (byType.size === 0) for (const row of ACTION_ROWS) byType.set(row.type, row);
  for (const action of actions) byType.get(action.type)?.write?.(w, action, version);
}
