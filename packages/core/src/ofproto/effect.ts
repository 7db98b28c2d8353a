import type { IpAddress } from "#packet";
import type { FlowTable } from "./table/flow-table.ts";
import type { Rule } from "./table/rule.ts";
import type { Effect, LearnedFlow } from "./translate/translation.ts";
import type { BucketView, BundleView, GroupView, PortView, SwitchView } from "./translate/view.ts";
import type { Underlay } from "./tunnel/underlay.ts";

/** How often a list of effects happened, and when last. */
export interface Credit {
  readonly packets: number;
  readonly octets: number;
  /** Clock milliseconds. */
  readonly used: number;
  /** TCP flags that were seen, ORed. */
  readonly tcpFlags?: number;
}

/** FIN and RST: a connection ends. */
const ENDING = 5;

/** What effects change: the switch behind a view. */
export interface EffectTarget {
  learnMac(mac: number, vlan: number, bundle: BundleView, gratuitousArp: boolean): void;
  learnFlow(flow: LearnedFlow): void;
  creditBucket(group: GroupView, bucket: BucketView, credit: Credit): void;
  creditMirror(mirror: string, credit: Credit): void;
  finTimeout(rule: Rule, idle: number, hard: number): void;
}

/** Where the effects of a translation go. */
export interface EffectSink {
  /** The switch that a view is of; undefined when it is gone. */
  targetOf(sw: SwitchView): EffectTarget | undefined;
  readonly underlay: Underlay;
  /** Counts packets of a port that has no device to count them. */
  creditDevice(port: PortView, direction: "rx" | "tx", credit: Credit): void;
  /** Asks for the link-layer address of `target` through a switch's local port. */
  solicit(sw: SwitchView, source: IpAddress, target: IpAddress): void;
  creditPatch(from: PortView, to: PortView, credit: Credit): void;
}

/** Does what a translation asked for, for as many packets as `credit` says. Never fails: what is gone is skipped. */
export function applyEffects(effects: readonly Effect[], credit: Credit, sink: EffectSink): void {
  for (const effect of effects) apply(effect, credit, sink);
}

function apply(effect: Effect, credit: Credit, sink: EffectSink): void {
  switch (effect.do) {
    case "credit-rule":
      effect.rule.credit(credit.packets, credit.octets, credit.used);
      break;
    case "count-lookup":
      if (effect.matched) (effect.table as FlowTable).matched += credit.packets;
      else (effect.table as FlowTable).missed += credit.packets;
      break;
    case "learn-mac":
      sink.targetOf(effect.sw)?.learnMac(effect.mac, effect.vlan, effect.bundle, effect.gratuitousArp);
      break;
    case "credit-bucket":
      sink.targetOf(effect.sw)?.creditBucket(effect.group, effect.bucket, credit);
      break;
    case "credit-patch":
      sink.creditPatch(effect.from, effect.to, credit);
      break;
    case "credit-device":
      sink.creditDevice(effect.port, effect.direction, credit);
      break;
    case "within":
      applyEffects(effect.effects, { ...credit, octets: credit.octets + effect.growth * credit.packets }, sink);
      break;
    case "solicit":
      sink.solicit(effect.sw, effect.source, effect.target);
      break;
    case "use-neighbour":
      sink.underlay.neighbours.use(effect.bridge, effect.ip);
      break;
    case "set-neighbour":
      sink.underlay.neighbours.set(effect.bridge, effect.ip, effect.mac);
      break;
    case "credit-mirror":
      sink.targetOf(effect.sw)?.creditMirror(effect.mirror, credit);
      break;
    case "learn-flow":
      sink.targetOf(effect.sw)?.learnFlow(effect.learn);
      break;
    case "fin-timeout":
      if ((credit.tcpFlags ?? 0) & ENDING)
        sink.targetOf(effect.sw)?.finTimeout(effect.rule as Rule, effect.idle, effect.hard);
      break;
  }
}
