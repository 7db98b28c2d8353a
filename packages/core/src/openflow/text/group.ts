/** Groups in text: `group_id=1,type=select,bucket=weight:10,output:1` (ovs-ofctl(8), "Group Syntax"). */
import {
  FIELDS,
  fieldNamed,
  formatPort,
  type Match,
  matchAll,
  nextPair,
  pairs,
  parseFieldValue,
  parsePort,
  type readField,
} from "#flow";
import type { Bucket, GroupCommand, GroupMod, GroupProps, GroupType } from "../message.ts";
import { BUCKET, GROUP_ALL, GROUP_ANY, GROUP_MAX, OFPP, PORT_END } from "../port.ts";
import { formatActions, parseActions } from "./actions/index.ts";
import type { TextContext } from "./context.ts";
import { textError } from "./errors.ts";
import { maskedFields } from "./group-fields.ts";
import { u16, u32, u64 } from "./numbers.ts";
import { PROTOCOLS, type Protocols } from "./protocols.ts";

const TYPES: readonly GroupType[] = ["all", "select", "indirect", "ff"];
const TYPE_WORDS: Readonly<Record<string, GroupType>> = { fast_failover: "ff" };

/** A group_mod from its text, and the versions that can say it. */
export interface ParsedGroupMod {
  readonly mod: GroupMod;
  readonly usable: Protocols;
}

interface Draft {
  group: number | undefined;
  type: GroupType | undefined;
  commandBucketId: number | undefined;
  method: string;
  methodParam: bigint;
  fields: Match | undefined;
}

const BUCKET_WORDS: Readonly<Record<string, number>> = { first: BUCKET.first, last: BUCKET.last, all: BUCKET.all };

function commandBucket(value: string): number {
  const word = BUCKET_WORDS[value];
  if (word !== undefined) return word;
  const id = u32(value);
  if (id > BUCKET.max) throw textError(`invalid command bucket id ${value}`);
  return id;
}

/** `fields=ip_dst` or `fields(ip_src,ip_dst=255.255.255.0)`: what a select group hashes over. */
function parseFields(text: string, context: TextContext): Match {
  const match = matchAll();
  for (const { key, value } of pairs(text)) {
    const field = fieldNamed(key);
    if (!field) throw textError(`${value}: unknown field ${key}`);
    const mask = value ? parseFieldValue(field, value, context.ports)[0] : (1n << BigInt(FIELDS[field].bits)) - 1n;
    setMask(match, field, mask);
  }
  return match;
}

function setMask(match: Match, field: Parameters<typeof readField>[1], mask: bigint): void {
  const { at, lsb, bits } = FIELDS[field];
  const words = Math.max(1, Math.ceil(bits / 32));
  let rest = mask << BigInt(lsb);
  for (let i = words - 1; i >= 0; i--) {
    match.mask[at + i] = ((match.mask[at + i] as number) | Number(rest & 0xffffffffn)) >>> 0;
    rest >>= 32n;
  }
}

function takeKey(draft: Draft, key: string, value: string, command: GroupCommand, context: TextContext): void {
  if (key === "command_bucket_id") {
    if (command !== "insert_bucket" && command !== "remove_bucket") throw textError("command bucket id is not needed");
    draft.commandBucketId = commandBucket(value);
  } else if (key === "group_id") {
    if (value === "all") draft.group = GROUP_ALL;
    else {
      draft.group = u32(value);
      if (draft.group > GROUP_MAX) throw textError(`invalid group id ${draft.group}`);
    }
  } else if (key === "type") {
    if (command === "delete" || command.endsWith("bucket")) throw textError("type is not needed");
    draft.type = TYPES.find((type) => type === value) ?? TYPE_WORDS[value];
    if (!draft.type) throw textError(`invalid group type ${value}`);
  } else if (key === "selection_method") {
    if (command === "delete" || command.endsWith("bucket")) throw textError("selection method is not needed");
    if (value.length > 15) throw textError("selection method is longer than 15 bytes long");
    draft.method = value;
  } else if (key === "selection_method_param") draft.methodParam = u64(value);
  else if (key === "fields") draft.fields = parseFields(value, context);
  else throw textError(`unknown keyword ${key}`);
}

/** One bucket: its own keys, then actions. */
function parseBucket(
  text: string,
  type: GroupType | undefined,
  context: TextContext,
): { bucket: Bucket; usable: Protocols } {
  const bucket = { id: undefined as number | undefined, weight: type === "select" ? 1 : 0 };
  let watchPort: number = OFPP.any;
  let watchGroup = GROUP_ANY;
  let weighted = false;
  const actions: string[] = [];
  for (let at = 0, pair = nextPair(text, at); pair; at = pair.next, pair = nextPair(text, at)) {
    const { key, value } = pair;
    const word = key.toLowerCase();
    if (word === "weight") {
      bucket.weight = u16(value, "weight");
      weighted = true;
    } else if (word === "watch_port") {
      const port = parsePort(value, context.ports);
      if (port === undefined || (port >= PORT_END && port !== OFPP.any))
        throw textError(`${value}: invalid watch_port`);
      watchPort = port;
    } else if (word === "watch_group") {
      watchGroup = u32(value);
      if (watchGroup > GROUP_MAX) throw textError(`invalid watch_group id ${watchGroup}`);
    } else if (word === "bucket_id") {
      bucket.id = u32(value);
      if (bucket.id > BUCKET.max) throw textError(`invalid bucket_id id ${bucket.id}`);
    } else if (word === "action" || word === "actions") {
      actions.push(value);
    } else actions.push(text.slice(at, pair.next).replace(/^[\s,]+|[\s,]+$/g, ""));
  }
  if (!actions.length) throw textError("bucket must specify actions");
  const parsed = parseActions(actions.join(","), context);
  if (weighted && type !== undefined && type !== "select")
    throw textError("Only select groups can have bucket weights.");
  return {
    bucket: { id: bucket.id ?? BUCKET.all, weight: bucket.weight, watchPort, watchGroup, actions: parsed.actions },
    usable: parsed.usable,
  };
}

/** Buckets that were given no number get the lowest free ones. */
function numbered(buckets: readonly Bucket[]): Bucket[] {
  const taken = new Set(buckets.map(({ id }) => id));
  let free = 0;
  return buckets.map((bucket) => {
    if (bucket.id <= BUCKET.max) return bucket;
    while (taken.has(free)) free++;
    taken.add(free);
    return { ...bucket, id: free };
  });
}

/** Reads a group for a command of group mod, with the protocols that can say it. */
export function parseGroupMod(text: string, command: GroupCommand, context: TextContext = {}): ParsedGroupMod {
  let usable: Protocols = command.endsWith("bucket") ? PROTOCOLS.of15Up | PROTOCOLS.of10Up1 : PROTOCOLS.any;
  const [head = "", ...bucketTexts] = text.split(/,?\s*(?:^|[,\s])(?:bucket|buckets)=/);
  const takesBuckets = command !== "delete" && command !== "remove_bucket";
  if (!takesBuckets && bucketTexts.length) throw textError("bucket is not needed");
  const draft: Draft = {
    group: undefined,
    type: undefined,
    commandBucketId: undefined,
    method: "",
    methodParam: 0n,
    fields: undefined,
  };
  for (const { key, value } of pairs(head)) takeKey(draft, key, value, command, context);
  if (draft.group === undefined) {
    if (command !== "delete") throw textError("must specify a group_id");
    draft.group = GROUP_ALL;
  }
  const needsType = command === "add" || command === "modify" || command === "add_or_mod";
  if (needsType && !draft.type) throw textError("must specify a type");
  if (command === "insert_bucket" && draft.commandBucketId === undefined)
    throw textError("must specify a command bucket id");
  if (draft.fields && draft.method !== "hash")
    throw textError('fields may only be specified with "selection_method=hash"');
  const buckets: Bucket[] = [];
  for (const bucketText of bucketTexts) {
    const { bucket, usable: can } = parseBucket(bucketText, draft.type, context);
    usable &= can;
    if (draft.type === "ff" && bucket.watchPort === OFPP.any && bucket.watchGroup === GROUP_ANY)
      throw textError("fast failover bucket requires watch_port or watch_group");
    buckets.push(bucket);
  }
  if (draft.type === "indirect" && buckets.length > 1) throw textError("Indirect groups can have at most one bucket.");
  const props: GroupProps = {
    selectionMethod: draft.method,
    selectionMethodParam: draft.methodParam,
    fields: draft.fields,
  };
  const mod: GroupMod = {
    type: "group_mod",
    command,
    groupType: draft.type ?? "all",
    group: draft.group,
    commandBucketId: draft.commandBucketId ?? BUCKET.all,
    buckets: numbered(buckets),
    props,
  };
  return { mod, usable };
}

function formatBucketId(id: number): string {
  return Object.keys(BUCKET_WORDS).find((word) => BUCKET_WORDS[word] === id) ?? String(id);
}

/** What a group description or mod says; bucket numbers show where the version has them (1.0 by extension, 1.5). */
export function formatGroup(
  group: {
    readonly group: number;
    readonly groupType: GroupType | undefined;
    readonly buckets: readonly Bucket[];
    readonly props: GroupProps;
  },
  bucketIds: boolean,
  context: TextContext = {},
): string {
  const parts = [`group_id=${group.group}`];
  if (group.groupType) parts.push(`type=${group.groupType}`);
  const { selectionMethod, selectionMethodParam, fields } = group.props;
  if (selectionMethod) {
    parts.push(`selection_method=${selectionMethod}`);
    if (selectionMethodParam) parts.push(`selection_method_param=${selectionMethodParam}`);
    const shown = fields ? maskedFields(fields.mask) : [];
    const [only] = shown;
    if (shown.length === 1 && only && !only.includes("=")) parts.push(`fields=${only}`);
    else if (shown.length) parts.push(`fields(${shown.join(",")})`);
  }
  for (const bucket of group.buckets) parts.push(formatBucket(bucket, group.groupType, bucketIds, context));
  return parts.join(",");
}

function formatBucket(bucket: Bucket, type: GroupType | undefined, bucketIds: boolean, context: TextContext): string {
  const parts: string[] = [];
  if (bucketIds && bucket.id <= BUCKET.max) parts.push(`bucket_id:${bucket.id}`);
  // Only select groups weigh; buckets that say nothing have 1, or 0 in versions that always say it.
  if (type === "select" ? bucket.weight !== 1 : bucket.weight > 1) parts.push(`weight:${bucket.weight}`);
  if (bucket.watchPort !== OFPP.any) parts.push(`watch_port:${formatPort(bucket.watchPort, context.ports)}`);
  if (bucket.watchGroup !== GROUP_ANY) parts.push(`watch_group:${bucket.watchGroup}`);
  parts.push(`actions=${formatActions(bucket.actions, context)}`);
  return `bucket=${parts.join(",")}`;
}

const COMMAND_WORDS: Readonly<Record<GroupCommand, string>> = {
  add: "ADD",
  modify: "MOD",
  add_or_mod: "ADD_OR_MOD",
  delete: "DEL",
  insert_bucket: "INSERT_BUCKET",
  remove_bucket: "REMOVE_BUCKET",
};

/** A group mod as it stands in a printed message. */
export function formatGroupMod(mod: GroupMod, bucketIds: boolean, context: TextContext): string {
  let text = `\n ${COMMAND_WORDS[mod.command]} `;
  const isBucket = mod.command === "insert_bucket" || mod.command === "remove_bucket";
  if (isBucket) text += `command_bucket_id:${formatBucketId(mod.commandBucketId)},`;
  const groupType = isBucket || mod.command === "delete" ? undefined : mod.groupType;
  return text + formatGroup({ ...mod, groupType }, bucketIds, context);
}
