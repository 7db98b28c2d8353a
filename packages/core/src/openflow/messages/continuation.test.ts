import { expect, it } from "vitest";
import { hex } from "#lib";
import { Reader, Writer } from "#wire";
import { readContinuation, writeContinuation } from "./continuation.ts";

// As Open vSwitch 3.1 reads them (`ovs-ofctl ofp-print`).
const OCTETS = hex(
  "00000000" + // reserved
    "80000014 03020100 07060504 0b0a0908 0f0e0d0c 00000000" + // bridge
    "80010005 07000000 80010007 00010200" + // stack, the top first
    "80020008 00000005 80030004 00000000" + // mirrors, conntracked
    "80040005 04000000 80050010 00000000 0000000000000044" + // table, cookie
    "80060010 00000000 0000000800020000" + // actions
    "80070010 00000000 0000000800020000" + // action set
    "80080008 00000001", // port of the datapath
);

it("continuation: octets and meaning", () => {
  const output = { type: "output", port: 2, maxLen: 0 };
  const continuation = readContinuation(new Reader(OCTETS), 1);
  expect(continuation).toEqual({
    bridge: "00010203-0405-0607-0809-0a0b0c0d0e0f",
    stack: [hex("07"), hex("000102")],
    mirrors: 5,
    conntracked: true,
    steps: [{ table: 4, cookie: 0x44n, actions: [output] }],
    actionSet: [output],
    dpPort: 1,
  });
  const w = new Writer();
  writeContinuation(w, continuation, 1);
  expect(w.finish()).toEqual(OCTETS);
});
