import { failure } from "../errors.ts";
import type { Ofproto } from "../ofproto.ts";
import type { Switch } from "../switch.ts";

/** The switch of that name, or the text that each command has for "there is none". */
export function switchNamed(ofproto: Ofproto, name: string | undefined, text: string): Switch {
  const sw = name === undefined ? undefined : ofproto.switchNamed(name);
  if (!sw) throw failure(text);
  return sw;
}

/** A number as the original's commands read it: what does not begin with digits is 0. */
export function looseNumber(text: string): number {
  const found = /^\s*[-+]?(0x[0-9a-f]+|\d+)/i.exec(text);
  return found ? Number(found[1]) : 0;
}
