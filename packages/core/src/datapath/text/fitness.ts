import { FRAG, WORD } from "#flow";
import type { ParsedFlow } from "./parse-flow.ts";

/** Attributes that are there for an Ethertype, by it. */
const NETWORK: Readonly<Record<number, string>> = {
  2048: "ipv4",
  2054: "arp",
  32821: "arp",
  34525: "ipv6",
  34887: "mpls",
  34888: "mpls",
  35151: "nsh",
};
const TRANSPORT: Readonly<Record<number, string>> = { 6: "tcp", 17: "udp", 132: "sctp" };
const ICMP: Readonly<Record<number, readonly [protocol: number, name: string]>> = {
  2048: [1, "icmp"],
  34525: [58, "icmpv6"],
};
const LAYERS = new Set([...Object.values(NETWORK), ...Object.values(TRANSPORT), "icmp", "icmpv6"]);

/** Attributes that packets of such a key have at the network layer and above. */
function expected({ key }: ParsedFlow): ReadonlySet<string> {
  const type = key[WORD.ethType] as number;
  const names = new Set<string>();
  const network = NETWORK[type];
  if (network === undefined) return names;
  names.add(network);
  const ip = key[WORD.ip] as number;
  const [protocol, icmp] = ICMP[type] ?? [];
  if (protocol === undefined || ip & FRAG.later) return names;
  const transport = ip >>> 24 === protocol ? icmp : TRANSPORT[ip >>> 24];
  if (transport !== undefined) names.add(transport);
  return names;
}

/**
 * Whether a key has just the attributes that packets of it have: "lacking" when one is missing, "odd" when there is one
 * that such packets cannot have.
 */
export function keyFitness(flow: ParsedFlow): "perfect" | "lacking" | "odd" {
  const wanted = expected(flow);
  for (const name of wanted) if (!flow.attributes.has(name)) return "lacking";
  if (flow.attributes.has("vlan") && !flow.attributes.has("encap")) return "lacking";
  for (const name of flow.attributes) if (LAYERS.has(name) && !wanted.has(name)) return "odd";
  return "perfect";
}

/** Whether a datapath takes such a flow: its key fits, and it asks for an Ethertype (or a packet type without one). */
export const isInstallable = (flow: ParsedFlow): boolean =>
  keyFitness(flow) === "perfect" && flow.attributes.has("eth_type");
