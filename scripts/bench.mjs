// `npm run bench [PART...]`: measures side by side with the reference and writes bench/RESULTS.md (all parts) or prints (some).
// Keep the machine still meanwhile. Root, for the parts that forward packets.
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { needAll, root } from "./setup.mjs";

needAll("lab", "test", "oracle");
delete process.env.NODE_EXTRA_CA_CERTS;
const PARTS = {
  "start-up": async () => (await import("../bench/start-up.mjs")).startUp(),
  datapath: async () => (await import("../bench/datapath.mjs")).datapath(),
  flows: async () => (await import("../bench/flows.mjs")).bulkFlows(),
  database: async () => (await import("../bench/database.mjs")).database(),
  transactions: async () => (await import("../bench/transactions.mjs")).transactions(),
};

const table = ({ title, head, rows, notes = [] }) =>
  [
    `## ${title}`,
    "",
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    ...notes,
  ].join("\n");

const wanted = process.argv.slice(2);
const chosen = Object.keys(PARTS).filter((name) => wanted.length === 0 || wanted.includes(name));
const tables = [];
for (const name of chosen) {
  const text = table(await PARTS[name]());
  console.log(text);
  tables.push(text);
}
if (wanted.length === 0) {
  const file = path.join(root, "bench/RESULTS.md");
  let remarks = "";
  try {
    // What was found out by profiling is written by hand, below this line, and stays.
    remarks = readFileSync(file, "utf8").split("\n# Remarks\n")[1] ?? "";
  } catch {
    // The first time.
  }
  const [cpu] = os.cpus();
  const head = `# Results\n\`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: Linux ${os.release()}, ${os.cpus().length} × ${cpu?.model.trim()}, Node ${process.versions.node}, reference Open vSwitch 3.1.0 of Debian 12.\nBoth sides in one run; trust the ratios. \`npm run bench PART\` repeats one of ${Object.keys(PARTS).join(", ")}.\n`;
  writeFileSync(file, `${head}\n${tables.join("\n")}\n# Remarks\n${remarks}`);
}
