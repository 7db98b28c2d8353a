import { hex, type OfPort, toHex, WarpClock } from "@vswitch/core/lib";
import { encodeFrame, type Message, newMatch, type PacketIn, type Version } from "@vswitch/core/openflow";
import { expect, it } from "vitest";
import { type Config, defaults } from "./config.ts";
import { LearningSwitch } from "./learning-switch.ts";

const A = "000000000001";
const B = "000000000002";
const UDP = "08004500001c00000000401100000a0000010a0000020001000200080000";

/** What a switch hears, as octets without version, type, length and number of each message. */
function dialogue(
  changes: Partial<Config>,
  version: Version,
  packets: readonly (readonly [port: number, octets: string, buffer?: number])[],
): string[] {
  const heard: string[] = [];
  const send = (message: Message) => heard.push(toHex(encodeFrame({ version, xid: 0, message })));
  const learning = new LearningSwitch({ ...defaults(), ...changes }, new WarpClock(), send);
  learning.open(version);
  heard.length = 0;
  for (const [port, octets, bufferId = 0xffffffff] of packets) {
    const metadata = newMatch();
    metadata.key[0] = port as OfPort;
    metadata.mask[0] = 0xffffffff;
    const packet = hex(octets);
    const rest = { totalLength: packet.length, reason: 0, table: 0, cookie: 0n, metadata, packet };
    const message: PacketIn = { type: "packet_in", format: "standard", bufferId, ...rest };
    learning.receive({ version, xid: 0, message }, packet);
  }
  return heard;
}

// The octets are those that ovs-testcontroller of Open vSwitch 3.1.0 sent to a switch that told of the same packets.
it.each<[string, Partial<Config>, [number, string, number?][], string[]]>([
  [
    "floods what it does not know",
    {},
    [[1, B + A + UDP]],
    [`010d004200000000ffffffff0001000800000008fffb0000${B}${A}${UDP}`],
  ],
  [
    "adds a flow for what it knows, which the buffered packet takes too",
    {},
    [
      [1, B + A + UDP, 8],
      [2, A + B + UDP, 7],
    ],
    [
      "010d001800000000000000080001000800000008fffb0000",
      "010e005000000000000000000002000000000002000000000001ffff00000800001100000a0000010a0000020001000200000000000000000000003c0000000100000007ffff00000000000800010000",
    ],
  ],
  [
    "drops what comes in where it should go",
    {},
    [
      [1, B + A + UDP, 8],
      [1, A + B + UDP],
    ],
    [
      "010d001800000000000000080001000800000008fffb0000",
      "010e004800000000000000000001000000000002000000000001ffff00000800001100000a0000010a0000020001000200000000000000000000003c00000001ffffffffffff0000",
    ],
  ],
  [
    "drops what bridges do not forward",
    {},
    [[1, `0180c200000e${A}88cc0000`]],
    [
      "010e004800000000002820e000010000000000010180c200000effff000088cc0000000000000000000000000000000000000000000000000000003c00000001ffffffffffff0000",
    ],
  ],
  [
    "only forwards, without flows",
    { addsFlows: false, hub: true },
    [[2, A + B + UDP, 7]],
    ["010d001800000000000000070002000800000008fffb0000"],
  ],
])("%s", (_what, changes, packets, expected) => {
  expect(dialogue(changes, 1, packets)).toEqual(expected);
});
