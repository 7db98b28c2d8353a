import type { Options } from "./options.ts";

/** A command at work: its arguments and what the options say. */
export interface Call {
  readonly options: Options;
  readonly args: readonly string[];
}

/** Does the work of a command; a number is the exit status, 0 when there is none. */
export type Run = (call: Call) => Promise<number | undefined> | Promise<void> | void;

/** One command: how many arguments it takes, whether it changes the switch, and where its code is. */
export interface Verb {
  readonly args: string;
  readonly arity: readonly [least: number, most: number];
  readonly writes?: boolean;
  /** It says and hears of flows alone: the frugal codec does (codec.ts). */
  readonly frugal?: boolean;
  /** The original has no such command: its --help and list-commands, which scripts know by heart, are silent of it. */
  readonly own?: boolean;
  readonly load: () => Promise<Run>;
}
