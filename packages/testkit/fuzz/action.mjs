import { pools } from "./frame.mjs";

// Random action lists of ovs-actions(7).

const { MACS, IPV4, IPV6, PORTS } = pools;
const REGISTERS = ["reg0", "reg1", "reg5", "reg15"];
/** Registers and the like that nothing but a match reads. */
const SCRATCH = [
  "reg2",
  "reg3",
  "xreg1",
  "xxreg1",
  "xxreg3",
  "tun_src",
  "tun_dst",
  "tun_ipv6_src",
  "tun_gbp_id",
  "tun_gbp_flags",
  "tun_erspan_idx",
  "tun_erspan_ver",
  "tun_erspan_dir",
  "tun_erspan_hwid",
  "pkt_mark",
  "metadata",
];

/** Where an action list stands: what it may name. */
export function randomActions(random, { table, tables, ports, groups, meters, protocol, depth = 0 }) {
  const where = { table, tables, ports, groups, meters, protocol, depth };
  const list = [];
  for (
    let left = random.weighted([
      [5, 1],
      [4, 2],
      [3, 3],
      [2, 5],
      [1, 0],
    ]);
    left > 0;
    left--
  )
    list.push(one(random, where));
  return depth === 0 ? ordered(list) : list.filter((action) => !INSTRUCTION.test(action));
}

const INSTRUCTION = /^(goto_table|write_actions|write_metadata|clear_actions|meter)/;

/** Instructions in the only order that they may have, each once. */
function ordered(list) {
  const find = (name) => list.find((action) => action.startsWith(name));
  const first = [find("meter")];
  const last = [find("clear_actions"), find("write_actions"), find("write_metadata"), find("goto_table")];
  return [...first, ...list.filter((action) => !INSTRUCTION.test(action)), ...last].filter(Boolean);
}

const portWord = (random, ports) =>
  random.weighted([
    [8, random.pick(ports)],
    [1, "IN_PORT"],
    [1, "LOCAL"],
    [1, "FLOOD"],
    [1, "ALL"],
    [1, 99],
    [1, "CONTROLLER"],
  ]);

function one(random, where) {
  const { ports, groups, depth } = where;
  const nested = depth < 2;
  return random
    .weighted([
      [14, () => `output:${portWord(random, ports)}`],
      [5, () => "NORMAL"],
      [6, () => resubmit(random, where)],
      [3, () => goto(random, where)],
      [8, () => setField(random, where)],
      [4, () => load(random)],
      [4, () => move(random)],
      [4, () => header(random)],
      [4, () => vlan(random)],
      [3, () => mpls(random)],
      [2, () => `push:${subfield(random)}`],
      [2, () => `pop:${register(random)}`],
      [2, () => `output:${random.pick(REGISTERS)}[${random.pick(["", "0..15", "0..7"])}]`],
      [2, () => `output(port=${random.pick(ports)},max_len=${random.pick([14, 64, 200])})`],
      [1, () => `enqueue:${random.pick(ports)}:${random.below(3)}`],
      [2, () => random.pick(["set_queue:5", "pop_queue", "set_queue:1"])],
      [2, () => `set_tunnel:${random.pick(["5", "0", "0x123456789a"])}`],
      [2, () => controller(random)],
      [2, () => (groups.length ? `group:${random.pick(groups)}` : "drop:")],
      [
        2,
        () =>
          nested ? `clone(${randomActions(random, { ...where, depth: depth + 1 }).join(",") || "output:1"})` : "NORMAL",
      ],
      [3, () => ct(random, where)],
      [1, () => "ct_clear"],
      [2, () => learn(random, where)],
      [1, () => `fin_timeout(idle_timeout=${random.pick([5, 10])})`],
      [1, () => `note:${random.pick(["000000000000", "01.02.03.04.05.06"])}`],
      [1, () => "exit"],
      [1, () => random.pick(["output:TABLE", "output:NORMAL", "output:CONTROLLER", "output:ANY"])],
      [1, () => bundle(random, ports)],
      [1, () => multipath(random)],
      [1, () => encap(random, where)],
      [
        1,
        () => `sample(probability=${random.pick([1, 12345, 65535])},collector_set_id=1,obs_domain_id=2,obs_point_id=3)`,
      ],
      [1, () => `check_pkt_larger(${random.pick([60, 100, 1500])})->${random.pick(["reg0[0]", "reg1[3]"])}`],
      [2, () => (nested ? `write_actions(${writeSet(random, where)})` : "dec_ttl")],
      [1, () => `write_metadata:${random.pick(["1", "2", "0x1/0x3"])}`],
      [1, () => "clear_actions"],
      [1, () => (where.meters.length ? `meter:${random.pick(where.meters)}` : "dec_ttl")],
    ])()
    .replace(/^drop:$/, "NORMAL");
}

function later(random, { table, tables }) {
  return random.oneIn(8) ? random.below(tables) : Math.min(tables - 1, table + 1 + random.below(2));
}

function resubmit(random, where) {
  const to = later(random, where);
  return random.weighted([
    [5, `resubmit(,${to})`],
    [1, `resubmit:${random.pick(where.ports)}`],
    [1, `resubmit(${random.pick(where.ports)},${to})`],
    [1, `resubmit(IN_PORT,${to})`],
    [1, `resubmit(,${to},ct)`],
  ]);
}

const goto = (random, { table, tables, depth }) =>
  depth === 0 && table < tables - 1 ? `goto_table:${random.between(table + 1, tables - 1)}` : "NORMAL";

const FIELDS_SET = {
  ip: ["nw_src", "nw_dst", "nw_ttl", "nw_ecn", "ip_dscp"],
  ipv6: ["ipv6_src", "ipv6_dst", "nw_ttl", "nw_ecn"],
  arp: ["arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha"],
  mpls: ["mpls_label", "mpls_tc", "mpls_ttl"],
  nsh: ["nsh_ttl", "nsh_spi", "nsh_si", "nsh_c1", "nsh_flags"],
  tcp: ["tcp_src", "tcp_dst"],
  udp: ["udp_src", "udp_dst"],
  sctp: ["sctp_src", "sctp_dst"],
  icmp: ["icmp_type", "icmp_code"],
  icmp6: ["icmpv6_type", "icmpv6_code"],
  nd: ["nd_target", "nd_sll", "nd_tll", "nd_reserved", "nd_options_type"],
};

function valueFor(random, field) {
  if (/^(nw_src|nw_dst|arp_spa|arp_tpa|tun_src|tun_dst)$/.test(field)) return random.pick(IPV4);
  if (/^ipv6_(src|dst)$|nd_target/.test(field)) return random.pick(IPV6);
  if (/_(sha|tha|sll|tll)$|^eth_/.test(field)) return random.pick(MACS);
  if (/^(tcp|udp|sctp)_/.test(field)) return random.pick(PORTS);
  if (field === "mpls_label" || field === "ipv6_label") return random.pick([0, 7, 0xfffff]);
  if (field === "mpls_tc" || field === "vlan_pcp") return random.below(8);
  if (field === "nw_ecn") return random.below(4);
  if (field === "ip_dscp") return random.pick([0, 8, 46]);
  if (field === "vlan_vid") return 0x1000 | random.pick([0, 10, 20, 4095]);
  if (field === "nd_options_type") return random.pick([1, 2]);
  if (field === "icmp_code" || field === "icmpv6_code") return random.pick([0, 1]);
  return random.pick([0, 1, 2, 5]);
}

function setField(random, { protocol }) {
  const special = [...(FIELDS_SET[protocol.kind] ?? []), ...(protocol.l4 ? (FIELDS_SET[protocol.l4] ?? []) : [])];
  const field = random.weighted([
    [special.length ? 5 : 0, special.length ? random.pick(special) : "eth_src"],
    [3, random.pick(["eth_src", "eth_dst"])],
    [3, random.pick(REGISTERS)],
    [
      2,
      random.pick([
        "metadata",
        "tun_id",
        "pkt_mark",
        "xreg0",
        "xxreg1",
        "tun_src",
        "tun_dst",
        "in_port",
        "tun_flags",
        "reg2",
      ]),
    ],
    [2, random.pick(["vlan_vid", "vlan_pcp"])],
    [2, random.pick(SCRATCH)],
  ]);
  if (field === "tun_erspan_dir") return `set_field:${random.below(2)}->tun_erspan_dir`;
  if (field === "tun_ipv6_src") return `set_field:${random.pick(IPV6)}->tun_ipv6_src`;
  if (field === "tun_flags") return `set_field:${random.pick(["oam", "0"])}->tun_flags`;
  if (field === "vlan_pcp") return `mod_vlan_pcp:${random.below(8)}`;
  const value = valueFor(random, field);
  const masked =
    random.oneIn(6) &&
    !/^(nw_ttl|nw_ecn|ip_dscp|mpls|arp_op|icmp|nd_res|nd_opt|in_port|nsh_(ttl|spi|si)|vlan_vid)/.test(field);
  if (masked && /src|dst|spa|tpa|sha|tha|target|sll|tll/.test(field) && !/tcp|udp|sctp/.test(field)) {
    // The reference takes no bits outside a mask: addresses of which the masked part alone is left.
    if (/eth|sha|tha|sll|tll/.test(field)) return `set_field:50:00:00:00:00:05/ff:00:00:00:00:0f->${field}`;
    return `set_field:${/ipv6|target/.test(field) ? "2001::2/ffff::ff" : "10.0.1.0/255.0.255.0"}->${field}`;
  }
  return `set_field:${value}${masked && value <= 3 ? "/0x3" : ""}->${field}`;
}

const register = (random) =>
  `NXM_NX_${random.pick(REGISTERS).toUpperCase()}[${random.pick(["", "0..15", "4..11", "31"])}]`;
const sixteen = (random) =>
  `NXM_NX_${random.pick(REGISTERS).toUpperCase()}[${random.pick(["0..15", "16..31", "8..23"])}]`;
const subfield = (random) =>
  random.pick([
    register(random),
    "NXM_OF_IN_PORT[]",
    "NXM_OF_ETH_SRC[]",
    "OXM_OF_METADATA[0..31]",
    "NXM_OF_VLAN_TCI[0..11]",
    "NXM_NX_TUN_ID[0..7]",
  ]);

const load = (random) =>
  random.pick([
    `load:${random.pick(["0", "1", "2", "0xff", "5"])}->${random.pick(["NXM_NX_REG0[]", "NXM_NX_REG1[0..15]", "NXM_NX_REG5[4..11]", "NXM_NX_REG15[]", "OXM_OF_METADATA[0..31]"])}`,
    `load:${random.pick(["1", "2", "3"])}->NXM_OF_IN_PORT[]`,
    `load:${random.pick(["0x500000000001", "0x2"])}->${random.pick(["NXM_OF_ETH_SRC[]", "NXM_OF_ETH_DST[]"])}`,
    `load:${random.pick(["0", "0x100a", "0x3014"])}->NXM_OF_VLAN_TCI[]`,
  ]);

const move = (random) =>
  random.pick([
    "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
    "move:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]",
    `move:${sixteen(random)}->${sixteen(random)}`,
    "move:NXM_OF_VLAN_TCI[0..11]->NXM_NX_REG1[0..11]",
    "move:OXM_OF_METADATA[0..31]->NXM_NX_REG5[]",
    "move:NXM_NX_TUN_ID[0..31]->NXM_NX_REG5[]",
    "move:NXM_OF_ETH_SRC[0..31]->NXM_NX_REG15[]",
  ]);

const header = (random) =>
  random.pick([
    `mod_dl_src:${random.pick(MACS)}`,
    `mod_dl_dst:${random.pick(MACS)}`,
    `mod_nw_src:${random.pick(IPV4)}`,
    `mod_nw_dst:${random.pick(IPV4)}`,
    `mod_nw_tos:${random.pick([0, 32, 184])}`,
    `mod_nw_ecn:${random.below(4)}`,
    `mod_nw_ttl:${random.pick([1, 64])}`,
    `mod_tp_src:${random.pick(PORTS)}`,
    `mod_tp_dst:${random.pick(PORTS)}`,
    "dec_ttl",
    "dec_ttl(1,2)",
    "dec_ttl",
  ]);

const vlan = (random) =>
  random.pick([
    `mod_vlan_vid:${random.pick([0, 10, 20, 4095])}`,
    `mod_vlan_pcp:${random.below(8)}`,
    "strip_vlan",
    "strip_vlan",
    "push_vlan:0x8100",
    "push_vlan:0x88a8",
    `push_vlan:0x8100,set_field:${4096 + random.pick([10, 20])}->vlan_vid`,
  ]);

const mpls = (random) =>
  random.pick([
    `push_mpls:0x${random.pick(["8847", "8848"])}`,
    "pop_mpls:0x0800",
    "pop_mpls:0x86dd",
    "pop_mpls:0x8847",
    "pop_mpls:0x1234",
    "dec_mpls_ttl",
    `set_mpls_label:${random.pick([5, 100])}`,
    `set_mpls_tc:${random.below(8)}`,
    `set_mpls_ttl:${random.pick([1, 64])}`,
  ]);

const controller = (random) =>
  random.pick([
    "controller",
    "controller:128",
    "controller(reason=invalid_ttl)",
    "controller(id=7,max_len=100)",
    "controller(userdata=01.02.03)",
    "controller(pause)",
    "CONTROLLER:65535",
  ]);

function ct(random, where) {
  const parts = [];
  const commit = random.oneIn(2);
  if (commit) parts.push("commit");
  if (commit && random.oneIn(5)) parts.push("force");
  if (random.oneIn(2)) parts.push(`zone=${random.pick(["1", "0", "65535", "NXM_NX_REG0[0..15]"])}`);
  if (random.oneIn(2)) parts.push(`table=${later(random, where)}`);
  const exec = commit && random.oneIn(3);
  if (random.oneIn(4)) {
    const nat = commit
      ? random.pick([
          "nat(src=10.0.0.240)",
          "nat(dst=10.0.0.1-10.0.0.9:80-90)",
          "nat(src=10.0.0.1-10.0.0.5,random)",
          "nat",
          "nat(src=10.0.0.1,persistent,hash)",
          "nat(src=[2001:db8::5]-[2001:db8::9]:1000-2000)",
          "nat(dst=2001:db8::7)",
          "nat(dst=10.0.0.5:80)",
          "nat(src=0.0.0.0)",
        ])
      : "nat";
    parts.push(nat);
  }
  if (exec)
    parts.push(
      `exec(${random.pick(["set_field:0x1->ct_mark", "set_field:0x1/0x3->ct_mark", "load:0x5->NXM_NX_CT_MARK[]", "set_field:0x11->ct_label", "move:NXM_NX_REG0[]->NXM_NX_CT_MARK[]", "set_field:0x1->ct_mark,set_field:0xf/0xff->ct_label"])})`,
    );
  if (commit && random.oneIn(8)) parts.push("alg=ftp");
  return `ct(${parts.join(",")})`;
}

function learn(random, { tables }) {
  const parts = [`table=${random.below(tables)}`];
  if (random.oneIn(2)) parts.push("hard_timeout=60");
  if (random.oneIn(3)) parts.push("idle_timeout=30");
  if (random.oneIn(3)) parts.push(`priority=${random.pick([1, 100])}`);
  if (random.oneIn(5)) parts.push("cookie=0x77");
  if (random.oneIn(6)) parts.push("limit=2");
  if (random.oneIn(8)) parts.push("delete_learned");
  parts.push(
    ...random.some(
      [
        "NXM_OF_VLAN_TCI[0..11]",
        "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]",
        "eth_type=0x800",
        "reg1=5",
        "NXM_NX_REG5[0..7]=NXM_NX_REG0[8..15]",
      ],
      random.between(1, 3),
    ),
  );
  parts.push(
    ...random.some(
      ["output:NXM_OF_IN_PORT[]", "load:0x3->NXM_NX_REG15[]", "load:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]"],
      random.between(0, 2),
    ),
  );
  if (random.oneIn(8)) parts.push("fin_idle_timeout=10");
  return `learn(${parts.join(",")})`;
}

const bundle = (random, ports) => {
  const members = random.some(ports, random.between(1, 3)).join(",");
  const fields = random.pick([
    "eth_src",
    "symmetric_l4",
    "symmetric_l3l4",
    "symmetric_l3l4+udp",
    "nw_src",
    "nw_dst",
    "symmetric_l3",
  ]);
  const algorithm = random.pick(["active_backup", "hrw"]);
  return random.oneIn(2)
    ? `bundle(${fields},50,${algorithm},ofport,members:${members})`
    : `bundle_load(${fields},50,${algorithm},ofport,NXM_NX_REG0[0..15],members:${members})`;
};

const encap = (random, { protocol }) =>
  random.pick([
    "encap(nsh)",
    "encap(nsh(md_type=1)),set_field:0x1234->nsh_spi,encap(ethernet)",
    "encap(nsh(md_type=2,tlv(0x1000,10,0x12345678))),encap(ethernet),set_field:00:00:00:00:00:01->eth_dst",
    "encap(mpls),encap(ethernet)",
    "encap(ethernet)",
    "decap()",
    ...(protocol.kind === "nsh" ? ["decap(),decap()", "dec_nsh_ttl"] : []),
  ]);

const multipath = (random) =>
  `multipath(${random.pick(["eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp", "symmetric_l3", "nw_src", "nw_dst"])},50,${random.pick(["modulo_n", "hash_threshold", "hrw"])},${random.pick([1, 3, 16])},0,NXM_NX_REG1[0..7])`;

function writeSet(random, { ports, groups }) {
  const all = [
    `output:${random.pick(ports)}`,
    "dec_ttl",
    "set_field:00:00:00:00:00:01->eth_src",
    "push_vlan:0x8100",
    "strip_vlan",
    "mod_vlan_vid:20",
    "output:CONTROLLER",
    ...(groups.length ? [`group:${random.pick(groups)}`] : []),
    "resubmit(,3)",
    "set_queue:3",
    "push_mpls:0x8847",
  ];
  return random.some(all, random.between(1, 3)).join(",");
}

/** `add-groups` lines. */
export function randomGroups(random, { ports }) {
  return [1, 2, 3, 4].map((id) => {
    const type = random.pick(["all", "select", "ff", "indirect", "select", "all"]);
    const count = type === "indirect" ? 1 : random.between(1, 3);
    const buckets = Array.from({ length: count }, () => {
      const watch =
        type === "ff"
          ? id > 1 && random.oneIn(4)
            ? `watch_group:${random.between(1, id - 1)},`
            : `watch_port:${random.pick(ports)},`
          : "";
      const weight = type === "select" ? `weight:${random.pick([1, 2, 100])},` : "";
      const list = random.some(
        [
          `output:${random.pick(ports)}`,
          "mod_dl_src:00:00:00:00:00:01",
          "strip_vlan",
          "mod_nw_dst:10.0.0.9",
          `resubmit(,${random.between(2, 3)})`,
          "dec_ttl",
          "push_vlan:0x8100",
          `set_field:${random.below(3)}->reg1`,
          "ct(table=1)",
          "ct(commit,zone=2)",
          `output(port=${random.pick(ports)},max_len=70)`,
          ...(id > 1 ? [`group:${random.between(1, id - 1)}`] : []),
          "output:IN_PORT",
          "dec_mpls_ttl",
          "pop_mpls:0x0800",
          "push_mpls:0x8847",
        ],
        random.between(1, 2),
      );
      return `bucket=${watch}${weight}actions=${list.join(",")}`;
    });
    const method =
      type === "select"
        ? random.pick([
            ",selection_method=dp_hash",
            ",selection_method=dp_hash,selection_method_param=7",
            ",selection_method=hash,fields(ip_src,ip_dst)",
            ",selection_method=hash,fields=eth_dst",
            "",
          ])
        : "";
    return `group_id=${id},type=${type}${method},${buckets.join(",")}`;
  });
}
