// A lint that passes everything looks like a clean house. So: for each kind of rule in .dependency-cruiser.mjs, plant a
// file that breaks it in a copy of the tree's skeleton and expect that rule, by name, to be reported of that file.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { undocumented } from "./docstrings.mjs";
import { root } from "./setup.mjs";

/** Rule, file that breaks it, its text. */
const PLANTED = [
  ["lib-looks-down-only", "packages/core/src/lib/planted.ts", 'import "#flow";\n'],
  ["flow-looks-down-only", "packages/core/src/flow/planted.ts", 'import "#jsonrpc";\n'],
  ["ofproto-looks-down-only", "packages/core/src/ofproto/planted.ts", 'import "#bridge";\n'],
  ["package-vsctl-looks-down-only", "packages/vsctl/src/planted.ts", 'import "../../ovsdb/src/server.ts";\n'],
  ["through-the-front-door", "packages/core/src/flow/door.ts", 'import "../lib/hex.ts";\n'],
  ["only-mains-pick-providers", "packages/core/src/ofproto/picks.ts", 'import "#netdev/providers/dummy";\n'],
  ["bytecode-knows-no-switch", "packages/ebpf/src/planted.ts", 'import "@vswitch/core/lib";\n'],
  ["resolvable", "packages/core/src/lib/lost.ts", 'import "./nowhere.ts";\n'],
];

/** Exports without a docstring, one of each kind. */
const BARE = [
  "export function Bare0() {}",
  "export class Bare1 {}",
  "export const Bare2 = 1;",
  "export interface Bare3 {}",
  "export type Bare4 = 1;",
  "export async function Bare5() {}",
  "export abstract class Bare6 {}",
  "export const [Bare7] = [1];",
];

const copy = mkdtempSync(path.join(tmpdir(), "vswitch-layers-"));
let missed = 0;
try {
  for (const name of ["packages", "layers.mjs", ".dependency-cruiser.mjs", "package.json", "tsconfig.json"]) {
    cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => !/\/(node_modules|bin)(\/|$)/.test(file) || file === root,
    });
  }
  // Workspaces resolve through node_modules/@vswitch: point them at the copy.
  mkdirSync(path.join(copy, "node_modules/@vswitch"), { recursive: true });
  for (const name of ["sys", "core", "ebpf", "cli-kit", "daemon-kit", "ovsdb"])
    symlinkSync(path.join(copy, "packages", name), path.join(copy, "node_modules/@vswitch", name));
  for (const [, file, text] of PLANTED) writeFileSync(path.join(copy, file), text);
  const { stdout } = spawnSync(
    path.join(root, "node_modules/.bin/depcruise"),
    ["--config", ".dependency-cruiser.mjs", "--output-type", "json", ...PLANTED.map(([, file]) => file)],
    { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  let violations = [];
  try {
    ({ violations } = JSON.parse(stdout).summary);
  } catch {
    console.error("the lint printed no report");
  }
  for (const [rule, file] of PLANTED) {
    if (!violations.some((found) => found.rule.name === rule && found.from === file)) {
      missed++;
      console.error(`${rule}: a planted violation passed`);
    }
    rmSync(path.join(copy, file));
  }
  // Circles are another script's: two files that need each other must be one.
  writeFileSync(path.join(copy, "a.ts"), 'import { b } from "./b.ts";\nexport const a = () => b;\n');
  writeFileSync(path.join(copy, "b.ts"), 'import { a } from "./a.ts";\nexport const b = () => a;\nconsole.log(b);\n');
  const circle = spawnSync(process.execPath, [path.join(root, "scripts/check-cycles.mjs"), copy, "a.ts"], {
    encoding: "utf8",
  });
  if (circle.status !== 1 || !circle.stderr.includes("b.ts")) {
    missed++;
    console.error("a planted circle passed");
  }
  // So are docstrings: names of each kind must be missed without one, whichever way a face shows them, and no others.
  const lib = path.join(copy, "packages/core/src/lib");
  const known = new Set(undocumented(copy));
  appendFileSync(
    path.join(lib, "index.ts"),
    '\nexport * from "./planted.ts";\nexport { named as other } from "./named.ts";\n',
  );
  writeFileSync(
    path.join(lib, "planted.ts"),
    BARE.map((line) => `${line}\n/** Said. */\n${line.replace("Bare", "Said")}`).join("\n"),
  );
  writeFileSync(path.join(lib, "named.ts"), "/* no docstring */\nexport const named = 1;\nexport const hidden = 2;\n");
  const told = undocumented(copy).filter((name) => !known.has(name));
  const wanted = [...BARE.map((_, i) => `planted.ts Bare${i}`), "named.ts named"].map(
    (name) => `packages/core/src/lib/${name}`,
  );
  if (JSON.stringify(told) !== JSON.stringify(wanted.sort())) {
    missed++;
    console.error(`planted names without a docstring: told of ${told.join(", ")}`);
  }
} finally {
  rmSync(copy, { recursive: true });
}
process.exitCode = missed ? 1 : 0;
