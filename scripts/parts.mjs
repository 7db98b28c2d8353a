// The parts of a long run: some at a time, the longest first, each told with the seconds it took, the slowest at the end.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Milliseconds as they are told. */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** How many scenarios run at a time: each waits for a third of its time, so three keep two processors busy. */
export const SCENARIOS_AT_A_TIME = Math.min(6, Math.ceil(availableParallelism() * 1.5));

/** How long a scenario says that it takes, in seconds: its line `# seconds: N`. Those that take a few say nothing. */
export function expectedSeconds(file) {
  const [, text = "0"] = /^# seconds: (\d+)$/m.exec(readFileSync(file, "utf8")) ?? [];
  return Number(text);
}

/** Runs a command to its end. @returns its status, null when a signal ended it, and all that it printed */
export async function captured(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  return { status, text: Buffer.concat(chunks).toString() };
}

/**
 * Runs all parts, `width` of them at a time, those that take long first, so that the end does not wait for one of them.
 * `run` resolves to a part's verdict and what else it has to say, which are printed when it ends.
 * @param parts each with a `name` and, where it takes long, the `expected` seconds
 * @returns the verdicts, in the order of `parts`
 */
export async function runParts(parts, width, run) {
  const verdicts = new Map();
  const times = [];
  const began = performance.now();
  const queue = parts.toSorted((a, b) => (b.expected ?? 0) - (a.expected ?? 0));
  const worker = async () => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const start = performance.now();
      const { verdict, note = "", text = "" } = await run(part);
      const time = performance.now() - start;
      times.push({ name: part.name, time });
      verdicts.set(part, verdict);
      if (text) console.log(text.trimEnd());
      console.log(`${verdict.padEnd(7)} ${part.name} (${note}${seconds(time)})`);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (times.length > 1) {
    const slowest = times.toSorted((a, b) => b.time - a.time).slice(0, 10);
    console.log(`${seconds(performance.now() - began)}; the slowest:`);
    for (const { name, time } of slowest) console.log(`${seconds(time).padStart(9)} ${name}`);
  }
  return parts.map((part) => verdicts.get(part));
}
