// The packet engine against the reference: the same random tables on both, the same packets traced, answers compared.
// `node packages/testkit/fuzz/packet-engine.mjs [--seed N] [--cases N] [--world N] [--keep-going] [-v]`
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { settingsOf, WORLDS_PER_SETTING } from "./settings.mjs";
import { Side } from "./side.mjs";
import { CONFIG, flowText, isReadable, makeWorld, normalize, sorted } from "./world.mjs";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "10000" },
    /** Runs this world alone, to repeat a difference. */
    world: { type: "string" },
    "keep-going": { type: "boolean", default: false },
    /** Shows the first difference of each world as it is found, without making it smaller. */
    survey: { type: "boolean", default: false },
    verbose: { type: "boolean", short: "v", default: false },
  },
});

/** Puts a world's tables on a side; returns what the reference's client said of it. */
async function install(side, world) {
  const said = [];
  await Promise.all(["br0", "br1"].map((bridge) => side.ofctl(["del-flows", bridge])));
  await side.ofctl(["-O", "OpenFlow15", "del-groups", "br0"]);
  await side.appctl("fdb/flush");
  if (world.groups.length)
    said.push(
      await side.ofctl(["-O", "OpenFlow15", "add-groups", "br0", side.file("groups", `${world.groups.join("\n")}\n`)]),
    );
  for (const [bridge, flows] of [
    ["br0", world.flows],
    ["br1", world.peer],
  ]) {
    if (!flows.length) continue;
    const file = side.file("flows", `${flows.map(flowText).join("\n")}\n`);
    said.push((await side.ofctl(["-O", "OpenFlow15", "add-flows", bridge, file])).replaceAll(side.folder, "FOLDER"));
  }
  return said.join("");
}

/** Leaves out the flows that the reference's client does not read, or has no OpenFlow 1.5 form for. */
async function readable(reference, world) {
  for (const key of ["flows", "peer"]) world[key] = await readableOnes(reference, world[key]);
}

/** Asks about all at once, without the line that is complained of each time; by halves where none is named. */
async function readableOnes(reference, all) {
  const flows = [...all];
  while (flows.length) {
    const file = reference.file(`read${files++}`, `${flows.map(flowText).join("\n")}\n`);
    const said = await reference.ofctl(["-O", "OpenFlow15", "parse-flows", file]);
    rmSync(file);
    const line = Number(new RegExp(`${file}:([0-9]+): `).exec(said)?.[1] ?? 0);
    if (line) flows.splice(line - 1, 1);
    else if (!said.includes("-> ") && isReadable(said)) return flows;
    else if (flows.length === 1) return [];
    else {
      const half = flows.length >> 1;
      const parts = [flows.slice(0, half), flows.slice(half)];
      return (await Promise.all(parts.map((part) => readableOnes(reference, part)))).flat();
    }
  }
  return flows;
}
let files = 0;

/** Gives both sides the settings of a stretch of worlds, and time to take them up. */
async function settle(sides, stretch) {
  const words = settingsOf(options.seed, stretch);
  if (!words) return;
  for (const side of sides) {
    const said = await side.vsctl(words);
    if (said.includes("->")) throw new Error(`${side.name}: ${words.join(" ")}: ${said}`);
    await side.appctl("revalidator/wait");
  }
}

async function both(sides, ask) {
  const [expected, actual] = await Promise.all(sides.map(ask));
  return [normalize(expected), normalize(actual)];
}

/** The first thing that differs, or undefined; `only` asks for one case alone. */
async function differs(sides, world, { only, tally } = {}) {
  const [expected, actual] = await both(sides, (side) => install(side, world));
  if (expected !== actual) return { what: "installing flows", expected, actual };
  if (options.verbose && expected) console.log(expected);
  const cases = only ?? world.cases;
  for (let at = 0; at < cases.length; at += 20) {
    const batch = cases.slice(at, at + 20);
    const answers = await Promise.all(
      batch.map(([method, ...args]) => both(sides, (side) => side.appctl(method, args))),
    );
    for (const [i, [expected_, actual_]] of answers.entries()) {
      if (expected_ !== actual_)
        return {
          what: "case",
          case: batch[i],
          cases: cases.slice(0, at + i + 1),
          expected: expected_,
          actual: actual_,
        };
      if (tally) tally(expected_);
    }
  }
  for (const bridge of ["br0", "br1"]) {
    const [a, b] = await both(sides, (side) => side.ofctl(["-O", "OpenFlow15", "dump-flows", bridge]));
    if (sorted(a) !== sorted(b)) return { what: `dump-flows ${bridge}`, cases, expected: sorted(a), actual: sorted(b) };
  }
  const [a, b] = await both(sides, async (side) => (await side.appctl("fdb/show", ["br0"])).replace(/ +[0-9]+$/gm, ""));
  if (sorted(a) !== sorted(b)) return { what: "fdb/show", cases, expected: a, actual: b };
  return undefined;
}

/** A smaller world with the same kind of difference: without flows, actions and cases that do not matter. */
async function minimize(sides, world, found) {
  let best = { ...world, cases: found.cases ?? [] };
  let last = found;
  const try_ = async (candidate) => {
    const again = await differs(sides, candidate, { only: candidate.cases });
    if (!again || again.what !== found.what) return false;
    best = candidate;
    last = again;
    return true;
  };
  if (found.case) await try_({ ...best, cases: [found.case] });
  for (const key of ["cases", "flows", "peer", "groups"])
    for (let size = Math.ceil(best[key].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let at = 0; at < best[key].length; ) {
        const rest = best[key].toSpliced(at, size);
        if (!(await try_({ ...best, [key]: rest }))) at += size;
      }
  for (const key of ["flows", "peer"])
    for (const part of ["actions", "match"])
      for (let i = 0; i < best[key].length; i++)
        for (let at = best[key][i][part].length - 1; at >= 0; at--) {
          const flow = { ...best[key][i], [part]: best[key][i][part].toSpliced(at, 1) };
          await try_({ ...best, [key]: best[key].with(i, flow) });
        }
  return { world: best, found: last };
}

/** What differs and how to see it; `brief` leaves the tables out. */
function show({ world, found }, brief = false) {
  console.log(`DIFFERS in world ${world.seed}: ${found.what}`);
  if (!brief) {
    for (const group of world.groups) console.log(`  group ${group}`);
    for (const flow of world.flows) console.log(`  br0 ${flowText(flow)}`);
    for (const flow of world.peer) console.log(`  br1 ${flowText(flow)}`);
  }
  for (const args of brief ? (found.case ? [found.case] : []) : world.cases)
    console.log(`  ${args.map((arg) => (/^[\w/=,:.-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ")}`);
  const a = found.expected.split("\n");
  const b = found.actual.split("\n");
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - same && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  for (const line of a.slice(Math.max(0, same - 8), same)) console.log(`    ${line}`);
  for (const line of a.slice(same, a.length - tail)) console.log(`  - ${line}`);
  for (const line of b.slice(same, b.length - tail)) console.log(`  + ${line}`);
}

async function main() {
  const sides = [new Side("reference"), new Side("ours")];
  process.on("exit", () => {
    for (const side of sides) side.stop();
  });
  await Promise.all(sides.map((side) => side.start(CONFIG)));
  for (const side of sides) {
    await side.appctl("time/stop");
    await side.ofctl(["-O", "OpenFlow13", "add-meter", "br0", "meter=1,kbps,stats,bands=type=drop,rate=1000"]);
  }
  const wanted = Number(options.cases);
  const outputs = { total: 0, drop: 0, failed: 0 };
  const tally = (text) => {
    outputs.total++;
    if (/^Datapath actions: drop$/m.test(text)) outputs.drop++;
    if (/^Translation failed/m.test(text)) outputs.failed++;
  };
  let differences = 0;
  let settled = 0;
  const first = options.world === undefined ? 0 : Number(options.world);
  for (let i = first; outputs.total < wanted && (options.world === undefined || i === first); i++) {
    const stretch = Math.floor(i / WORLDS_PER_SETTING);
    if (stretch !== settled) await settle(sides, stretch);
    settled = stretch;
    const world = makeWorld(`${options.seed}.${i}`);
    await readable(sides[0], world);
    const found = await differs(sides, world, { tally });
    if (!found) {
      if (options.verbose) console.log(`same    world ${world.seed}`);
      continue;
    }
    differences++;
    if (options.survey) show({ world, found }, true);
    else show(await minimize(sides, world, found));
    if (!options["keep-going"]) break;
  }
  console.log(
    `seed ${options.seed}: ${outputs.total} cases alike (${outputs.drop} dropped, ${outputs.failed} failed to translate), ${differences} differences`,
  );
  process.exit(differences ? 1 : 0);
}

if (process.env.FUZZ_INSIDE) await main();
else {
  const inside = [
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "bash",
    "-c",
    'ip link set lo up; exec "$@"',
    "fuzz",
  ];
  const self = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status } = spawnSync("unshare", [...inside, ...self], {
    stdio: "inherit",
    env: { ...process.env, FUZZ_INSIDE: "1" },
  });
  process.exitCode = status ?? 1;
}
