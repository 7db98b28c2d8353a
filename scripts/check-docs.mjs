// Holds the documents against the tree: layers as drawn, a README per room, long files with their reason, docstrings on
// what rooms show, parity rows.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { LAYERS, PACKAGES } from "../layers.mjs";
import { PROGRAMS } from "../programs.mjs";
import { undocumented } from "./docstrings.mjs";
import { root } from "./setup.mjs";

const faults = [];
const read = (file) => readFileSync(path.join(root, file), "utf8");
const folders = (place) =>
  readdirSync(path.join(root, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const README_LINES = 40;
const FILE_LINES = 500;

// ARCHITECTURE.md draws the layers that layers.mjs enforces, and every folder is in them.
const drawn = [...read("ARCHITECTURE.md").matchAll(/^\| \d+ \| (.+) \|$/gm)].map(([, cells]) =>
  [...cells.matchAll(/`(\w+)`/g)].map(([, name]) => name),
);
if (JSON.stringify(drawn) !== JSON.stringify(LAYERS))
  faults.push("ARCHITECTURE.md: the table of layers is not that of layers.mjs");
for (const name of folders("packages/core/src"))
  if (!LAYERS.flat().includes(name)) faults.push(`packages/core/src/${name}: not in layers.mjs`);
for (const name of folders("packages"))
  if (!PACKAGES.flat().includes(name)) faults.push(`packages/${name}: not in layers.mjs`);

// Every room says in few words what it knows and what it must not know.
for (const room of [
  ...folders("packages").map((name) => `packages/${name}`),
  ...LAYERS.flat().map((name) => `packages/core/src/${name}`),
]) {
  const file = `${room}/README.md`;
  if (!existsSync(path.join(root, file))) faults.push(`${file}: missing`);
  else if (read(file).trimEnd().split("\n").length > README_LINES)
    faults.push(`${file}: more than ${README_LINES} lines`);
}

// A file over the limit says why: "Long because …".
function* sources(place) {
  for (const name of readdirSync(path.join(root, place))) {
    const file = `${place}/${name}`;
    if (statSync(path.join(root, file)).isDirectory()) yield* sources(file);
    else if (name.endsWith(".ts")) yield file;
  }
}
for (const name of folders("packages")) {
  for (const file of sources(`packages/${name}/src`)) {
    const text = read(file);
    const lines = text.split("\n").length - 1;
    if (lines > FILE_LINES && !text.includes("Long because")) faults.push(`${file}: ${lines} lines and no word of why`);
  }
}

// What a room shows to others says what it means.
for (const name of undocumented(root)) faults.push(`${name}: exported through a face without a docstring above it`);

// docs/parity.md answers for every program, and each row says done, partial or **not**.
const parity = read("docs/parity.md");
for (const { name } of PROGRAMS) if (!parity.includes(`\`${name}\``)) faults.push(`docs/parity.md: no row for ${name}`);
for (const line of parity.split("\n")) {
  if (!/^\| (?!-|What|Command)/.test(line)) continue;
  const status = line.split("|")[2]?.trim();
  if (!["done", "partial", "**not**"].includes(status))
    faults.push(`docs/parity.md: "${status}" is no status: ${line.slice(0, 60)}`);
}

for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
