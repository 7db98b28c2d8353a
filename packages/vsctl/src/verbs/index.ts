import type { Verb } from "../call.ts";
import * as bridge from "./bridge.ts";
import * as control from "./control.ts";
import * as port from "./port.ts";
import * as record from "./record.ts";
import * as show from "./show.ts";
import * as zone from "./zone.ts";

/** All commands of ovs-vsctl. */
export const VERBS: readonly Verb[] = [show, bridge, port, control, zone, record].flatMap((rows) =>
  Object.values<Verb>(rows),
);

const byName = new Map(VERBS.map((verb) => [verb.name, verb]));

/** The command of that name; undefined when there is none. */
export function findVerb(name: string): Verb | undefined {
  return byName.get(name);
}
