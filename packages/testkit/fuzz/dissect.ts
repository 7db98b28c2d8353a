/**
 * What tshark's dissector of OpenFlow says of messages that we encode: random flows of every version, and a message of
 * each kind. Ends with status 1 when one is malformed. `node scripts/run-ts.mjs packages/testkit/fuzz/dissect.ts [COUNT]`
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hex, SwitchError } from "@vswitch/core/lib";
import { decodeFrame, encodeFrame, parseFlowMod, protocolsOf, type Version } from "@vswitch/core/openflow";
import { Chance, flowText } from "./flow-generator.ts";

const PORT = 6653;
const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];

/** One TCP segment over IPv4 and Ethernet, without checksums, which tshark leaves alone. */
function segment(data: Uint8Array, sequence: number): Buffer {
  const packet = Buffer.alloc(54 + data.length);
  packet.set([0x50, 0x54, 0, 0, 0, 2, 0x50, 0x54, 0, 0, 0, 1, 8, 0, 0x45]);
  packet.writeUInt16BE(40 + data.length, 16);
  packet.set([64, 6], 22);
  packet.set([10, 0, 0, 1, 10, 0, 0, 2], 26);
  packet.writeUInt16BE(40_000, 34);
  packet.writeUInt16BE(PORT, 36);
  packet.writeUInt32BE(sequence, 38);
  packet.set([0x50, 0x18], 46);
  packet.writeUInt16BE(65_535, 48);
  packet.set(data, 54);
  return packet;
}

function capture(messages: readonly Uint8Array[]): Buffer {
  const head = Buffer.from("d4c3b2a10200040000000000000000000000040001000000", "hex");
  let sequence = 1;
  const records = messages.map((message, i) => {
    const packet = segment(message, sequence);
    sequence = (sequence + message.length) >>> 0;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(i, 0);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  return Buffer.concat([head, ...records]);
}

function randomFlows(count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let i = 0; found.length < count; i++) {
    const c = new Chance(90_000_001 + i);
    const text = flowText(c);
    const version = c.pick(VERSIONS);
    try {
      const { mod, usable } = parseFlowMod(text, "add");
      if (!(usable & protocolsOf([version]))) continue;
      const message = version > 1 && mod.table === 255 ? { ...mod, table: 0 } : mod;
      const octets = encodeFrame({ version, xid: 1, message }, { nxm: version === 1 && c.once(2) });
      decodeFrame(octets);
      found.push(octets);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
    }
  }
  return found;
}

/** Messages of the reference, read by us and written again. */
function others(): Uint8Array[] {
  const file = "packages/core/src/openflow/golden/messages.txt";
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => hex(line.split("\t")[1] as string))
    .map((octets) => encodeFrame(decodeFrame(octets, { flowModTableId: true }), { nxm: octets[1] === 4 }));
}

/** tshark 4.0 reads flow statistics of OpenFlow 1.5 as those of 1.4. */
const isDissected = (octets: Uint8Array): boolean => !(octets[0] === 6 && octets[1] === 19 && octets[9] === 1);

const messages = [...others().filter(isDissected), ...randomFlows(Number(process.argv[2] ?? 500))];
const folder = mkdtempSync(path.join(tmpdir(), "dissect-"));
const file = path.join(folder, "messages.pcap");
writeFileSync(file, capture(messages));
const options = ["-r", file, "-d", `tcp.port==${PORT},openflow`, "-o", "tcp.desegment_tcp_streams:false"];
const fields = ["-T", "fields", "-e", "frame.number", "-e", "_ws.malformed", "-e", "_ws.col.Info"];
const { stdout, stderr, status } = spawnSync("tshark", [...options, ...fields], { encoding: "utf8" });
rmSync(folder, { recursive: true });
const rows = stdout
  .trimEnd()
  .split("\n")
  .map((row) => row.split("\t"));
const malformed = rows.filter(([, bad, info]) => bad || /Malformed/.test(info ?? ""));
for (const [number, , info] of malformed)
  console.log(
    `${info}: ${Buffer.from(messages[Number(number) - 1] ?? [])
      .toString("hex")
      .slice(0, 400)}`,
  );
console.log(`${rows.length} messages dissected, ${malformed.length} malformed${status ? `; tshark: ${stderr}` : ""}`);
process.exitCode = status || malformed.length || rows.length !== messages.length ? 1 : 0;
