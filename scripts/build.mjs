// Builds bin/, libexec/ and share/openvswitch/scripts from the sources: `node scripts/build.mjs [PROGRAM...]`.
// Each program is one CommonJS file with nothing but Node's own modules, koffi and pcap outside it: a command starts
// by reading one file. A program that cannot be built leaves the others as they are; the exit status is then 1.

import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { PARTS, PROGRAMS, SCRIPTS } from "../programs.mjs";
import { writeCompletions } from "./completions.mjs";
import { fillCaches, launcher, shebangWith, WRAPPER } from "./quick.mjs";
import { splitBundle } from "./split.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const at = (...parts) => path.join(root, ...parts);
await mkdir(at("bin"), { recursive: true });
await mkdir(at("libexec"), { recursive: true });
await mkdir(at("share/openvswitch/scripts"), { recursive: true });

async function put(file, text) {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text);
  await chmod(temporary, 0o755);
  await rename(temporary, file);
}

const RESOLUTION = {
  conditions: ["source"],
  external: ["koffi", "pcap"],
  define: { "import.meta.url": "undefined" },
  logOverride: { "empty-import-meta": "silent" },
};

const reason = (name, error) =>
  `${name}: ${error.errors?.map((e) => `${e.location?.file}:${e.location?.line}: ${e.text}`).join("\n  ") ?? error}`;

/** A piece of a split program as the launcher loads it. */
const wrapped = (code) => `${WRAPPER[0]}${code}\n${WRAPPER[1]}`;

async function bundle({ name, entry, quick }, outfile, banner, footer = "") {
  if (!existsSync(at(entry))) return `${name}: ${entry} is missing`;
  try {
    const { outputFiles } = await build({
      ...RESOLUTION,
      entryPoints: [at(entry)],
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      write: false,
      minifySyntax: true,
      minifyWhitespace: true,
      minifyIdentifiers: quick !== undefined,
      legalComments: "none",
      logLevel: "silent",
      banner: { js: banner },
      footer: { js: footer },
    });
    await put(outfile, outputFiles[0].contents);
    return undefined;
  } catch (error) {
    return reason(name, error);
  }
}

/** A program in a hot file and parts: the hot file stands at libexec/NAME.cjs as of any quick program. */
async function pieces({ name, entry, split }) {
  if (!existsSync(at(entry))) return `${name}: ${entry} is missing`;
  try {
    const { hot, parts } = await splitBundle(name, at(entry), split, { ...RESOLUTION, absWorkingDir: root });
    for (const [file, text] of parts) await put(at("libexec", file), wrapped(text));
    await put(at("libexec", `${name}.cjs`), wrapped(hot));
    for (const file of await readdir(at("libexec")))
      if (file.startsWith(`${name}.part-`) && !parts.has(file)) await rm(at("libexec", file));
    return undefined;
  } catch (error) {
    return reason(name, error);
  }
}

async function link(target, name) {
  await rm(at("bin", name), { force: true });
  await symlink(target, at("bin", name));
}

/** A program: one file in bin, or for quick starts a launcher there of a file in libexec. */
async function program(row) {
  const { name, quick, cached, flags } = row;
  if (!quick && !cached) return bundle(row, at("bin", name), shebangWith(flags));
  const file = at("libexec", `${name}.cjs`);
  const fault = await (row.split ? pieces(row) : bundle(row, file, ...WRAPPER));
  if (fault) return fault;
  await put(at("bin", name), launcher(name, flags));
  await rm(`${file}.cache`, { force: true });
  return undefined;
}

const chosen = (row) => !wanted.length || wanted.includes(row.name);
const faults = (
  await Promise.all([
    ...PROGRAMS.filter(chosen).map(program),
    ...PARTS.filter(chosen).map((row) => bundle(row, at("libexec", `${row.name}.cjs`), "")),
  ])
).filter(Boolean);
for (const { name, aliases } of PROGRAMS.filter(chosen)) for (const alias of aliases) await link(name, alias);
if (!wanted.length) {
  for (const script of SCRIPTS.filter((name) => existsSync(at("host", name)))) {
    const file = at("share/openvswitch/scripts", script);
    await copyFile(at("host", script), file);
    await chmod(file, 0o755);
    await link(`../share/openvswitch/scripts/${script}`, script);
  }
  const known = new Set([...PROGRAMS.flatMap((p) => [p.name, ...p.aliases]), ...SCRIPTS]);
  for (const file of await readdir(at("bin"))) if (!known.has(file)) await rm(at("bin", file));
}
const launched = PROGRAMS.filter((row) => (row.quick || row.cached) && chosen(row));
const slow = launched.length > 0 ? fillCaches(root, launched) : undefined;
if (slow) console.error(`build: ${slow}`);
// (made of what the programs say of themselves, so they come last)
if (!wanted.length && !faults.length) await writeCompletions(root);
for (const fault of faults) console.error(`build: ${fault}`);
process.exitCode = faults.length ? 1 : 0;
