import { describe, expect, it } from "vitest";
import { hex, toHex } from "#lib";
import { decodeAddress, encodeAddress } from "./address.ts";
import { decodeLink, encodeGetLink, encodeNewLink, encodeSetLink, type LinkChange } from "./link.ts";
import { decodeMessages, messageError } from "./message.ts";

describe("link requests", () => {
  it.each([
    [
      "get by name",
      encodeGetLink(1, { name: "v0" }),
      "28000000 1200 0100 01000000 00000000 0000000000000000 0000000000000000 0700 0300 76300000",
    ],
    [
      "get by number",
      encodeGetLink(2, { ifindex: 3 }),
      "20000000 1200 0100 02000000 00000000 00000000 03000000 00000000 00000000",
    ],
    [
      "up",
      encodeSetLink(3, 3, { up: true }),
      "20000000 1300 0500 03000000 00000000 00000000 03000000 01000000 01000000",
    ],
    [
      "mtu",
      encodeSetLink(4, 3, { mtu: 1400 }),
      "28000000 1300 0500 04000000 00000000 00000000 03000000 00000000 00000000 0800 0400 78050000",
    ],
    [
      "mac",
      encodeSetLink(5, 3, { mac: 0x020000000001 } as LinkChange),
      "2c000000 1300 0500 05000000 00000000 00000000 03000000 00000000 00000000 0a00 0100 020000000001 0000",
    ],
  ])("%s", (_what, octets, expected) => expect(toHex(octets)).toBe(toHex(hex(expected))));

  it("nests the peer of a veth", () => {
    const text = toHex(encodeNewLink(1, "a", "veth", "b"));
    expect(text).toContain("090001007665746800000000200002001c000100");
  });
});

describe("link messages", () => {
  const NEW =
    "54000000 1000 0000 00000000 00000000 0000 0100 05000000 43100100 00000000 0700 0300 76300000 0a00 0100 020000000001 0000 0800 0400 dc050000 1000 1200 0900 0100 7665746800000000 0800 2f00 02000000";
  it("reads a link", () => {
    const messages = decodeMessages(hex(NEW));
    expect(messages.map(decodeLink)).toEqual([
      {
        kind: "new",
        link: { ifindex: 5, name: "v0", flags: 0x11043, mac: 0x020000000001, mtu: 1500, kind: "veth", carrierUps: 2 },
      },
    ]);
  });
  it.each([0, 10, 20, 40, 60])("a datagram cut to %i octets yields nothing and throws nothing", (size) => {
    expect(decodeMessages(hex(NEW).subarray(0, size))).toEqual([]);
  });
  it("reads an error", () => {
    const [message] = decodeMessages(hex("14000000 0200 0000 07000000 00000000 edffffff"));
    expect(message && messageError(message)).toBe(19);
  });
});

it("addresses both ways", () => {
  const address = { ifindex: 4, address: new Uint8Array([10, 0, 0, 1]), prefix: 24 };
  const [message] = decodeMessages(encodeAddress(1, "add", address));
  expect(message && decodeAddress(message)).toEqual(address);
});
