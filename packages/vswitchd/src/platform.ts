import type { Datapath } from "@vswitch/core/datapath";
import { DummyDatapath } from "@vswitch/core/datapath/providers/dummy";
import { EbpfDatapath, endKernelFlows, type SlowPath } from "@vswitch/core/datapath/providers/ebpf";
import { type Clock, type MacAddr, vlog } from "@vswitch/core/lib";
import type { Netdev, NetdevProvider } from "@vswitch/core/netdev";
import { DummyDevices } from "@vswitch/core/netdev/providers/dummy";
import { internalNetdevs } from "@vswitch/core/netdev/providers/internal";
import { Host, HostRoutes, linuxNetdevs } from "@vswitch/core/netdev/providers/linux";
import { patchNetdevs } from "@vswitch/core/netdev/providers/patch";
import { ownTaps, removeTap, tapNetdevs } from "@vswitch/core/netdev/providers/tap";
import { vportNetdevs } from "@vswitch/core/netdev/providers/vport";
import { ofprotoErrors } from "@vswitch/core/ofproto";
import { type RouteDevice, RouteTable } from "@vswitch/core/route";
import { Datapaths } from "./datapaths.ts";
import { errors } from "./errors.ts";

const bridgeLog = vlog("bridge");
const netdevLog = vlog("netdev");
const ofprotoLog = vlog("ofproto");

/** --enable-dummy: dummies beside the real things, in place of all of them, or in place of type system. */
export type DummyMode = "off" | "beside" | "override" | "system";

/** What devices and datapaths are made of on this host. */
/** Which dummies `--enable-dummy[=override|system]` asks for. */
export function dummyMode(value: string | undefined): DummyMode {
  return value === "override" || value === "system" ? value : "beside";
}

export interface PlatformOptions {
  readonly clock: Clock;
  readonly dummy: DummyMode;
  /** Tells the devices that this daemon makes from those of another daemon on the host. */
  readonly owner: string;
  /** Random unicast address, locally administered. */
  readonly randomMac: () => MacAddr;
  /** Makes a datapath in user space; `type` is "netdev" or "system". */
  readonly openUserspace: (type: "netdev" | "system", name: string) => SlowPath;
}

/** Types that the original names in iface_types, sorted; those not written yet fail with a line in the error column. */
const IFACE_TYPES = [
  "afxdp",
  "afxdp-nonpmd",
  "bareudp",
  "erspan",
  "geneve",
  "gre",
  "gtpu",
  "internal",
  "ip6erspan",
  "ip6gre",
  "lisp",
  "patch",
  "stt",
  "system",
  "tap",
  "vxlan",
];
/** Types whose devices are made for their port and go with it. */
const MADE_HERE = new Set(["internal", "tap"]);
const DUMMY_TYPES = ["dummy", "dummy-internal", "dummy-pmd"];

/** What this daemon's machine offers: datapaths and devices by type. The only place that names providers. */
export class Platform {
  /** The datapaths that are open. */
  readonly datapaths = new Datapaths(this);
  readonly #providers = new Map<string, NetdevProvider>();
  readonly #host: Host | undefined;
  readonly dummies: DummyDevices | undefined;

  constructor(private readonly options: PlatformOptions) {
    const { dummy, randomMac, owner } = options;
    if (dummy !== "off") {
      this.dummies = new DummyDevices();
    }
    if (dummy !== "override") {
      this.#host = new Host(owner);
      for (const provider of [linuxNetdevs(this.#host), internalNetdevs(this.#host), tapNetdevs(this.#host)])
        this.#provide(provider);
    }
    this.#provide(vportNetdevs({ randomMac, egress: (address) => this.#egress(address) }));
    const all = IFACE_TYPES.filter((type) => type !== "patch");
    const stoodFor = { off: [], beside: [], override: all, system: ["system"] }[dummy];
    if (this.dummies) this.#provide(this.dummies.provider([...DUMMY_TYPES, ...stoodFor]));
    this.#provide(patchNetdevs(randomMac));
  }

  #provide(provider: NetdevProvider): void {
    for (const type of provider.types) this.#providers.set(type, provider);
  }

  /** Where packets of tunnels go: routes of the host and of users. */
  readonly routes = new RouteTable((name) => this.#routeDevice(name));

  #hostRoutes: HostRoutes | undefined;
  #routeDevice(name: string): RouteDevice | undefined {
    return this.dummies?.find(name) ?? this.#hostRoutes?.device(name);
  }

  /** Begins to follow the host's routes. */
  followRoutes(): Disposable {
    if (!this.#host) return { [Symbol.dispose]() {} };
    this.#hostRoutes = new HostRoutes(this.#host, (routes) => this.routes.setHostRoutes(routes));
    this.#hostRoutes.read();
    return this.#hostRoutes;
  }

  /** The device by which an address is reached, for tunnels' status. */
  #egress(address: bigint): { readonly device: string; readonly carrier: boolean } | undefined {
    const route = this.routes.lookup(address, 0);
    return route && { device: route.device, carrier: true };
  }

  get clock(): Clock {
    return this.options.clock;
  }

  get datapathTypes(): readonly string[] {
    return this.options.dummy === "off" ? ["netdev", "system"] : ["dummy", "netdev", "system"];
  }

  get ifaceTypes(): readonly string[] {
    return this.options.dummy === "off" ? IFACE_TYPES : [...IFACE_TYPES, ...DUMMY_TYPES].sort();
  }

  /** The type of device that is opened for a type of the database on a datapath of that type. */
  effectiveType(type: string, datapathType: string): string {
    return type === "internal" && this.isDummy(datapathType) ? "dummy-internal" : type;
  }

  /** Whether datapaths of a type stand on dummies. */
  isDummy(datapathType: string): boolean {
    const { dummy } = this.options;
    return datapathType === "dummy" || dummy === "override" || (dummy === "system" && datapathType === "system");
  }

  async openNetdev(name: string, type: string, options: Readonly<Record<string, string>>): Promise<Netdev> {
    const provider = this.#providers.get(type);
    if (provider) return provider.open(name, type, options);
    if (!this.ifaceTypes.includes(type)) {
      netdevLog.warn(`could not create netdev ${name} of unknown type ${type}`);
      throw errors.make("vswitchd/unknown-netdev", { name });
    }
    throw errors.make("vswitchd/netdev-not-written", { name, type });
  }

  removeDevice(name: string, type: string): void {
    if (this.#host && MADE_HERE.has(type)) removeTap(this.#host, name);
  }

  /** Removes what an earlier daemon made and the configuration no longer names; says so in one line. */
  sweep(kept: ReadonlySet<string>): void {
    if (!this.#host) return;
    const byHand = new Set(this.datapaths.deviceNames());
    const gone = ownTaps(this.#host).filter((name) => !kept.has(name) && !byHand.has(name));
    for (const name of gone) removeTap(this.#host, name);
    if (gone.length > 0) bridgeLog.info(`removed devices that an earlier daemon left behind: ${gone.join(", ")}`);
    if (this.datapaths.all().every(({ datapath }) => datapath.type !== "system")) endKernelFlows(this.options.owner);
  }

  /** Makes a datapath. @throws ofproto/unknown-datapath */
  makeDatapath(type: string, name: string): Datapath {
    const { clock, openUserspace } = this.options;
    if (this.dummies && this.datapathTypes.includes(type) && this.isDummy(type)) {
      return new DummyDatapath({ clock, devices: this.dummies, type, name });
    }
    if (type === "netdev") return openUserspace(type, name);
    if (type === "system") {
      const slow = () => openUserspace(type, name);
      // what is made by hand goes with this process, what bridges stand on outlives it
      const owner = name === "ovs-system" ? this.options.owner : undefined;
      return EbpfDatapath.open(slow, () => clock.now(), owner) ?? slow();
    }
    ofprotoLog.warn(`unknown datapath type ${type}`);
    throw ofprotoErrors.make("ofproto/unknown-datapath", { type });
  }

  /** Hears of each device of the host that comes to be; undefined: any may have. */
  watchDevices(appeared: (name: string | undefined) => void): Disposable | undefined {
    return this.#host?.monitor.watch((event) => {
      if (event === "all") appeared(undefined);
      else if (event.kind === "new") appeared(event.link.name);
    });
  }
}
