// Completion files for bash, zsh and fish in share/, made from the programs' tables of commands: what a command is called,
// what its arguments are, which options it has. Options of a run as a whole are those that the program lists itself.
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

/** The tables, as one module. */
const TABLES = `
export { VERBS as vsctl } from "./packages/vsctl/src/verbs/index.ts";
export { TABLES as tables } from "./packages/vsctl/src/schema.ts";
export { VERBS as ofctl } from "./packages/ofctl/src/verbs.ts";
export { COMMANDS as dpctl } from "./packages/dpctl/src/commands.ts";
export { VERBS as pki } from "./packages/pki/src/verbs.ts";
export { CLIENT_COMMANDS as client } from "./packages/ovsdb/src/client-commands.ts";
export { OWN_OPTIONS as clientOptions } from "./packages/ovsdb/src/client-request.ts";
export { LOG_OPTIONS, SSL_OPTIONS } from "./packages/cli-kit/src/options.ts";`;

async function loadTables(root) {
  const { outputFiles } = await build({
    stdin: { contents: TABLES, resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    conditions: ["source"],
    external: ["koffi", "pcap"],
    define: { "import.meta.url": "undefined" },
    logLevel: "silent",
    write: false,
  });
  const module = { exports: {} };
  const require = process.getBuiltinModule("node:module").createRequire(path.join(root, "package.json"));
  new Function("module", "exports", "require", outputFiles[0].text)(module, module.exports, require);
  return module.exports;
}

/** What an argument's word in a table stands for: how its candidates are found. */
const KINDS = [
  [/^(bridge|switch|parent|dp|datapath|target)$/i, "bridge"],
  [/^port$/i, "port"],
  [/^(iface|interface)$/i, "iface"],
  [/^(table|tbl)$/i, "table"],
  [/^(file|pcap|db|schema|dst|source\d|priv-key|cert|ca-cert|snapshot|contents)$/i, "file"],
];

/** "[BRIDGE] PORT..." as kinds, "+" behind the last where it repeats. */
function kindsOf(args) {
  const words = args
    .replace(/[[\]]/g, " ")
    .split(/\s+/)
    .filter((word) => /\w/.test(word) && !word.startsWith("-"));
  return words.map((word) => {
    const [, kind = "none"] = KINDS.find(([pattern]) => pattern.test(word.replace("...", ""))) ?? [];
    return `${kind}${word.endsWith("...") ? "+" : ""}`;
  });
}

const flag = ([name, { value }]) => `--${name}${value ? "=" : ""}`;

/** The options a program lists: `{ name: "--db=", value: true }`; letters as well. */
function optionsOf(root, program) {
  const { stdout } = spawnSync(path.join(root, "bin", program), ["--option"], { encoding: "utf8" });
  return [...stdout.matchAll(/^(--?[\w-]+)(=ARG|=\[ARG\]| ARG| \[ARG\]| )?$/gm)].map(([, name, value]) => ({
    name: `${name}${value?.startsWith("=") ? "=" : ""}`,
    value: /^.ARG$/.test(value ?? ""),
  }));
}

/** ovsdb-tool's commands stand in its help: "  [-m]... show-log [DB]   what it does". */
function toolCommands(root) {
  const { stdout } = spawnSync(path.join(root, "bin/ovsdb-tool"), ["--help"], { encoding: "utf8" });
  const [, list = ""] = /\[ARG\.\.\.\]\n(.*?)\nThe default/s.exec(stdout) ?? [];
  return [...list.matchAll(/^ {2}(?:\[[^\]]*\](?:\.\.\.)? )?([a-z][\w-]+)((?: \[*[A-Z][A-Z.[\] ]*)?) *(.*)$/gm)].map(
    ([, name, args, summary]) => ({ name, summary, flags: [], kinds: kindsOf(args) }),
  );
}

/** As optionsOf, from rows. */
const optionRows = (rows) =>
  rows.flatMap(({ name, short, value }) => [
    ...(name ? [{ name: `--${name}${value ? "=" : ""}`, value: value === "required" }] : []),
    ...(short ? [{ name: `-${short}`, value: value === "required" }] : []),
  ]);

const named = ({ name, args = "", usage = args, summary = "", flags = {} }) => ({
  name,
  summary,
  flags: Object.entries(flags).map(flag),
  kinds: kindsOf(usage),
});

async function subjects(root) {
  const { vsctl, tables, ofctl, dpctl, pki, client, clientOptions, LOG_OPTIONS, SSL_OPTIONS } = await loadTables(root);
  const ofctlRows = Object.entries(ofctl).map(([name, { args }]) => named({ name, args }));
  const all = [
    { program: "ovs-vsctl", aliases: ["vsctl"], commands: vsctl.map(named), chained: true },
    { program: "ovs-ofctl", aliases: ["ofctl"], commands: ofctlRows },
    { program: "ovs-dpctl", aliases: ["dpctl"], commands: dpctl.map(named) },
    { program: "ovs-appctl", aliases: ["appctl"], commands: [], asks: "list-commands" },
    { program: "ovs-pki", aliases: ["pki"], commands: pki.map(named), options: [] },
    {
      program: "ovsdb-client",
      aliases: [],
      commands: client.map((row) => named({ name: row.name, usage: "" })),
      options: optionRows([...clientOptions, ...LOG_OPTIONS, ...SSL_OPTIONS]),
    },
    { program: "ovsdb-tool", aliases: [], commands: toolCommands(root) },
  ];
  return all.map((subject) => ({ options: optionsOf(root, subject.program), tables, asks: "", ...subject }));
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Candidates by kind, in words that bash and zsh share. */
const FINDERS = (tables) => `
  case $kind in
    bridge) ovs-vsctl --timeout=2 list-br 2>/dev/null ;;
    port) for br in $(ovs-vsctl --timeout=2 list-br 2>/dev/null); do ovs-vsctl --timeout=2 list-ports "$br" 2>/dev/null; done ;;
    iface) for br in $(ovs-vsctl --timeout=2 list-br 2>/dev/null); do ovs-vsctl --timeout=2 list-ifaces "$br" 2>/dev/null; done ;;
    table) printf '%s\\n' ${tables.join(" ")} ;;
  esac`;

/** The walk over the words before the cursor: sets cmd and n, the number of arguments behind it. */
const WALK = ({ chained, options }) => `
  for word in "\${before[@]}"; do
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in
      ${chained ? "--) cmd= n=0 ;;" : "--) ;;"}
      ${
        options
          .filter(({ value }) => value)
          .map(({ name }) => name.replace(/=$/, ""))
          .join("|") || "--none--"
      }) skip=1 ;;
      =) skip=1 ;;
      -*) ;;
      *) if [ -z "$cmd" ]; then cmd=$word; else n=$((n + 1)); fi ;;
    esac
  done`;

const CASES = ({ commands }, row) =>
  commands.map(({ name, ...rest }) => `      ${quote(name)}) ${row(rest)} ;;`).join("\n");

/** A shell function NAME_candidates that prints what could stand at the cursor; bash and zsh run the same text. */
function candidates(subject) {
  const { program, commands, options, tables, asks } = subject;
  const name = `_${program.replaceAll("-", "_")}`;
  const names = commands.map((row) => row.name).join(" ");
  return `
# Prints the candidates for the word $1; the words before it follow.
${name}_candidates() {
  local cur=$1 cmd= n=0 skip= word kind= br kinds= flags= daemon=
  shift
  local before=("$@")${WALK(subject)}
  if [ -n "$cmd" ]; then
    case $cmd in
${CASES(subject, ({ kinds, flags }) => `kinds=${quote(kinds.join(" "))} flags=${quote(flags.join(" "))}`)}
    esac
  fi
  case $cur in
    -*)
      [ -n "$cmd" ] || flags=${quote([...new Set(commands.flatMap((row) => row.flags))].join(" "))}
      printf '%s\\n' ${options.map((row) => row.name).join(" ")} $(echo "$flags")
      return ;;
  esac
  if [ -z "$cmd" ]; then
    ${
      asks
        ? `for word in "\${before[@]}"; do case $word in --target=*) daemon=\${word#--target=} ;; -*) ;; *) [ -n "$br" ] && daemon=$word ;; esac; br=; case $word in -t|--target) br=1 ;; esac; done
    ovs-appctl --timeout=2 \${daemon:+-t "$daemon"} ${asks} 2>/dev/null | sed -n 's/^  \\([^ ]*\\).*/\\1/p'`
        : `printf '%s\\n' ${names}`
    }
    return
  fi
  for word in $(echo "$kinds"); do
    kind=\${word%+}
    case $word in *+) break ;; esac
    [ "$n" -gt 0 ] || break
    n=$((n - 1)); kind=
  done${FINDERS(tables)}
}`;
}

function bash(subject) {
  const { program, aliases } = subject;
  const name = `_${program.replaceAll("-", "_")}`;
  return `# Completion of ${program} for bash: made by scripts/completions.mjs.${candidates(subject)}
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=($(compgen -W "$(${name}_candidates "$cur" "\${COMP_WORDS[@]:1:COMP_CWORD-1}")" -- "$cur"))
  case \${COMPREPLY-} in *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -o default -F ${name} ${[program, ...aliases].join(" ")}
`;
}

function zsh(subject) {
  const { program, aliases, commands } = subject;
  const name = `_${program.replaceAll("-", "_")}`;
  return `#compdef ${[program, ...aliases].join(" ")}
# Completion of ${program} for zsh: made by scripts/completions.mjs.
setopt local_options sh_word_split no_nomatch${candidates(subject)}
typeset -A ${name}_summaries=(
${commands
  .filter((row) => row.summary)
  .map((row) => `  ${quote(row.name)} ${quote(row.summary)}`)
  .join("\n")}
)
${name}() {
  setopt local_options sh_word_split no_nomatch
  local -a found shown
  local word
  found=($(${name}_candidates "$words[CURRENT]" "\${(@)words[2,CURRENT-1]}"))
  for word in $found; do shown+=("$word\${${name}_summaries[$word]:+ -- $${name}_summaries[$word]}"); done
  if (( $#found )); then compadd -d shown -a found; else _files; fi
}
${name} "$@"
`;
}

function fish(subject) {
  const { program, aliases, commands, options, tables, asks } = subject;
  const bridges = "(ovs-vsctl --timeout=2 list-br 2>/dev/null)";
  const finders = {
    bridge: bridges,
    port: "(for br in (ovs-vsctl --timeout=2 list-br 2>/dev/null); ovs-vsctl --timeout=2 list-ports $br 2>/dev/null; end)",
    iface:
      "(for br in (ovs-vsctl --timeout=2 list-br 2>/dev/null); ovs-vsctl --timeout=2 list-ifaces $br 2>/dev/null; end)",
    table: tables.join(" "),
  };
  const text = (word) => `'${word.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const words = commands.map((row) => row.name).join(" ");
  const lines = [];
  const say = (rest) => lines.push(`complete -c ${program} ${rest}`);
  const none = words ? `-n 'not __fish_seen_subcommand_from ${words}'` : "";
  for (const { name, value } of options) {
    const long = name.startsWith("--");
    say(`${long ? `-l ${name.slice(2).replace("=", "")}` : `-o ${name.slice(1)}`}${value ? " -x" : ""}`);
  }
  for (const { name, summary } of commands) say(`-f ${none} -a ${text(name)}${summary ? ` -d ${text(summary)}` : ""}`);
  if (asks) say(`-f -a "(ovs-appctl --timeout=2 ${asks} 2>/dev/null | sed -n 's/^  \\([^ ]*\\).*/\\1/p')"`);
  for (const { name, kinds, flags } of commands) {
    for (const one of flags) {
      say(
        `-n '__fish_seen_subcommand_from ${name}; or not __fish_seen_subcommand_from ${words}' -l ${one.slice(2).replace("=", "")}${one.endsWith("=") ? " -x" : ""}`,
      );
    }
    for (const kind of new Set(kinds.map((word) => word.replace("+", "")))) {
      if (finders[kind]) say(`-f -n '__fish_seen_subcommand_from ${name}' -a ${text(finders[kind])}`);
      if (kind === "file") say(`-F -n '__fish_seen_subcommand_from ${name}'`);
    }
  }
  for (const alias of aliases) lines.push(`complete -c ${alias} -w ${program}`);
  return `# Completion of ${program} for fish: made by scripts/completions.mjs.\n${[...new Set(lines)].join("\n")}\n`;
}

/** Writes all files below `root`/share. */
export async function writeCompletions(root) {
  const places = [
    ["bash-completion/completions", (program) => program, bash],
    ["zsh/site-functions", (program) => `_${program}`, zsh],
    ["fish/vendor_completions.d", (program) => `${program}.fish`, fish],
  ];
  const all = await subjects(root);
  for (const [folder, fileName, text] of places) {
    const at = path.join(root, "share", folder);
    await mkdir(at, { recursive: true });
    for (const subject of all) await writeFile(path.join(at, fileName(subject.program)), text(subject));
  }
}
