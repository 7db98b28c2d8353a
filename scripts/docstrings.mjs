// What rooms say to each other without a word of what it means: names exported through a face (an index.ts, or a file
// that package.json names in `exports`) whose declaration has no docstring right above it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A declaration that exports: its kind, and its name, or names where it takes a list or an object apart. */
const DECLARED =
  /^export (?:default )?(?:declare )?(?:(?:abstract |async )?(?:function\*?|class|const enum|const|let|interface|type|enum) (\w+)|(?:const|let) [[{]([^\]}]*)[\]}])/;
/** `export * from "./a.ts"`, `export * as a from …`, `export { a, type b as c } from …`. */
const FORWARDED = /^export (?:type )?(?:(\*)(?: as (\w+))?|\{([^}]*)\}) from "(\.[^"]+)"/gm;
const listed = (names) =>
  names
    .split(",")
    .map((name) => name.replace(/\/\/.*$/gm, "").trim())
    .filter(Boolean);

/** The faces of a package: what others may import of it. */
function faces(folder) {
  const source = path.join(folder, "src");
  if (!existsSync(source)) return [];
  const found = readdirSync(source, { recursive: true })
    .filter((file) => path.basename(file) === "index.ts")
    .map((file) => path.join(source, file));
  const { exports = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const named = JSON.stringify(exports).matchAll(/"(\.\/src\/[^"*]+\.ts)"/g);
  return [...new Set([...found, ...[...named].map(([, file]) => path.join(folder, file))])];
}

/** A docstring, or the last line of one, ends right above the declaration; a word to the lint may stand between. */
function documented(lines, at) {
  let above = at - 1;
  while (/^\/\/ biome-ignore/.test(lines[above] ?? "")) above--;
  if (!/\*\/\s*$/.test(lines[above] ?? "")) return false;
  while (above >= 0 && !lines[above].includes("/*")) above--;
  return /^\s*\/\*\*/.test(lines[above] ?? "");
}

/** What a file exports: names that it declares, each with whether it is documented, and what it forwards. */
function readModule(file) {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const declared = new Map();
  lines.forEach((line, at) => {
    // a list of names may stand on lines of its own
    const [, name, names] =
      DECLARED.exec(/^export (?:const|let) [[{]$/.test(line) ? lines.slice(at, at + 40).join("\n") : line) ?? [];
    const all = name ? [name] : listed(names ?? "").map((each) => each.split(":").at(-1).trim());
    // the first of several overloads speaks for all
    for (const each of all) declared.set(each, declared.get(each) === true || documented(lines, at));
  });
  const forwarded = [...text.matchAll(FORWARDED)].map(([, star, , names, from]) => ({
    file: path.join(path.dirname(file), from),
    names: star
      ? undefined
      : listed(names).map((name) =>
          name
            .replace(/^type /, "")
            .split(" as ")[0]
            .trim(),
        ),
  }));
  return { declared, forwarded };
}

/** Exported names without a docstring that faces under `root` show, as "FILE NAME", in order. */
export function undocumented(root) {
  const modules = new Map();
  const moduleAt = (file) => {
    if (!modules.has(file)) modules.set(file, readModule(file));
    return modules.get(file);
  };
  const faults = new Set();
  /** Looks at one name of a file (at all when undefined). @returns whether it is there */
  const look = (file, name, trail) => {
    if (trail.includes(file) || !existsSync(file)) return false;
    const { declared, forwarded } = moduleAt(file);
    for (const [each, isDocumented] of declared)
      if (!isDocumented && (name === undefined || name === each)) faults.add(`${path.relative(root, file)} ${each}`);
    if (name !== undefined && declared.has(name)) return true;
    for (const { file: next, names } of forwarded) {
      if (name === undefined) for (const each of names ?? [undefined]) look(next, each, [...trail, file]);
      else if ((!names || names.includes(name)) && look(next, name, [...trail, file])) return true;
    }
    return false;
  };
  const packages = path.join(root, "packages");
  for (const name of readdirSync(packages))
    for (const face of faces(path.join(packages, name))) look(face, undefined, []);
  return [...faults].sort();
}
