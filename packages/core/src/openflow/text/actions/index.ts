/** Action lists in text: `output:1,mod_vlan_vid:5,resubmit(,2)`, one table of actions for reading and writing. */
import { pairs, parsePort } from "#flow";
import type { Action } from "../../actions/action.ts";
import type { TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { PROTOCOLS, type Protocols } from "../protocols.ts";
import { conntrackRows } from "./conntrack.ts";
import { controlRows } from "./control.ts";
import { ENCAP_ROWS } from "./encap.ts";
import { HEADER_ROWS } from "./header.ts";
import { OUTPUT_ROWS } from "./output.ts";
import { REGISTER_ROWS } from "./registers.ts";
import type { ActionRows, ParseState } from "./row.ts";
import { type Outer, verify } from "./verify.ts";

const ROWS: ActionRows = {
  ...OUTPUT_ROWS,
  ...HEADER_ROWS,
  ...REGISTER_ROWS,
  ...ENCAP_ROWS,
  ...conntrackRows(formatActions),
  ...controlRows(formatActions),
};

type Parse = (value: string, state: ParseState) => void;
let names: ReadonlyMap<string, Parse> | undefined;

/** The parser of an action's arguments, by name; the map is made when a text is first read. */
function parserNamed(name: string): Parse | undefined {
  names ??= new Map(Object.values(ROWS).flatMap((row) => Object.entries<Parse>(row.names)));
  return names.get(name);
}

/** A list of actions that was read, with the protocols that can say all of them. */
export interface ParsedActions {
  readonly actions: readonly Action[];
  readonly usable: Protocols;
}

function parseList(text: string, context: TextContext, outer: Outer | undefined, instructions: boolean): ParsedActions {
  const out: Action[] = [];
  const state: ParseState = {
    context,
    out,
    usable: PROTOCOLS.any,
    nested(inner, kind) {
      const parsed = parseList(inner, context, kind, false);
      // What a clone's actions allow takes the place of what those before it did: as Open vSwitch does.
      state.usable = kind === "clone" ? parsed.usable : state.usable & parsed.usable;
      return [...parsed.actions];
    },
  };
  let drop = false;
  let others = false;
  for (const { key, value } of pairs(text)) {
    const name = key.toLowerCase();
    const parse = parserNamed(name);
    if (name === "drop") {
      drop = true;
      continue;
    }
    others = true;
    if (parse) parse(value, state);
    else if (name === "apply_actions") throw textError("apply_actions is the default instruction");
    else if (name === "unroll_xlate")
      throw textError("UNROLL is an internal action that shouldn't be used via OpenFlow");
    else {
      const port = parsePort(key, context.ports);
      if (port === undefined) throw textError(`unknown action ${key}`);
      out.push({ type: "output", port, maxLen: 0 });
    }
  }
  if (drop && others) throw textError('"drop" must not be accompanied by any other action or instruction');
  verify(out, outer, instructions);
  return { actions: out, usable: state.usable };
}

/** Reads actions where no instruction may stand: of a packet-out, of a group's bucket. */
export const parseActions = (text: string, context: TextContext = {}): ParsedActions =>
  parseList(text, context, undefined, false);

/** Reads what a flow does: actions and instructions. */
export const parseInstructions = (text: string, context: TextContext = {}): ParsedActions =>
  parseList(text, context, undefined, true);

/** One action as the original prints it. */
export function formatAction(action: Action, context: TextContext = {}): string {
  const row: { readonly format: (action: never, context: TextContext) => string } = ROWS[action.type];
  return row.format(action as never, context);
}

/** Actions as the original prints them, without `actions=` before them; none are `drop`. */
export function formatActions(actions: readonly Action[], context: TextContext = {}): string {
  if (!actions.length) return "drop";
  return actions.map((action) => formatAction(action, context)).join(",");
}
