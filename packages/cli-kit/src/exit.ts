import { SwitchError } from "@vswitch/core/lib";
import { writeAll } from "./print.ts";

/** The name a tool goes by in its messages: the last part of how it was called. */
export function programName(argv1 = process.argv[1] ?? ""): string {
  return argv1.slice(argv1.lastIndexOf("/") + 1);
}

/** Prints one line about `error` and ends the process: bad input by its exit status, a bug of ours with its stack. */
export function fail(program: string, error: unknown): never {
  if (error instanceof SwitchError) {
    // as in C, a message ends where an octet is zero
    writeAll(2, `${program}: ${error.message.split("\0", 1)[0]}\n`);
    process.exit(error.exit);
  }
  writeAll(2, `${program}: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/**
 * The limit of a tool's run time in seconds: what `-t` said, else OVS_CTL_TIMEOUT; 0 is none.
 * A value that is no number counts as unset, as in Open vSwitch.
 */
export function runTimeLimit(option: number | undefined, env: NodeJS.ProcessEnv = process.env): number {
  if (option !== undefined) return option;
  const text = env["OVS_CTL_TIMEOUT"] ?? "";
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** Longest timer of Node, some 24 days, in seconds. */
const LONGEST_TIMER = 2_147_483;

/**
 * The seconds that `-t` or `-T` names: a whole number from 1 to 4294967295, spaces and a plus sign before it allowed;
 * undefined for any other text, as Open vSwitch refuses it.
 */
export function readTimeLimit(text: string): number | undefined {
  const seconds = /^\s*\+?\d+$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= 0xffff_ffff ? seconds : undefined;
}

/** Ends the process by SIGALRM after `seconds`, so that its status is the one alarm(2) gives (142 in a shell). */
export function alarm(seconds: number, before: () => void = () => {}): void {
  if (seconds <= 0) return;
  const fire = () => {
    before();
    process.kill(process.pid, "SIGALRM");
  };
  setTimeout(fire, Math.min(seconds, LONGEST_TIMER) * 1000).unref();
}
