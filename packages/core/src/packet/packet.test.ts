import { describe, expect, it } from "vitest";
import { hex, toHex } from "#lib";
import {
  Arp,
  checksum,
  Ethernet,
  finishChecksum,
  formatIpv6,
  formatMac,
  Ipv4,
  Ipv6,
  Mpls,
  Nd,
  parseIpv4,
  parseIpv6,
  parseMac,
  prefixLength,
  prefixLength6,
  pseudoSum4,
  sumOctets,
  Tcp,
  Udp,
  updateChecksum,
  updateChecksum32,
  Vlan,
} from "#packet";

// udp,dl_vlan=5,dl_vlan_pcp=3 of ovs-ofctl compose-packet 3.1 with two octets of payload more than its header
const FRAME = hex(
  "000000000002000000000001" +
    "81006005" +
    "0800" +
    "4500001e00000000" +
    "4011" +
    "0000" +
    "0102030405060708" +
    "00350043000a0000" +
    "0a0b",
);

describe("header views", () => {
  it("read what is there", () => {
    const ethernet = Ethernet.at(FRAME, 0);
    expect([ethernet?.dst, ethernet?.src, ethernet?.type]).toEqual([2, 1, 0x8100]);
    const vlan = Vlan.at(FRAME, 14);
    expect([vlan?.vid, vlan?.pcp, vlan?.type]).toEqual([5, 3, 0x0800]);
    const ip = Ipv4.at(FRAME, 18);
    expect([ip?.headerSize, ip?.totalLength, ip?.protocol, ip?.src, ip?.dst]).toEqual([
      20, 30, 17, 0x01020304, 0x05060708,
    ]);
    const udp = Udp.at(FRAME, 38);
    expect([udp?.srcPort, udp?.dstPort, udp?.length, udp?.checksum]).toEqual([53, 67, 10, 0]);
  });

  it("write in place, and nothing else", () => {
    const octets = new Uint8Array(60).fill(0xa5);
    const arp = Arp.at(octets, 2);
    if (!arp) throw new Error("28 octets fit");
    arp.hardware = 1;
    arp.protocol = 0x0800;
    arp.hardwareSize = 6;
    arp.protocolSize = 4;
    arp.operation = 1;
    arp.senderMac = 0x0102030405ff;
    arp.senderIp = 0xfffefdfc;
    arp.targetMac = 0;
    arp.targetIp = 0x0a000001;
    expect(toHex(octets.subarray(0, 32))).toBe(
      "a5a5" + "0001080006040001" + "0102030405ff" + "fffefdfc" + "000000000000" + "0a000001" + "a5a5",
    );
    const nd = new Nd(octets, 0);
    nd.target = 0xfe800000000000000000000000000005n;
    expect([nd.target, toHex(octets.subarray(8, 24))]).toEqual([
      0xfe800000000000000000000000000005n,
      "fe800000000000000000000000000005",
    ]);
  });

  it.each([
    [Ethernet, 14],
    [Vlan, 4],
    [Mpls, 4],
    [Arp, 28],
    [Ipv4, 20],
    [Ipv6, 40],
    [Tcp, 20],
    [Udp, 8],
  ] as const)("%o needs %d octets", (view, size) => {
    expect(view.at(new Uint8Array(size + 3), 3)).toBeDefined();
    expect(view.at(new Uint8Array(size + 2), 3)).toBeUndefined();
  });
});

describe("checksums", () => {
  it("are those of RFC 1071 and of real headers", () => {
    expect(sumOctets(hex("0001f203f4f5f6f7"), 0, 8)).toBe(0x2ddf0);
    expect(checksum(hex("45000068000000004006768b0102030400000000"), 0, 20)).toBe(0);
    expect(checksum(hex("450000680000000040060000" + "0102030400000000"), 0, 20)).toBe(0x768b);
    expect(checksum(hex("01"), 0, 1)).toBe(0xfeff);
  });

  it("follow a change without a new sum", () => {
    const octets = hex("450000680000000040060000" + "0102030400000000");
    const before = checksum(octets, 0, 20);
    octets[8] = 63;
    expect(updateChecksum(before, 0x4006, 0x3f06)).toBe(checksum(octets, 0, 20));
    const dst = updateChecksum32(updateChecksum(before, 0x4006, 0x3f06), 0, 0xc0a80001);
    octets.set(hex("c0a80001"), 16);
    expect(dst).toBe(checksum(octets, 0, 20));
  });

  it("are finished where a device left them undone", () => {
    const octets = FRAME.slice();
    const pseudo = pseudoSum4(octets, 18, 17, 10);
    octets[44] = pseudo >>> 8;
    octets[45] = pseudo & 0xff;
    expect(finishChecksum(octets, 38, 6, octets.length)).toBe(true);
    expect(checksum(octets, 38, 48)).toBe(pseudo);
    expect(finishChecksum(octets, 47, 6, octets.length)).toBe(false);
  });
});

describe("addresses", () => {
  it.each([
    ["::", 0n],
    ["::1", 1n],
    ["fe80::1", (0xfe80n << 112n) | 1n],
    ["::ffff:1.2.3.4", 0xffff01020304n],
    ["::1.2.3.4", 0x01020304n],
    ["1:0:0:2::", (1n << 112n) | (2n << 64n)],
    ["2001:db8:0:1:1:1:1:1", 0x20010db8000000010001000100010001n],
  ])("%s", (text, address) => {
    expect(parseIpv6(text)).toBe(address);
    expect(formatIpv6(address)).toBe(text);
  });

  it.each(["", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "12345::", "::1.2.3", "g::"])(
    "%s is no IPv6 address",
    (text) => {
      expect(parseIpv6(text)).toBeUndefined();
    },
  );

  it("are told from what is none", () => {
    expect([parseIpv4("1.2.3.4"), parseIpv4("255.255.255.255"), parseIpv4("1.2.3"), parseIpv4("1.2.3.400")]).toEqual([
      0x01020304,
      0xffffffff,
      undefined,
      undefined,
    ]);
    expect([parseMac("0:1:2:3:4:ff"), parseMac("00:11:22:33:44"), parseMac("00-11-22-33-44-55")]).toEqual([
      0x0001020304ff,
      undefined,
      undefined,
    ]);
    expect([formatMac(0x0001020304ff), formatMac(0x0001020304ffn)]).toEqual(["00:01:02:03:04:ff", "00:01:02:03:04:ff"]);
  });

  it("have prefix lengths when their masks are prefixes", () => {
    expect([0, 0xff000000, 0xffffffff, 0xff00ff00].map((mask) => prefixLength(mask))).toEqual([0, 8, 32, undefined]);
    expect([0n, 0xffffn << 112n, (1n << 128n) - 1n, 5n].map((mask) => prefixLength6(mask))).toEqual([
      0,
      16,
      128,
      undefined,
    ]);
  });
});
