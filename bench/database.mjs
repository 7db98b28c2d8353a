// ovsdb-server with a hundred thousand rows, and ovs-vsctl with many ports.
import { statSync } from "node:fs";
import { connected, fill } from "../packages/testkit/ovsdb/client.mjs";
import { median, SIDES, Side, withSide } from "./sides.mjs";

const ROWS = 100_000;
const PORTS = [10, 13_888];
const RUNS = 5;

const server = (side, file) =>
  side.run(
    "ovsdb-server",
    file,
    `--remote=punix:${side.at("run/db.sock")}`,
    "--detach",
    "--no-chdir",
    "--pidfile",
    "-vconsole:off",
  );

/** Seconds until a server with the file serves, its CPU time and memory then. */
function startUp(file, name) {
  const side = new Side(name);
  try {
    const { seconds } = server(side, file(side));
    return { seconds, cpu: side.cpuSeconds("ovsdb-server"), resident: side.resident("ovsdb-server") };
  } finally {
    side.stop();
  }
}

/** A database of so many rows, written in one record as a compaction leaves it. */
async function large(side) {
  const file = side.at("db/large.db");
  side.run("ovsdb-tool", "create", file, SIDES[side.name].schema);
  server(side, file);
  const client = await connected(side.at("run/db.sock"));
  await fill(client, ROWS);
  client.close();
  side.run("ovs-appctl", "-t", "ovsdb-server", "ovsdb-server/compact");
  return file;
}

/** Milliseconds that ovs-vsctl takes with so many ports in the database, by command. */
function commands(side, ports) {
  side.startDatabase();
  side.run("ovs-vsctl", "--no-wait", "add-br", "br0");
  for (let n = 0; n < ports; n += 500) {
    const words = [];
    for (let i = n; i < Math.min(n + 500, ports); i++) words.push("--", "add-port", "br0", `p${i}`);
    side.run("ovs-vsctl", "--no-wait", ...words);
  }
  const time = (...args) =>
    median(Array.from({ length: RUNS }, () => side.run("ovs-vsctl", "--no-wait", ...args).seconds * 1000));
  return {
    "list-br": time("list-br"),
    "list-ports": time("list-ports", "br0"),
    "port-to-br": time("port-to-br", `p${ports - 1}`),
    get: time("get", "Interface", `p${ports - 1}`, "name"),
    set: time("set", "Interface", `p${ports - 1}`, "external_ids:a=b"),
  };
}

export async function database() {
  const rows = [];
  const row = (what, ours, reference, unit, digits = 0) =>
    rows.push([
      what,
      `${ours.toFixed(digits)} ${unit}`,
      `${reference.toFixed(digits)} ${unit}`,
      (ours / reference).toFixed(2),
    ]);
  await withSide("reference", {}, async (maker) => {
    const file = await large(maker);
    const octets = statSync(file).size;
    const each = {};
    for (const name of ["reference", "ours"]) {
      // one file for both, each on a copy of its own
      const copy = (side) => {
        side.run("cp", file, side.at("db/copy.db"));
        return side.at("db/copy.db");
      };
      const empty = (side) => {
        side.run("ovsdb-tool", "create", side.at("db/empty.db"), SIDES[name].schema);
        return side.at("db/empty.db");
      };
      each[name] = { full: startUp(copy, name), empty: startUp(empty, name) };
    }
    const [ours, theirs] = [each.ours, each.reference];
    row(`start with ${ROWS} rows (${Math.round(octets / 1e6)} MB)`, ours.full.seconds, theirs.full.seconds, "s", 2);
    row("its CPU time", ours.full.cpu, theirs.full.cpu, "s", 2);
    row("start with none", ours.empty.seconds, theirs.empty.seconds, "s", 2);
    const memory = ({ full, empty }) => (full.resident - empty.resident) / ROWS;
    row("memory a row", memory(ours), memory(theirs), "octets");
  });
  for (const ports of PORTS) {
    const found = {};
    for (const name of ["reference", "ours"]) found[name] = await withSide(name, {}, (side) => commands(side, ports));
    for (const command of Object.keys(found.ours)) {
      row(`ovs-vsctl ${command}, ${ports} ports`, found.ours[command], found.reference[command], "ms");
    }
  }
  return { title: "The database when it is large", head: ["what", "ours", "reference", "ours / reference"], rows };
}
