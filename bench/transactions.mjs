// Transactions of ovsdb-server: over one socket and over eight, alone and while clients monitor; of each the rate, which
// the machine's load disturbs, and the server's own CPU time, which it hardly does.
import { connect } from "node:net";
import { withSide } from "./sides.mjs";

const COUNT = 6000;
/** A server runs for months: V8 has translated what is used by then (some 0.8 s of CPU time, once, for the first 6,000). */
const WARM_UP = 8000;

/** What is done again and again. */
const KINDS = {
  insert: (n) => ({ op: "insert", table: "Queue", row: { dscp: n % 64, external_ids: ["map", [["n", String(n)]]] } }),
  update: (n) => ({
    op: "update",
    table: "Open_vSwitch",
    where: [],
    row: { external_ids: ["map", [["n", String(n)]]] },
  }),
  select: () => ({ op: "select", table: "Open_vSwitch", where: [], columns: ["external_ids"] }),
};
const CASES = [
  { kind: "insert", sockets: 1 },
  { kind: "update", sockets: 1 },
  { kind: "select", sockets: 1 },
  { kind: "insert", sockets: 8 },
  { kind: "update", sockets: 8 },
  { kind: "select", sockets: 8 },
  { kind: "update", sockets: 1, monitors: 50 },
  { kind: "update", sockets: 1, monitors: 100 },
];

/** A client that is as bare as can be, for it is not what is measured: replies of this benchmark hold no braces in strings. */
function client(socket, replied) {
  const stream = connect(socket);
  let depth = 0;
  let text = "";
  stream.on("data", (octets) => {
    for (const octet of octets) {
      if (octet === 0x7b) depth++;
      else if (octet === 0x7d && --depth === 0) replied();
    }
    if (text.length < 4096) text += octets.toString("latin1");
    if (text.includes('"error":"') || text.includes('"error":{')) throw new Error(text);
    text = "";
  });
  return stream;
}

/** One transaction after the other on one socket. */
function write(socket, kind, count) {
  return new Promise((resolve) => {
    let n = 0;
    const stream = client(socket, () => next());
    const next = () => {
      if (n++ < count) {
        stream.write(JSON.stringify({ method: "transact", params: ["Open_vSwitch", KINDS[kind](n)], id: n }));
        return;
      }
      stream.destroy();
      resolve();
    };
    next();
  });
}

/** Clients that watch what is updated; they count messages and do not look into them. */
async function watch(socket, count) {
  const watchers = [];
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => {
      const stream = connect(socket);
      stream.once("data", resolve);
      stream.on("data", () => {});
      const requests = { Queue: [{}], Open_vSwitch: [{ columns: ["external_ids"] }] };
      stream.write(JSON.stringify({ method: "monitor", params: ["Open_vSwitch", null, requests], id: 0 }));
      watchers.push(stream);
    });
  }
  return watchers;
}

async function measure(side, { kind, sockets, monitors = 0 }) {
  const socket = side.at("run/db.sock");
  const watchers = await watch(socket, monitors);
  const run = (count) =>
    Promise.all(Array.from({ length: sockets }, () => write(socket, kind, Math.floor(count / sockets))));
  await run(WARM_UP);
  const cpu = side.cpuSeconds("ovsdb-server");
  const begin = performance.now();
  await run(COUNT);
  const seconds = (performance.now() - begin) / 1000;
  const used = side.cpuSeconds("ovsdb-server") - cpu;
  for (const watcher of watchers) watcher.destroy();
  return { rate: COUNT / seconds, cpu: (used / COUNT) * 1e6 };
}

export async function transactions() {
  const results = {};
  for (const name of ["reference", "ours"]) {
    results[name] = await withSide(name, {}, async (side) => {
      side.startDatabase();
      const found = [];
      for (const one of CASES) found.push(await measure(side, one));
      return found;
    });
  }
  const rows = CASES.map(({ kind, sockets, monitors }, n) => {
    const [ours, theirs] = [results.ours[n], results.reference[n]];
    return [
      `${kind}, ${sockets} socket${sockets > 1 ? "s" : ""}${monitors ? `, ${monitors} monitors` : ""}`,
      Math.round(ours.rate),
      Math.round(theirs.rate),
      (ours.rate / theirs.rate).toFixed(2),
      ours.cpu.toFixed(0),
      theirs.cpu.toFixed(0),
    ];
  });
  return {
    title: "ovsdb-server, synchronous transactions a second (to reach: ≥ 0.7 × alone, ≥ 1 × with 50 monitors)",
    head: ["", "ours", "reference", "ours / reference", "µs CPU each, ours", "reference"],
    rows,
  };
}
