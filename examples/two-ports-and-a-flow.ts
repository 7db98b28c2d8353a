// Two dummy ports and one flow: what comes in at the first goes out of the second.
import assert from "node:assert/strict";
import { DummyDatapath } from "@vswitch/core/datapath/providers/dummy";
import { newKey, newMask, WORD } from "@vswitch/core/flow";
import { hex, toHex, WarpClock } from "@vswitch/core/lib";
import { DummyDevices } from "@vswitch/core/netdev/providers/dummy";

const devices = new DummyDevices();
const datapath = new DummyDatapath({ clock: new WarpClock(), devices });
datapath.setUpcallSink((upcalls) => console.log(`${upcalls.length} packet missed`));
const [p1, p2] = [
  await datapath.addPort({ name: "p1", type: "dummy" }),
  await datapath.addPort({ name: "p2", type: "dummy" }),
];

const key = newKey();
const mask = newMask();
key[WORD.inPort] = p1.port;
mask[WORD.inPort] = 0xffffffff;
datapath.putFlow({ ufid: "0".repeat(32), key, mask, actions: [{ type: "output", port: p2.port }] });

const seen: string[] = [];
devices.find("p2")?.taps.add((direction, frame) => void seen.push(`${direction} ${toHex(frame)}`));
const frame = "ffffffffffff 020000000001 1234 0102";
devices.find("p1")?.receive(hex(frame));
devices.find("p2")?.receive(hex(frame)); // no flow for this one
assert.deepEqual(seen.slice(0, 1), [`tx ${frame.replaceAll(" ", "")}`]);
const [flow] = await datapath.dumpFlows();
assert.equal(flow?.stats.packets, 1n);
console.log(`p2 saw: ${seen[0]}`);
