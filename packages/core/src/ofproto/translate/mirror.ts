import { WORD } from "#flow";
import { inputProblem, NO_TAG, outputTags, type Tag, type Tags, tagWord } from "#l2";
import type { Context } from "./context.ts";
import { tagsOf } from "./tags.ts";
import type { BundleView, MirrorView } from "./view.ts";

/** How a copy goes out of a port with these tags; handed in, for output mirrors in its turn. */
export type OutputTo = (ctx: Context, bundle: BundleView, tags: readonly [number, number]) => void;

/**
 * Copies a packet to the mirrors that select it. Each mirror gets a packet once, however often it is sent
 * (ovs-vswitchd.conf.db(5), Mirror).
 */
export function mirrorPacket(
  ctx: Context,
  bundle: BundleView,
  side: "sources" | "destinations",
  output: OutputTo,
): void {
  if (!ctx.sw.mirrors.length) return;
  const vlan = tagsOf(ctx.flow)[0].vid;
  for (const mirror of ctx.sw.mirrors) {
    if (ctx.mirrors & mirror.bit || !mirror[side].has(bundle)) continue;
    if (mirror.vlans) {
      ctx.lookAtWords(WORD.vlan0, 1);
      if (!mirror.vlans.has(vlan)) continue;
    }
    ctx.mirrors |= mirror.bit;
    ctx.effects.push({ do: "credit-mirror", sw: ctx.sw, mirror: mirror.name });
    send(ctx, mirror, vlan, output);
  }
}

/** Copies an arriving packet: by the port it came in at. */
export function mirrorArrival(ctx: Context, output: OutputTo): void {
  const bundle = ctx.inPort?.bundle;
  if (!bundle || !ctx.sw.mirrors.length) return;
  if (bundle.isMirrorOutput) return;
  if (inputProblem(bundle.rules, bundle.name, tagsOf(ctx.flow)[0].vid)) return;
  mirrorPacket(ctx, bundle, "sources", output);
}

function send(ctx: Context, mirror: MirrorView, vlan: number, output: OutputTo): void {
  if (mirror.snaplen !== undefined) ctx.actions.push({ type: "trunc", maxLen: mirror.snaplen });
  const tags = tagsOf(ctx.flow);
  if (mirror.output) {
    const [outer, inner] = outputTags(mirror.output.rules, tags, tags[0].pcp);
    output(ctx, mirror.output, [tagWord(outer), tagWord(inner)]);
    return;
  }
  if (mirror.outputVlan === undefined || mirror.outputVlan === vlan) return;
  const tag: Tag = { tpid: 0x8100, vid: mirror.outputVlan, pcp: tags[0].pcp };
  const inside: Tags = [tag, NO_TAG];
  for (const bundle of ctx.sw.bundles) {
    if (bundle.isMirrorOutput || bundle.ports.some((port) => port.port === ctx.flow[WORD.inPort])) continue;
    const { rules } = bundle;
    if (rules.mode === "access" ? rules.vlan !== tag.vid : rules.trunks && !rules.trunks.has(tag.vid)) continue;
    const [outer, inner] = outputTags(rules, inside, tag.pcp);
    output(ctx, bundle, [tagWord(outer), tagWord(inner)]);
  }
}
