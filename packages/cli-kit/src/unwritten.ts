import { versionText } from "./options.ts";

/** Stands for a program that is still to come: it answers --version, and says so to all else. */
export function unwritten(program: string): never {
  if (process.argv[2] === "--version" || process.argv[2] === "-V") {
    process.stdout.write(versionText(program));
    process.exit(0);
  }
  process.stderr.write(`${program}: not written yet\n`);
  process.exit(1);
}
