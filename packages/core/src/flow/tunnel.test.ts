import { describe, expect, it } from "vitest";
import {
  composePacket,
  type Encapsulation,
  encapsulationHeader,
  extract,
  newKey,
  PacketOffsets,
  parseFlow,
  popTunnel,
  pushTunnel,
  readField,
  TUN_FLAGS,
  WORD,
} from "#flow";
import { hex, toHex } from "#lib";
import { checksum, pseudoSum6, sumOctets } from "#packet";

const outer4 = { src: 0x01010258, dst: 0x0101025c };
const base = {
  ethDst: 0xf8bc124434b6,
  ethSrc: 0xf8bc124658e0,
  outer: outer4,
  tos: 0,
  ttl: 64,
  dontFragment: true,
  checksum: false,
  id: 123n,
} as const;
const outer6 = { src: 0x2001cafe000000000000000000000088n, dst: 0x2001cafe000000000000000000000092n };

// Headers that dpctl/parse-actions of Open vSwitch 3.1 shows as in datapath/text's tests.
describe("encapsulation", () => {
  it.each<[string, Encapsulation, string]>([
    [
      "VXLAN",
      { ...base, kind: "vxlan" },
      "f8bc124434b6f8bc1246 58e00800 45000000 00004000 40110000 01010258 0101025c 0000 12b5 0000 0000 08000000 00007b00",
    ],
    [
      "VXLAN with group policy",
      { ...base, kind: "vxlan", groupPolicy: (5 << 16) | 8 },
      "f8bc124434b6f8bc1246 58e00800 45000000 00004000 40110000 01010258 0101025c 0000 12b5 0000 0000 88080005 00007b00",
    ],
    [
      "GRE with a key",
      { ...base, kind: "gre", id: 0x1e241n },
      "f8bc124434b6f8bc124658e00800 45000000 00004000 402f0000 01010258 0101025c 2000 6558 0001e241",
    ],
    [
      "GRE with a checksum",
      { ...base, kind: "gre", id: 0x1e241n, checksum: true },
      "f8bc124434b6f8bc124658e00800 45000000 00004000 402f0000 01010258 0101025c a000 6558 00000000 0001e241",
    ],
    [
      "GRE",
      { ...base, kind: "gre", id: undefined },
      "f8bc124434b6f8bc124658e00800 45000000 00004000 402f0000 01010258 0101025c 0000 6558",
    ],
    [
      "Geneve",
      { ...base, kind: "geneve", id: 0x1c7n, options: hex("ffff80010000000a") },
      "f8bc124434b6f8bc124658e00800 45000000 00004000 40110000 01010258 0101025c 0000 17c1 0000 0000 02406558 0001c700 ffff80010000000a",
    ],
    [
      "VXLAN over IPv6",
      { ...base, kind: "vxlan", outer: outer6 },
      "f8bc124434b6f8bc124658e086dd 60000000 0000 11 40 2001cafe000000000000000000000088 2001cafe000000000000000000000092 0000 12b5 0000 ffff 08000000 00007b00",
    ],
  ])("has the headers of %s", (_what, tunnel, octets) => {
    expect(toHex(encapsulationHeader(tunnel))).toBe(octets.replaceAll(" ", ""));
  });
});

const frame = composePacket(parseFlow("tcp,tcp_src=80,nw_src=10.0.0.1,nw_ttl=9"));

describe("a packet through a tunnel", () => {
  it.each<[string, Encapsulation]>([
    ["VXLAN", { ...base, kind: "vxlan", groupPolicy: (5 << 16) | 8 }],
    ["VXLAN with checksum", { ...base, kind: "vxlan", checksum: true, tos: 4 }],
    ["GRE", { ...base, kind: "gre" }],
    ["GRE with checksum", { ...base, kind: "gre", checksum: true, dontFragment: false }],
    ["Geneve", { ...base, kind: "geneve", isControl: true, options: hex("ffff80010000000a") }],
    ["Geneve over IPv6", { ...base, kind: "geneve", outer: outer6 }],
  ])("of %s comes out as it went in", (_what, tunnel) => {
    const packet = pushTunnel(encapsulationHeader(tunnel), frame, 0x12345678);
    const outer = newKey();
    const offsets = new PacketOffsets();
    extract(packet, 0, packet.length, outer, offsets);
    expect(offsets.end).toBe(packet.length);
    const isIpv6 = outer[WORD.ethType] === 0x86dd;
    if (!isIpv6) expect(checksum(packet, 14, 34)).toBe(0);
    const inner = newKey().fill(0xa5a5a5a5, WORD.tunId, WORD.metadata);
    const at = popTunnel(packet, outer, offsets, tunnel.kind, inner);
    expect(packet.subarray(at)).toEqual(frame);
    expect(readField(inner, "tun_id")).toBe(123n);
    expect(readField(inner, isIpv6 ? "tun_ipv6_dst" : "tun_dst")).toBe(BigInt(tunnel.outer.dst));
    expect([readField(inner, "tun_ttl"), readField(inner, "tun_tos")]).toEqual([64n, BigInt(tunnel.tos)]);
    const flags = (inner[WORD.tunIp] as number) >>> 16;
    const withChecksum = tunnel.checksum || isIpv6;
    expect(flags).toBe(
      TUN_FLAGS.key |
        (tunnel.dontFragment && !isIpv6 ? TUN_FLAGS.df : 0) |
        (withChecksum ? TUN_FLAGS.csum : 0) |
        (tunnel.isControl ? TUN_FLAGS.oam : 0),
    );
    if (tunnel.groupPolicy)
      expect([readField(inner, "tun_gbp_id"), readField(inner, "tun_gbp_flags")]).toEqual([5n, 8n]);
    if (isIpv6) {
      const sum = pseudoSum6(packet, 14, 17, packet.length - 54);
      expect(sumOctets(packet, 54, packet.length, sum) % 0xffff).toBe(0);
    }
  });

  it.each([
    ["VXLAN without its flag", "vxlan", "0000000000000000"],
    ["a cut VXLAN header", "vxlan", "08000000"],
    ["Geneve of another version", "geneve", "4000655800000000"],
    ["Geneve with more options than there are octets", "geneve", "3f00655800000000"],
  ] as const)("is refused: %s", (_what, kind, rest) => {
    const packet = composePacket(parseFlow("udp,nw_src=1.1.1.1"), hex(rest));
    const outer = newKey();
    const offsets = new PacketOffsets();
    extract(packet, 0, packet.length, outer, offsets);
    expect(popTunnel(packet, outer, offsets, kind, newKey())).toBeUndefined();
  });
});
