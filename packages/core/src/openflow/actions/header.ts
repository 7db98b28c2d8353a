import type { FieldName } from "#flow";
import type { Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { type ActionRow, begin, beginNx, end, nx, of, row, zero } from "./row.ts";
import { writeRegLoads, writeSetField } from "./set-field.ts";

/** A value in the old form while the version has one, else as set_field. */
function legacy(w: Writer, id: number | undefined, body: () => void, field: () => void): void {
  if (id === undefined) {
    field();
    return;
  }
  const from = begin(w, id);
  body();
  end(w, from);
}
const setField = (w: Writer, field: FieldName, value: number, version: Version) =>
  writeSetField(w, field, BigInt(value), version);
const loaded = (w: Writer, field: FieldName, value: number, bits: number, version: Version) =>
  writeRegLoads(w, field, BigInt(value), (1n << BigInt(bits)) - 1n, version);

/** Number in OpenFlow 1.0 and in 1.1; none from 1.2 on. */
const pick = (version: Version, of10: number | undefined, of11: number | undefined): number | undefined =>
  version === 1 ? of10 : version === 2 ? of11 : undefined;

/** Ethertypes of VLAN tags (IEEE 802.1Q, 802.1ad) and of MPLS (RFC 5332). */
const isVlanType = (t: number) => t === 0x8100 || t === 0x88a8;
const isMplsType = (t: number) => t === 0x8847 || t === 0x8848;

function vid(value: number): number {
  if (value > 0xfff) throw ofError("OFPBAC_BAD_ARGUMENT", `VLAN ${value}`);
  return value;
}
function pcp(value: number): number {
  if (value > 7) throw ofError("OFPBAC_BAD_ARGUMENT", `VLAN priority ${value}`);
  return value;
}
function mplsType(value: number): number {
  if (!isMplsType(value)) throw ofError("OFPBAC_BAD_ARGUMENT", `Ethertype 0x${value.toString(16)}`);
  return value;
}

const VLAN_ROWS: readonly ActionRow[] = [
  row(
    "set_vlan_vid",
    [
      of("1.0", 1, (r) => ({ type: "set_vlan_vid", vid: vid(r.u16("vid")), push: true })),
      of("1.1", 1, (r) => ({ type: "set_vlan_vid", vid: vid(r.u16("vid")), push: false })),
    ],
    (w, a, version) => {
      if (version > 1 && a.push && !a.hasVlan) pushVlan(w, 0x8100);
      legacy(
        w,
        pick(version, 1, 1),
        () => w.u16(a.vid),
        () => setField(w, "vlan_vid", a.vid | 0x1000, version),
      );
    },
  ),
  row(
    "set_vlan_pcp",
    [
      of("1.0", 2, (r) => ({ type: "set_vlan_pcp", pcp: pcp(r.u8("pcp")), push: true })),
      of("1.1", 2, (r) => ({ type: "set_vlan_pcp", pcp: pcp(r.u8("pcp")), push: false })),
    ],
    (w, a, version) => {
      if (version > 1 && a.push && !a.hasVlan) pushVlan(w, 0x8100);
      legacy(
        w,
        pick(version, 2, 2),
        () => w.u8(a.pcp),
        () => setField(w, "vlan_pcp", a.pcp, version),
      );
    },
  ),
  row(
    "strip_vlan",
    [of("1.0", 3, () => ({ type: "strip_vlan" })), of("1.1+", 18, () => ({ type: "strip_vlan", wire: "pop_vlan" }))],
    (w, _a, version) => end(w, withFour(w, version === 1 ? 3 : 18)),
  ),
  row(
    "push_vlan",
    [
      of("1.1+", 17, (r) => {
        const ethertype = r.u16("ethertype");
        if (!isVlanType(ethertype)) throw ofError("OFPBAC_BAD_ARGUMENT", `Ethertype 0x${ethertype.toString(16)}`);
        return { type: "push_vlan", ethertype };
      }),
    ],
    (w, a, version) => {
      if (version > 1) pushVlan(w, a.ethertype);
    },
  ),
];

function pushVlan(w: Writer, ethertype: number): void {
  const from = begin(w, 17);
  w.u16(ethertype);
  end(w, from);
}
function withFour(w: Writer, id: number): number {
  const from = begin(w, id);
  w.zeros(4);
  return from;
}

/** Ethernet and IP fields. The numbers are those of 1.0 and 1.1. */
const FIELD_ROWS: readonly ActionRow[] = [
  row(
    "set_eth_src",
    [
      of("1.0", 4, (r) => ({ type: "set_eth_src", mac: r.uint(6, "mac") })),
      of("1.1", 3, (r) => ({ type: "set_eth_src", mac: r.uint(6, "mac") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 4, 3),
        () => w.uint(a.mac, 6),
        () => writeSetField(w, "eth_src", a.mac, v),
      ),
  ),
  row(
    "set_eth_dst",
    [
      of("1.0", 5, (r) => ({ type: "set_eth_dst", mac: r.uint(6, "mac") })),
      of("1.1", 4, (r) => ({ type: "set_eth_dst", mac: r.uint(6, "mac") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 5, 4),
        () => w.uint(a.mac, 6),
        () => writeSetField(w, "eth_dst", a.mac, v),
      ),
  ),
  row(
    "set_ipv4_src",
    [
      of("1.0", 6, (r) => ({ type: "set_ipv4_src", address: r.u32("address") })),
      of("1.1", 5, (r) => ({ type: "set_ipv4_src", address: r.u32("address") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 6, 5),
        () => w.u32(a.address),
        () => setField(w, "ip_src", a.address, v),
      ),
  ),
  row(
    "set_ipv4_dst",
    [
      of("1.0", 7, (r) => ({ type: "set_ipv4_dst", address: r.u32("address") })),
      of("1.1", 6, (r) => ({ type: "set_ipv4_dst", address: r.u32("address") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 7, 6),
        () => w.u32(a.address),
        () => setField(w, "ip_dst", a.address, v),
      ),
  ),
  row(
    "set_ip_dscp",
    [
      of("1.0", 8, (r) => ({ type: "set_ip_dscp", tos: tos(r.u8("tos")) })),
      of("1.1", 7, (r) => ({ type: "set_ip_dscp", tos: tos(r.u8("tos")) })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 8, 7),
        () => w.u8(a.tos),
        () => setField(w, "ip_dscp", a.tos >>> 2, v),
      ),
  ),
  row(
    "set_ip_ecn",
    [
      of("1.1", 8, (r) => {
        const ecn = r.u8("ecn");
        if (ecn > 3) throw ofError("OFPBAC_BAD_ARGUMENT", `ECN ${ecn}`);
        return { type: "set_ip_ecn", ecn };
      }),
    ],
    (w, a, v) => {
      if (v === 1) loaded(w, "nw_ecn", a.ecn, 2, v);
      else
        legacy(
          w,
          pick(v, undefined, 8),
          () => w.u8(a.ecn),
          () => setField(w, "nw_ecn", a.ecn, v),
        );
    },
  ),
  row("set_ip_ttl", [of("1.1+", 23, (r) => ({ type: "set_ip_ttl", ttl: r.u8("ttl") }))], (w, a, v) => {
    if (v === 1) return loaded(w, "nw_ttl", a.ttl, 8, v);
    const from = begin(w, 23);
    w.u8(a.ttl);
    end(w, from);
  }),
  row(
    "set_l4_src_port",
    [
      of("1.0", 9, (r) => ({ type: "set_l4_src_port", port: r.u16("port") })),
      of("1.1", 9, (r) => ({ type: "set_l4_src_port", port: r.u16("port") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 9, 9),
        () => w.u16(a.port),
        () => setField(w, l4Field(a, "src"), a.port, v),
      ),
  ),
  row(
    "set_l4_dst_port",
    [
      of("1.0", 10, (r) => ({ type: "set_l4_dst_port", port: r.u16("port") })),
      of("1.1", 10, (r) => ({ type: "set_l4_dst_port", port: r.u16("port") })),
    ],
    (w, a, v) =>
      legacy(
        w,
        pick(v, 10, 10),
        () => w.u16(a.port),
        () => setField(w, l4Field(a, "dst"), a.port, v),
      ),
  ),
  row(
    "dec_ttl",
    [
      of("1.1+", 24, () => ({ type: "dec_ttl" })),
      nx(18, () => ({ type: "dec_ttl" })),
      nx(21, (r) => {
        const count = r.u16("count");
        zero(r, 4);
        if (count * 2 > r.left) throw ofError("OFPBAC_BAD_LEN");
        const controllers = Array.from({ length: count }, () => r.u16("controller"));
        zero(r, r.left);
        return { type: "dec_ttl", controllers };
      }),
    ],
    (w, a, v) => {
      const ids = a.controllers;
      if (!ids) return end(w, v === 1 ? nxSix(w, 18) : withFour(w, 24));
      const from = beginNx(w, 21);
      w.u16(ids.length);
      w.zeros(4);
      for (const id of ids) w.u16(id);
      end(w, from);
    },
  ),
];

function nxSix(w: Writer, subtype: number): number {
  const from = beginNx(w, subtype);
  w.zeros(6);
  return from;
}
function tos(value: number): number {
  if (value & 3) throw ofError("OFPBAC_BAD_ARGUMENT", `type of service ${value}`);
  return value;
}
/** Which transport a port belongs to, which OpenFlow 1.2 and later must say. */
function l4Field(a: { readonly proto?: number }, end: "src" | "dst"): FieldName {
  return a.proto === 17 ? `udp_${end}` : a.proto === 132 ? `sctp_${end}` : `tcp_${end}`;
}

const MPLS_ROWS: readonly ActionRow[] = [
  row(
    "set_mpls_label",
    [
      of("1.1", 13, (r) => ({ type: "set_mpls_label", label: r.u32("label") })),
      nx(30, (r) => {
        r.skip(2, "pad");
        return { type: "set_mpls_label", label: r.u32("label") };
      }),
    ],
    (w, a, v) => {
      if (v >= 3) return setField(w, "mpls_label", a.label, v);
      const from = v === 1 ? beginNx(w, 30) : begin(w, 13);
      if (v === 1) w.zeros(2);
      w.u32(a.label);
      end(w, from);
    },
  ),
  row(
    "set_mpls_tc",
    [
      of("1.1", 14, (r) => ({ type: "set_mpls_tc", tc: r.u8("tc") & 7 })),
      nx(31, (r) => ({ type: "set_mpls_tc", tc: r.u8("tc") & 7 })),
    ],
    (w, a, v) => {
      if (v >= 3) return setField(w, "mpls_tc", a.tc, v);
      const from = v === 1 ? beginNx(w, 31) : begin(w, 14);
      w.u8(a.tc);
      end(w, from);
    },
  ),
  row(
    "set_mpls_ttl",
    [
      of("1.1+", 15, (r) => ({ type: "set_mpls_ttl", ttl: r.u8("ttl") })),
      nx(25, (r) => ({ type: "set_mpls_ttl", ttl: r.u8("ttl") })),
    ],
    (w, a, v) => {
      const from = v === 1 ? beginNx(w, 25) : begin(w, 15);
      w.u8(a.ttl);
      end(w, from);
    },
  ),
  row(
    "dec_mpls_ttl",
    [of("1.1+", 16, () => ({ type: "dec_mpls_ttl" })), nx(26, () => ({ type: "dec_mpls_ttl" }))],
    (w, _a, v) => end(w, v === 1 ? nxSix(w, 26) : withFour(w, 16)),
  ),
  row(
    "push_mpls",
    [
      of("1.1+", 19, (r) => ({ type: "push_mpls", ethertype: mplsType(r.u16("ethertype")) })),
      nx(23, (r) => ({ type: "push_mpls", ethertype: mplsType(r.u16("ethertype")) })),
    ],
    (w, a, v) => {
      const from = v === 1 ? beginNx(w, 23) : begin(w, 19);
      w.u16(a.ethertype);
      end(w, from);
    },
  ),
  row(
    "pop_mpls",
    [
      of("1.1+", 20, (r) => ({ type: "pop_mpls", ethertype: r.u16("ethertype") })),
      nx(24, (r) => ({ type: "pop_mpls", ethertype: r.u16("ethertype") })),
    ],
    (w, a, v) => {
      const from = v === 1 ? beginNx(w, 24) : begin(w, 20);
      w.u16(a.ethertype);
      end(w, from);
    },
  ),
  row("dec_nsh_ttl", [nx(48, () => ({ type: "dec_nsh_ttl" }), "1.3+")], (w) => end(w, nxSix(w, 48))),
];

/** Actions that change headers of the packet. */
export const HEADER_ROWS: readonly ActionRow[] = [...VLAN_ROWS, ...FIELD_ROWS, ...MPLS_ROWS];
