/** What getopt of Python finds in a command line: these two tools print its words. */
export interface Parsed {
  readonly options: readonly string[];
  readonly args: readonly string[];
  /** What is wrong, without the program's name. */
  readonly fault?: string;
}

/** Reads options without values, long ones also abbreviated; arguments may stand among them. */
export function parseFlags(argv: readonly string[], long: readonly string[], short: string): Parsed {
  const options: string[] = [];
  const args: string[] = [];
  const fail = (fault: string): Parsed => ({ options, args, fault });
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] as string;
    if (arg === "--") {
      args.push(...argv.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", value] = arg.slice(2).split(/=(.*)/s);
      const fits = long.filter((one) => one.startsWith(name));
      const exact = fits.includes(name) ? name : fits.length === 1 ? fits[0] : undefined;
      if (!fits.length) return fail(`option --${name} not recognized`);
      if (exact === undefined) return fail(`option --${name} not a unique prefix`);
      if (value !== undefined) return fail(`option --${exact} must not have an argument`);
      options.push(exact);
    } else if (arg.startsWith("-") && arg !== "-") {
      for (const letter of arg.slice(1)) {
        if (!short.includes(letter)) return fail(`option -${letter} not recognized`);
        options.push(long.find((one) => one[0] === letter.toLowerCase()) ?? letter);
      }
    } else args.push(arg);
  }
  return { options, args };
}

/** Prints a line on standard error and ends with status 1. */
export function die(line: string): never {
  process.stderr.write(`${process.argv[1]}: ${line}\n`);
  process.exit(1);
}
