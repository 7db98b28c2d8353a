import { describe, expect, it } from "vitest";
import { composePacket, extract, newKey, PacketOffsets, parseFlow, readField, TUN_FLAGS, WORD } from "#flow";
import { hex, toHex } from "#lib";
import { checksum, mapIpv4, unmapIpv4 } from "#packet";
import { type Encapsulation, encapsulationHeader } from "./header.ts";
import { popTunnel } from "./pop.ts";
import { fillTunnel } from "./push.ts";

const made = (tunnel: Encapsulation): Uint8Array => encapsulationHeader(tunnel) ?? new Uint8Array();

const outer4 = { src: mapIpv4(0x01010258), dst: mapIpv4(0x0101025c) };
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
    expect(toHex(made(tunnel))).toBe(octets.replaceAll(" ", ""));
  });
});

const frame = composePacket(parseFlow("tcp,tcp_src=80,nw_src=10.0.0.1,nw_ttl=9"));
const facts = { sourcePort: 58776, time: 0x96b47f0d, sequence: 7 };

/** The frame behind a tunnel's headers, three octets into its memory. */
function pushed(tunnel: Encapsulation, inner = frame): Uint8Array {
  const header = made(tunnel);
  const octets = new Uint8Array(3 + header.length + inner.length).fill(0xa5);
  octets.set(header, 3);
  octets.set(inner, 3 + header.length);
  fillTunnel(octets, 3, header.length, octets.length, tunnel.kind, facts);
  return octets;
}

/** What comes out of a tunnel. */
function popped(octets: Uint8Array, kind: Encapsulation["kind"], start = 3) {
  const outer = newKey();
  const offsets = new PacketOffsets();
  extract(octets, start, octets.length - start, outer, offsets);
  const key = newKey().fill(0xa5a5a5a5, WORD.tunId, WORD.metadata);
  const found = popTunnel({ octets, start, key: outer, offsets }, kind, key);
  return { outer, offsets, key, found };
}

describe("a packet through a tunnel", () => {
  const erspan = { version: 1, index: 3, direction: 0, hardware: 0 };
  it.each<[string, Encapsulation]>([
    ["VXLAN", { ...base, kind: "vxlan" }],
    ["VXLAN with checksum", { ...base, kind: "vxlan", checksum: true, tos: 4 }],
    ["VXLAN that tells what it carries", { ...base, kind: "vxlan", generic: true }],
    ["GRE", { ...base, kind: "gre" }],
    ["GRE with checksum and numbers", { ...base, kind: "gre", checksum: true, sequence: true, dontFragment: false }],
    ["GRE over IPv6", { ...base, kind: "ip6gre", outer: outer6 }],
    ["Geneve", { ...base, kind: "geneve", isControl: true, options: hex("ffff80010000000a") }],
    ["Geneve over IPv6", { ...base, kind: "geneve", outer: outer6 }],
    ["ERSPAN", { ...base, kind: "erspan", erspan }],
    ["ERSPAN III", { ...base, kind: "ip6erspan", outer: outer6, erspan: { ...erspan, version: 2, hardware: 0x37 } }],
  ])("of %s comes out as it went in", (_what, tunnel) => {
    const octets = pushed(tunnel);
    const { outer, offsets, key, found } = popped(octets, tunnel.kind);
    expect(offsets.end).toBe(octets.length - 3);
    const isIpv6 = outer[WORD.ethType] === 0x86dd;
    if (!isIpv6) expect(checksum(octets, 17, 37)).toBe(0);
    expect(found?.packetType).toBe(0);
    expect(octets.subarray(3 + (found?.at ?? 0))).toEqual(frame);
    expect(readField(key, "tun_id")).toBe(123n);
    const { dst } = tunnel.outer;
    expect(readField(key, isIpv6 ? "tun_ipv6_dst" : "tun_dst")).toBe(isIpv6 ? dst : BigInt(unmapIpv4(dst)));
    expect([readField(key, "tun_ttl"), readField(key, "tun_tos")]).toEqual([64n, BigInt(tunnel.tos)]);
    const overUdp = tunnel.kind === "vxlan" || tunnel.kind === "geneve";
    expect((key[WORD.tunIp] as number) >>> 16).toBe(
      TUN_FLAGS.key |
        (tunnel.kind === "geneve" ? TUN_FLAGS.options : 0) |
        (tunnel.checksum || (isIpv6 && overUdp) ? TUN_FLAGS.csum : 0) |
        (tunnel.isControl ? TUN_FLAGS.oam : 0),
    );
    if (tunnel.erspan)
      expect([readField(key, "tun_erspan_ver"), readField(key, "tun_erspan_hwid")]).toEqual([
        BigInt(tunnel.erspan.version),
        BigInt(tunnel.erspan.hardware),
      ]);
  });

  // Octets as Open vSwitch 3.1 sent them to a dummy, seen by ovs-pcap; but of GTP-U, whose checksum there leaves out the
  // length that it writes afterwards.
  const icmp = hex(
    "4511005c000000003f01678e0a0000010a000002080013fc00000000000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
  );
  const ends = { ...base, ethSrc: 0xaa55aa560000, tos: 1 };
  it.each<[string, Encapsulation, string]>([
    [
      "GTP-U",
      { ...ends, kind: "gtpu", id: 9n, carried: 0x0800 },
      "f8bc124434b6aa55aa56000008004501008000004000401133b7010102580101025ce5980868006cd8fb30ff005c00000009",
    ],
    [
      "GRE of bare packets",
      { ...ends, kind: "gre", id: 0x50n, carried: 0x0800 },
      "f8bc124434b6aa55aa56000008004501007800004000402f33a1010102580101025c2000080000000050",
    ],
    [
      "VXLAN of bare packets",
      { ...ends, kind: "vxlan", id: 0x4fn, carried: 0x0800, generic: true, port: 4790 },
      "f8bc124434b6aa55aa56000008004501008000004000401133b7010102580101025ce59812b6006c00000c00000100004f00",
    ],
  ])("of %s has the original's octets", (_what, tunnel, header) => {
    const octets = pushed(tunnel, icmp);
    expect(toHex(octets.subarray(3, octets.length - icmp.length))).toBe(header);
    expect(popped(octets, tunnel.kind).found).toEqual({ at: header.length / 2, packetType: 0x10800 });
  });

  it.each([
    ["VXLAN without its flag", "vxlan", "0000000000000000"],
    ["a cut VXLAN header", "vxlan", "08000000"],
    ["Geneve of another version", "geneve", "4000655800000000"],
    ["Geneve with more options than there are octets", "geneve", "3f00655800000000"],
    ["GTP-U of nothing", "gtpu", "30ff000000000001"],
  ] as const)("is refused: %s", (_what, kind, rest) => {
    expect(popped(composePacket(parseFlow("udp,nw_src=1.1.1.1"), hex(rest)), kind, 0).found).toBeUndefined();
  });

  it("never trips over a packet that was cut anywhere", () => {
    const octets = pushed({ ...base, kind: "geneve", options: hex("ffff80010000000a") });
    for (let size = 0; size < octets.length; size++)
      for (const kind of ["vxlan", "geneve", "gre", "erspan", "gtpu"] as const)
        expect(popped(octets.subarray(0, Math.max(3, size)), kind).found).toBeUndefined();
  });
});
