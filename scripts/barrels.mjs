// An esbuild plugin: imports of a name from an index.ts go straight to the file that states it. Without it esbuild's
// splitting takes a file that imports one name of a folder's face for one that needs all that the face exports.

import { readFile } from "node:fs/promises";
import path from "node:path";

const IMPORT = /^import (type )?\{([^}]*)\} from "([^"]+)";/gm;
const EXPORT_ALL = /^export \* from "([^"]+)";/gm;
const EXPORT_SOME = /^export (type )?\{([^}]*)\} from "([^"]+)";/gm;
const EXPORT_OWN = /^export (?:default )?(?:async )?(?:const|let|function\*?|class|enum) (\w+)/gm;

/** "a, type B, c as d" as pairs of the name there and the name here, without types. */
const names = (list) =>
  list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word && !word.startsWith("type "))
    .map((word) => word.split(" as "))
    .map(([there, here = there]) => ({ there, here }));

export const straightImports = () => ({
  name: "straight-imports",
  setup(build) {
    const faces = new Map();
    const resolve = async (specifier, importer) => {
      const { path: file } = await build.resolve(specifier, {
        kind: "import-statement",
        importer,
        resolveDir: path.dirname(importer),
      });
      return file;
    };
    /** What a file exports: its own names, those of other files by name, and files whose names are all its own. */
    const readFace = async (file) => {
      const text = await readFile(file, "utf8");
      const own = new Set([...text.matchAll(EXPORT_OWN)].map(([, name]) => name));
      const some = [];
      for (const [, isType, list, specifier] of text.matchAll(EXPORT_SOME))
        if (!isType) for (const pair of names(list)) some.push({ ...pair, file: await resolve(specifier, file) });
      const all = [];
      for (const [, specifier] of text.matchAll(EXPORT_ALL)) all.push(await resolve(specifier, file));
      return { own, some, all };
    };
    const face = (file) => {
      if (!faces.has(file)) faces.set(file, readFace(file));
      return faces.get(file);
    };
    /** Where `name` of `file` is stated, and what it is called there. */
    const home = async (file, name) => {
      if (!file.endsWith(".ts")) return undefined;
      const { own, some, all } = await face(file);
      if (own.has(name)) return { file, name };
      const found = some.find(({ here }) => here === name);
      if (found) return (await home(found.file, found.there)) ?? { file: found.file, name: found.there };
      for (const other of all) {
        const at = await home(other, name);
        if (at) return at;
      }
      return undefined;
    };
    const straighten = async (importer, [whole, isType, list, specifier]) => {
      if (isType) return "";
      if (specifier.startsWith("node:")) return whole;
      const target = await resolve(specifier, importer);
      const lines = await Promise.all(
        names(list).map(async ({ there, here }) => {
          const at = await home(target, there);
          return at
            ? `import { ${at.name} as ${here} } from ${JSON.stringify(at.file)};`
            : `import { ${there} as ${here} } from ${JSON.stringify(specifier)};`;
        }),
      );
      return lines.join("");
    };
    build.onLoad({ filter: /\/packages\/.*\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      const found = [...text.matchAll(IMPORT)];
      const straight = await Promise.all(found.map((match) => straighten(file, match)));
      let at = 0;
      return { contents: text.replace(IMPORT, () => straight[at++]), loader: "ts" };
    });
  },
});
