// One side's answers to a few worlds, for an oracle scenario: `node answers.mjs SEED WORLDS` where a switch daemon runs.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { control } from "./side.mjs";
import { CONFIG, flowText, isReadable, makeWorld, normalize, sorted } from "./world.mjs";

const run = (program, ...args) =>
  new Promise((resolve) => {
    execFile(program, args, (error, out, err) => resolve(`${out}${err}${error ? `-> ${error.code}\n` : ""}`));
  });
const ofctl = (...args) => run("ovs-ofctl", "-O", "OpenFlow15", ...args);
const { OVS_RUNDIR, WORK } = process.env;

const file = (name, lines) => {
  writeFileSync(`${WORK}/${name}`, `${lines.join("\n")}\n`);
  return `${WORK}/${name}`;
};

/** The flows that this side's client reads: every side must choose the same. */
async function readable(flows) {
  const verdicts = await Promise.all(flows.map(async (flow) => isReadable(await ofctl("parse-flow", flowText(flow)))));
  return flows.filter((_, i) => verdicts[i]).map(flowText);
}

async function answer(world, appctl) {
  const said = [];
  for (const bridge of ["br0", "br1"]) await ofctl("del-flows", bridge);
  await ofctl("del-groups", "br0");
  await appctl("fdb/flush");
  said.push(await ofctl("add-groups", "br0", file("groups", world.groups)));
  for (const [bridge, flows] of [
    ["br0", world.flows],
    ["br1", world.peer],
  ])
    said.push(await ofctl("add-flows", bridge, file("flows", await readable(flows))));
  for (const [method, ...args] of world.cases)
    said.push(`\n> ${method} ${args.join(" ")}\n${normalize(await appctl(method, args))}`);
  for (const bridge of ["br0", "br1"]) said.push(normalize(sorted(await ofctl("dump-flows", bridge))));
  return said.join("");
}

const [seed, count] = process.argv.slice(2);
for (const command of CONFIG) process.stdout.write(await run("ovs-vsctl", ...command));
const pid = readFileSync(`${OVS_RUNDIR}/ovs-vswitchd.pid`, "utf8").trim();
const appctl = await control(`${OVS_RUNDIR}/ovs-vswitchd.${pid}.ctl`);
await appctl("time/stop");
for (let i = 0; i < Number(count); i++)
  console.log(`== ${seed}.${i}\n${await answer(makeWorld(`${seed}.${i}`), appctl)}`);
process.exit(0);
