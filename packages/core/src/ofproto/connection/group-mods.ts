import { vlog } from "#lib";
import { BUCKET, type Bucket, GROUP_ALL, type GroupMod, ofError } from "#openflow";
import { Group } from "../group.ts";
import type { Switch } from "../switch.ts";
import { usesGroup } from "../table/flow-mod.ts";
import { explainSelection } from "../translate/select-log.ts";
import { checkPorts, removeUsers } from "./flow-mods.ts";

const log = vlog("ofproto_dpif");

const ALL_BUCKETS = 0xffffffff;

/** Does a group mod (OpenFlow 1.5.1 §7.3.4.3). Throws the OpenFlow error to send. */
export function applyGroupMod(sw: Switch, mod: GroupMod): void {
  if (mod.command !== "delete") check(mod);
  const known = sw.groups.get(mod.group);
  switch (mod.command) {
    case "add":
      if (known) throw ofError("OFPGMFC_GROUP_EXISTS");
      put(sw, mod);
      return;
    case "modify":
      if (!known) throw ofError("OFPGMFC_UNKNOWN_GROUP");
      put(sw, mod, known);
      return;
    case "add_or_mod":
      put(sw, mod, known);
      return;
    case "delete":
      remove(sw, mod.group);
      return;
    case "insert_bucket":
      if (!known) throw ofError("OFPGMFC_UNKNOWN_GROUP");
      put(sw, { ...mod, ...known, buckets: inserted(known, mod) }, known);
      return;
    case "remove_bucket":
      if (!known) throw ofError("OFPGMFC_UNKNOWN_GROUP");
      put(sw, { ...mod, ...known, buckets: removed(known, mod) }, known);
  }
}

function check(mod: GroupMod): void {
  // Groups may go round in circles: as in the original it is the packet that goes too deep.
  for (const bucket of mod.buckets) checkPorts(bucket.actions);
}

function put(sw: Switch, mod: GroupMod, known?: Group): void {
  const group = new Group(mod.group, mod.groupType, mod.buckets, mod.props, known?.created ?? sw.clock.now());
  if (known) {
    group.packets = known.packets;
    group.octets = known.octets;
  }
  sw.groups.set(mod.group, group);
  if (group.groupType === "select" && log.enabled("dbg")) for (const line of explainSelection(group)) log.dbg(line);
  sw.changed();
}

function remove(sw: Switch, number: number): void {
  const gone = number === GROUP_ALL ? [...sw.groups.keys()] : [number];
  for (const group of gone) {
    if (!sw.groups.delete(group)) continue;
    removeUsers(sw, (actions) => usesGroup(actions, group), "group");
  }
  sw.changed();
}

function inserted(known: Group, mod: GroupMod): readonly Bucket[] {
  const fresh = mod.buckets;
  if (fresh.some(({ id }) => known.buckets.some((old) => old.id === id))) throw ofError("OFPGMFC_BUCKET_EXISTS");
  if (mod.commandBucketId === BUCKET.first) return [...fresh, ...known.buckets];
  if (mod.commandBucketId === BUCKET.last) return [...known.buckets, ...fresh];
  const at = known.buckets.findIndex(({ id }) => id === mod.commandBucketId);
  if (at < 0) throw ofError("OFPGMFC_UNKNOWN_BUCKET");
  return known.buckets.toSpliced(at + 1, 0, ...fresh);
}

function removed(known: Group, { commandBucketId }: GroupMod): readonly Bucket[] {
  if (commandBucketId === ALL_BUCKETS) return [];
  if (commandBucketId === BUCKET.first) return known.buckets.slice(1);
  if (commandBucketId === BUCKET.last) return known.buckets.slice(0, -1);
  if (!known.buckets.some(({ id }) => id === commandBucketId)) throw ofError("OFPGMFC_UNKNOWN_BUCKET");
  return known.buckets.filter(({ id }) => id !== commandBucketId);
}
