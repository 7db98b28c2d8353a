// 100,000 flows over 4 tables: added from a file, dumped, deleted; the daemon's memory for them.
import { writeFileSync } from "node:fs";
import { withSide } from "./sides.mjs";

const FLOWS = 100_000;

function* flows() {
  for (let i = 0; i < FLOWS; i++) {
    const address = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    yield `table=${i % 4},priority=${100 + (i % 7)},ip,nw_dst=${address},actions=mod_dl_dst:02:00:00:00:00:01,output:1\n`;
  }
}

async function measure(name) {
  return withSide(name, {}, (side) => {
    side.startSwitch("--enable-dummy=override");
    side.run("ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy");
    side.run("ovs-ofctl", "del-flows", "br0");
    writeFileSync(side.at("flows"), [...flows()].join(""));
    const before = side.resident("ovs-vswitchd");
    const add = side.run("ovs-ofctl", "add-flows", "br0", side.at("flows")).seconds;
    const memory = (side.resident("ovs-vswitchd") - before) / FLOWS;
    const dump = side.run("ovs-ofctl", "dump-flows", "br0");
    const shown = dump.stdout.split("\n").filter((line) => line.includes("actions=")).length;
    if (shown !== FLOWS) throw new Error(`${name}: ${shown} of ${FLOWS} flows are there`);
    return { add, memory, dump: dump.seconds, del: side.run("ovs-ofctl", "del-flows", "br0").seconds };
  });
}

export async function bulkFlows() {
  const reference = await measure("reference");
  const ours = await measure("ours");
  const row = (what, key, unit, digits) => [
    what,
    `${ours[key].toFixed(digits)} ${unit}`,
    `${reference[key].toFixed(digits)} ${unit}`,
    (ours[key] / reference[key]).toFixed(2),
  ];
  return {
    title:
      "100,000 flows over 4 tables, dummy datapath (to reach: add ≤ 1 ×, dump and delete ≤ 1.5 × beyond Node's start, memory ≤ 1.5 ×)",
    head: ["what", "ours", "reference", "ours / reference"],
    rows: [
      [
        "flows added a second",
        Math.round(FLOWS / ours.add),
        Math.round(FLOWS / reference.add),
        (reference.add / ours.add).toFixed(2),
      ],
      row("add-flows FILE", "add", "s", 2),
      row("dump-flows", "dump", "s", 2),
      row("del-flows", "del", "s", 2),
      row("memory a flow", "memory", "octets", 0),
    ],
  };
}
