// Sends 60-octet UDP frames of so many flows as fast as it goes: `flood.ts DEVICE SECONDS FLOWS DESTINATION-MAC SOURCE-MAC`.
// Prints how many frames the device took.
import { addressOf, ifindexOf, openPacketSocket, pinned, SendBatch } from "@vswitch/sys/net";

const [device = "", seconds = "1", flows = "1", to = "", from = ""] = process.argv.slice(2);
const ifindex = ifindexOf(device);
if (ifindex === undefined) throw new Error(`no device ${device}`);
/** struct virtio_net_hdr of zeros, which the socket wants before each frame. */
const VNET = 10;
const SIZE = VNET + 60;
const count = Number(flows);
const frames = pinned(count * SIZE);
const mac = (text: string) => text.split(":").map((octet) => Number.parseInt(octet, 16));
for (let i = 0; i < count; i++) {
  const frame = frames.subarray(i * SIZE + VNET, (i + 1) * SIZE);
  frame.set([...mac(to), ...mac(from), 0x08, 0x00]);
  frame.set([0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 0, 1, 10, 1, 0, 2], 14);
  const words = new DataView(frame.buffer, frame.byteOffset);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += words.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  words.setUint16(24, ~sum & 0xffff);
  words.setUint16(34, 1024 + (i % 60000)); // source port: the flow
  words.setUint16(36, 9);
  words.setUint16(38, 26);
}
const fd = openPacketSocket(ifindex);
const batch = new SendBatch();
const base = addressOf(frames);
let sent = 0;
let at = 0;
const end = performance.now() + Number(seconds) * 1000;
while (performance.now() < end) {
  for (let round = 0; round < 16; round++) {
    let queued = 0;
    for (; !batch.full; queued++) {
      batch.queue(base + at * SIZE, SIZE);
      at = (at + 1) % count;
    }
    sent += queued - batch.flush(fd);
  }
}
console.log(sent);
process.exit(0);
