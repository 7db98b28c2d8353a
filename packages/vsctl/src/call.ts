// What a verb is, and what it gets to work with.
import type { Table, VerbRow } from "@vswitch/cli-kit";
import type { Uuid } from "@vswitch/core/ovsdb";
import type { Draft } from "./draft.ts";
import type { Network } from "./network.ts";
import type { Symbols } from "./symbols.ts";

/** One command of a run, split but not yet looked into. */
export interface Command {
  readonly verb: Verb;
  readonly args: readonly string[];
  /** Options by name without dashes, with their value where they take one. */
  readonly flags: ReadonlyMap<string, string | undefined>;
  /** The command as typed, joined by spaces, for messages. */
  readonly line: string;
}

/** One command at work. */
export interface Call extends Command {
  readonly draft: Draft;
  readonly net: Network;
  readonly symbols: Symbols;
  /** Whether no command follows in this run. */
  readonly last: boolean;
  /** Says something on the console once, however often commands are run again. */
  warn(module: string, text: string): void;
  /** Adds to what the command prints. */
  print(text: string): void;
  /** Prints a table instead of text. */
  show(table: Table): void;
  /** Prints the UUID that the server gives to a row of this transaction. */
  printUuid(row: Uuid): void;
  /** After the switch has reconfigured itself, looks whether this interface came up. */
  watch(iface: Uuid): void;
}

/**
 * One command: a row of data and its meaning. `run` is pure but for the draft: it is called again, on a fresh draft,
 * whenever it asked for rows that were not read yet.
 */
export interface Verb extends VerbRow {
  /** Checks names of tables and columns before there is any connection, and asks for rows in advance. */
  readonly before?: (call: Call) => void;
  readonly run: (call: Call) => void;
}

/** The row itself, checked against its type. */
export const verb = (row: Verb): Verb => row;

/** Thrown to wait for the database to change, and to try all commands again then. */
export class TryAgain extends Error {}

/** Thrown to end the program at once, without output and without a transaction. */
export class Quit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}
