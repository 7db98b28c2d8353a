// Random packets from small pools of values, so that random flows often match them: as fields and as octets.

const MACS = [
  "00:00:00:00:00:01",
  "00:00:00:00:00:02",
  "50:54:00:00:00:05",
  "ff:ff:ff:ff:ff:ff",
  "01:80:c2:00:00:00",
  "01:00:5e:00:00:01",
  "33:33:00:00:00:01",
];
const IPV4 = ["10.0.0.1", "10.0.0.2", "10.0.1.3", "192.168.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0"];
const IPV6 = ["2001:db8::1", "2001:db8::2", "fe80::5054:ff:fe00:1", "ff02::1", "::1", "2001:db8:0:1::ff00:42:8329"];
const PORTS = [0, 1, 21, 53, 80, 443, 1024, 4789, 65535];
const TYPES = [0x88cc, 0x8809, 0x8902, 0x1234, 0x6558, 0x0600, 0x9000];

export const pools = { MACS, IPV4, IPV6, PORTS, TYPES };

/** Fields of a random packet, by the names of ovs-fields(7); `kind` says what it is. */
export function randomFrame(random) {
  const fields = { dl_src: random.pick(MACS), dl_dst: random.pick(MACS) };
  const tags = random.weighted([
    [5, 0],
    [4, 1],
    [2, 2],
  ]);
  const vlans = [];
  for (let i = 0; i < tags; i++)
    vlans.push({
      tpid: i < tags - 1 ? random.pick([0x88a8, 0x8100]) : 0x8100,
      vid: random.pick([0, 1, 10, 11, 12, 20, 4095]),
      pcp: random.pick([0, 0, 3, 7]),
    });
  const frame = { fields, vlans, payload: random.pick([0, 1, 8, 20, 46, 100]) };
  network(random, frame);
  return frame;
}

function network(random, frame) {
  const kind = random.weighted([
    [10, "ip"],
    [7, "ipv6"],
    [4, "arp"],
    [1, "rarp"],
    [3, "mpls"],
    [1, "nsh"],
    [2, "other"],
    [1, "llc"],
  ]);
  frame.kind = kind;
  const { fields } = frame;
  switch (kind) {
    case "ip":
      fields.nw_src = random.pick(IPV4);
      fields.nw_dst = random.pick(IPV4);
      ipCommon(random, frame);
      break;
    case "ipv6":
      fields.ipv6_src = random.pick(IPV6);
      fields.ipv6_dst = random.pick(IPV6);
      fields.ipv6_label = random.pick([0, 0, 0x12345, 0xfffff]);
      ipCommon(random, frame);
      break;
    case "arp":
    case "rarp":
      fields.arp_op = random.pick([1, 1, 2, 3, 4, 9]);
      fields.arp_spa = random.pick(IPV4);
      fields.arp_tpa = random.oneIn(4) ? fields.arp_spa : random.pick(IPV4);
      fields.arp_sha = random.pick(MACS);
      fields.arp_tha = random.pick(MACS);
      break;
    case "mpls":
      frame.labels = Array.from({ length: random.pick([1, 1, 2, 3, 4]) }, () => ({
        label: random.pick([0, 3, 16, 100, 1048575]),
        tc: random.pick([0, 3, 7]),
        ttl: random.pick([0, 1, 2, 64, 255]),
      }));
      frame.mplsType = random.pick([0x8847, 0x8847, 0x8848]);
      break;
    case "nsh":
      Object.assign(fields, {
        nsh_flags: random.pick([0, 2]),
        nsh_ttl: random.pick([1, 63]),
        nsh_mdtype: 1,
        nsh_np: random.pick([1, 2, 3, 4]),
        nsh_spi: random.pick([0, 0x123456]),
        nsh_si: random.pick([1, 255]),
        nsh_c1: 1,
        nsh_c2: 0x01020304,
        nsh_c3: 0,
        nsh_c4: 0xffffffff,
      });
      break;
    case "other":
      fields.dl_type = random.pick(TYPES);
      break;
    default:
      fields.dl_type = 0x05ff;
  }
}

function ipCommon(random, frame) {
  const { fields } = frame;
  fields.nw_tos = random.pick([0, 0, 0x20, 0xb8]);
  fields.nw_ecn = random.pick([0, 0, 1, 3]);
  fields.nw_ttl = random.pick([0, 1, 2, 64, 255]);
  fields.ip_frag = random.weighted([
    [8, "no"],
    [1, "first"],
    [1, "later"],
  ]);
  const six = frame.kind === "ipv6";
  if (six && random.oneIn(6)) frame.extensions = random.some([0, 60, 43], random.between(1, 2));
  if (!six && random.oneIn(6)) frame.optionWords = random.between(1, 10);
  frame.l4 = random.weighted([
    [5, "tcp"],
    [5, "udp"],
    [2, "sctp"],
    [3, six ? "icmp6" : "icmp"],
    [six ? 3 : 1, six ? "nd" : "igmp"],
    [1, "other"],
  ]);
  if (["tcp", "udp", "sctp"].includes(frame.l4)) {
    fields.tp_src = random.pick(PORTS);
    fields.tp_dst = random.pick(PORTS);
    if (frame.l4 === "tcp") fields.tcp_flags = random.pick([0, 2, 0x10, 0x12, 0x11, 4, 0xfff]);
  } else if (frame.l4 === "icmp" || frame.l4 === "icmp6" || frame.l4 === "igmp") {
    fields.icmp_type = random.pick(
      frame.l4 === "icmp" ? [0, 3, 8, 11] : frame.l4 === "igmp" ? [0x11, 0x16, 0x17, 0x22] : [1, 128, 129, 131, 134],
    );
    fields.icmp_code = random.pick([0, 0, 1, 4]);
  } else if (frame.l4 === "nd") {
    fields.icmp_type = random.pick([135, 136]);
    fields.icmp_code = 0;
    fields.nd_target = random.pick(IPV6);
    if (random.oneIn(2)) fields[fields.icmp_type === 135 ? "nd_sll" : "nd_tll"] = random.pick(MACS);
  } else fields.nw_proto = random.pick([0, 4, 47, 50, 89, 115, 255]);
}

const hex = (value, octets) =>
  BigInt(value)
    .toString(16)
    .padStart(octets * 2, "0");
const mac = (text) => text.replaceAll(":", "");
const ipv4 = (text) =>
  text
    .split(".")
    .map((part) => hex(part, 1))
    .join("");

export function ipv6Hex(text) {
  const [head, tail] = text.split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const middle = text.includes("::") ? Array(8 - left.length - right.length).fill("0") : [];
  return [...left, ...middle, ...right].map((part) => part.padStart(4, "0")).join("");
}

export const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmp6: 58, nd: 58, igmp: 2 };
export const protocolOf = ({ l4, fields }) => PROTOCOLS[l4] ?? fields.nw_proto;

/** The packet of a frame. */
export function frameHex(frame) {
  const { fields, vlans } = frame;
  let text = mac(fields.dl_dst) + mac(fields.dl_src);
  for (const { tpid, vid, pcp } of vlans) text += hex(tpid, 2) + hex((pcp << 13) | vid, 2);
  return text + body(frame);
}

const filler = (octets) => Array.from({ length: octets }, (_, i) => hex(i & 0xff, 1)).join("");

function body(frame) {
  const { fields: f, kind, payload } = frame;
  switch (kind) {
    case "ip":
      return `0800${ipv4Header(frame, l4Hex(frame))}`;
    case "ipv6":
      return `86dd${ipv6Header(frame, l4Hex(frame))}`;
    case "arp":
    case "rarp":
      return `${kind === "arp" ? "0806" : "8035"}0001080006040${hex(f.arp_op, 2).slice(1)}${mac(f.arp_sha)}${ipv4(f.arp_spa)}${mac(f.arp_tha)}${ipv4(f.arp_tpa)}${filler(18)}`;
    case "mpls": {
      const stack = frame.labels.map(({ label, tc, ttl }, i) =>
        hex((BigInt(label) << 12n) | BigInt((tc << 9) | (i === frame.labels.length - 1 ? 0x100 : 0) | ttl), 4),
      );
      return hex(frame.mplsType, 2) + stack.join("") + filler(payload + 20);
    }
    case "nsh": {
      const first = (f.nsh_flags << 12) | (f.nsh_ttl << 6) | 6;
      const contexts = [f.nsh_c1, f.nsh_c2, f.nsh_c3, f.nsh_c4].map((value) => hex(value, 4)).join("");
      return `894f${hex(first, 2)}${hex(f.nsh_mdtype, 1)}${hex(f.nsh_np, 1)}${hex(f.nsh_spi, 3)}${hex(f.nsh_si, 1)}${contexts}${filler(payload)}`;
    }
    case "llc":
      return `${hex(payload + 3, 2)}424203${filler(payload)}`;
    default:
      return hex(f.dl_type, 2) + filler(payload);
  }
}

function l4Hex(frame) {
  const { fields: f, l4, payload } = frame;
  if (f.ip_frag === "later") return filler(payload);
  switch (l4) {
    case "tcp":
      return `${hex(f.tp_src, 2)}${hex(f.tp_dst, 2)}0000000100000002${hex(0x5000 | f.tcp_flags, 2)}200000000000${filler(payload)}`;
    case "udp":
      return `${hex(f.tp_src, 2)}${hex(f.tp_dst, 2)}${hex(8 + payload, 2)}0000${filler(payload)}`;
    case "sctp":
      return `${hex(f.tp_src, 2)}${hex(f.tp_dst, 2)}0000000000000000${filler(payload)}`;
    case "nd": {
      const option = f.nd_sll ? `0101${mac(f.nd_sll)}` : f.nd_tll ? `0201${mac(f.nd_tll)}` : "";
      return `${hex(f.icmp_type, 1)}00000000000000${ipv6Hex(f.nd_target)}${option}`;
    }
    case "other":
      return filler(payload);
    default:
      return `${hex(f.icmp_type, 1)}${hex(f.icmp_code, 1)}000000010001${filler(payload)}`;
  }
}

function ipv4Header(frame, payload) {
  const { fields: f } = frame;
  const options = "01010101".repeat(frame.optionWords ?? 0);
  const frag = { no: 0, first: 0x2000, later: 0x00b9 }[f.ip_frag];
  const total = 20 + (options.length + payload.length) / 2;
  return `4${(5 + options.length / 8).toString(16)}${hex(f.nw_tos | f.nw_ecn, 1)}${hex(total, 2)}0001${hex(frag, 2)}${hex(f.nw_ttl, 1)}${hex(protocolOf(frame), 1)}0000${ipv4(f.nw_src)}${ipv4(f.nw_dst)}${options}${payload}`;
}

function ipv6Header(frame, payload) {
  const { fields: f } = frame;
  const protocol = protocolOf(frame);
  const first = (6n << 28n) | (BigInt(f.nw_tos | f.nw_ecn) << 20n) | BigInt(f.ipv6_label);
  const frag = f.ip_frag === "no" ? "" : `${hex(protocol, 1)}00${hex(f.ip_frag === "first" ? 1 : 0xb9, 2)}00000001`;
  const behind = frag ? 44 : protocol;
  // Extension headers of eight octets each: hop-by-hop options (0), destination options (60), routing (43).
  const { extensions = [] } = frame;
  const extra = extensions.map((_, i) => `${hex(extensions[i + 1] ?? behind, 1)}00010400000000`).join("");
  const length = (extra.length + frag.length + payload.length) / 2;
  return `${hex(first, 4)}${hex(length, 2)}${hex(extensions[0] ?? behind, 1)}${hex(f.nw_ttl, 1)}${ipv6Hex(f.ipv6_src)}${ipv6Hex(f.ipv6_dst)}${extra}${frag}${payload}`;
}

/** The frame as a flow: what `ofproto/trace BRIDGE` takes. */
export function frameFlow(frame, inPort) {
  const { fields: f, vlans, kind } = frame;
  const parts = [`in_port=${inPort}`, `dl_src=${f.dl_src}`, `dl_dst=${f.dl_dst}`];
  if (vlans[0]) parts.push(`dl_vlan=${vlans[0].vid}`, `dl_vlan_pcp=${vlans[0].pcp}`);
  const names = { ...f };
  delete names.dl_src;
  delete names.dl_dst;
  if (kind === "mpls") {
    parts.push(frame.mplsType === 0x8847 ? "mpls" : "mplsm");
    const [{ label, tc, ttl }] = frame.labels;
    parts.push(
      `mpls_label=${label}`,
      `mpls_tc=${tc}`,
      `mpls_ttl=${ttl}`,
      `mpls_bos=${frame.labels.length === 1 ? 1 : 0}`,
    );
  } else if (kind === "nsh") parts.push("dl_type=0x894f");
  else if (kind === "arp" || kind === "rarp") parts.push(kind);
  else if (kind === "ip" || kind === "ipv6") parts.push(...ipFlow(frame, names));
  for (const [name, value] of Object.entries(names)) parts.push(`${name}=${value}`);
  return parts.join(",");
}

function ipFlow({ kind, l4 }, names) {
  if (names.ip_frag === "no") delete names.ip_frag;
  if (l4 === "other") return [kind];
  const later = names.ip_frag === "later";
  if (later || l4 === "igmp") {
    for (const name of ["tp_src", "tp_dst", "tcp_flags", "icmp_type", "icmp_code", "nd_target", "nd_sll", "nd_tll"])
      delete names[name];
    return [kind, `nw_proto=${PROTOCOLS[l4]}`];
  }
  const six = kind === "ipv6";
  const rename = (from, to) => {
    if (from in names) names[to] = names[from];
    delete names[from];
  };
  if (l4 === "udp" || l4 === "sctp") for (const side of ["src", "dst"]) rename(`tp_${side}`, `${l4}_${side}`);
  if (l4 === "icmp6" || l4 === "nd") for (const part of ["type", "code"]) rename(`icmp_${part}`, `icmpv6_${part}`);
  const name = l4 === "nd" ? "icmp6" : six && l4 !== "icmp6" ? `${l4}6` : l4;
  return [name];
}
