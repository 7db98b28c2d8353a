import type { MacTable } from "#l2";
import type { MirrorConfig, PortConfig } from "./config.ts";
import type { Credit } from "./effect.ts";
import { Mirrors } from "./mirrors.ts";
import { Bundle, type SwitchPort } from "./port.ts";
import type { BundleView, MirrorView } from "./translate/view.ts";

/** What the Port rows of a switch are made with. */
export interface BundlesDeps {
  readonly macs: MacTable<BundleView>;
  readonly portNamed: (name: string) => SwitchPort | undefined;
  readonly changed: () => void;
}

/** The Port rows of a switch: which OpenFlow ports share VLAN rules, and what mirrors copy of them. */
export class Bundles {
  readonly #bundles = new Map<string, Bundle>();
  #list: readonly Bundle[] = [];
  readonly #mirrors = new Mirrors();

  constructor(private readonly deps: BundlesDeps) {}

  /** In the order that they were made. */
  get list(): readonly Bundle[] {
    return this.#list;
  }
  has(name: string): boolean {
    return this.#bundles.has(name);
  }

  /** An OpenFlow port came that rows may name. */
  took(port: SwitchPort): void {
    for (const bundle of this.#bundles.values()) if (bundle.config.interfaces.includes(port.name)) this.#fill(bundle);
  }

  /** An OpenFlow port went. */
  lost({ bundle }: SwitchPort): void {
    if (!bundle) return;
    this.deps.macs.flushPort(bundle);
    this.#fill(bundle);
  }

  set(config: PortConfig): void {
    let bundle = this.#bundles.get(config.name);
    if (bundle) {
      bundle.config = config;
      const fresh = new Bundle(config);
      bundle.rules = fresh.rules;
    } else {
      bundle = new Bundle(config);
      this.#bundles.set(config.name, bundle);
      this.#list = [...this.#bundles.values()];
    }
    this.deps.macs.flushPort(bundle);
    this.#fill(bundle);
    this.#mirrors.resolve(this.#bundles);
    this.deps.changed();
  }

  #fill(bundle: Bundle): void {
    for (const port of bundle.ports) if (port.bundle === bundle) port.bundle = undefined;
    bundle.ports = bundle.config.interfaces.flatMap((name) => this.deps.portNamed(name) ?? []);
    for (const port of bundle.ports) port.bundle = bundle;
  }

  remove(name: string): void {
    const bundle = this.#bundles.get(name);
    if (!bundle) return;
    for (const port of bundle.ports) if (port.bundle === bundle) port.bundle = undefined;
    bundle.ports = [];
    this.#bundles.delete(name);
    this.#list = [...this.#bundles.values()];
    this.deps.macs.flushPort(bundle);
    this.#mirrors.resolve(this.#bundles);
    this.deps.changed();
  }

  get mirrors(): readonly MirrorView[] {
    return this.#mirrors.views;
  }
  setMirrors(mirrors: readonly MirrorConfig[]): void {
    this.#mirrors.configure(mirrors, this.#bundles);
    this.deps.changed();
  }
  mirrorStats(name: string): { readonly packets: bigint; readonly octets: bigint } | undefined {
    return this.#mirrors.stats(name);
  }
  creditMirror(mirror: string, credit: Credit): void {
    this.#mirrors.credit(mirror, credit);
  }
}
