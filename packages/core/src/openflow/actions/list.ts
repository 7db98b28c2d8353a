import { type Reader, type Writer, wireErrors } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { covers, VERSIONS } from "../versions.ts";
import type { Action, ActionType } from "./action.ts";
import { type ActionForm, type ActionRow, NICIRA, nested, ONF } from "./row.ts";
import { ACTION_ROWS } from "./rows.ts";

/** Lists inside lists: clone and ct; more than this is refused. */
const MAX_DEPTH = 64;

interface Tables {
  /** By version and by the version's own number. */
  readonly own: readonly (readonly (ActionForm | undefined)[])[];
  /** By vendor and subtype. */
  readonly vendor: ReadonlyMap<number, ReadonlyMap<number, ActionForm>>;
  readonly byType: ReadonlyMap<ActionType, ActionRow>;
}

function tabulate(rows: readonly ActionRow[]): Tables {
  const own: (ActionForm | undefined)[][] = Array.from({ length: 7 }, () => new Array(32).fill(undefined));
  const vendor = new Map<number, Map<number, ActionForm>>([
    [NICIRA, new Map()],
    [ONF, new Map()],
  ]);
  const byType = new Map<ActionType, ActionRow>();
  for (const row of rows) {
    byType.set(row.type, row);
    for (const form of row.forms) {
      if (form.vendor !== 0) vendor.get(form.vendor)?.set(form.id, form);
      else
        for (const v of VERSIONS) if (covers(form.versions, v)) (own[v] as (ActionForm | undefined)[])[form.id] = form;
    }
  }
  return { own, vendor, byType };
}

const TABLES = tabulate(ACTION_ROWS);
nested.read = readAction;
nested.write = writeActions;

function vendorForm(t: Tables, r: Reader): ActionForm {
  if (r.left < 6) throw ofError("OFPBAC_BAD_LEN");
  const vendor = r.u32();
  const forms = t.vendor.get(vendor);
  if (!forms) throw ofError("OFPBAC_BAD_VENDOR", `experimenter 0x${vendor.toString(16)}`);
  const subtype = r.u16();
  const form = forms.get(subtype);
  if (!form) throw ofError("OFPBAC_BAD_VENDOR_TYPE", `subtype ${subtype}`);
  return form;
}

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
  const t = TABLES;
  const from = r.at;
  if (r.left < 4) throw ofError("OFPBAC_BAD_LEN");
  const type = r.view.getUint16(from);
  const length = r.view.getUint16(from + 2);
  if (length < 8 || length % 8 || from + length > r.end) throw ofError("OFPBAC_BAD_LEN", `action of ${length} octets`);
  if (depth > MAX_DEPTH) throw ofError("OFPBAC_TOO_MANY", "actions are nested too deep");
  const outer = r.end;
  r.end = from + length;
  r.at = from + 4;
  const form = type === 0xffff ? vendorForm(t, r) : (t.own[version] as readonly (ActionForm | undefined)[])[type];
  if (!form) throw ofError("OFPBAC_BAD_TYPE", `action ${type}`);
  const action = readBody(form, r, version, depth);
  r.at = r.end;
  r.end = outer;
  return action;
}

/** Actions up to the end of `r`, in OpenFlow's order. */
export function readActions(r: Reader, version: Version): Action[] {
  const actions: Action[] = [];
  while (r.left > 0) actions.push(readAction(r, version));
  return actions;
}

export function writeActions(w: Writer, actions: readonly Action[], version: Version): void {
  const { byType } = TABLES;
  for (const action of actions) byType.get(action.type)?.write?.(w, action, version);
}
