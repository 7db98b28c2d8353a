import { errors } from "./errors.ts";

/** One option of a tool: how it is written, and whether a value goes with it. */
export interface OptionRow {
  /** The long name, without its dashes. */
  readonly name?: string;
  /** The one-letter name. */
  readonly short?: string;
  /** Whether a value must or may follow; none when absent. An optional one is written `--x=V` or `-xV` only. */
  readonly value?: "required" | "optional";
  /**
   * Options of the same group and value rule are one to getopt_long: an abbreviation that fits several of them stands
   * for the first. Those without a group are each their own.
   */
  readonly group?: string;
  /** Of a later version than the one whose abbreviations count: it is known by its whole name only. */
  readonly later?: true;
}

/** An option met on a command line; `key` is its long name, or its letter when it has none. */
export interface FoundOption<R extends OptionRow = OptionRow> {
  readonly row: R;
  readonly key: string;
  readonly value: string | undefined;
}

/**
 * Where options may stand: "stop" ends at the first argument that is none (ovs-vsctl, ovs-appctl), "permute" finds
 * them anywhere before `--` (ovs-ofctl, ovs-dpctl).
 */
export type OptionOrder = "stop" | "permute";

/**
 * Walks the options of a command line as getopt_long(3) of the GNU C library does: unique abbreviations of long
 * names, letters that share a dash, values behind `=` or in the next argument.
 *
 * It yields each option when it is met, so that what an earlier option does (`--version` ends the program) comes
 * before a later one's error; it returns the arguments that are no options.
 * @throws SwitchError "cli/…" with getopt's words
 */
export function* getopt<R extends OptionRow>(
  args: readonly string[],
  rows: readonly R[],
  order: OptionOrder,
): Generator<FoundOption<R>, string[], void> {
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") return [...rest, ...args.slice(at + 1)];
    if (arg.startsWith("--")) {
      const { row, key, value } = longOption(arg, rows);
      if (row.value !== "required" || value !== undefined) yield { row, key, value };
      else if (at + 1 < args.length) yield { row, key, value: args[++at] };
      else throw errors.make("cli/needs-value", { option: `--${key}` });
    } else if (arg.startsWith("-") && arg !== "-") {
      if (yield* shortOptions(arg, args[at + 1], rows)) at++;
    } else if (order === "stop") {
      return args.slice(at);
    } else {
      rest.push(arg);
    }
  }
  return rest;
}

function longOption<R extends OptionRow>(arg: string, rows: readonly R[]): FoundOption<R> {
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
  const value = equals < 0 ? undefined : arg.slice(equals + 1);
  const row = rows.find((r) => r.name === name) ?? abbreviated(arg, name, rows);
  const key = row.name as string;
  if (!row.value && value !== undefined) throw errors.make("cli/takes-no-value", { option: `--${key}` });
  return { row, key, value };
}

function abbreviated<R extends OptionRow>(arg: string, name: string, rows: readonly R[]): R {
  const [first, ...others] = rows.filter((r) => !r.later && r.name?.startsWith(name));
  if (!first) throw errors.make("cli/unrecognized", { option: arg });
  const same = (r: R) => first.group !== undefined && r.group === first.group && r.value === first.value;
  if (others.every(same)) return first;
  throw errors.make("cli/ambiguous", { option: arg, names: [first, ...others].map((r) => r.name as string) });
}

/** @returns whether the last letter took the next argument as its value */
function* shortOptions<R extends OptionRow>(
  arg: string,
  next: string | undefined,
  rows: readonly R[],
): Generator<FoundOption<R>, boolean, void> {
  for (let i = 1; i < arg.length; i++) {
    const letter = arg[i] as string;
    const row = rows.find((r) => r.short === letter);
    if (!row) throw errors.make("cli/invalid-letter", { letter });
    const key = row.name ?? letter;
    const attached = arg.slice(i + 1);
    if (!row.value) {
      yield { row, key, value: undefined };
      continue;
    }
    if (attached || row.value === "optional") {
      yield { row, key, value: attached || undefined };
      return false;
    }
    if (next === undefined) throw errors.make("cli/letter-needs-value", { letter });
    yield { row, key, value: next };
    return true;
  }
  return false;
}
