import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hex } from "#lib";
import { drawSpans, SKIPPED, type Span, Trace } from "#wire";
import { errorName } from "./errors.ts";
import { decodeFrame } from "./full.ts";

const GOLDEN = ["flow-mods.txt", "messages.txt"].flatMap((name) =>
  readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("\t") as [string, string]),
);

const leaves = (spans: readonly Span[]): Span[] => spans.flatMap((s) => (s.within.length ? leaves(s.within) : [s]));

function traced(octets: Uint8Array) {
  const trace = new Trace();
  let error: unknown;
  try {
    decodeFrame(octets, { trace, flowModTableId: true });
  } catch (thrown) {
    error = thrown;
  }
  return { spans: trace.spans(octets.length, error ? trace.at : octets.length), at: trace.at, error };
}

describe("every octet of the reference's messages has a name", () => {
  it.each(GOLDEN)("%s", (_what, digits) => {
    const octets = hex(digits);
    const { spans, error } = traced(octets);
    expect(error).toBeUndefined();
    let at = 0;
    for (const { from, to, name } of leaves(spans)) {
      expect(from).toBe(at);
      if (octets.subarray(from, to).some(Boolean)) expect(name).not.toBe(SKIPPED);
      at = to;
    }
    expect(at).toBe(octets.length);
  });
});

it("octets that cannot be read are all drawn, each once", () => {
  for (const [, digits] of GOLDEN.filter((_, i) => i % 5 === 0))
    for (let cut = 1; cut <= 3; cut++) {
      const octets = hex(digits).slice();
      octets[(octets.length * cut) >> 2] = 0xff;
      const { spans, at, error } = traced(octets);
      const name = errorName(error);
      const drawn = drawSpans(octets, spans, name ? { at, text: name } : undefined);
      const shown = drawn
        .split("\n")
        .map((line) => line.slice(6, 29))
        .filter((text) => /^[0-9a-f]{2}( |$)/.test(text))
        .join(" ");
      expect(hex(shown.replace(/\s+/g, ""))).toEqual(octets);
    }
});

/** A flow mod of 1.3, ip to port 1 and resubmit, whose last action says that it has 12 octets; written by hand. */
const BAD_LENGTH = `
  040e0068 00000002 0000000000000000 0000000000000000 00 00 0000 0000 7fff ffffffff ffffffff ffffffff 0000 0000
  0001000a 80000a02 0800 000000000000
  0004 0028 00000000 0000 0010 00000001 ffff 000000000000 ffff 000c 00002320 0001 ffff 00000000`;

describe("draws", () => {
  it("structures in structures, values beside octets", () => {
    const octets = hex(BAD_LENGTH.replace("000c 00002320", "0010 00002320"));
    const text = drawSpans(octets, traced(octets).spans);
    expect(text.slice(text.indexOf("0030"))).toBe(`\
0030                           match
0030  00 01                      type: 1
0032  00 0a                      length: 10
0034                             OXM_OF_ETH_TYPE
0034  80 00 0a 02                  header: 0x80000a02
0038  08 00                        value: 2048
003a  00 00 00 00 00 00        pad
0040                           apply_actions
0040  00 04                      type: 4
0042  00 28                      length: 40
0044  00 00 00 00                pad
0048                             output
0048  00 00                        type: 0
004a  00 10                        length: 16
004c  00 00 00 01                  port: 1
0050  ff ff                        max_len: 65535
0052  00 00 00 00 00 00            pad
0058                             resubmit
0058  ff ff                        type: 65535
005a  00 10                        length: 16
005c  00 00 23 20                  experimenter: 0x2320
0060  00 01                        subtype: 1
0062  ff ff                        port: 65535
0064  00 00 00 00                  pad
`);
  });

  it("a fault where reading ended", () => {
    const octets = hex(BAD_LENGTH);
    const { spans, at, error } = traced(octets);
    const text = drawSpans(octets, spans, { at, text: errorName(error) ?? "" });
    expect(text.slice(text.indexOf("0052"))).toBe(`\
0052  00 00 00 00 00 00            pad
0058                             action
0058  ff ff                        type: 65535
005a  00 0c                        length: 12
****                               *** OFPBAC_BAD_LEN
005c  00 00 23 20 00 01 ff ff  not read
0064  00 00 00 00
`);
  });

  it("a message inside another", () => {
    const inner = "05100020 00000003 00000001 00000000 020000000001 0000 00000001 00000001"; // OFPT_PORT_MOD (1.4)
    const octets = hex(`05220030 00000003 00000001 0000 0001 ${inner}`);
    const text = drawSpans(octets, traced(octets).spans);
    expect(text.slice(text.indexOf("0010"))).toBe(`\
0010                           message
0010  05                         version: 5
0011  10                         type: 16
0012  00 20                      length: 32
0014  00 00 00 03                xid: 3
0018  00 00 00 01                port: 1
001c  00 00 00 00                pad
0020  02 00 00 00 00 01          mac: 0x20000000001
0026  00 00                      pad
0028  00 00 00 01                config: 1
002c  00 00 00 01                mask: 1
`);
  });
});
