// No two files need each other's values to load, by whatever way round. (Types may name each other in a circle: they are
// gone when a program runs. dependency-cruiser cannot tell the two apart with the parser that it has for TypeScript 7.)
// `node scripts/check-cycles.mjs [FOLDER]` prints each circle and ends with 1 when there is one.
import path from "node:path";
import { build } from "esbuild";
import { PARTS, PROGRAMS } from "../programs.mjs";
import { root } from "./setup.mjs";

const folder = process.argv[2] ?? root;
const entries = process.argv[3] ? [process.argv[3]] : [...PROGRAMS, ...PARTS].map(({ entry }) => entry);
const { metafile } = await build({
  entryPoints: entries.map((entry) => path.join(folder, entry)),
  absWorkingDir: folder,
  outdir: path.join(folder, ".cache/cycles"),
  bundle: true,
  write: false,
  metafile: true,
  treeShaking: false,
  platform: "node",
  format: "esm",
  conditions: ["source"],
  packages: "bundle",
  external: ["koffi", "pcap", "@oclif/core", "chalk", "cli-table3", "execa"],
  logLevel: "error",
});
const imports = new Map(
  Object.entries(metafile.inputs).map(([file, input]) => [
    file,
    input.imports.filter((i) => !i.external && i.kind === "import-statement").map((i) => i.path),
  ]),
);

const state = new Map();
const circles = [];
function visit(file, trail) {
  if (state.get(file) === "done") return;
  if (state.get(file) === "open") {
    circles.push([...trail.slice(trail.indexOf(file)), file]);
    return;
  }
  state.set(file, "open");
  for (const next of imports.get(file) ?? []) visit(next, [...trail, file]);
  state.set(file, "done");
}
for (const file of imports.keys()) visit(file, []);
for (const circle of circles) console.error(circle.join("\n  → "));
process.exitCode = circles.length > 0 ? 1 : 0;
