import { FIELDS, matchAll, matchField, readField } from "#flow";
import { type Action, OFPP, type Subfield } from "#openflow";
import type { Context } from "./context.ts";
import { describeLearned } from "./describe.ts";
import { reportNow } from "./fields.ts";
import type { LearnedFlow } from "./translation.ts";

type Learn = Extract<Action, { type: "learn" }>;

/** Makes a flow of the packet; adding it is an effect (ovs-actions(7), learn). */
export function learn(ctx: Context, action: Learn): void {
  for (const spec of action.specs) if (typeof spec.src !== "bigint") ctx.lookAt(spec.src.field, bitsOf(spec.src));
  const made = learned(ctx, action);
  if (!ctx.sideEffects) {
    if (ctx.trace) ctx.report("warn", "suppressing side effects, so learn action ignored");
    return;
  }
  ctx.report("detail", () => describeLearned(made));
  if (isFull(ctx, made)) {
    writeResult(ctx, action, false);
    ctx.report("detail", "Limit exceeded, learn failed");
    return;
  }
  ctx.effects.push({ do: "learn-flow", sw: ctx.sw, learn: made });
  writeResult(ctx, action, true);
}

/** Tells the rest of the pipeline whether the flow was added, where result_dst says. */
function writeResult(ctx: Context, { resultDst }: Learn, success: boolean): void {
  if (!resultDst) return;
  ctx.write(resultDst, success ? 1n : 0n);
  reportNow(ctx, resultDst);
}

/** Whether a table has as many flows of that cookie as may be learned; a flow that is there already stays. */
function isFull({ sw, effects }: Context, { table, limit, cookie, key, mask, priority }: LearnedFlow): boolean {
  if (!limit) return false;
  if (sw.table(table)?.has({ key, mask }, priority)) return false;
  const pending = effects.filter(
    (effect) =>
      effect.do === "learn-flow" && effect.sw === sw && effect.learn.table === table && effect.learn.cookie === cookie,
  );
  return (sw.table(table)?.countCookie(cookie) ?? 0) + pending.length >= limit;
}

const bitsOf = ({ offset, bits }: Subfield): bigint => ((1n << BigInt(bits)) - 1n) << BigInt(offset);

function learned(ctx: Context, action: Learn): LearnedFlow {
  const match = matchAll();
  const actions: Action[] = [];
  if (action.finIdleTimeout || action.finHardTimeout)
    actions.push({ type: "fin_timeout", idle: action.finIdleTimeout, hard: action.finHardTimeout });
  for (const spec of action.specs) {
    const value = typeof spec.src === "bigint" ? spec.src : ctx.read(spec.src);
    switch (spec.kind) {
      case "match": {
        const { field, offset } = spec.dst;
        const old = readField(match.key, field);
        const mask = readField(match.mask, field) | bitsOf(spec.dst);
        matchField(match, field, old | (value << BigInt(offset)), mask);
        // A field that is wholly known also says what it needs: an Ethertype, a protocol.
        break;
      }
      case "load":
        actions.push({
          type: "set_field",
          field: spec.dst.field,
          value: value << BigInt(spec.dst.offset),
          mask: bitsOf(spec.dst),
          wire: "reg_load",
        });
        break;
      case "output":
        actions.push({ type: "output", port: port(value, spec.src), maxLen: 0xffff });
        break;
    }
  }
  return {
    table: action.table,
    priority: action.priority,
    cookie: action.cookie,
    idleTimeout: action.idleTimeout,
    hardTimeout: action.hardTimeout,
    flags: action.flags & 1,
    limit: action.limit,
    key: match.key,
    mask: match.mask,
    actions,
  };
}

function port(value: bigint, src: Subfield): number {
  const number = Number(value & 0xffffffffn);
  const reserved = src.bits <= 16 && number >= 0xff00 ? number + 0xffff0000 : number;
  return FIELDS[src.field].format === "port" && reserved === OFPP.any ? OFPP.any : reserved;
}
