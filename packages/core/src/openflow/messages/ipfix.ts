import type { Reader, Writer } from "#wire";
import type { IpfixStats } from "../message.ts";
import { type KindForm, type KindParts, kind } from "./kind.ts";

/** Counters in their order on the wire, 64 bits each; the collector set and padding come after them. */
const COUNTERS = [
  ...(["flows", "currentFlows", "packets", "ipv4Packets", "ipv6Packets", "errors"] as const),
  ...(["ipv4Errors", "ipv6Errors", "txPackets", "txErrors"] as const),
] as const;

const ENTRY = [
  (r: Reader): IpfixStats => {
    const counters = Object.fromEntries(COUNTERS.map((name) => [name, r.u64(name)])) as Omit<IpfixStats, "collector">;
    const collector = r.u32("collector");
    r.skip(4, "pad");
    return { ...counters, collector };
  },
  (w: Writer, s: IpfixStats): void => {
    for (const name of COUNTERS) w.u64(s[name]);
    w.u32(s.collector);
    w.zeros(4);
  },
] as const;

const NOTHING: KindParts<"ipfix_flow">["request"] = [() => null, () => {}];

/** Nicira's statistics of the IPFIX exporters of a bridge and of its flows. */
export const IPFIX_KINDS: readonly KindForm[] = [
  kind({ kind: "ipfix_bridge", range: "1.0+", number: 3, nicira: true, request: NOTHING, entry: ENTRY }),
  kind({ kind: "ipfix_flow", range: "1.0+", number: 4, nicira: true, request: NOTHING, entry: ENTRY }),
];
