import { FIELD_NAMES, FIELDS, type FieldName, type FlowMask, type Match, readField, writeField } from "#flow";
import type { OfPort } from "#lib";
import type { Reader, Writer } from "#wire";
import { readActions, writeActions } from "../actions/list.ts";
import { ofError } from "../errors.ts";
import { newMatch, wireFieldOf, writeFieldHeader } from "../match/index.ts";
import type { Bucket, GroupCommand, GroupDescEntry, GroupProps, GroupType, Version } from "../message.ts";
import { BUCKET, GROUP_ANY, GROUP_MAX, OFPP } from "../port.ts";
import { portFrom32 } from "../port-number.ts";
import { form, type MessageForm, nicira, type } from "../registry.ts";
import { eachProperty, writeProperty } from "./port.ts";

const TYPES: readonly GroupType[] = ["all", "select", "indirect", "ff"];
const COMMANDS: Readonly<Record<GroupCommand, number>> = {
  add: 0,
  modify: 1,
  delete: 2,
  insert_bucket: 3,
  remove_bucket: 5,
  add_or_mod: 0x8000,
};
const NO_PROPS: GroupProps = { selectionMethod: "", selectionMethodParam: 0n, fields: undefined };

/** Netronome's experimenter property, which says how a select group selects. */
const NTR = 0x0000154d;
const NTR_SELECTION_METHOD = 1;
const EXPERIMENTER = 0xffff;
const BUCKET_PROPERTY = { weight: 0, watchPort: 1, watchGroup: 2 };

function groupType(number: number): GroupType {
  const name = TYPES[number];
  if (!name) throw ofError("OFPGMFC_BAD_TYPE", `group type ${number}`);
  return name;
}

function readBucket11(r: Reader, version: Version, id: number): Bucket {
  r.mark("bucket", r.left < 2 ? 0 : r.view.getUint16(r.at));
  const length = r.u16("length");
  if (length < 16 || length - 2 > r.left) throw ofError("OFPGMFC_BAD_BUCKET");
  const body = r.sub(length - 2);
  const weight = body.u16("weight");
  const watchPort = portFrom32(body.u32("watch_port"), "OFPGMFC_BAD_WATCH");
  const watchGroup = body.u32("watch_group");
  body.skip(4, "pad");
  return { id, weight, watchPort, watchGroup, actions: readActions(body, version) };
}

function readBucket15(r: Reader, version: Version, groupKind: GroupType): Bucket {
  r.mark("bucket", r.left < 2 ? 0 : r.view.getUint16(r.at));
  const length = r.u16("length");
  if (length < 8 || length - 2 > r.left) throw ofError("OFPGMFC_BAD_BUCKET");
  const body = r.sub(length - 2);
  const actionOctets = body.u16("action_octets");
  const id = body.u32("id");
  if (id > BUCKET.max) throw ofError("OFPGMFC_BAD_BUCKET", `bucket id ${id}`);
  if (actionOctets > body.left) throw ofError("OFPGMFC_BAD_BUCKET");
  const actions = readActions(body.sub(actionOctets, "actions"), version);
  let weight = groupKind === "select" ? 1 : 0;
  let watchPort = OFPP.any as OfPort;
  let watchGroup = GROUP_ANY;
  eachProperty(body, (property, value) => {
    if (property === BUCKET_PROPERTY.weight) weight = value.u16("weight");
    else if (property === BUCKET_PROPERTY.watchPort)
      watchPort = portFrom32(value.u32("watch_port"), "OFPGMFC_BAD_WATCH");
    else if (property === BUCKET_PROPERTY.watchGroup) watchGroup = value.u32("watch_group");
    else throw ofError("OFPBPC_BAD_TYPE", `bucket property ${property}`);
  });
  return { id, weight, watchPort, watchGroup, actions };
}

function writeBucket(
  w: Writer,
  b: Bucket,
  version: Version,
  form15: boolean,
  isSelect: boolean,
  isFailover: boolean,
): void {
  const from = w.length;
  w.u16(0);
  if (!form15) {
    w.u16(isSelect ? b.weight : 0);
    w.u32(b.watchPort);
    w.u32(b.watchGroup);
    w.zeros(4);
    writeActions(w, b.actions, version);
  } else {
    w.u16(0);
    w.u32(b.id);
    const actionsAt = w.length;
    writeActions(w, b.actions, version);
    w.setU16(from + 2, w.length - actionsAt);
    if (isSelect)
      writeProperty(w, BUCKET_PROPERTY.weight, () => {
        w.u16(b.weight);
        w.zeros(2);
      });
    if (isFailover || b.watchPort !== OFPP.any) {
      if (b.watchPort !== OFPP.any) writeProperty(w, BUCKET_PROPERTY.watchPort, () => w.u32(b.watchPort));
    }
    if (b.watchGroup !== GROUP_ANY) writeProperty(w, BUCKET_PROPERTY.watchGroup, () => w.u32(b.watchGroup));
  }
  w.setU16(from, w.length - from);
}

/** How a select group may choose its bucket. */
const METHODS: ReadonlySet<string> = new Set(["hash", "dp_hash"]);

const refused = (why: string) => ofError("OFPBPC_BAD_VALUE", why);

/** Fields named in a selection method: a mask for each, without values or with all bits. */
function readProps(r: Reader, kind: GroupType): GroupProps {
  let props = NO_PROPS;
  eachProperty(r, (property, body) => {
    if (property !== EXPERIMENTER) throw ofError("OFPBPC_BAD_TYPE", `group property ${property}`);
    if (body.u32("experimenter") !== NTR) throw ofError("OFPBPC_BAD_EXPERIMENTER");
    if (body.u32("exp_type") !== NTR_SELECTION_METHOD) throw ofError("OFPBPC_BAD_EXP_TYPE");
    body.skip(4, "pad");
    const selectionMethod = body.text(16, "selection_method");
    if (kind !== "select") throw refused("ntr selection method is only allowed for select groups");
    if (!METHODS.has(selectionMethod)) throw refused(`ntr selection method '${selectionMethod}' is not supported`);
    const selectionMethodParam = body.u64("selection_method_param");
    const fields = body.left ? readFieldArray(body) : undefined;
    props = { selectionMethod, selectionMethodParam, fields };
  });
  return props;
}

/** Entries whose payload is the mask alone, under unmasked headers: what a group hashes over. */
function readFieldArray(r: Reader): Match {
  const match = newMatch();
  while (r.left > 0) {
    const header = r.u32("header");
    const experimenter = header >>> 16 === 0xffff ? r.u32("experimenter") : 0;
    const f = wireFieldOf(header, experimenter);
    if (!f) throw ofError("OFPBMC_BAD_FIELD", `field 0x${header.toString(16)}`);
    const octets = (header & 0xff) - (experimenter ? 4 : 0);
    if (octets !== f.octets) throw ofError("OFPBMC_BAD_LEN", f.name);
    writeField(match.mask, f.field, r.uint(octets, "mask"));
  }
  return match;
}

/** Fields that are other names of bits that a row before them has. */
const isDouble = (name: FieldName): boolean =>
  ["in_port_oxm", "dl_vlan", "dl_vlan_pcp", "nw_tos", "vlan_vid", "vlan_pcp"].includes(name) ||
  /^xx?reg\d|^tun_metadata/.test(name);

function writeFieldArray(w: Writer, mask: FlowMask, version: Version): void {
  const seen = new Set<string>();
  for (const name of FIELD_NAMES) {
    const place = `${FIELDS[name].at}.${FIELDS[name].lsb}`;
    const bits = isDouble(name) || seen.has(place) ? 0n : readField(mask, name);
    if (bits === 0n) continue;
    seen.add(place);
    const f = writeFieldHeader(w, name, version);
    w.uint(bits, f.octets);
  }
}

function writeProps(w: Writer, props: GroupProps, version: Version): void {
  if (props.selectionMethod === "") return;
  writeProperty(w, EXPERIMENTER, () => {
    w.u32(NTR);
    w.u32(NTR_SELECTION_METHOD);
    w.zeros(4);
    w.text(props.selectionMethod, 16);
    w.u64(props.selectionMethodParam);
    if (props.fields) writeFieldArray(w, props.fields.mask, version);
  });
}

function readBuckets(r: Reader, version: Version, groupKind: GroupType, form15: boolean): Bucket[] {
  const buckets: Bucket[] = [];
  while (r.left > 0) {
    if (r.left < 8) throw ofError("OFPGMFC_BAD_BUCKET");
    buckets.push(form15 ? readBucket15(r, version, groupKind) : readBucket11(r, version, buckets.length));
  }
  if (new Set(buckets.map(({ id }) => id)).size < buckets.length) throw ofError("OFPGMFC_BAD_BUCKET", "ids repeat");
  return buckets;
}

function writeBuckets(
  w: Writer,
  buckets: readonly Bucket[],
  groupKind: GroupType,
  version: Version,
  form15: boolean,
): void {
  for (const b of buckets) writeBucket(w, b, version, form15, groupKind === "select", groupKind === "ff");
}

function command(number: number) {
  const found = Object.entries(COMMANDS).find(([, n]) => n === number)?.[0];
  if (!found) throw ofError("OFPGMFC_BAD_COMMAND", `command ${number}`);
  return found as GroupCommand;
}

/** Numbers for a place before all buckets, and after them. */
const NEXT_TO: readonly number[] = [BUCKET.first, BUCKET.last];

/** A delete may name groups that cannot be: there is nothing to delete. */
function groupId(group: number, cmd: GroupCommand): number {
  if (group > GROUP_MAX && cmd !== "delete") throw ofError("OFPGMFC_INVALID_GROUP");
  return group;
}

/** What buckets a type of group may have (OpenFlow 1.3.5 §7.3.4.3), as Open vSwitch has it. Throws OFPGMFC errors. */
function checkBuckets(cmd: GroupCommand, groupKind: GroupType, buckets: readonly Bucket[]): void {
  if (groupKind === "indirect" && cmd !== "delete" && buckets.length !== 1) throw ofError("OFPGMFC_INVALID_GROUP");
  if (cmd === "remove_bucket" && buckets.length) throw ofError("OFPGMFC_BAD_BUCKET");
  const isInsert = cmd === "insert_bucket";
  for (const { weight, watchPort, watchGroup } of buckets) {
    if (weight && groupKind !== "select" && !isInsert) throw ofError("OFPGMFC_INVALID_GROUP");
    const watches = watchPort !== OFPP.any || watchGroup !== GROUP_ANY;
    if (watches && (groupKind === "all" || groupKind === "indirect")) throw ofError("OFPGMFC_WATCH_UNSUPPORTED");
    if (!watches && groupKind === "ff" && !isInsert) throw ofError("OFPGMFC_INVALID_GROUP");
  }
}

/** Forms with bucket ids and properties: OpenFlow 1.5's, and Nicira's for 1.0. */
const group15 = (range: string, on: ReturnType<typeof type>): MessageForm =>
  form(
    "group_mod",
    range,
    on,
    (r, { version }) => {
      const cmd = command(r.u16("command"));
      const groupKind = groupType(r.u8("group_type"));
      r.skip(1, "pad");
      const group = groupId(r.u32("group"), cmd);
      const bucketOctets = r.u16("bucket_octets");
      r.skip(2, "pad");
      const commandBucketId = r.u32("command_bucket_id");
      if (bucketOctets > r.left) throw ofError("OFPGMFC_BAD_BUCKET");
      const buckets = readBuckets(r.sub(bucketOctets, "buckets"), version, groupKind, true);
      if (cmd === "insert_bucket" && commandBucketId > BUCKET.max && !NEXT_TO.includes(commandBucketId))
        throw ofError("OFPGMFC_BAD_BUCKET", `bucket id ${commandBucketId}`);
      checkBuckets(cmd, groupKind, buckets);
      return {
        type: "group_mod",
        command: cmd,
        groupType: groupKind,
        group,
        commandBucketId,
        buckets,
        props: readProps(r, groupKind),
      };
    },
    (w, m, { version }) => {
      w.u16(COMMANDS[m.command]);
      w.u8(TYPES.indexOf(m.groupType));
      w.zeros(1);
      w.u32(m.group);
      const lengthAt = w.length;
      w.zeros(4);
      w.u32(m.commandBucketId);
      const from = w.length;
      writeBuckets(w, m.buckets, m.groupType, version, true);
      w.setU16(lengthAt, w.length - from);
      writeProps(w, m.props, version);
    },
  );

/** Group modification (OpenFlow 1.3.5 §7.3.4.4, 1.5.1 §7.3.4.3). */
export const GROUP_FORMS: readonly MessageForm[] = [
  form(
    "group_mod",
    "1.1-1.4",
    type(15),
    (r, { version }) => {
      if (r.left % 8) throw ofError("OFPBRC_BAD_LEN");
      const cmd = command(r.u16("command"));
      const groupKind = groupType(r.u8("group_type"));
      r.skip(1, "pad");
      const group = groupId(r.u32("group"), cmd);
      const buckets = readBuckets(r, version, groupKind, false);
      if (version >= 4 && cmd === "delete" && buckets.length) throw ofError("OFPGMFC_INVALID_GROUP");
      checkBuckets(cmd, groupKind, buckets);
      return {
        type: "group_mod",
        command: cmd,
        groupType: groupKind,
        group,
        commandBucketId: BUCKET.all,
        buckets,
        props: NO_PROPS,
      };
    },
    (w, m, { version }) => {
      if (m.command === "insert_bucket" || m.command === "remove_bucket")
        throw ofError("OFPGMFC_BAD_COMMAND", m.command);
      w.u16(COMMANDS[m.command]);
      w.u8(TYPES.indexOf(m.groupType));
      w.zeros(1);
      w.u32(m.group);
      writeBuckets(w, m.buckets, m.groupType, version, false);
    },
  ),
  group15("1.5", type(15)),
  group15("1.0", nicira(31) as ReturnType<typeof type>),
];

/** One group of a description reply. */
export function readGroupDesc(r: Reader, version: Version): GroupDescEntry {
  const length = r.u16("length");
  const form15 = version === 6 || version === 1;
  if (length < (form15 ? 16 : 8) || length - 2 > r.left) throw ofError("OFPBRC_BAD_LEN");
  const body = r.sub(length - 2);
  const groupKind = groupType(body.u8("group_type"));
  body.skip(1, "pad");
  const group = body.u32("group");
  if (!form15)
    return { group, groupType: groupKind, buckets: readBuckets(body, version, groupKind, false), props: NO_PROPS };
  const bucketOctets = body.u16("bucket_octets");
  body.skip(6, "pad");
  if (bucketOctets > body.left) throw ofError("OFPBRC_BAD_LEN");
  const buckets = readBuckets(body.sub(bucketOctets, "buckets"), version, groupKind, true);
  return { group, groupType: groupKind, buckets, props: readProps(body, groupKind) };
}

/** Appends one group's description; OpenFlow 1.0, by Nicira's extension, has the form of 1.5. */
export function writeGroupDesc(w: Writer, g: GroupDescEntry, version: Version): void {
  const from = w.length;
  const form15 = version === 6 || version === 1;
  w.u16(0);
  w.u8(TYPES.indexOf(g.groupType));
  w.zeros(1);
  w.u32(g.group);
  if (form15) w.zeros(8);
  const bucketsAt = w.length;
  writeBuckets(w, g.buckets, g.groupType, version, form15);
  if (form15) {
    w.setU16(from + 8, w.length - bucketsAt);
    writeProps(w, g.props, version);
  }
  w.setU16(from, w.length - from);
}
