/** ovs-tcpundump: turns the print of `tcpdump -xx` on standard input back into packets, hexadecimal, one a line. */
import { readFileSync } from "node:fs";
import { versionText } from "@vswitch/cli-kit";
import { packetsOfDump } from "./hexdump.ts";
import { die, parseFlags } from "./python-options.ts";

const usage = (program: string) => `${program}: print "tcpdump -xx" output as hex
usage: ${program} < FILE
where FILE is output from "tcpdump -xx".

The following options are also available:
  -h, --help                  display this help message
  -V, --version               display version information
`;

function main(): void {
  const { options, args, fault } = parseFlags(process.argv.slice(2), ["help", "version"], "hV");
  if (fault !== undefined) die(fault);
  const [first] = options;
  if (first !== undefined) {
    process.stdout.write(first === "help" ? usage(process.argv[1] ?? "") : versionText("ovs-tcpundump"));
    process.exit(0);
  }
  if (args.length) die("non-option argument not supported (use --help for help)");
  process.stdout.write(
    packetsOfDump(readFileSync(0, "latin1"))
      .map((packet) => `${packet}\n`)
      .join(""),
  );
}

main();
