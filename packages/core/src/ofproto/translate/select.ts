import { FIELDS, readField, WORD } from "#flow";
import { hashAdd, hashFinish } from "#lib";
import { OFPP } from "#openflow";
import { fieldsIn } from "#openflow/text";
import type { Context } from "./context.ts";
import { freeze } from "./freeze.ts";
import { hashFields, hashOctets, hashTwo } from "./hash.ts";
import type { BucketView, GroupView } from "./view.ts";

/** How a select group picks a bucket: by the datapath's hash of the packet, by fields, or by a hash taken here. */
export type Method =
  | {
      readonly by: "datapath";
      readonly algorithm: "l4" | "sym_l4";
      readonly basis: number;
      readonly places: readonly BucketView[];
    }
  | { readonly by: "fields" | "packet" };

/** The datapath's hash picks only while a table of so many places does. */
const MAX_PLACES = 256;
const methods = new WeakMap<GroupView, Method>();

/** The method of a group, worked out once: selection_method and its parameter as Open vSwitch takes them. */
export function methodOf(group: GroupView): Method {
  let method = methods.get(group);
  if (!method) {
    method = workOutMethod(group);
    methods.set(group, method);
  }
  return method;
}

function workOutMethod(group: GroupView): Method {
  const { selectionMethod, selectionMethodParam: param, fields } = group.props;
  if (selectionMethod === "hash") return { by: fields ? "fields" : "packet" };
  const asked = selectionMethod === "dp_hash";
  const places = placesOf(group);
  if (!places) return { by: "packet" };
  if (!asked) return { by: "datapath", algorithm: "sym_l4", basis: 0, places };
  // The parameter's upper half names the algorithm; what is not known is l4.
  const algorithm = param >> 32n === 1n ? "sym_l4" : "l4";
  return { by: "datapath", algorithm, basis: Number(param & 0xffffffffn), places };
}

/** The bucket of a select group for the packet; undefined: none works, or its hash has yet to be taken. */
export function selectBucket(ctx: Context, group: GroupView): BucketView | undefined {
  const method = methodOf(group);
  if (method.by === "datapath") return selectByDatapath(ctx, method);
  return best(ctx, group, method.by === "fields" ? hashOfFields(ctx, group) : hashFields(ctx, "symmetric_l4", 0));
}

/**
 * The datapath's own hash of the packet, once it is known, picks from a table in which each bucket has places by its
 * weight. Until then the packet is sent round again with a hash.
 */
function selectByDatapath(
  ctx: Context,
  { algorithm, basis, places }: Extract<Method, { by: "datapath" }>,
): BucketView | undefined {
  const hash = ctx.flow[WORD.dpHash] as number;
  if (hash === 0) {
    ctx.pendingHash = { algorithm, basis };
    freeze(ctx);
    return undefined;
  }
  ctx.mask[WORD.dpHash] = ((ctx.mask[WORD.dpHash] as number) | (places.length - 1)) >>> 0;
  for (let i = 0; i < places.length; i++) {
    const bucket = places[(hash + i) & (places.length - 1)] as BucketView;
    if (isLive(ctx, bucket, 0)) return bucket;
  }
  return undefined;
}

const MIN_PLACES = 16;

/** Weights of the buckets that have one, and how many places a table needs so that the lightest gets its share. */
export function weightsOf({ buckets }: GroupView): {
  readonly total: number;
  readonly least: number;
  readonly size: number;
} {
  const weights = buckets.map(({ weight }) => weight).filter((weight) => weight > 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const least = Math.min(...weights);
  return { total, least, size: Math.max(MIN_PLACES, 2 ** Math.ceil(Math.log2(Math.ceil(total / least)))) };
}

/**
 * A table of a power of two of places, handed out by Webster's method: the largest quotient weight / (2 n + 1) next.
 * Undefined when weights call for more than MAX_PLACES, or there are none.
 */
function placesOf(group: GroupView): readonly BucketView[] | undefined {
  const buckets = group.buckets.filter(({ weight }) => weight > 0);
  if (!buckets.length) return undefined;
  const { size } = weightsOf(group);
  if (size > MAX_PLACES) return undefined;
  const quotients = buckets.map((bucket) => ({ bucket, divisor: 1 }));
  return Array.from({ length: size }, () => {
    const next = quotients.reduce((a, b) => (b.bucket.weight / b.divisor > a.bucket.weight / a.divisor ? b : a));
    next.divisor += 2;
    return next.bucket;
  });
}

/** Whether what a bucket watches works; one that watches nothing is live. */
export function isLive(ctx: Context, bucket: BucketView, depth: number): boolean {
  if (depth > 8) return false;
  if (bucket.watchPort === OFPP.any && bucket.watchGroup === 0xffffffff) return true;
  if (bucket.watchPort !== OFPP.any && ctx.sw.port(bucket.watchPort)?.mayEnable) return true;
  const watched = bucket.watchGroup === 0xffffffff ? undefined : ctx.sw.group(bucket.watchGroup);
  return watched?.buckets.some((other) => isLive(ctx, other, depth + 1)) ?? false;
}

/**
 * Highest random weight over live buckets: a bucket that comes or goes moves only
 * its own share of flows.
 */
function best(ctx: Context, group: GroupView, basis: number): BucketView | undefined {
  let chosen: BucketView | undefined;
  let most = 0;
  for (const bucket of group.buckets) {
    if (!isLive(ctx, bucket, 0)) continue;
    const score = (hashTwo(bucket.id, basis) & 0xffff) * bucket.weight;
    ctx.report("detail", `bucket ${bucket.id}: score ${score}`);
    if (score < most) continue;
    most = score;
    chosen = bucket;
  }
  return chosen;
}

function hashOfFields(ctx: Context, { props }: GroupView): number {
  const param = props.selectionMethodParam;
  let hash = hashFinish(hashAdd(hashAdd(0, Number(param & 0xffffffffn)), Number(param >> 32n)), 8);
  if (!props.fields) return hash;
  for (const field of fieldsIn(props.fields.mask)) {
    if (!ctx.has(field)) continue;
    const bits = readField(props.fields.mask, field);
    const value = readField(ctx.flow, field) & bits;
    hash = hashOctets(
      Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * FIELDS[field].octets, "0"), "hex")),
      hash,
    );
    ctx.lookAt(field, bits);
  }
  return hash;
}
