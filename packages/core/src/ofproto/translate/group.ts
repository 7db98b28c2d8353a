import { FIELDS, readField, WORD } from "#flow";
import { type Action, OFPP } from "#openflow";
import { fieldsIn } from "#openflow/text";
import { executionOrder } from "./action-set.ts";
import type { Context } from "./context.ts";
import { finishFreezing, freeze } from "./freeze.ts";
import { hashAdd, hashFinish, hashOctets, hashTwo } from "./hash.ts";
import type { RunActions } from "./tables.ts";
import type { BucketView, GroupView } from "./view.ts";

/** Sends the packet through a group (OpenFlow 1.3.5 §5.6). */
export function groupAction(ctx: Context, number: number, last: boolean, run: RunActions): void {
  const group = ctx.sw.group(number);
  if (!group) {
    ctx.report("warn", `output to nonexistent group ${number}`);
    return;
  }
  const saved = ctx.inGroup;
  ctx.inGroup = true;
  const chosen = choose(ctx, group);
  const picks = group.groupType === "ff" || group.groupType === "select";
  if (picks && !chosen.length) ctx.report("detail", "no live bucket");
  for (const [i, bucket] of chosen.entries()) {
    if (picks) ctx.report("detail", `using bucket ${bucket.id}`);
    runBucket(ctx, group, bucket, last && i === chosen.length - 1, run);
  }
  ctx.inGroup = saved;
}

function choose(ctx: Context, group: GroupView): readonly BucketView[] {
  const one = (bucket: BucketView | undefined) => (bucket ? [bucket] : []);
  switch (group.groupType) {
    case "all":
    case "indirect":
      return group.buckets;
    case "ff":
      return one(group.buckets.find((bucket) => isLive(ctx, bucket, 0)));
    case "select":
      return one(group.props.selectionMethod === "hash" ? selectByFields(ctx, group) : selectByDatapath(ctx, group));
  }
}

/**
 * The datapath's own hash of the packet, once it is known, picks from a table in which each bucket has places by its
 * weight. Until then the packet is sent round again with a hash.
 */
function selectByDatapath(ctx: Context, group: GroupView): BucketView | undefined {
  const table = placesOf(group);
  if (!table.length) return undefined;
  const hash = ctx.flow[WORD.dpHash] as number;
  if (hash === 0) {
    ctx.pendingHash = { algorithm: "sym_l4", basis: Number(group.props.selectionMethodParam & 0xffffffffn) };
    freeze(ctx);
    return undefined;
  }
  ctx.mask[WORD.dpHash] = ((ctx.mask[WORD.dpHash] as number) | (table.length - 1)) >>> 0;
  for (let i = 0; i < table.length; i++) {
    const bucket = table[(hash + i) & (table.length - 1)] as BucketView;
    if (isLive(ctx, bucket, 0)) return bucket;
  }
  return undefined;
}

const MIN_PLACES = 16;
const MAX_PLACES = 256;
const places = new WeakMap<GroupView, readonly BucketView[]>();

/** A table of a power of two of places, handed out by Webster's method: the largest quotient weight / (2 n + 1) next. */
function placesOf(group: GroupView): readonly BucketView[] {
  const known = places.get(group);
  if (known) return known;
  const buckets = group.buckets.filter(({ weight }) => weight > 0);
  const total = buckets.reduce((sum, { weight }) => sum + weight, 0);
  const least = Math.min(...buckets.map(({ weight }) => weight));
  const wanted = buckets.length ? 2 ** Math.ceil(Math.log2(total / least)) : 0;
  const size = buckets.length ? Math.min(MAX_PLACES, Math.max(MIN_PLACES, wanted)) : 0;
  const quotients = buckets.map((bucket) => ({ bucket, divisor: 1 }));
  const table = Array.from({ length: size }, () => {
    const next = quotients.reduce((a, b) => (b.bucket.weight / b.divisor > a.bucket.weight / a.divisor ? b : a));
    next.divisor += 2;
    return next.bucket;
  });
  places.set(group, table);
  return table;
}

/** Whether what a bucket watches works; one that watches nothing is live. */
function isLive(ctx: Context, bucket: BucketView, depth: number): boolean {
  if (depth > 8) return false;
  if (bucket.watchPort === OFPP.any && bucket.watchGroup === 0xffffffff) return true;
  if (bucket.watchPort !== OFPP.any && ctx.sw.port(bucket.watchPort)?.mayEnable) return true;
  const watched = bucket.watchGroup === 0xffffffff ? undefined : ctx.sw.group(bucket.watchGroup);
  return watched?.buckets.some((other) => isLive(ctx, other, depth + 1)) ?? false;
}

/**
 * Highest random weight over live buckets, by the fields that the group names: a bucket that comes or goes moves only
 * its own share of flows.
 */
function selectByFields(ctx: Context, group: GroupView): BucketView | undefined {
  const basis = hashOfFields(ctx, group);
  let best: BucketView | undefined;
  let most = 0;
  for (const bucket of group.buckets) {
    if (!isLive(ctx, bucket, 0)) continue;
    const score = (hashTwo(bucket.id, basis) & 0xffff) * bucket.weight;
    ctx.report("detail", `bucket ${bucket.id}: score ${score}`);
    if (score < most) continue;
    most = score;
    best = bucket;
  }
  return best;
}

function hashOfFields(ctx: Context, { props }: GroupView): number {
  const param = props.selectionMethodParam;
  let hash = hashFinish(hashAdd(hashAdd(0, Number(param & 0xffffffffn)), Number(param >> 32n)), 8);
  if (!props.fields) return hash;
  for (const field of fieldsIn(props.fields.mask)) {
    if (!ctx.has(field)) continue;
    const value = readField(ctx.flow, field) & readField(props.fields.mask, field);
    hash = hashOctets(
      Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * FIELDS[field].octets, "0"), "hex")),
      hash,
    );
    ctx.lookAt(field);
  }
  return hash;
}

/** Runs a bucket's actions on a copy: the packet is as before for the next one. */
function runBucket(ctx: Context, group: GroupView, bucket: BucketView, last: boolean, run: RunActions): void {
  const saved = { flow: ctx.flow, wasMpls: ctx.wasMpls, conntracked: ctx.conntracked, exit: ctx.exit };
  ctx.flow = ctx.flow.slice();
  ctx.depth++;
  ctx.effects.push({ do: "credit-bucket", sw: ctx.sw, group, bucket });
  const trace = ctx.trace;
  const node = ctx.report("bucket", `bucket ${bucket.id}`);
  if (node) ctx.trace = node.children;
  const actions: readonly Action[] = executionOrder(bucket.actions);
  run(ctx, actions, last);
  if (ctx.freezing) finishFreezing(ctx);
  ctx.depth--;
  Object.assign(ctx, saved);
  ctx.trace = trace;
}
