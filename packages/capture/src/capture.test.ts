import { hex, toHex } from "@vswitch/core/lib";
import { expect, it } from "vitest";
import { packetsOfDump } from "./hexdump.ts";
import { pcapPackets } from "./pcap-file.ts";

const HEAD = "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"; // little endian, microseconds
const HEAD_BIG = "a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001";

it.each([
  [
    "two packets",
    `${HEAD} 01000000 02000000 03000000 03000000 010203 01000000 02000000 01000000 3c000000 ff`,
    ["010203", "ff"],
  ],
  ["big endian", `${HEAD_BIG} 00000001 00000002 00000002 00000002 0102`, ["0102"]],
  ["none", HEAD, []],
])("pcap: %s", (_what, file, packets) => expect([...pcapPackets(hex(file))].map((p) => toHex(p))).toEqual(packets));

// words of the running original
it.each([
  ["68656c", "end of file reading pcap header"],
  [`${HEAD} 0100`, "end of file within pcap record header"],
  [`${HEAD} 01000000 02000000 03000000 03000000 01`, "end of file reading pcap packet data"],
  [
    "68656c6c".repeat(6),
    "bad magic 1751477356 reading pcap file (expected 0xa1b2c3d4, 0xa1b23c4d, 0x4d3cb2a1 or 0xd4c3b2a1)",
  ],
])("pcap: refuses %s", (file, words) => expect(() => [...pcapPackets(hex(file))]).toThrow(words));

it.each([
  [
    "12:00 IP 1.2.3.4 > 5.6.7.8: x\n\t0x0000:  4500 0054\n\t0x0010:  01\n\njunk\n\t0x0000:  ffff ff\n",
    ["4500005401", "ffffff"],
  ],
  ["        0x0000:  1234 5678  4..x\n        0x0010: zz11\n", ["12345678"]],
  ["\t0x0010:  12\n\t0x0000: 3456\n\t0x0000:  34 5\n", ["12", "34"]],
])("tcpundump: %j", (text, packets) => expect(packetsOfDump(text)).toEqual(packets));
