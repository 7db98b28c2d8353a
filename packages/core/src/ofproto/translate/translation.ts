import type { DatapathAction, SlowReason } from "#datapath";
import type { FlowKey, FlowMask } from "#flow";
import type { MacAddr } from "#lib";
import type { Action } from "#openflow";
import type { IpAddress } from "#packet";
import type { BucketView, BundleView, GroupView, PortView, RuleView, SwitchView, TableView } from "./view.ts";

/**
 * What must happen for each packet that a translation stands for: at the upcall once, later by the revalidator with
 * the datapath's counters. Plain data; effect.ts applies it.
 */
export type Effect =
  | { readonly do: "credit-rule"; readonly rule: RuleView }
  | { readonly do: "count-lookup"; readonly sw: SwitchView; readonly table: TableView; readonly matched: boolean }
  | {
      readonly do: "learn-mac";
      readonly sw: SwitchView;
      readonly mac: MacAddr;
      readonly vlan: number;
      readonly bundle: BundleView;
      readonly gratuitousArp: boolean;
    }
  | { readonly do: "credit-bucket"; readonly sw: SwitchView; readonly group: GroupView; readonly bucket: BucketView }
  | { readonly do: "credit-patch"; readonly from: PortView; readonly to: PortView }
  /** A tunnel's port had the packet: it has no device that counts. */
  | { readonly do: "credit-device"; readonly port: PortView; readonly direction: "rx" | "tx" }
  /** What happens to a packet that has `growth` octets in front by then. */
  | { readonly do: "within"; readonly growth: number; readonly effects: readonly Effect[] }
  /** Nobody knows a neighbour's link-layer address: it is asked for, by way of a switch's local port. */
  | { readonly do: "solicit"; readonly sw: SwitchView; readonly source: IpAddress; readonly target: IpAddress }
  | { readonly do: "use-neighbour"; readonly bridge: string; readonly ip: IpAddress }
  | { readonly do: "set-neighbour"; readonly bridge: string; readonly ip: IpAddress; readonly mac: MacAddr }
  | { readonly do: "credit-mirror"; readonly sw: SwitchView; readonly mirror: string }
  | { readonly do: "learn-flow"; readonly sw: SwitchView; readonly learn: LearnedFlow }
  | {
      readonly do: "fin-timeout";
      readonly sw: SwitchView;
      readonly rule: RuleView;
      readonly idle: number;
      readonly hard: number;
    };

/** A flow that `learn(...)` made of a packet. */
export interface LearnedFlow {
  readonly table: number;
  readonly priority: number;
  readonly cookie: bigint;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly flags: number;
  readonly limit: number;
  readonly key: FlowKey;
  readonly mask: FlowMask;
  readonly actions: readonly Action[];
}

/** Why a packet could not be translated; texts and order (the reason of a drop action, less one) are the original's. */
export const TRANSLATION_ERRORS = {
  "bridge-not-found": "Bridge not found",
  "recursion-too-deep": "Recursion too deep",
  "too-many-resubmits": "Too many resubmits",
  "stack-too-deep": "Stack too deep",
  "no-recirculation-context": "No recirculation context",
  "recirculation-conflict": "Recirculation conflict",
  "too-many-mpls-labels": "Too many MPLS labels",
  "invalid-tunnel-metadata": "Invalid tunnel metadata",
  "unsupported-packet-type": "Unsupported packet type",
  congestion: "Congestion",
  "forwarding-disabled": "Forwarding is disabled",
} as const;
/** A key of TRANSLATION_ERRORS. */
export type TranslationError = keyof typeof TRANSLATION_ERRORS;
/** The keys of TRANSLATION_ERRORS in their order. */
export const TRANSLATION_ERROR_NAMES = Object.keys(TRANSLATION_ERRORS) as readonly TranslationError[];

/** What the pipeline decided for one flow. Plain data: nothing has happened yet. */
export interface Translation {
  readonly actions: readonly DatapathAction[];
  /** Bits of the key that the decision looked at, in the layout of a datapath key. A missing 1 is a bug. */
  readonly mask: FlowMask;
  readonly effects: readonly Effect[];
  /** Why packets of this flow must come to user space, if they must. */
  readonly slow: readonly SlowReason[];
  readonly error: TranslationError | undefined;
  /** The key at the end of the pipeline, for `Final flow`. */
  readonly final: FlowKey;
  /** Recirculation contexts that the actions name. */
  readonly recirculations: readonly number[];
  /** The switches that took part: a change in any of them makes the translation stale. */
  readonly switches: readonly SwitchView[];
}
