import { ipv6Hex, PROTOCOLS } from "./frame.mjs";

// Random OpenFlow matches: some fields of a random frame, some of them masked.

const REGISTERS = ["reg0", "reg1", "reg5", "reg15"];

/** Parts of a match that frames like `frame` may meet. */
export function randomMatch(random, frame, ports) {
  const parts = [];
  if (random.oneIn(3)) parts.push(`in_port=${random.pick(ports)}`);
  const { fields: f, kind, l4 } = frame;
  if (random.oneIn(8)) parts.push(pipelineMatch(random));
  if (random.oneIn(4)) parts.push(macMatch(random, "dl_dst", f.dl_dst));
  if (random.oneIn(5)) parts.push(macMatch(random, "dl_src", f.dl_src));
  if (random.oneIn(4)) parts.push(vlanMatch(random, frame));
  if (random.oneIn(6)) return parts;
  const fields = { ...f };
  delete fields.dl_src;
  delete fields.dl_dst;
  if (kind === "other" || kind === "llc") parts.push(`dl_type=${f.dl_type}`);
  else if (kind === "nsh") parts.push(...nshMatch(random, f));
  else if (kind === "mpls") parts.push(...mplsMatch(random, frame));
  else if (kind === "arp" || kind === "rarp") {
    parts.push(kind);
    for (const name of random.some(Object.keys(fields), random.below(3))) parts.push(fieldMatch(random, name, f[name]));
  } else parts.push(...ipMatch(random, kind, l4, fields));
  return parts;
}

function ipMatch(random, kind, l4, fields) {
  const later = fields.ip_frag === "later";
  const l4Names = ["tp_src", "tp_dst", "tcp_flags", "icmp_type", "icmp_code", "nd_target", "nd_sll", "nd_tll"];
  const parts = [];
  let names = Object.keys(fields);
  if (l4 === "other") parts.push(kind);
  else if (later || l4 === "igmp" || random.oneIn(4)) {
    parts.push(kind);
    if (random.oneIn(2)) parts.push(`nw_proto=${PROTOCOLS[l4]}`);
    names = names.filter((name) => !l4Names.includes(name));
  } else if (l4 === "nd") {
    parts.push("icmp6", `icmp_type=${fields.icmp_type}`, "icmp_code=0");
    names = names.filter((name) => !name.startsWith("icmp_"));
  } else parts.push(kind === "ipv6" && l4 !== "icmp6" ? `${l4}6` : l4);
  for (const name of random.some(names, random.below(4))) parts.push(fieldMatch(random, name, fields[name]));
  return parts;
}

function pipelineMatch(random) {
  return random.weighted([
    [3, () => `${random.pick(REGISTERS)}=${random.pick([0, 1, 2])}`],
    [2, () => `metadata=${random.pick([0, 1, 2])}`],
    [1, () => `metadata=${random.below(4)}/0x3`],
    [1, () => `reg1=${random.below(8)}/0x7`],
    [1, () => `xreg0=${random.pick([0, 1])}`],
    [1, () => `xxreg1=${random.pick(["0", "1/0x3", "0x5"])}`],
    [1, () => `reg2=${random.below(2)}/0x1,reg3=0`],
    [
      1,
      () =>
        random.pick([
          "tun_src=10.0.0.1",
          "tun_dst=10.0.0.0/24",
          "tun_flags=oam",
          "tun_flags=-oam",
          "tun_gbp_id=0",
          "tun_ipv6_src=::1",
          "tun_metadata0=0",
          "tun_erspan_idx=0x1/0x1",
        ]),
    ],
    [1, () => random.pick(["actset_output=2", "actset_output=1", "conj_id=1", "conj_id=0"])],
    [
      1,
      () =>
        random.pick([
          "ct_label=0x1",
          "ct_label=0/0x3",
          "ct_state=+trk+est+rpl",
          "ct_state=-new+trk",
          "ct_state=+trk+rel",
          "ct_state=+snat",
          "ct_state=-dnat",
        ]),
    ],
    [
      1,
      () =>
        random.pick([
          "ip,ct_state=+trk+new,ct_nw_src=10.0.0.1",
          "ct_state=+trk+est,ip,ct_nw_proto=6",
          "ct_state=+trk+est,tcp,ct_nw_proto=6,ct_tp_dst=80",
          "ipv6,ct_state=+trk+new,ct_ipv6_dst=2001:db8::/32",
        ]),
    ],
    [1, () => random.pick(["packet_type=(1,0x894f)", "packet_type=(0,0)", "packet_type=(1,0x800)", "eth"])],
    [1, () => `tun_id=${random.pick([0, 5])}`],
    [1, () => `pkt_mark=${random.pick([0, 1])}`],
    [1, () => `ct_state=${random.pick(["-trk", "+trk", "+trk+new", "+trk+est", "-trk", "+trk+inv"])}`],
    [1, () => `ct_zone=${random.pick([0, 1])}`],
    [1, () => `ct_mark=${random.pick(["0", "1", "0x1/0x3"])}`],
  ])();
}

const MAC_MASKS = ["ff:ff:ff:00:00:00", "01:00:00:00:00:00", "ff:ff:ff:ff:ff:f0", "00:00:00:00:00:01"];
function macMatch(random, name, value) {
  if (!random.oneIn(4)) return `${name}=${value}`;
  return `${name}=${value}/${random.pick(MAC_MASKS)}`;
}

function vlanMatch(random, { vlans }) {
  const tag = vlans[0] ?? { vid: 10, pcp: 3 };
  return random.weighted([
    [3, () => `dl_vlan=${tag.vid}`],
    [1, () => `dl_vlan=${tag.vid},dl_vlan_pcp=${tag.pcp}`],
    [1, () => `dl_vlan_pcp=${tag.pcp}`],
    [1, () => "vlan_tci=0/0x1fff"],
    [1, () => "vlan_tci=0"],
    [1, () => "vlan_tci=0x1000/0x1000"],
    [1, () => `vlan_vid=${0x1000 | tag.vid}/0x1${random.pick(["001", "fff", "00f"])}`],
    [1, () => `vlan_vid=${0x1000 | tag.vid},vlan_pcp=${tag.pcp}`],
  ])();
}

function nshMatch(random, f) {
  const names = ["nsh_flags", "nsh_ttl", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si", "nsh_c1", "nsh_c2", "nsh_c4"];
  return ["dl_type=0x894f", ...random.some(names, random.below(3)).map((name) => `${name}=${f[name]}`)];
}

function mplsMatch(random, { labels, mplsType }) {
  const [{ label, tc, ttl }] = labels;
  const all = [`mpls_label=${label}`, `mpls_tc=${tc}`, `mpls_ttl=${ttl}`, `mpls_bos=${labels.length === 1 ? 1 : 0}`];
  return [mplsType === 0x8847 ? "mpls" : "mplsm", ...random.some(all, random.below(3))];
}

const ADDRESS = /^(nw|arp)_(src|dst|spa|tpa)$/;
function fieldMatch(random, name, value) {
  const masked = random.oneIn(3);
  if (name === "ip_frag") return `ip_frag=${masked ? random.pick(["not_later", "yes", "no"]) : value}`;
  if (!masked) return `${name}=${value}`;
  if (ADDRESS.test(name)) return `${name}=${value}/${random.pick(["8", "24", "31", "255.0.255.0", "16"])}`;
  if (/^ipv6_(src|dst)$|^nd_target$/.test(name))
    return `${name}=${value}/${random.pick(["32", "64", "127", "::ffff", "ffff::ff00"])}`;
  if (name === "tp_src" || name === "tp_dst") return `${name}=${value}/${random.pick(["0xfff0", "0x1", "0xff00"])}`;
  if (name === "tcp_flags") return `tcp_flags=${random.pick(["+syn-ack", "+ack", "-fin", "0x10/0x13"])}`;
  if (name === "ipv6_label") return `ipv6_label=${value}/0x${random.pick(["fffff", "ff", "f0000"])}`;
  if (/_(sha|tha|sll|tll)$/.test(name)) return macMatch(random, name, value);
  return `${name}=${value}`;
}

export { ipv6Hex };
