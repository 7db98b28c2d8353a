import { WORD } from "#flow";
import { includesVlan, inputProblem, inputTags, isReservedAddress, outputTags, type Tags, tagWord } from "#l2";
import type { Context } from "./context.ts";
import { tagsOf } from "./tags.ts";
import type { BundleView, MirrorView } from "./view.ts";

/** How a copy goes out of a port with these tags; handed in, for output mirrors in its turn. */
export type OutputTo = (ctx: Context, bundle: BundleView, tags: readonly [number, number]) => void;

/** Mirrors to the same place: a packet goes there once. */
const sameOutput = (a: MirrorView, b: MirrorView): boolean => a.output === b.output && a.outputVlan === b.outputVlan;

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
  const { mirrors } = ctx.sw;
  if (!mirrors.length) return;
  const arrived = tagsOf(ctx.flow);
  const problem = inputProblem(bundle.rules, bundle.name, arrived[0].vid);
  if (problem) {
    ctx.report("error", problem);
    return;
  }
  const tags = inputTags(bundle.rules, arrived);
  for (const mirror of mirrors) {
    if (ctx.mirrors & mirror.bit || !mirror[side].has(bundle)) continue;
    if (mirror.vlans) {
      ctx.mask[WORD.vlan0] = ((ctx.mask[WORD.vlan0] as number) | 0x1fff) >>> 0;
      if (!mirror.vlans.has(tags[0].vid)) continue;
    }
    // Now, so that its own output is not mirrored there again.
    for (const other of mirrors) if (sameOutput(mirror, other)) ctx.mirrors |= other.bit;
    ctx.effects.push({ do: "credit-mirror", sw: ctx.sw, mirror: mirror.name });
    ctx.snaplen = mirror.snaplen;
    send(ctx, mirror, tags, arrived[0].pcp, output);
    ctx.snaplen = undefined;
  }
}

/** Copies an arriving packet: by the port it came in at. */
export function mirrorArrival(ctx: Context, output: OutputTo): void {
  if (!ctx.sw.mirrors.length) return;
  const bundle = ctx.inPort?.bundle;
  if (bundle) mirrorPacket(ctx, bundle, "sources", output);
}

function send(ctx: Context, mirror: MirrorView, tags: Tags, pcp: number, output: OutputTo): void {
  const to = (bundle: BundleView, inside: Tags): void => {
    const [outer, inner] = outputTags(bundle.rules, inside, pcp);
    output(ctx, bundle, [tagWord(outer), tagWord(inner)]);
  };
  if (mirror.output) {
    to(mirror.output, tags);
    return;
  }
  const { outputVlan } = mirror;
  if (outputVlan === undefined || outputVlan === tags[0].vid || isReservedAddress(destination(ctx))) return;
  const inside: Tags = [{ ...tags[0], vid: outputVlan }, tags[1]];
  for (const bundle of ctx.sw.bundles)
    if (!bundle.isMirrorOutput && includesVlan(bundle.rules, inside)) to(bundle, inside);
}

const destination = ({ flow }: Context): number =>
  (flow[WORD.ethDst] as number) * 2 ** 32 + (flow[WORD.ethDst + 1] as number);
