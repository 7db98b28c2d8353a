import { describe, expect, it } from "vitest";
import { hex, SwitchError, toHex } from "#lib";
import {
  array,
  type Codec,
  choice,
  decode,
  encode,
  list,
  pad,
  padTo8,
  rest,
  struct,
  text,
  tlv,
  u8,
  u16,
  u32,
  u48,
  u64,
} from "./codec.ts";
import { hexdump } from "./hexdump.ts";

const point = struct({ x: u16, _pad: pad(2), y: u32 });

describe("codecs, both ways", () => {
  it.each<[string, Codec<unknown>, string, unknown]>([
    ["u8", u8, "ff", 255],
    ["u16", u16, "0102", 258],
    ["u32", u32, "ffffffff", 0xffffffff],
    ["u48", u48, "010203040506", 0x010203040506],
    ["u64", u64, "8000000000000001", 0x8000000000000001n],
    ["struct with padding", point, "0001 0000 00000002", { x: 1, y: 2 }],
    ["list", list(u16), "0001 0002", [1, 2]],
    ["array", array(2, u8), "0102", [1, 2]],
    ["choice", choice(u8, { no: 0, yes: 1 }), "01", "yes"],
    ["text", text(4), "61620000", "ab"],
    ["rest", rest, "0102", hex("0102")],
    [
      "tlv",
      tlv(8),
      "0001 0005 0a000000 0002 0004 00000000",
      [
        { type: 1, value: hex("0a") },
        { type: 2, value: hex("") },
      ],
    ],
    ["padding to 8", padTo8(u16), "0001 000000000000", 1],
  ])("%s", (_what, codec, octets, value) => {
    expect(decode(codec, hex(octets))).toEqual(value);
    expect(toHex(encode(codec, value))).toBe(toHex(hex(octets)));
  });

  it.each<[string, Codec<unknown>, string, string]>([
    ["too short", point, "0001", "wire/truncated"],
    ["no such choice", choice(u8, { no: 0 }), "07", "wire/bad-choice"],
    ["a length below its header", tlv(8), "00010003", "wire/truncated"],
  ])("refuses: %s", (_what, codec, octets, code) => {
    expect(() => decode(codec, hex(octets))).toThrow(SwitchError);
    expect(() => decode(codec, hex(octets))).toThrow(expect.objectContaining({ code }));
  });
});

// As `ovs-ofctl ofp-print` of Open vSwitch 3.1.0 prints octets that it cannot read.
it.each([
  ["0102030405060708", "00000000  01 02 03 04 05 06 07 08-                        |........        |\n"],
  ["00000002", "00000000  00 00 00 02                                     |....            |\n"],
  [
    "041300100000000200 0c00000000000041",
    "00000000  04 13 00 10 00 00 00 02-00 0c 00 00 00 00 00 00 |................|\n00000010  41                                              |A               |\n",
  ],
])("dump of %s", (octets, dump) => expect(hexdump(hex(octets))).toBe(dump));
