/** ovs-pcap: prints the packets of a pcap file as hexadecimal digits, one a line. */
import { readFileSync } from "node:fs";
import { versionText } from "@vswitch/cli-kit";
import { errorText, toHex } from "@vswitch/core/lib";
import { pcapPackets } from "./pcap-file.ts";
import { die, parseFlags } from "./python-options.ts";

const usage = (program: string) => `${program}: print pcap file packet data as hex
usage: ${program} FILE
where FILE is a PCAP file.

The following options are also available:
  -h, --help                  display this help message
  -V, --version               display version information
`;

function main(): void {
  const { options, args, fault } = parseFlags(process.argv.slice(2), ["help", "version"], "hV");
  if (fault !== undefined) die(fault);
  for (const option of options) {
    if (option === "help") {
      process.stdout.write(usage(process.argv[1] ?? ""));
      process.exit(0);
    }
    process.stdout.write(versionText("ovs-pcap")); // and goes on, as the original does
  }
  const [file] = args;
  if (file === undefined || args.length !== 1) die("exactly 1 non-option argument required (use --help for help)");
  let octets: Uint8Array;
  try {
    octets = readFileSync(file);
  } catch (error) {
    die(`${file}: ${errorText(error)}`);
  }
  let text = "";
  try {
    for (const packet of pcapPackets(octets)) text += `${toHex(packet)}\n`;
  } catch (error) {
    process.stdout.write(text, () => die(errorText(error)));
    return;
  }
  process.stdout.write(text);
}

main();
