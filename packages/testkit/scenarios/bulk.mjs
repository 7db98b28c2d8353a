// One OpenFlow 1.3 connection does something big; meanwhile a second one asks for an echo, again as soon as it is
// answered, and so does someone on the control socket. Says how often each was answered before the big thing was done,
// and their longest waits. Usage: bulk.mjs add|dump|bundle|delete BRIDGE.mgmt DAEMON.ctl FLOWS
import { connect } from "node:net";

const [phase, management, control, count = "100000"] = process.argv.slice(2);
const FLOWS = Number(count);
/** Echo requests among the messages of the big thing, at even distances. */
const MARKS = 100;
const TYPE = { error: 1, echo: 2, experimenter: 4, flowMod: 14, multipart: 18, multipartReply: 19, barrier: 20 };
const BUNDLE = { open: 0, close: 2, commit: 4 };

function message(type, xid, ...parts) {
  const length = parts.reduce((n, part) => n + part.length, 8);
  const head = Buffer.from([4, type, length >>> 8, length & 255, 0, 0, 0, 0]);
  head.writeUInt32BE(xid, 4);
  return Buffer.concat([head, ...parts]);
}
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");
const u32 = (n) => hex(n.toString(16).padStart(8, "0"));

const ANY = "ffffffff ffffffff ffffffff"; // buffer, out_port, out_group
/** ip,nw_dst=10.x.y.z, over tables 1 to 4. */
function addFlow(n, xid) {
  const table = (1 + (n % 4)).toString(16).padStart(2, "0");
  return message(
    TYPE.flowMod,
    xid,
    hex(`${"00".repeat(16)} ${table} 00 0000 0000 00${(100 + (n % 7)).toString(16)} ${ANY} 0000 0000`),
    hex("0001 0012 80000a02 0800 80001804"),
    u32(0x0a000000 + n),
    hex(`${"00".repeat(6)} 0004 0028 00000000`),
    hex("0019 0010 80000606 020000000001 0000 0000 0010 00000001 0000 000000000000"),
  );
}
const NO_MATCH = "0001 0004 00000000";
const deleteTable = (table, xid) =>
  message(TYPE.flowMod, xid, hex(`${"00".repeat(16)} 0${table} 03 0000 0000 0000 ${ANY} 0000 0000 ${NO_MATCH}`));
const dumpAll = (xid) =>
  message(
    TYPE.multipart,
    xid,
    hex(`0001 0000 00000000 ff 000000 ffffffff ffffffff 00000000 ${"00".repeat(16)} ${NO_MATCH}`),
  );
const bundleControl = (kind, xid) =>
  message(TYPE.experimenter, xid, hex("4f4e4600 000008fc 00000001"), hex(`000${kind} 0003`));
const bundleAdd = (inner, xid) => message(TYPE.experimenter, xid, hex("4f4e4600 000008fd 00000001 0000 0003"), inner);

/** A connection on which `heard` gets each message but hello; answers echo requests of the switch. */
function open(heard) {
  const socket = connect(management);
  let left = Buffer.alloc(0);
  socket.on("data", (octets) => {
    left = left.length ? Buffer.concat([left, octets]) : octets;
    let at = 0;
    while (left.length - at >= 8) {
      const length = left.readUInt16BE(at + 2);
      if (left.length - at < length) break;
      const frame = left.subarray(at, at + length);
      at += length;
      if (frame[1] === TYPE.error) {
        console.log(`error ${frame.readUInt32BE(8).toString(16)}`);
        process.exit(1);
      }
      if (frame[1] !== 0) heard(frame[1], frame, socket);
    }
    left = left.subarray(at);
  });
  socket.write(message(0, 1, hex("0001 0008 00000010")));
  return socket;
}

/** Asks again and again, each time when the answer is there. */
class Asker {
  rounds = 0;
  worst = 0;
  #asked = 0;
  asks() {
    this.#asked = performance.now();
  }
  answered() {
    this.rounds++;
    this.worst = Math.max(this.worst, performance.now() - this.#asked);
  }
  toString() {
    return `${this.rounds} times, the longest wait ${Math.round(this.worst)} ms`;
  }
}

const echoes = new Asker();
const other = open((type, _frame, socket) => {
  if (type !== TYPE.echo + 1) return;
  echoes.answered();
  askEcho(socket);
});
function askEcho(socket) {
  echoes.asks();
  socket.write(message(TYPE.echo, 2));
}

const versions = new Asker();
const remote = connect(control);
let text = "";
remote.on("data", (octets) => {
  text += octets;
  if (!text.endsWith("}")) return;
  text = "";
  versions.answered();
  askVersion();
});
function askVersion() {
  versions.asks();
  remote.write(JSON.stringify({ id: versions.rounds, method: "version", params: [] }));
}

/** Marks that were answered, and the most of them between two answers to the second connection. */
let marks = 0;
let gap = 0;
let since = 0;
let seen = 0;
let flows = 0;
let started = 0;
function done() {
  const seconds = (performance.now() - started) / 1000;
  console.log(`${phase}: ${seconds.toFixed(2)} s${phase === "dump" ? `, ${flows} flows` : ""}`);
  console.log(`  echo on another connection: ${echoes}`);
  console.log(`  version: ${versions}`);
  if (phase === "add") console.log(`  echo in the stream: ${marks} times, at most ${gap} of them while others waited`);
  const enough = { add: 30, bundle: 30, dump: 10, delete: 0 }[phase];
  const held = [echoes, versions].some(({ rounds }) => rounds < enough) || (phase === "dump" && flows < FLOWS);
  process.exit(held ? 1 : 0);
}

const big = open((type, frame) => {
  if (type === TYPE.echo + 1) {
    marks++;
    if (echoes.rounds !== seen) since = 0;
    seen = echoes.rounds;
    gap = Math.max(gap, ++since);
  } else if (type === TYPE.multipartReply) {
    for (let at = 16; at < frame.length; at += frame.readUInt16BE(at)) flows++;
    if (!(frame[11] & 1)) done();
  } else if (type === TYPE.barrier + 1) done();
});

function bigThing() {
  const out = [];
  if (phase === "dump") return [dumpAll(10)];
  if (phase === "delete") return [...[1, 2, 3, 4].map((table) => deleteTable(table, 10)), message(TYPE.barrier, 11)];
  if (phase === "bundle") out.push(bundleControl(BUNDLE.open, 10));
  for (let n = 0; n < FLOWS; n++) {
    const xid = 100 + n;
    out.push(phase === "bundle" ? bundleAdd(addFlow(n, xid), xid) : addFlow(n, xid));
    if (phase === "add" && n % (FLOWS / MARKS) === 0) out.push(message(TYPE.echo, xid));
  }
  if (phase === "bundle") out.push(bundleControl(BUNDLE.close, 10), bundleControl(BUNDLE.commit, 10));
  out.push(message(TYPE.barrier, 11));
  return out;
}

const pieces = bigThing();
const all = [];
for (let i = 0; i < pieces.length; i += 500) all.push(Buffer.concat(pieces.slice(i, i + 500)));
setTimeout(() => {
  started = performance.now();
  askEcho(other);
  askVersion();
  for (const octets of all) big.write(octets);
}, 300);
