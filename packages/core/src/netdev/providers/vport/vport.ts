import { type MacAddr, vlog } from "#lib";
import type { IpAddress } from "#packet";
import { isTunnelKind, readTunnelOptions, TUNNEL_KINDS, type TunnelConfig, type TunnelKind } from "#tunnel";
import { errors } from "../../errors.ts";
import type { Netdev, NetdevProvider, NetdevState, NetdevStats } from "../../netdev.ts";

const log = vlog("netdev_vport");

/** The device by which the host reaches an address, and whether it has carrier. */
export type Egress = (address: IpAddress) => { readonly device: string; readonly carrier: boolean } | undefined;

/** What tunnel ports are made with. */
export interface VportDeps {
  /** Makes a locally administered unicast address. */
  readonly randomMac: () => MacAddr;
  readonly egress: Egress;
}

/**
 * Tunnel ports: no device, a configuration. Packets of all tunnels of one kind and UDP port go by one port of the
 * datapath; what each of them had is counted by the pipeline.
 */
export function vportNetdevs(deps: VportDeps): NetdevProvider {
  const open = new Set<Vport>();
  return {
    types: Object.keys(TUNNEL_KINDS),
    async open(name, type, options) {
      const kind: TunnelKind = isTunnelKind(type) ? type : "gre";
      return new Vport(name, kind, options, deps, open);
    },
  };
}

class Vport implements Netdev {
  tunnel: TunnelConfig;
  #mac: MacAddr;
  #status: Readonly<Record<string, string>>;
  readonly #counters = { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 };

  constructor(
    readonly name: string,
    readonly type: TunnelKind,
    options: Readonly<Record<string, string>>,
    private readonly deps: VportDeps,
    private readonly open: Set<Vport>,
  ) {
    this.tunnel = this.#read(options);
    this.#mac = deps.randomMac();
    this.#status = this.#egressStatus();
    open.add(this);
  }

  /** @throws netdev/bad-tunnel */
  #read(options: Readonly<Record<string, string>>): TunnelConfig {
    const { lines, config } = readTunnelOptions(this.name, this.type, options);
    const clash = config && this.#clash(config);
    const told = clash === undefined ? lines : [...lines, clash];
    const text = told.join("\n");
    if (text !== "") log.warn(text);
    if (config && clash === undefined) return config;
    const why = clash === undefined ? "Invalid argument" : "File exists";
    throw errors.make("netdev/bad-tunnel", { name: this.name, text, why });
  }

  /** Another port that listens on the same UDP port must speak the same VXLAN. */
  #clash({ kind, dstPort, groupPolicy }: TunnelConfig): string | undefined {
    for (const { tunnel } of [...this.open].filter((other) => other !== this))
      if (kind === "vxlan" && tunnel.kind === kind && tunnel.dstPort === dstPort && tunnel.groupPolicy !== groupPolicy)
        return `${this.name}: VXLAN-GBP, and non-VXLAN-GBP tunnels can't be configured on the same dst_port`;
    return undefined;
  }

  #egressStatus(): Readonly<Record<string, string>> {
    const { remote } = this.tunnel;
    const found = remote === "flow" ? undefined : this.deps.egress(remote);
    if (!found) return {};
    return { tunnel_egress_iface: found.device, tunnel_egress_iface_carrier: found.carrier ? "up" : "down" };
  }

  configure(options: Readonly<Record<string, string>>): void {
    this.tunnel = this.#read(options);
    this.#status = this.#egressStatus();
  }

  state(): NetdevState {
    const { name } = this;
    return {
      name,
      ifindex: 0,
      mac: this.#mac,
      mtu: 0,
      adminUp: true,
      carrier: true,
      carrierResets: 0,
      status: this.#status,
    };
  }

  stats(): NetdevStats {
    const { rxPackets, rxBytes, txPackets, txBytes } = this.#counters;
    return {
      rxPackets: BigInt(rxPackets),
      rxBytes: BigInt(rxBytes),
      txPackets: BigInt(txPackets),
      txBytes: BigInt(txBytes),
    };
  }

  credit(direction: "rx" | "tx", packets: number, octets: number): void {
    this.#counters[`${direction}Packets`] += packets;
    this.#counters[`${direction}Bytes`] += octets;
  }

  setMac(mac: MacAddr): void {
    this.#mac = mac;
  }

  setMtu(): void {}
  setAdminUp(): void {}

  watch(): Disposable {
    return { [Symbol.dispose]() {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open.delete(this);
  }
}
