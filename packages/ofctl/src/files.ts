import { readFileSync } from "node:fs";
import { errorText, SwitchError } from "@vswitch/core/lib";
import { fatal } from "./errors.ts";

/** A whole file, or standard input for `-`. @param opening what the original says it failed at */
export function readFile(file: string, opening = "open failed", encoding: "utf8" | "latin1" = "utf8"): string {
  try {
    return readFileSync(file === "-" ? 0 : file, encoding);
  } catch (error) {
    throw fatal(`${file}: ${opening} (${errorText(error)})`);
  }
}

/** Reads each line that says something; a fault names the file and line. `#` starts a comment. */
export function flowLines<T>(text: string, file: string, read: (line: string) => T): T[] {
  const found: T[] = [];
  let number = 0;
  for (const raw of text.split("\n")) {
    number++;
    const hash = raw.indexOf("#");
    const line = hash < 0 ? raw : raw.slice(0, hash);
    if (!line.trim()) continue;
    try {
      found.push(read(line));
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      throw fatal(`${file}:${number}: ${error.message}`);
    }
  }
  return found;
}
