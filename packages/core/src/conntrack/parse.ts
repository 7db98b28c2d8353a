import { addressWords, isIcmp, type Tuple } from "./tuple.ts";

/** What a text of a tuple lacks or has too much of: a field by its name, or a value that is none. */
export type TupleFault = { readonly unknown: string } | { readonly bad: string } | { readonly missing: string };

const ADDRESSES = ["ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst"] as const;
const NUMBERS = ["ct_nw_proto", "ct_tp_src", "ct_tp_dst", "icmp_id", "icmp_type", "icmp_code"] as const;

/** Reads a tuple as `ovs-dpctl flush-conntrack` takes it: ct_nw_src=…,ct_nw_proto=…,ct_tp_src=… */
export function parseTuple(text: string): Tuple | TupleFault {
  const addresses = new Map<string, readonly number[]>();
  const numbers = new Map<string, number>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== "")) {
    const [name = "", value = ""] = part.split("=", 2);
    if (ADDRESSES.some((known) => known === name)) {
      const address = addressWords(value);
      if (!address) return { bad: value };
      addresses.set(name, address);
    } else if (NUMBERS.some((known) => known === name)) {
      if (!/^(\d+|0x[0-9a-f]+)$/i.test(value)) return { bad: value };
      numbers.set(name, Number(value));
    } else return { unknown: name };
  }
  const src = addresses.get("ct_nw_src") ?? addresses.get("ct_ipv6_src");
  const dst = addresses.get("ct_nw_dst") ?? addresses.get("ct_ipv6_dst");
  const protocol = numbers.get("ct_nw_proto");
  if (!src || !dst || protocol === undefined) return { missing: "ct_nw_src, ct_nw_dst and ct_nw_proto" };
  const number = (name: string) => numbers.get(name) ?? 0;
  return isIcmp(protocol)
    ? { src, dst, protocol, sport: number("icmp_id"), dport: (number("icmp_type") << 8) | number("icmp_code") }
    : { src, dst, protocol, sport: number("ct_tp_src"), dport: number("ct_tp_dst") };
}
