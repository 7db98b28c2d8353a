/**
 * One command of a tool as data: the parser, the texts of `--help` and `--commands`, and the oclif classes of the
 * alias names are all made from rows of this type.
 */
export interface VerbRow {
  readonly name: string;
  /** Arguments for people: "BRIDGE [PARENT VLAN]". */
  readonly args: string;
  /** Fewest and most arguments. */
  readonly arity: readonly [least: number, most: number];
  /** Options by name without dashes; a value of "NAME" means that it takes one. */
  readonly flags?: Readonly<Record<string, FlagRow>>;
  /** One line, in our words. */
  readonly summary: string;
  /** Name of the section it belongs to in long help. */
  readonly topic?: string;
  /** What shell completion knows of its arguments, in the words of `--commands`: "!BRIDGE ?KEY". */
  readonly syntax?: string;
}

/** One option of a command, for the parser and for `--help`; without `value` it is a mere switch. */
export interface FlagRow {
  readonly summary: string;
  /** Name of its value when it takes one. */
  readonly value?: string;
}
