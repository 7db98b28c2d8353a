/** Random flow texts from the tables of fields and actions: right ones, and ones with something wrong. */
import { FIELD_NAMES, FIELDS, type FieldName } from "@vswitch/core/flow";

/** A sequence of numbers that a seed decides (mulberry32), so that a failure can be run again. */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in 0…n-1. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const SHORTHANDS = [
  ...["ip", "ipv6", "icmp", "icmp6", "tcp", "tcp6", "udp", "udp6", "sctp", "sctp6", "arp", "rarp"],
  ...["mpls", "mplsm", "eth"],
];

const PORTS = [
  "1",
  "2",
  "65280",
  "LOCAL",
  "in_port",
  "CONTROLLER",
  "ANY",
  "normal",
  "0",
  "65535",
  "70000",
  "0xfffffffe",
];

function bits(c: Chance, n: number): bigint {
  let value = 0n;
  for (let i = 0; i < n; i += 16) value = (value << 16n) | BigInt(c.below(0x10000));
  value &= (1n << BigInt(n)) - 1n;
  if (c.once(5)) return 0n;
  return c.once(5) ? (1n << BigInt(n)) - 1n : value;
}

const ip4 = (c: Chance): string => [0, 0, 0, 0].map(() => c.pick([0, 1, 10, 255, c.below(256)])).join(".");
const ip6 = (c: Chance): string =>
  c.once(3)
    ? c.pick(["::", "::1", "fe80::1", "2001:db8::", "::ffff:1.2.3.4"])
    : `2001:db8:${c.below(65536).toString(16)}::${c.below(65536).toString(16)}`;
const mac = (c: Chance): string =>
  Array.from({ length: 6 }, () =>
    c
      .pick([0, 1, 0x50, 0xff, c.below(256)])
      .toString(16)
      .padStart(2, "0"),
  ).join(":");

function number(c: Chance, n: number): string {
  const value = bits(c, n + (c.once(40) ? 1 : 0));
  return c.once(2) ? value.toString() : `0x${value.toString(16)}`;
}

/** A value, now and then with a mask, now and then wrong. */
function fieldValue(c: Chance, name: FieldName): string {
  const row = FIELDS[name];
  const masks = c.once(row.maskable ? 2 : 30);
  const masked = (value: string, mask: string) => (masks ? `${value}/${mask}` : value);
  switch (row.format) {
    case "mac":
      return masked(mac(c), mac(c));
    case "ipv4":
      return masked(ip4(c), c.once(2) ? String(c.below(34)) : ip4(c));
    case "ipv6":
      return masked(ip6(c), c.once(2) ? String(c.below(130)) : ip6(c));
    case "port":
      return c.pick(PORTS);
    case "frag":
      return c.pick(["no", "yes", "first", "later", "not_later", "foo"]);
    case "tcpFlags":
      return c.pick(["+syn-ack", "syn|ack", "0x12/0x3f", "+fin", "-rst", "0", "0xfff", "0x1000", "+foo"]);
    case "ctState":
      return c.pick(["+trk", "+trk+est", "-new", "0x20/0x3f", "+trk-inv+rel", "est|trk", "+foo", "0"]);
    case "tunFlags":
      return c.pick(["+oam", "-oam", "0x1", "oam", "0"]);
    case "packetType":
      return c.pick(["(0,0)", "(1,0x800)", "(1,0x894f)", "0", "(2,3)"]);
    default: {
      if (name.startsWith("tun_metadata")) return c.pick(["0x1234", "0x0", "0x123456789a", "0x1/0xff"]);
      return masked(number(c, row.bits), number(c, row.bits));
    }
  }
}

const settable = FIELD_NAMES.filter(
  (name) => !/^tun_metadata([2-9]|\d\d)/.test(name) && !/^x*reg(1[6-9]|[23]\d)$/.test(name),
);
// Registers beyond those of Open vSwitch 3.1 are ours alone.
// Options of tunnels wait for a switch's option map: a parser without one keeps no more than a placeholder.
const known = settable.filter((name) => !/^(xreg([89]|\d\d)|xxreg[4-7]|tun_metadata\d+)$/.test(name));
const field = (c: Chance): FieldName => c.pick(known);
const wires = known.flatMap((name) => FIELDS[name].wire.map(([wire]) => wire));

function part(c: Chance): string {
  const name = c.once(3) ? c.pick(wires) : field(c);
  if (c.once(6)) return c.once(3) ? `${name}[]` : name;
  const from = c.below(c.once(3) ? 64 : 16);
  return c.once(4) ? `${name}[${from}]` : `${name}[${from}..${from + c.below(c.once(3) ? 64 : 17)}]`;
}

function simple(c: Chance): string {
  const port = () =>
    c.pick(["1", "LOCAL", "in_port", "controller", "7", "all", "flood", "normal", "table", "65534", "any"]);
  return c.pick<() => string>([
    () => c.pick(["normal", "flood", "all", "local", "in_port", "drop", "controller", "5", "strip_vlan", "pop_vlan"]),
    () => `output:${port()}`,
    () => `output:${part(c)}`,
    () => `output(port=${port()},max_len=${c.below(300)})`,
    () => `enqueue:${c.below(10)}:${c.below(10)}`,
    () => `controller:${c.below(70000)}`,
    () =>
      `controller(${c.pick(["max_len=60", "reason=no_match", "id=5", "userdata=01.02.ff", "pause", "meter_id=4", "reason=foo", "max_len=60,reason=invalid_ttl,id=1"])})`,
    () => `mod_vlan_vid:${c.below(5000)}`,
    () => `mod_vlan_pcp:${c.below(9)}`,
    () => `push_vlan:${c.pick(["0x8100", "0x88a8", "0x1234"])}`,
    () => `push_mpls:${c.pick(["0x8847", "0x8848", "0x800"])}`,
    () => `pop_mpls:${c.pick(["0x800", "0x86dd", "0x8847"])}`,
    () => `mod_dl_src:${mac(c)}`,
    () => `mod_dl_dst:${mac(c)}`,
    () => `mod_nw_src:${ip4(c)}`,
    () => `mod_nw_dst:${ip4(c)}`,
    () => `mod_tp_src:${c.below(66000)}`,
    () => `mod_tp_dst:${c.below(66000)}`,
    () => `mod_nw_tos:${c.below(260)}`,
    () => `mod_nw_ecn:${c.below(5)}`,
    () => `mod_nw_ttl:${c.below(260)}`,
    () => c.pick(["dec_ttl", "dec_ttl(1,2)", "dec_mpls_ttl", "dec_ttl()", "dec_nsh_ttl"]),
    () => `set_mpls_label:${c.below(2 ** 21)}`,
    () => `set_mpls_tc:${c.below(9)}`,
    () => `set_mpls_ttl:${c.below(260)}`,
    () => `set_queue:${c.below(100)}`,
    () => "pop_queue",
    () => `set_tunnel:${number(c, 32)}`,
    () => `set_tunnel64:${number(c, 64)}`,
    () => `resubmit:${c.below(100)}`,
    () =>
      `resubmit(${c.pick(["", "1", "LOCAL", "in_port"])},${c.pick(["", "2", "255", "300"])}${c.pick(["", "", ",ct"])})`,
    () => `goto_table:${c.below(300)}`,
    () => `write_metadata:${number(c, 64)}${c.once(2) ? `/${number(c, 64)}` : ""}`,
    () => "clear_actions",
    () => `meter:${c.below(20)}`,
    () => `group:${number(c, 32)}`,
    () => `fin_timeout(idle_timeout=${c.below(70000)},hard_timeout=${c.below(100)})`,
    () => `note:${c.pick(["00.11.22", "1", "00.11.22.33.44.55.66.77", "zz", ""])}`,
    () => `exit`,
    () =>
      `sample(probability=${c.below(70000)},collector_set_id=${c.below(10)},obs_domain_id=${c.below(10)},obs_point_id=${c.below(10)}${c.pick(["", ",sampling_port=1", ",egress", ",ingress"])})`,
    () => `conjunction(${c.below(9)},${c.below(5)}/${c.below(70)})`,
    () =>
      `multipath(${c.pick(["eth_src", "symmetric_l4", "nw_src", "foo"])},${c.below(100)},${c.pick(["modulo_n", "hrw", "hash_threshold", "iter_hash"])},${c.below(20)},${c.below(10)},${part(c)})`,
    () =>
      `bundle(${c.pick(["eth_src", "symmetric_l4"])},${c.below(100)},${c.pick(["hrw", "active_backup"])},ofport,members:${c.below(9)},${c.below(9)})`,
    () => `bundle_load(symmetric_l4,60,hrw,ofport,${part(c)},members:2,3)`,
    () => `load:${number(c, 16)}->${part(c)}`,
    () => `move:${part(c)}->${part(c)}`,
    () => `push:${part(c)}`,
    () => `pop:${part(c)}`,
    () => setField(c),
    () => setField(c),
    () => `set_field:${c.pick(PORTS)}->${c.pick(["in_port", "in_port_oxm"])}`,
    () =>
      `ct(${c.pick(["", "commit", "commit,zone=5", "table=3", "zone=NXM_NX_REG0[0..15]", "commit,exec(load:1->NXM_NX_CT_MARK[])", "commit,force", "nat", "commit,nat(src=1.2.3.4-1.2.3.9:10-20,random)", "commit,nat(dst=fe80::1,hash,persistent)", "commit,alg=ftp", "commit,alg=foo", "force", "zone=70000", "commit,exec(set_field:1->ct_label)"])})`,
    () => "ct_clear",
    () =>
      `learn(${c.pick(["table=1", "table=2,idle_timeout=5", "table=1,priority=7,hard_timeout=9,fin_idle_timeout=3", "table=1,limit=5,result_dst=NXM_NX_REG0[0]", "table=1,delete_learned,send_flow_rem", "table=1,cookie=0x5"])},${c.pick(["NXM_OF_VLAN_TCI[0..11]", "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]", "eth_type=0x800,nw_src=1.2.3.4", "load:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]", "output:NXM_OF_IN_PORT[]", "foo", "load:5->NXM_NX_REG1[]", "reg0[0..3]=reg1[0..3]"])})`,
    () => `check_pkt_larger(${c.below(70000)})->${part(c)}`,
    () =>
      `encap(${c.pick(["nsh", "nsh(md_type=1)", "nsh(md_type=2,tlv(0x1000,10,0x12345678))", "ethernet", "mpls", "mpls_mc", "foo"])})`,
    () => `decap(${c.pick(["", "packet_type(ns=1,type=0x894f)", "foo"])})`,
    () => `delete_field:tun_metadata${c.below(3)}`,
    () => `clone(${c.pick(["", "output:1", "mod_vlan_vid:5,output:2", "foo", "ct(commit)"])})`,
    () => `write_actions(${c.pick(["output:1", "set_field:5->reg0", "drop", "group:5,output:2", "mod_vlan_vid:5"])})`,
    () =>
      c.pick(["foo", "output", "resubmit", "mod_vlan_vid", "apply_actions(output:1)", "set_field", "load:5", "learn"]),
  ])();
}

function setField(c: Chance): string {
  const name = field(c);
  return `set_field:${fieldValue(c, name)}->${name}`;
}

function match(c: Chance): string[] {
  const parts: string[] = [];
  if (!c.once(3)) parts.push(c.pick(SHORTHANDS));
  for (let i = c.below(4); i > 0; i--) {
    const name = field(c);
    const written = c.once(4) ? c.pick([name, ...(FIELDS[name].aka ?? [])]) : name;
    parts.push(`${written}=${fieldValue(c, name)}`);
  }
  if (c.once(8)) parts.push(`dl_vlan=${c.pick(["5", "0xffff", "4096", "65535"])}`);
  if (c.once(10)) parts.push(`vlan_tci=${c.pick(["0x1123", "0/0x1000", "0x1000/0x1000", "5"])}`);
  return parts;
}

/** One flow as `add-flow` takes it. */
export function flowText(c: Chance): string {
  const parts = match(c);
  if (c.once(3)) parts.unshift(`priority=${c.pick(["0", "1", "32768", "65535", "65536", "foo"])}`);
  if (c.once(6)) parts.push(`table=${c.pick(["0", "5", "254", "255", "300", "foo"])}`);
  if (c.once(8)) parts.push(`cookie=${c.pick(["0x5", "0xffffffffffffffff", "0x1/0xff", "foo", "-1"])}`);
  if (c.once(8))
    parts.push(`${c.pick(["idle_timeout", "hard_timeout", "importance"])}=${c.pick(["5", "65535", "65536"])}`);
  if (c.once(12))
    parts.push(c.pick(["send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts"]));
  if (c.once(40))
    parts.push(c.pick(["foo", "foo=1", "out_port=3", "priority", "duration=5", "n_packets=3", "idle_age=3"]));
  const actions: string[] = [];
  for (let i = c.below(3) + (c.once(15) ? 0 : 1); i > 0; i--) actions.push(simple(c));
  if (!c.once(60)) parts.push(`actions=${actions.join(",") || c.pick(["drop", ""])}`);
  return parts.join(c.once(20) ? " " : ",");
}
