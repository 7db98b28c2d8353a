// `node crash.mjs ROUNDS [SEED]`: kills a database server at random moments while clients write. After each start every
// transaction that was answered must be there, and no half of any other. Ends with 1 when one is not.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connected, sleep } from "./client.mjs";

const CLIENTS = 4;
/** How long a server may take to start on a busy machine, in milliseconds. */
const PATIENCE = 60_000;
/** Rows of one transaction: all there or none. */
const ROWS = 5;
const SCHEMA = path.join(import.meta.dirname, "../../../share/openvswitch/vswitch.ovsschema");

const [rounds = "10", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
console.log(`crash: ${rounds} rounds, seed ${seed}`);
let state = Number(seed);
/** A number in [0, 1) that follows from the seed (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const folder = mkdtempSync(path.join(tmpdir(), "crash-"));
const at = (name) => path.join(folder, name);
execFileSync("ovsdb-tool", ["create", at("conf.db"), SCHEMA]);

function start() {
  const options = [`--remote=punix:${at("s")}`, `--unixctl=${at("c")}`, "-vconsole:off", at("conf.db")];
  const server = spawn("ovsdb-server", options, { stdio: "ignore" });
  const over = new Promise((resolve) => server.once("exit", resolve));
  return { kill: () => server.kill("SIGKILL") && over };
}

/** Transactions by name: whether they were answered. Those that were sent and not answered may be there or not. */
const answered = new Map();
let serial = 0;

async function write(client) {
  for (;;) {
    const name = `t${serial++}`;
    answered.set(name, false);
    const rows = Array.from({ length: ROWS }, (_, i) => ({
      op: "insert",
      table: "Queue",
      row: {
        external_ids: [
          "map",
          [
            ["t", name],
            ["i", String(i)],
            ["pad", "x".repeat(Math.floor(random() * 2000))],
          ],
        ],
      },
    }));
    const durable = random() < 0.3 ? [{ op: "commit", durable: true }] : [];
    try {
      await client.transact("Open_vSwitch", ...rows, ...durable);
    } catch {
      return; // the server is gone
    }
    answered.set(name, true);
  }
}

/** How many rows there are of each transaction. */
async function found(client) {
  const [{ rows }] = await client.transact("Open_vSwitch", {
    op: "select",
    table: "Queue",
    where: [],
    columns: ["external_ids"],
  });
  const counts = new Map();
  for (const { external_ids: ids } of rows) {
    const name = new Map(ids[1]).get("t");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

let wrong = 0;
const complain = (round, text) => {
  wrong++;
  console.log(`round ${round}: ${text}`);
};
let kept = 0;
for (let round = 1; round <= Number(rounds); round++) {
  const server = start();
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connected(at("s"), PATIENCE)));
  const counts = await found(clients[0]);
  for (const [name, count] of counts) if (count !== ROWS) complain(round, `${name}: ${count} rows of ${ROWS}`);
  for (const [name, sure] of answered) if (sure && !counts.has(name)) complain(round, `${name}: answered and lost`);
  for (const name of answered.keys()) answered.set(name, counts.has(name)); // what was found must stay
  kept = counts.size;
  const writers = clients.map(write);
  if (round % 5 === 0) execFile("ovs-appctl", ["-t", at("c"), "ovsdb-server/compact"]);
  await sleep(10 + random() * 250);
  await server.kill();
  await Promise.all(writers);
  if (kept > 3000) await forget();
}
rmSync(folder, { recursive: true, force: true });
console.log(`crash: ${serial} transactions, ${wrong} faults`);
process.exit(wrong ? 1 : 0);

/** Empties the table, so that rounds stay short. */
async function forget() {
  const server = start();
  const client = await connected(at("s"), PATIENCE);
  await client.transact("Open_vSwitch", { op: "delete", table: "Queue", where: [] }, { op: "commit", durable: true });
  await server.kill();
  answered.clear();
}

function execFile(command, args) {
  spawn(command, args, { stdio: "ignore" }).on("error", () => {});
}
