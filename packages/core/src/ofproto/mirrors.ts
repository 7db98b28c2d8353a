import type { MirrorConfig } from "./config.ts";
import type { Credit } from "./effect.ts";
import type { Bundle } from "./port.ts";
import type { BundleView, MirrorView } from "./translate/view.ts";

/** A packet carries its mirrors as bits of one 32-bit word, as Open vSwitch does. */
const MAX_MIRRORS = 32;

/** The mirrors of a switch: what is configured, what that means for the ports there are, and what each has copied. */
export class Mirrors {
  #configs: readonly MirrorConfig[] = [];
  #views: readonly MirrorView[] = [];
  readonly #stats = new Map<string, { packets: number; octets: number }>();

  /** What translation sees. */
  get views(): readonly MirrorView[] {
    return this.#views;
  }

  /** Replaces the configuration; mirrors that stay keep their counters. Ends with `resolve`. */
  configure(configs: readonly MirrorConfig[], bundles: ReadonlyMap<string, Bundle>): void {
    this.#configs = configs;
    for (const name of this.#stats.keys()) if (!this.#has(name)) this.#stats.delete(name);
    this.resolve(bundles);
  }

  /** Finds the ports that the configuration names; to be called whenever a port comes or goes. */
  resolve(bundles: ReadonlyMap<string, Bundle>): void {
    for (const bundle of bundles.values()) bundle.isMirrorOutput = false;
    const chosen = (names: readonly string[], all: boolean): ReadonlySet<BundleView> =>
      new Set(all ? bundles.values() : names.flatMap((name) => bundles.get(name) ?? []));
    this.#views = this.#configs.slice(0, MAX_MIRRORS).map((config, i) => {
      const output = config.outputPort === undefined ? undefined : bundles.get(config.outputPort);
      if (output) output.isMirrorOutput = true;
      return {
        name: config.name,
        bit: 1 << i,
        sources: chosen(config.selectSrcPorts, config.selectAll),
        destinations: chosen(config.selectDstPorts, config.selectAll),
        vlans: config.selectVlans.length ? new Set(config.selectVlans) : undefined,
        output,
        outputVlan: config.outputVlan,
        snaplen: config.snaplen,
      };
    });
  }

  credit(name: string, { packets, octets }: Credit): void {
    const stats = this.#stats.get(name) ?? { packets: 0, octets: 0 };
    stats.packets += packets;
    stats.octets += octets;
    this.#stats.set(name, stats);
  }

  /** @returns undefined when there is no mirror of that name. */
  stats(name: string): { readonly packets: bigint; readonly octets: bigint } | undefined {
    if (!this.#has(name)) return undefined;
    const { packets, octets } = this.#stats.get(name) ?? { packets: 0, octets: 0 };
    return { packets: BigInt(packets), octets: BigInt(octets) };
  }

  #has(name: string): boolean {
    return this.#configs.some((config) => config.name === name);
  }
}
