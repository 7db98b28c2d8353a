import type { Action } from "#openflow";
import { executionOrder } from "./action-set.ts";
import type { Context } from "./context.ts";
import { finishFreezing } from "./freeze.ts";
import { isLive, selectBucket } from "./select.ts";
import { type RunActions, withinLimits } from "./tables.ts";
import type { BucketView, GroupView } from "./view.ts";

/** Sends the packet through a group (OpenFlow 1.3.5 §5.6). */
export function groupAction(ctx: Context, number: number, last: boolean, run: RunActions): void {
  if (!withinLimits(ctx)) return;
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
      return one(selectBucket(ctx, group));
  }
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
