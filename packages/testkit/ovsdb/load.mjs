// `node load.mjs SOCKET LOG`: 200 clients of a database server, half of them monitors, and updates of thousands of rows.
// Says what did not hold and ends with 1. It counts answers and their order, not time.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { Client, connected, fill, queue, sleep } from "./client.mjs";

const [socket, log] = process.argv.slice(2);
const CLIENTS = 200;
const MONITORS = 100;
/** Rows of a large update. */
const ROWS = 5000;

let faults = 0;
const holds = (what, is) => {
  console.log(`${is ? "ok     " : "FAILED "} ${what}`);
  if (!is) faults++;
};
const update = (row, where = []) => ({ op: "update", table: "Queue", where, row });

/** A copy of the table's column dscp, kept by one client's updates; odd ones ask for differences. */
class Watcher {
  rows = new Map();
  constructor(n) {
    this.n = n;
    this.client = new Client(socket, { notified: ({ method, params }) => this.#take(params.at(-1).Queue, method) });
  }
  async start() {
    // every tenth gave an id of its own: its messages are not those of the others
    const id = this.n % 10 ? null : this.n;
    const method = this.n % 2 ? "monitor_cond" : "monitor";
    const { Queue = {} } = await this.client.call(method, "Open_vSwitch", id, { Queue: [{ columns: ["dscp"] }] });
    this.#take(Queue, method);
  }
  #take(rows, method) {
    for (const [uuid, change] of Object.entries(rows)) {
      const row =
        method === "update" || method === "monitor" ? change.new : (change.initial ?? change.insert ?? change.modify);
      if (row) this.rows.set(uuid, row.dscp);
      else this.rows.delete(uuid);
    }
  }
  /** How many rows it has with that value. */
  count(value) {
    let n = 0;
    for (const dscp of this.rows.values()) if (dscp === value) n++;
    return n;
  }
}

const writer = await connected(socket);
const others = Array.from({ length: CLIENTS - MONITORS }, () => new Client(socket));
await Promise.all(others.map((client) => client.call("echo")));
const watchers = Array.from({ length: MONITORS }, (_, n) => new Watcher(n));
await Promise.all(watchers.map((watcher) => watcher.start()));
holds(
  `${CLIENTS} clients are served`,
  watchers.every(({ rows }) => rows.size === 0),
);

/** Does it while one client asks for echo after echo. @returns how many were answered before it was done */
async function echoesDuring(run) {
  let on = true;
  let answered = 0;
  const done = run().finally(() => {
    on = false;
  });
  while (on) {
    await others[0].call("echo");
    if (on) answered++;
  }
  await done;
  return answered;
}

// Thousands of rows to a hundred monitors; one of them rests meanwhile.
const operations = Array.from({ length: ROWS }, (_, n) => ({
  op: "insert",
  table: "Queue",
  row: queue(n, { dscp: 1 }),
}));
await writer.transactAll("Open_vSwitch", operations);
watchers[3].client.stream.pause();
for (const dscp of [7, 8, 9]) {
  const requests = others.map((client) =>
    client.transact("Open_vSwitch", { op: "select", table: "Queue", where: [["dscp", "==", dscp]], columns: ["dscp"] }),
  );
  await writer.transact("Open_vSwitch", update({ dscp }));
  for (const [{ rows }] of await Promise.all(requests))
    if (rows.length > 1) holds("a selection sees all or nothing", false);
}
watchers[3].client.stream.resume();
for (let tries = 0; tries < 300 && watchers.some((watcher) => watcher.count(9) < ROWS); tries++) await sleep(100);
holds(
  `all ${MONITORS} monitors see all ${ROWS} rows, as they are in the end`,
  watchers.every((watcher) => watcher.rows.size === ROWS && watcher.count(9) === ROWS),
);
for (const { client } of watchers.slice(5)) client.close();

// A client that asks and does not read.
const deaf = connect(socket);
let gone = false;
deaf.on("close", () => {
  gone = true;
});
deaf.on("error", () => {});
deaf.write(
  JSON.stringify({
    method: "monitor",
    id: 1,
    params: ["Open_vSwitch", null, { Queue: [{ select: { initial: false } }] }],
  }),
);
deaf.pause();
await fill(writer, 60_000);
const large = await echoesDuring(() => writer.transact("Open_vSwitch", update({ dscp: 10 })));
holds(`echoes are answered while 65000 rows change (${large})`, large >= 5);
const reads = await echoesDuring(() => writer.transact("Open_vSwitch", { op: "select", table: "Queue", where: [] }));
holds(`echoes are answered while 65000 rows are read (${reads})`, reads >= 5);
const line =
  /jsonrpc\|WARN\|sending backlog exceeded maximum number of messages \(\d+ > 50000\), disconnecting, jsonrpc: unix#\d+\./;
for (let tries = 0; tries < 60 && !line.test(readFileSync(log, "utf8")); tries++) {
  await writer.transact("Open_vSwitch", update({ dscp: 11 + (tries % 40) }));
  await sleep(250);
}
holds("a client that does not read is dropped, and the log says so", line.test(readFileSync(log, "utf8")));
deaf.resume(); // the end is behind what it did not read
for (let tries = 0; tries < 100 && !gone; tries++) await sleep(50);
holds("its connection is closed", gone);
await writer.transact("Open_vSwitch", update({ dscp: 5 }));
const all = () => watchers.slice(0, 5).every((watcher) => watcher.count(5) === 65_000);
for (let tries = 0; tries < 300 && !all(); tries++) await sleep(100);
holds(
  "those that read have all rows",
  watchers.slice(0, 5).every((watcher) => watcher.count(5) === 65_000),
);
process.exit(faults ? 1 : 0);
