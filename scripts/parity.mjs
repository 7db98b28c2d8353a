// Writes docs/parity.md, or with --check compares it: what the original has, and what of it is there. Commands are asked of
// the programs themselves (daemons must be up: OVS_RUNDIR); features and what is only partly done are stated in
// packages/testkit/parity/stated.json.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROGRAMS } from "../programs.mjs";
import { root } from "./setup.mjs";

const json = (name) => JSON.parse(readFileSync(path.join(root, "packages/testkit/parity", name), "utf8"));
const original = json("original.json");
const stated = json("stated.json");
const bin = (name) => path.join(root, "bin", name);
const output = (...argv) => {
  const { stdout, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: "utf8", input: "", timeout: 5000 });
  return `${stdout}${stderr}`;
};

/** Whether a tool knows a command: it does not call it unknown. */
const knows = (tool, unknown) => (command) => !unknown.test(output(bin(tool), command));
const listed = (text, pattern) => {
  const names = new Set([...text.matchAll(pattern)].map(([, name]) => name));
  return (command) => names.has(command);
};
const remote = (daemon) => listed(output(bin("ovs-appctl"), "-t", daemon, "list-commands"), /^ {2}(\S+)/gm);
const THERE = {
  "ovs-vsctl": listed(output(bin("ovs-vsctl"), "--commands"), /,([\w-]+),/g),
  "ovs-ofctl": knows("ovs-ofctl", /unknown command|not written yet/),
  "ovsdb-client": knows("ovsdb-client", /unknown command|not written yet/),
  "ovsdb-tool": knows("ovsdb-tool", /unknown command|not written yet/),
  "ovs-dpctl": knows("ovs-dpctl", /unknown command|not written yet/),
  // its commands would work on the host's own PKI, so its long help is asked
  "ovs-pki": (command) => !/unknown/.test(output(bin("pki"), "help", command)),
  "ovs-ctl": (command) => !stated.commands["ovs-ctl"]?.[command]?.startsWith("**not**"),
  "ovs-appctl -t ovs-vswitchd": remote("ovs-vswitchd"),
  "ovs-appctl -t ovsdb-server": remote("ovsdb-server"),
};

const lines = [
  "# Parity with Open vSwitch 3.1",
  "",
  "Made by `node scripts/parity.mjs` from what the original offers and what our programs answer; a scenario holds it true. A row is done, partial or **not**.",
  "",
  "## Programs",
  "| What | Status | Note |",
  "|---|---|---|",
];
for (const { name } of PROGRAMS) {
  const unwritten = /not written yet/.test(output(bin(name), "--help"));
  const [status, note] = stated.programs[name] ?? [unwritten ? "**not**" : "done", ""];
  lines.push(`| \`${name}\` | ${unwritten ? "**not**" : status} | ${note} |`);
}
lines.push("", "## Features", "| What | Status | Note |", "|---|---|---|");
for (const [what, status, note] of stated.features) lines.push(`| ${what} | ${status} | ${note} |`);
for (const [program, commands] of Object.entries(original)) {
  lines.push("", `## Commands of ${program}`, "| Command | Status | Note |", "|---|---|---|");
  for (const command of commands) {
    const note = stated.commands[program]?.[command] ?? "";
    const there = THERE[program](command) && !note.startsWith("**not**");
    lines.push(
      `| \`${command}\` | ${there ? (note ? "partial" : "done") : "**not**"} | ${there ? note : note.replace(/^\*\*not\*\*:? ?/, "")} |`,
    );
  }
}
const text = `${lines.join("\n")}\n`;
const file = path.join(root, "docs/parity.md");
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("docs/parity.md is not what the programs answer: run `node scripts/parity.mjs` with the daemons up");
  process.exitCode = 1;
}
