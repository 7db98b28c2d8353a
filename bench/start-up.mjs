// How long a command takes that asks one thing and ends, against `node -e 0` and the reference's, in turn.
import { spawnSync } from "node:child_process";
import { median, spread, withSide } from "./sides.mjs";

const RUNS = 21;
const COMMANDS = [
  ["ovs-vsctl", "get-manager"],
  ["ovs-vsctl", "list-br"],
  ["ovs-ofctl", "dump-flows", "br0"],
  ["ovs-appctl", "version"],
  ["ovs-appctl", "fdb/show", "br0"],
  ["ovs-dpctl", "show"],
  ["ovsdb-client", "list-dbs"],
];

export async function startUp() {
  return withSide("ours", {}, (ours) =>
    withSide("reference", {}, (reference) => {
      for (const side of [ours, reference]) {
        side.startSwitch("--enable-dummy=override");
        side.run("ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy");
      }
      const time = (side, command, args) => {
        const begin = performance.now();
        spawnSync(command, args, { env: side.env, stdio: "ignore" });
        return performance.now() - begin;
      };
      const rows = COMMANDS.map(([command, ...args]) => {
        const samples = { node: [], ours: [], reference: [] };
        for (let i = 0; i < RUNS; i++) {
          samples.node.push(time(ours, process.execPath, ["-e", "0"]));
          samples.ours.push(time(ours, command, args));
          samples.reference.push(time(reference, command, args));
        }
        const node = median(samples.node);
        const mine = median(samples.ours);
        return [
          `${command} ${args.join(" ")}`,
          mine.toFixed(1),
          spread(samples.ours),
          node.toFixed(1),
          (mine / node).toFixed(2),
          median(samples.reference).toFixed(1),
        ];
      });
      return {
        title: `Start of a command, ms, median of ${RUNS} (to reach: ≤ 1.35 × node)`,
        head: ["command", "ours", "spread", "node -e 0", "× node", "reference"],
        rows,
      };
    }),
  );
}
