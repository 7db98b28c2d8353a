import { WORD } from "#flow";
import { type Action, OFPP } from "#openflow";
import { executionOrder } from "./action-set.ts";
import type { Context } from "./context.ts";
import { finishFreezing, freeze } from "./freeze.ts";
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
 * Highest random weight over live buckets: a bucket that comes or goes moves only its own share of flows. The hash is
 * over addresses, VLAN and ports, whatever way they run, or over the fields that the group names.
 */
function selectByFields(ctx: Context, group: GroupView): BucketView | undefined {
  const basis = flowHash(ctx, group);
  let best: BucketView | undefined;
  let score = -1;
  for (const bucket of group.buckets) {
    if (bucket.weight === 0 || !isLive(ctx, bucket, 0)) continue;
    const value = (mix(bucket.id, basis) >>> 16) * bucket.weight;
    ctx.report("detail", `bucket ${bucket.id}: score ${value}`);
    if (value <= score) continue;
    score = value;
    best = bucket;
  }
  return best;
}

function flowHash(ctx: Context, group: GroupView): number {
  const { flow } = ctx;
  const { fields } = group.props;
  if (fields && group.props.selectionMethod === "hash") {
    let hash = Number(group.props.selectionMethodParam & 0xffffffffn);
    for (let i = 0; i < flow.length; i++) {
      if (!fields.mask[i]) continue;
      ctx.mask[i] = ((ctx.mask[i] as number) | (fields.mask[i] as number)) >>> 0;
      hash = mix((flow[i] as number) & (fields.mask[i] as number), hash);
    }
    return hash;
  }
  ctx.lookAtWords(WORD.ethDst, 4);
  ctx.mask[WORD.vlan0] = ((ctx.mask[WORD.vlan0] as number) | 0x1fff) >>> 0;
  const word = (at: number): number => flow[at] as number;
  let hash = mix(word(WORD.ethDst) ^ word(WORD.ethSrc), word(WORD.ethDst + 1) ^ word(WORD.ethSrc + 1));
  hash = mix(word(WORD.vlan0) & 0x1fff, mix(word(WORD.ethType), hash));
  if (word(WORD.ethType) !== 0x0800 && word(WORD.ethType) !== 0x86dd) return hash;
  ctx.lookAt("nw_proto");
  const protocol = word(WORD.ip) >>> 24;
  const addresses = word(WORD.ethType) === 0x0800 ? [[WORD.nwSrc, 1, WORD.nwDst]] : [[WORD.ipv6Src, 4, WORD.ipv6Dst]];
  for (const [src = 0, words = 0, dst = 0] of addresses) {
    ctx.lookAtWords(src, words);
    ctx.lookAtWords(dst, words);
    for (let i = 0; i < words; i++) hash = mix(word(src + i) ^ word(dst + i), hash);
  }
  if (protocol === 6 || protocol === 17 || protocol === 132) {
    ctx.lookAtWords(WORD.tp, 1);
    hash = mix((word(WORD.tp) >>> 16) ^ (word(WORD.tp) & 0xffff), hash);
  }
  return mix(protocol, hash);
}

/** One round of MurmurHash3 (32 bits). */
export function mix(value: number, hash: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
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
