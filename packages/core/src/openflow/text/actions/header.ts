/** Actions that write header fields one by one, in OpenFlow 1.0's and 1.1's own forms (ovs-actions(7)). */
import { vlog } from "#lib";
import type { Action } from "../../actions/action.ts";
import { textError } from "../errors.ts";
import { atoi, formatIpv4, formatMac, ipv4, mac, sharpHex, u8, u16, u32, u64 } from "../numbers.ts";
import { PROTOCOLS } from "../protocols.ts";
import { words } from "../tokens.ts";
import type { ActionRows, ParseState } from "./row.ts";

const put =
  (make: (value: string) => Action) =>
  (value: string, { out }: ParseState): void => {
    out.push(make(value));
  };

const vlanVid =
  (push: boolean) =>
  (value: string): Action => {
    const vid = u16(value, "VLAN VID");
    if (vid & ~0xfff) throw textError(`${value}: not a valid VLAN VID`);
    return { type: "set_vlan_vid", vid, push };
  };

const vlanPcp =
  (push: boolean) =>
  (value: string): Action => {
    const pcp = u8(value, "VLAN PCP");
    if (pcp & ~7) throw textError(`${value}: not a valid VLAN PCP`);
    return { type: "set_vlan_pcp", pcp, push };
  };

function pushVlan(value: string, state: ParseState): void {
  state.usable &= PROTOCOLS.of11Up;
  const ethertype = u16(value, "ethertype");
  if (ethertype !== 0x8100 && ethertype !== 0x88a8) throw textError(`${value}: not a valid VLAN ethertype`);
  state.out.push({ type: "push_vlan", ethertype });
}

function address(value: string): number {
  const number = ipv4(value);
  if (number !== undefined) return number;
  vlog("socket_util").err(`"${value}" is not a valid IP address`);
  throw textError(`${value}: could not convert to IP address`);
}

function tos(value: string): Action {
  const number = u8(value, "TOS");
  if (number & 3) throw textError(`${value}: not a valid TOS`);
  return { type: "set_ip_dscp", tos: number };
}

function ecn(value: string): Action {
  const number = u8(value, "ECN");
  if (number & ~3) throw textError(`${value}: not a valid ECN`);
  return { type: "set_ip_ecn", ecn: number };
}

function decTtl(value: string): Action {
  if (!value) return { type: "dec_ttl" };
  const controllers = words(value).map((id) => atoi(id) & 0xffff);
  if (!controllers.length) throw textError("dec_ttl_cnt_ids: expected at least one controller id.");
  return { type: "dec_ttl", controllers };
}

function mplsLabel(value: string): Action {
  if (!value) throw textError("set_mpls_label: expected label.");
  const label = u32(value);
  if (label & ~0xfffff) throw textError(`${value}: not a valid MPLS label`);
  return { type: "set_mpls_label", label };
}

function mplsTc(value: string): Action {
  if (!value) throw textError("set_mpls_tc: expected tc.");
  const tc = u8(value, "MPLS TC");
  if (tc & ~7) throw textError(`${value}: not a valid MPLS TC`);
  return { type: "set_mpls_tc", tc };
}

function mplsTtl(value: string): Action {
  if (!value) throw textError("set_mpls_ttl: expected ttl.");
  return { type: "set_mpls_ttl", ttl: u8(value, "MPLS TTL") };
}

const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, "0")}`;

function setTunnel(wire: "set_tunnel" | "set_tunnel64") {
  return (value: string): Action => {
    const id = u64(value);
    return { type: "set_tunnel", id, wire: id > 0xffff_ffffn ? "set_tunnel64" : wire };
  };
}

const ttl = put((value) => ({ type: "set_ip_ttl", ttl: u8(value, "TTL") }));

/** Text of actions that change or add headers (ovs-actions(7)). */
export const HEADER_ROWS: ActionRows<
  | "set_vlan_vid"
  | "set_vlan_pcp"
  | "strip_vlan"
  | "push_vlan"
  | "set_eth_src"
  | "set_eth_dst"
  | "set_ipv4_src"
  | "set_ipv4_dst"
  | "set_ip_dscp"
  | "set_ip_ecn"
  | "set_ip_ttl"
  | "set_l4_src_port"
  | "set_l4_dst_port"
  | "dec_ttl"
  | "set_mpls_label"
  | "set_mpls_tc"
  | "set_mpls_ttl"
  | "dec_mpls_ttl"
  | "push_mpls"
  | "pop_mpls"
  | "dec_nsh_ttl"
  | "set_tunnel"
> = {
  set_vlan_vid: {
    names: { set_vlan_vid: put(vlanVid(false)), mod_vlan_vid: put(vlanVid(true)) },
    format: (a) => `${a.push ? "mod_vlan_vid" : "set_vlan_vid"}:${a.vid}`,
  },
  set_vlan_pcp: {
    names: { set_vlan_pcp: put(vlanPcp(false)), mod_vlan_pcp: put(vlanPcp(true)) },
    format: (a) => `${a.push ? "mod_vlan_pcp" : "set_vlan_pcp"}:${a.pcp}`,
  },
  strip_vlan: {
    names: {
      strip_vlan: put(() => ({ type: "strip_vlan" })),
      pop_vlan: put(() => ({ type: "strip_vlan", wire: "pop_vlan" })),
    },
    format: ({ wire }) => wire ?? "strip_vlan",
  },
  push_vlan: { names: { push_vlan: pushVlan }, format: (a) => `push_vlan:0x${a.ethertype.toString(16)}` },
  set_eth_src: {
    names: { mod_dl_src: put((value) => ({ type: "set_eth_src", mac: BigInt(mac(value)) })) },
    format: (a) => `mod_dl_src:${formatMac(a.mac)}`,
  },
  set_eth_dst: {
    names: { mod_dl_dst: put((value) => ({ type: "set_eth_dst", mac: BigInt(mac(value)) })) },
    format: (a) => `mod_dl_dst:${formatMac(a.mac)}`,
  },
  set_ipv4_src: {
    names: { mod_nw_src: put((value) => ({ type: "set_ipv4_src", address: address(value) })) },
    format: (a) => `mod_nw_src:${formatIpv4(a.address)}`,
  },
  set_ipv4_dst: {
    names: { mod_nw_dst: put((value) => ({ type: "set_ipv4_dst", address: address(value) })) },
    format: (a) => `mod_nw_dst:${formatIpv4(a.address)}`,
  },
  set_ip_dscp: { names: { mod_nw_tos: put(tos) }, format: (a) => `mod_nw_tos:${a.tos}` },
  set_ip_ecn: { names: { mod_nw_ecn: put(ecn) }, format: (a) => `mod_nw_ecn:${a.ecn}` },
  set_ip_ttl: { names: { mod_nw_ttl: ttl, set_nw_ttl: ttl }, format: (a) => `mod_nw_ttl:${a.ttl}` },
  set_l4_src_port: {
    names: { mod_tp_src: put((value) => ({ type: "set_l4_src_port", port: u16(value, "source port") })) },
    format: (a) => `mod_tp_src:${a.port}`,
  },
  set_l4_dst_port: {
    names: { mod_tp_dst: put((value) => ({ type: "set_l4_dst_port", port: u16(value, "destination port") })) },
    format: (a) => `mod_tp_dst:${a.port}`,
  },
  dec_ttl: {
    names: { dec_ttl: put(decTtl) },
    format: ({ controllers }) => (controllers ? `dec_ttl(${controllers.join(",")})` : "dec_ttl"),
  },
  set_mpls_label: { names: { set_mpls_label: put(mplsLabel) }, format: (a) => `set_mpls_label(${a.label})` },
  set_mpls_tc: { names: { set_mpls_tc: put(mplsTc) }, format: (a) => `set_mpls_tc(${a.tc})` },
  set_mpls_ttl: { names: { set_mpls_ttl: put(mplsTtl) }, format: (a) => `set_mpls_ttl(${a.ttl})` },
  dec_mpls_ttl: { names: { dec_mpls_ttl: put(() => ({ type: "dec_mpls_ttl" })) }, format: () => "dec_mpls_ttl" },
  push_mpls: {
    names: { push_mpls: put((value) => ({ type: "push_mpls", ethertype: u16(value, "push_mpls") })) },
    format: (a) => `push_mpls:${hex4(a.ethertype)}`,
  },
  pop_mpls: {
    names: { pop_mpls: put((value) => ({ type: "pop_mpls", ethertype: u16(value, "pop_mpls") })) },
    format: (a) => `pop_mpls:${hex4(a.ethertype)}`,
  },
  dec_nsh_ttl: { names: { dec_nsh_ttl: put(() => ({ type: "dec_nsh_ttl" })) }, format: () => "dec_nsh_ttl" },
  set_tunnel: {
    names: { set_tunnel: put(setTunnel("set_tunnel")), set_tunnel64: put(setTunnel("set_tunnel64")) },
    format: (a) =>
      `${a.id > 0xffff_ffffn || a.wire === "set_tunnel64" ? "set_tunnel64" : "set_tunnel"}:${sharpHex(a.id)}`,
  },
};
