import { LAYERS, MAINS, PACKAGES } from "./layers.mjs";

const folder = (names) => `^packages/core/src/(${names.join("|")})/`;
const pkg = (names) => `^packages/(${names.join("|")})/`;

export default {
  forbidden: [
    ...LAYERS.flatMap((row, i) =>
      row.map((name) => ({
        name: `${name}-looks-down-only`,
        severity: "error",
        comment: "A layer knows the layers below it. Hand the value in by argument instead.",
        from: { path: folder([name]) },
        to: { path: folder([...row.filter((other) => other !== name), ...LAYERS.slice(i + 1).flat()]) },
      })),
    ),
    ...PACKAGES.flatMap((row, i) =>
      row
        .filter((name) => [...row.filter((other) => other !== name), ...PACKAGES.slice(i + 1).flat()].length > 0)
        .map((name) => ({
          name: `package-${name}-looks-down-only`,
          severity: "error",
          comment: "A package knows the packages of the rows above it in layers.mjs.",
          from: { path: pkg([name]) },
          to: { path: pkg([...row.filter((other) => other !== name), ...PACKAGES.slice(i + 1).flat()]) },
        })),
    ),
    {
      name: "through-the-front-door",
      severity: "error",
      comment: "Import a folder by its index (#name), or its text forms by theirs (#name/text), not a file inside it.",
      from: { path: "^packages/core/src/([^/]+)/" },
      to: {
        path: "^packages/core/src/([^/]+)/",
        pathNot: "^packages/core/src/($1/|[^/]+/(text/)?index\\.ts$|[^/]+/providers/[^/]+/index\\.ts$)",
      },
    },
    {
      name: "only-mains-pick-providers",
      severity: "error",
      comment: "Take the contract from the folder's index; let main choose the provider.",
      from: { pathNot: `^(${MAINS.join("|")})/|/providers/|\\.test\\.ts$` },
      to: { path: "/providers/" },
    },
    {
      name: "bytecode-knows-no-switch",
      severity: "error",
      comment: "packages/ebpf stands on sys alone.",
      from: { path: "^packages/ebpf/" },
      to: { path: "^packages/(?!ebpf/|sys/)" },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that does not resolve is an import that the other rules cannot see.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|bin|libexec)/" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ["source", "import", "require", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
