import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { awaitPeer } from "./listen.ts";
import type { HelpStyle, HelpSubject, helpFor } from "./oclif.ts";

/** What libexec/NAME.cjs exports: a part of the program that few runs need. */
export function loadPart<T>(name: string): T {
  const file = `${dirname(dirname(realpathSync(process.argv[1] ?? "")))}/libexec/${name}.cjs`;
  // (asked for here, since to import it takes half a millisecond of each start)
  return process.getBuiltinModule("node:module").createRequire(file)(file) as T;
}

/** Waits for a peer that connects to us: listening is rare and drags in TLS servers. */
export const listenPart = () => loadPart<{ awaitPeer: typeof awaitPeer }>("listen");

/** Whether the tool was called by its short name, "vsctl", whose help is made for people. */
export function hasShortName(program: string): boolean {
  return program !== "" && !program.startsWith("ovs");
}

/**
 * Long help for a tool called by its short name: all of `vsctl help`, or one command of it.
 * @returns undefined when there is no such command
 */
export function longHelp(subject: HelpSubject, command: string | undefined): string | undefined {
  const { isTTY, columns } = process.stdout;
  const color = isTTY === true && !process.env["NO_COLOR"];
  const style: HelpStyle = { color, width: columns ?? 100 };
  return loadPart<{ helpFor: typeof helpFor }>("oclif").helpFor(subject, command, style);
}
