// Quick starts: a launcher that runs a bundle with V8's code cache, and the run that fills the cache.

import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * The text of bin/NAME. A cache of another Node is refused by V8 itself, which then compiles as ever; the cache is
 * written when CODE_CACHE is in the environment, at the end of a run, with all functions that the run needed.
 */
export const launcher = (name) => `#!/usr/bin/env node
const fs = require("node:fs"), { Script } = require("node:vm");
const file = __dirname.slice(0, -3) + "libexec/${name}.cjs";
let cachedData;
try { cachedData = fs.readFileSync(file + ".cache"); } catch {}
const text = "(function(exports,require,module,__filename,__dirname){" + fs.readFileSync(file, "latin1") + "\\n})";
const script = new Script(text, { filename: file, cachedData });
if (process.env.CODE_CACHE) process.on("exit", () => fs.writeFileSync(file + ".cache", script.createCachedData()));
script.runInThisContext()(exports, require, module, file, __dirname);
`;

/** A database server that answers every transaction with empty results, for as long as `use` runs. */
async function withEmptyDatabase(use) {
  const socket = path.join(tmpdir(), `quick.${process.pid}.${Math.random().toString(36).slice(2)}`);
  const server = createServer((peer) => {
    peer.on("error", () => {});
    peer.on("data", (octets) => {
      const { id, params } = JSON.parse(octets.toString());
      peer.write(JSON.stringify({ id, error: null, result: params.slice(1).map(() => ({ rows: [] })) }));
    });
  });
  await new Promise((resolve) => server.listen(socket, resolve));
  try {
    await use(socket);
  } finally {
    server.close();
    await rm(socket, { force: true });
  }
}

/** Runs a program once so that its code cache is there. Without it the program works all the same, a little later. */
export async function fillCache(program, cache, args) {
  await rm(cache, { force: true });
  await withEmptyDatabase(
    (socket) =>
      new Promise((resolve) => {
        const env = { ...process.env, CODE_CACHE: "1", OVS_CTL_TIMEOUT: "10" };
        execFile(process.execPath, [program, `--db=unix:${socket}`, ...args], { env }, resolve);
      }),
  );
}
