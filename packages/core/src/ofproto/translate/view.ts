import type { MiniMatch } from "#classifier";
import type { DatapathFeatures } from "#datapath";
import type { FlowKey, FlowMask, Match } from "#flow";
import type { MacTable, VlanRules } from "#l2";
import type { DpPort, MacAddr, OfPort } from "#lib";
import type { Action, GroupProps, GroupType } from "#openflow";
import type { TunnelConfig } from "#tunnel";
import type { UnderlayView } from "../tunnel/underlay.ts";

/**
 * What translation reads of a switch. Everything here is read only; what a packet changes comes back as effects.
 */
export interface SwitchView {
  readonly name: string;
  readonly uuid: string;
  readonly features: DatapathFeatures;
  /** Whether any switch on its datapath has a tunnel. */
  readonly hasTunnels: boolean;
  /** The network under the tunnels. */
  readonly underlay: UnderlayView;
  /** The local port of a switch of that name, on the same datapath. */
  localPortNamed(name: string): { readonly sw: SwitchView; readonly port: PortView } | undefined;
  port(port: OfPort): PortView | undefined;
  /** All ports, in the order that FLOOD and ALL send. */
  portsInOrder(): readonly PortView[];
  /** Ports (of the database) in the order that they were made; NORMAL floods in it. */
  readonly bundles: readonly BundleView[];
  readonly macs: MacTable<BundleView>;
  /** Tables 0…253, the hidden 254 last. */
  table(number: number): TableView | undefined;
  readonly missRule: RuleView;
  readonly noPacketInRule: RuleView;
  readonly dropFragmentsRule: RuleView;
  /** Some connection wants a packet-in when no rule matches: one of OpenFlow 1.0 to 1.2. */
  wantsPacketInOnMiss(): boolean;
  /** Controllers are reached through the switch itself: its local port is to get DHCP replies whatever flows say. */
  readonly hasInBand: boolean;
  /** 0 normal, 1 drop, 2 reassemble, 3 nx-match. */
  readonly fragments: number;
  readonly forwardBpdu: boolean;
  group(group: number): GroupView | undefined;
  /** The datapath's number for an OpenFlow meter. */
  meter(meter: number): number | undefined;
  /** The datapath's number for the timeout policy of a zone of connection tracking. */
  timeoutPolicy(zone: number): number | undefined;
  readonly mirrors: readonly MirrorView[];
}

/** A port as translation sees it; reading never changes anything. */
export interface PortView {
  readonly port: OfPort;
  readonly name: string;
  /** undefined: it has no port in the datapath (patch). */
  readonly dpPort: DpPort | undefined;
  /** Bits of PORT_CONFIG. */
  readonly config: number;
  /** Spanning tree lets traffic through. */
  readonly forwards: boolean;
  readonly bundle: BundleView | undefined;
  readonly isPatch: boolean;
  readonly mac: MacAddr;
  /** What it does to packets as a tunnel; undefined: it is none. */
  readonly tunnel: TunnelConfig | undefined;
  /** Where a patch port leads; undefined when its peer is not there. */
  peer(): { readonly sw: SwitchView; readonly port: PortView } | undefined;
  /** Whether a link under it works: what fast failover and bonds look at. */
  readonly mayEnable: boolean;
}

/** A Port row's ports, one or a bond, with the VLAN rules that they share. */
export interface BundleView {
  readonly name: string;
  readonly rules: VlanRules;
  readonly ports: readonly PortView[];
  readonly isBond: boolean;
  readonly isProtected: boolean;
  /** It is the output of a mirror: nothing else goes there, nothing comes from there. */
  readonly isMirrorOutput: boolean;
  /** The member that a packet leaves by. */
  choose(key: FlowKey, mask: FlowMask): PortView | undefined;
}

/** A mirror (ovs-vswitchd.conf.db(5), Mirror); `vlans` undefined means all, `snaplen` is in octets. */
export interface MirrorView {
  readonly name: string;
  /** 1 << index. */
  readonly bit: number;
  readonly sources: ReadonlySet<BundleView>;
  readonly destinations: ReadonlySet<BundleView>;
  readonly vlans: ReadonlySet<number> | undefined;
  readonly output: BundleView | undefined;
  readonly outputVlan: number | undefined;
  readonly snaplen: number | undefined;
}

/** A flow as translation sees it. */
export interface RuleView {
  readonly table: number;
  readonly match: MiniMatch;
  readonly priority: number;
  readonly cookie: bigint;
  readonly actions: readonly Action[];
  /** Counts packets; the business of effects, never of translation. */
  credit(packets: number, octets: number, used: number): void;
}

/** A flow table as translation sees it, with what a miss does (OpenFlow 1.1+ table configuration). */
export interface TableView {
  readonly number: number;
  /** The best rule for a key; bits that decided are set in `mask`. */
  lookup(key: FlowKey, mask: FlowMask): RuleView | undefined;
  /** All rules, in no order. */
  rules(): Iterable<RuleView>;
  /** Rules of a cookie. */
  countCookie(cookie: bigint): number;
  /** Whether there is a rule of just that match and priority. */
  has(match: Match, priority: number): boolean;
  readonly missConfig: "default" | "continue" | "controller" | "drop";
}

/** A bucket of a group, as Bucket has it. */
export interface BucketView {
  readonly id: number;
  readonly weight: number;
  readonly watchPort: OfPort;
  readonly watchGroup: number;
  readonly actions: readonly Action[];
}

/** A group as translation sees it. */
export interface GroupView {
  readonly group: number;
  readonly groupType: GroupType;
  readonly buckets: readonly BucketView[];
  readonly props: GroupProps;
}
