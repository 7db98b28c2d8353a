import type { FlowKey, FlowMask } from "#flow";
import { type VlanRules, vlanRules } from "#l2";
import type { DpPort, MacAddr, OfPort } from "#lib";
import type { Netdev } from "#netdev";
import { PORT_CONFIG, PORT_FEATURES, PORT_STATE, type PortDesc } from "#openflow";
import type { TunnelConfig } from "#tunnel";
import type { InterfaceConfig, PortConfig } from "./config.ts";
import { hashTwo } from "./translate/hash.ts";
import type { BundleView, PortView, SwitchView } from "./translate/view.ts";

/** An OpenFlow port of a switch: an Interface of the database. */
export class SwitchPort implements PortView {
  config = 0;
  forwards = true;
  bundle: Bundle | undefined;
  /** Packets that crossed a patch port; other ports count in the datapath. */
  readonly patch = { rxPackets: 0, rxOctets: 0, txPackets: 0, txOctets: 0 };
  /** What was last told to controllers, to notice changes. */
  told = "";
  /** Ends when the port goes or stands on another device. */
  watch: Disposable | undefined;

  constructor(
    readonly port: OfPort,
    public interfaceConfig: InterfaceConfig,
    /** undefined for patch ports. */
    public dpPort: DpPort | undefined,
    readonly created: number,
    private readonly findPeer: (port: SwitchPort) => { readonly sw: SwitchView; readonly port: PortView } | undefined,
  ) {}

  get name(): string {
    return this.interfaceConfig.name;
  }

  get isPatch(): boolean {
    return this.interfaceConfig.type === "patch";
  }

  get netdev(): Netdev | undefined {
    return this.interfaceConfig.netdev;
  }

  get tunnel(): TunnelConfig | undefined {
    return this.netdev?.tunnel;
  }

  peer(): { readonly sw: SwitchView; readonly port: PortView } | undefined {
    return this.findPeer(this);
  }

  get mac(): MacAddr {
    return this.netdev?.state().mac ?? this.interfaceConfig.mac ?? patchMac(this.name);
  }

  get adminUp(): boolean {
    return this.netdev?.state().adminUp ?? true;
  }

  get carrier(): boolean {
    const state = this.netdev?.state();
    return state === undefined || (state.carrier && state.adminUp);
  }

  get mayEnable(): boolean {
    return this.carrier && !(this.config & PORT_CONFIG.port_down) && this.forwards;
  }

  describe(): PortDesc {
    const state = this.netdev?.state();
    const speed = Number(state?.speed ?? 0n);
    const current = speed ? linkMode(speed, state?.duplex !== "half") : 0;
    return {
      port: this.port,
      mac: this.mac,
      name: this.name,
      config: this.config | (this.adminUp ? 0 : PORT_CONFIG.port_down),
      state: (this.carrier ? 0 : PORT_STATE.link_down) | (this.mayEnable ? PORT_STATE.live : 0),
      current,
      advertised: 0,
      supported: 0,
      peer: 0,
      currentSpeed: Math.round(speed / 1000),
      maxSpeed: 0,
    };
  }
}

/** An address that is made up of a name, the same each time: locally administered. */
function patchMac(name: string): MacAddr {
  let high = 0;
  let low = 0x9e3779b9;
  for (let i = 0; i < name.length; i++) {
    high = hashTwo(name.charCodeAt(i), high);
    low = hashTwo(high, low);
  }
  return ((high & 0xfc00) | 0x0200 | (high & 0xff)) * 2 ** 32 + low;
}

const MODES: readonly (readonly [speed: number, half: number, full: number])[] = [
  [10e6, PORT_FEATURES["10MB-HD"], PORT_FEATURES["10MB-FD"]],
  [100e6, PORT_FEATURES["100MB-HD"], PORT_FEATURES["100MB-FD"]],
  [1e9, PORT_FEATURES["1GB-HD"], PORT_FEATURES["1GB-FD"]],
  [10e9, PORT_FEATURES["10GB-FD"], PORT_FEATURES["10GB-FD"]],
  [40e9, PORT_FEATURES["40GB-FD"], PORT_FEATURES["40GB-FD"]],
  [100e9, PORT_FEATURES["100GB-FD"], PORT_FEATURES["100GB-FD"]],
  [1e12, PORT_FEATURES["1TB-FD"], PORT_FEATURES["1TB-FD"]],
];

/** The link mode of a speed in bits a second. */
function linkMode(speed: number, full: boolean): number {
  const row = MODES.find(([bits]) => bits === speed);
  const mode = row ? (full ? row[2] : row[1]) : PORT_FEATURES.other;
  return mode | PORT_FEATURES.copper;
}

/** A Port of the database: interfaces that share VLAN rules. */
export class Bundle implements BundleView {
  ports: SwitchPort[] = [];
  rules: VlanRules;
  isMirrorOutput = false;

  constructor(public config: PortConfig) {
    this.rules = vlanRules(config);
  }

  get name(): string {
    return this.config.name;
  }

  get isBond(): boolean {
    return this.config.interfaces.length > 1;
  }

  get isProtected(): boolean {
    return this.config.protected === true;
  }

  /** Balances by source address and VLAN, or takes the first member that works. */
  choose(key: FlowKey, mask: FlowMask): PortView | undefined {
    const live = this.ports.filter((port) => port.mayEnable);
    if (this.config.bondMode !== "balance-slb" && this.config.bondMode !== "balance-tcp") return live[0];
    let hash = 0;
    for (const word of [15, 16, 18]) {
      mask[word] = word === 18 ? ((mask[word] as number) | 0x1fff) >>> 0 : 0xffffffff;
      hash = hashTwo(word === 18 ? (key[word] as number) & 0xfff : (key[word] as number), hash);
    }
    return live.length ? live[hash % live.length] : undefined;
  }
}

/** What of a port controllers are told when it changes, in one text that is different then. */
export const tellable = (port: SwitchPort): string => {
  const { mac, config, state, currentSpeed, current } = port.describe();
  return [mac, config, state, current, currentSpeed].join();
};
