// A quick program in pieces: what its entry point imports at once is one hot file, libexec/NAME.cjs; what it imports
// later (`await import("./…")`) is files of their own, libexec/NAME.part-*.cjs, read when they are asked for by the
// launcher's `load`, which finds the code cache of each.
// esbuild splits ES modules only, so each piece is made CommonJS afterwards and the hot ones are put into one table.

import { build, transform } from "esbuild";
import { straightImports } from "./barrels.mjs";

const COMMON = {
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  legalComments: "none",
  logLevel: "silent",
};

/**
 * What a hot file starts with: its pieces register themselves, and find each other and the parts by name. What a piece
 * exports becomes plain properties once it has run: esbuild's are getters on getters, which cost a command that works
 * on a hundred thousand flows a fifth of its time. No source exports a variable that changes.
 */
const LINKER = `const $p={},$m={};
function $r(n){if(n.slice(0,2)!=="./")return require(n);
let m=$m[n];if(m)return m.exports;m=$m[n]={exports:{}};
($p[n]||load(__filename.slice(0,-4)+".part-"+n.slice(2)))(m.exports,$r,m,__filename,__dirname,load);
return m.exports=m.exports.__esModule?Object.defineProperty({...m.exports},"__esModule",{value:!0}):m.exports}
`;

const piece = (code) => `function(exports,require,module){${code}\n}`;

/**
 * Builds `entry` in pieces. @returns the hot file's text and the parts by file name; throws what esbuild throws
 * @param early sources that are hot though they are imported later
 * @param options further options of esbuild
 */
export async function splitBundle(name, entry, early, options) {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...options,
    plugins: [straightImports()],
    entryPoints: { main: entry },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outdir: "/out",
    write: false,
    metafile: true,
    chunkNames: "[hash]",
    entryNames: "[name]",
    outExtension: { ".js": ".cjs" },
  });
  const base = (path) => `./${path.split("/").pop()}`;
  const codes = new Map();
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      ...COMMON,
      format: "cjs",
      platform: "node",
      supported: { "dynamic-import": false },
    });
    codes.set(base(path), code);
  }
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, { imports }]) => [
      base(path),
      imports.filter(({ kind, external }) => kind === "import-statement" && !external).map(({ path }) => base(path)),
    ]),
  );
  const hot = new Set();
  const visit = (chunk) => {
    if (hot.has(chunk)) return;
    for (const other of imports.get(chunk) ?? []) visit(other);
    hot.add(chunk);
  };
  visit("./main.cjs");
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
    if (early.includes(entryPoint)) visit(base(path));
  const table = [...hot].map((chunk) => `$p[${JSON.stringify(chunk)}]=${piece(codes.get(chunk))};`);
  const parts = [...codes].filter(([chunk]) => !hot.has(chunk));
  return {
    hot: `${LINKER}${table.join("\n")}\n$r("./main.cjs");`,
    parts: new Map(parts.map(([chunk, code]) => [`${name}.part-${chunk.slice(2)}`, code])),
  };
}
