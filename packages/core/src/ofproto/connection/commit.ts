import { errorName, type FlowMod, type Message, ofError } from "#openflow";
import { Pace } from "../breathe.ts";
import type { Switch } from "../switch.ts";
import type { RuleChanges } from "../table/flow-mod.ts";
import { BUNDLE_FLAGS, type Bundle } from "./bundle.ts";
import { checkedFlowMod } from "./flow-mods.ts";
import { applyGroupMod } from "./group-mods.ts";
import type { HandlerHost } from "./handle.ts";
import { packetOut } from "./packet.ts";
import type { Peer } from "./peer.ts";
import { portMod } from "./port-mod.ts";

/** Undoes what a message did; latest first. */
type Undo = () => void | Promise<void>;

/**
 * Does all messages of a bundle, or none: what was done is undone when one fails, the peer hears which one, and then
 * that the commit failed. Nobody sees the half of it: where a commit takes more than one turn, packets and messages
 * that would look at the tables wait for its end.
 */
export async function commitBundle(host: HandlerHost, peer: Peer, bundle: Bundle): Promise<void> {
  const undo: Undo[] = [];
  const { sw } = host;
  const told = sw.flows.hold(peer);
  const { commits } = sw.deps.backer;
  const pace = new Pace();
  commits.begin();
  try {
    for (const add of bundle.messages) {
      const { xid, message } = add;
      try {
        const done = sw.flows.causedBy({ by: peer, xid }, () => run(host, message, bundle.flags));
        undo.push(done instanceof Promise ? await done : done);
      } catch (error) {
        const name = errorName(error);
        if (!name) throw error;
        await undoAll(undo);
        told.drop();
        peer.send({ type: "error", error: name, data: peer.quote(add, xid) }, xid);
        throw ofError("OFPBFC_MSG_FAILED");
      }
      if (pace.isDue) await pace.rest();
    }
  } finally {
    commits.end();
    told.release();
  }
}

async function undoAll(undo: readonly Undo[]): Promise<void> {
  const pace = new Pace();
  for (const step of undo.toReversed()) {
    await step();
    if (pace.isDue) await pace.rest();
  }
}

function run(host: HandlerHost, message: Message, flags: number): Undo | Promise<Undo> {
  const { sw } = host;
  switch (message.type) {
    case "flow_mod":
      return flowMod(sw, message);
    case "group_mod": {
      const before = new Map(sw.groups);
      applyGroupMod(sw, message);
      return () => {
        sw.groups.clear();
        for (const [number, group] of before) sw.groups.set(number, group);
        sw.changed();
      };
    }
    case "port_mod": {
      // A device cannot be told to change together with tables, as Open vSwitch has it.
      if (flags & BUNDLE_FLAGS.atomic) throw ofError("OFPBFC_MSG_FAILED");
      const port = sw.port(message.port);
      const config = port?.config ?? 0;
      portMod(sw, message);
      return () => port && sw.setPortConfig(port, config, 0xffffffff);
    }
    case "packet_out":
      packetOut(sw, message, host);
      return () => {};
    default:
      throw ofError("OFPBFC_MSG_UNSUP");
  }
}

function flowMod(sw: Switch, mod: FlowMod): Undo | Promise<Undo> {
  const checked = checkedFlowMod(sw, mod);
  const saved = mod.command.startsWith("modify") ? sw.flows.snapshot(checked) : [];
  const undo =
    (changes: RuleChanges): Undo =>
    () =>
      sw.flows.revert(changes, saved);
  const done = sw.flows.applyInSlices(checked);
  return done instanceof Promise ? done.then(undo) : undo(done);
}
