// The oracle: each scenario on Debian's Open vSwitch and on bin/, outputs compared.
// `node packages/testkit/oracle/run.mjs [-v] [SCENARIO...]` (names or paths; all of scenarios/ by default)
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { expectedSeconds, runParts, SCENARIOS_AT_A_TIME } from "../../../scripts/parts.mjs";
import { oracle, runSide } from "./side.mjs";

const root = path.resolve(oracle, "../../..");
const REFERENCE = { bin: "/usr/bin:/usr/sbin", schema: "/usr/share/openvswitch/vswitch.ovsschema" };
const cacheFolder = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "vswitch-oracle");

const referenceVersion = () =>
  execFileSync("dpkg-query", ["-W", "-f", ["$", "{Package} ", "$", "{Version}\n"].join(""), "openvswitch-*"], {
    encoding: "utf8",
  });

/** Files that a scenario's text names, below this folder or in one beside it. */
const named = (text) => [...text.matchAll(/\$ORACLE\/([\w./-]*[\w-])/g)].map(([, name]) => name);

/** What a named file says; of a file in another folder all that stands beside it too, since it may be of several. */
function content(name) {
  const file = path.join(oracle, name);
  if (!name.startsWith("../")) return readFileSync(file);
  const folder = path.dirname(file);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(folder, entry.name), "utf8"))
    .join("");
}

/**
 * The reference's output and complaints are facts of scenario, harness and package version: kept by their hash.
 *
 * @param anew asks it again, whatever is kept
 */
async function reference(scenario, version, anew) {
  const key = createHash("sha256");
  const text = readFileSync(scenario, "utf8");
  key.update(text);
  for (const name of new Set(["prelude.sh", "side.mjs", "frame.py", "unixctl.py", ...named(text)]))
    key.update(content(name));
  const file = path.join(cacheFolder, key.update(version).digest("hex"));
  if (!anew && existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const { output, complaints } = await runSide({ side: "ref", ...REFERENCE, scenario });
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(file, JSON.stringify({ output, complaints }));
  return { output, complaints };
}

/** Programs of the reference that our side must not find. */
const hidden = ["/usr/bin", "/usr/sbin"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /^ovs/.test(name))
    .map((name) => realpathSync(path.join(folder, name))),
);

/** Complaints of ours alone that a scenario names, numbers left out: lines `# ours: MODULE|LEVEL|text`. */
const allowed = (scenario) => [...readFileSync(scenario, "utf8").matchAll(/^# ours: (.*)$/gm)].map(([, line]) => line);

function difference(expected, actual) {
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  writeFileSync(path.join(folder, "reference"), expected);
  writeFileSync(path.join(folder, "ours"), actual);
  try {
    return execFileSync("diff", ["-u", "reference", "ours"], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    return error.stdout.split("\n").slice(2).join("\n");
  } finally {
    execFileSync("rm", ["-rf", folder]);
  }
}

/**
 * Runs both sides of a scenario. Where they differ both are asked once more, since some answers of the reference are
 * chance (orders of its hashes); what differed first is printed all the same.
 *
 * @returns its verdict: "same" or "DIFFERS", and in what
 */
async function compare(scenario, version) {
  const first = await once(scenario, version, false);
  if (first.verdict === "same") return first;
  const second = await once(scenario, version, true);
  return second.verdict === "same" ? { ...second, note: `on a second look, ${second.note}`, text: first.text } : second;
}

async function once(scenario, version, anew) {
  const expected = await reference(scenario, version, anew);
  const inVain = /^timed out: .*/m.exec(expected.output);
  if (inVain) return { verdict: "DIFFERS", text: `the reference itself ${inVain[0]}` };
  const { output, complaints, logs } = await runSide({
    side: "ours",
    bin: path.join(root, "bin"),
    schema: path.join(root, "share/openvswitch/vswitch.ovsschema"),
    scenario,
    hidden,
  });
  // A healthy life logs no warning: ours may complain of what the reference complains of, and of nothing else.
  const known = new Set([...expected.complaints, ...allowed(scenario)]);
  const uncalled = complaints.filter((line) => !known.has(line));
  if (output !== expected.output) {
    const lines = difference(expected.output, output).split("\n").slice(0, 60);
    return { verdict: "DIFFERS", text: [...lines, ...logs].join("\n") };
  }
  if (uncalled.length)
    return { verdict: "DIFFERS", text: `the log says what the reference's does not\n${uncalled.join("\n")}` };
  return { verdict: "same", note: `${output.split("\n").length - 1} lines, ` };
}

export async function runOracle(names) {
  const folder = path.join(oracle, "scenarios");
  const scenarios = names.length
    ? names.map((name) => (existsSync(name) ? path.resolve(name) : path.join(folder, `${name}.sh`)))
    : readdirSync(folder)
        .filter((name) => name.endsWith(".sh"))
        .sort()
        .map((name) => path.join(folder, name));
  const version = referenceVersion();
  const parts = scenarios.map((file) => ({ name: path.basename(file, ".sh"), file, expected: expectedSeconds(file) }));
  const verdicts = await runParts(parts, SCENARIOS_AT_A_TIME, ({ file }) => compare(file, version));
  const passed = verdicts.filter((verdict) => verdict === "same").length;
  return { passed, failed: scenarios.length - passed };
}

if (process.argv[1] === path.join(oracle, "run.mjs")) {
  const { failed } = await runOracle(process.argv.slice(2));
  process.exitCode = failed ? 1 : 0;
}
