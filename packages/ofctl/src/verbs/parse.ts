/** Reads wire forms and texts from standard input and says what they are: the test commands of the original. */
import { formatMatch, matchAll, nextPair, WORD } from "@vswitch/core/flow";
import { fromHex, SwitchError } from "@vswitch/core/lib";
import { Reader, Writer } from "@vswitch/core/wire";
import { fatal } from "../errors.ts";
import { readFile } from "../files.ts";
import {
  type Action,
  errorName,
  formatActions,
  formatNxmText,
  newMatch,
  parseNxmText,
  readActions,
  readFlowActions,
  readMatch10,
  readMatch11,
  readOxms,
  type Version,
  writeActions,
  writeFlowActions,
  writeMatch10,
  writeMatch11,
  writeOxms,
} from "../openflow.ts";
import { plainDump } from "../plain-dump.ts";
import { print } from "../print.ts";
import type { Call } from "../verb.ts";

/** Lines of standard input that say something; `#` starts a comment. `echo` shows the lines that say nothing. */
function* lines(empty?: "echo"): Generator<string> {
  for (const raw of readFile("-").split("\n").slice(0, -1)) {
    const hash = raw.indexOf("#");
    const line = hash < 0 ? raw : raw.slice(0, hash);
    if (line.trim()) yield line;
    else if (empty) print(1, `${raw.trim()}\n`);
  }
}

/** Octets that lead a line as hexadecimal digits, with any white space. */
function octetsOf(line: string): Uint8Array {
  const octets = fromHex(line.replace(/\s+/g, ""));
  if (!octets) throw fatal("Trailing garbage in hex data");
  return octets;
}

function versionNamed(text: string): { readonly version: Version; readonly name: string } {
  const minor = /^OpenFlow1\.?([0-5])$/i.exec(text)?.[1];
  if (minor === undefined) throw fatal(`${text}: not a valid OpenFlow version`);
  return { version: (Number(minor) + 1) as Version, name: `OpenFlow1${minor}` };
}

/** What two runs of octets differ in, a line each. */
function differences(a: Uint8Array, b: Uint8Array, prefix = ""): string {
  let text = a.length === b.length ? "" : `${prefix}${a.length} vs. ${b.length} bytes\n`;
  const width = 2;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    const hex = (o: number | undefined) => (o ?? 0).toString(16).padStart(2, "0");
    text += `${prefix}${String(i).padStart(width)}: ${hex(a[i])} -> ${hex(b[i])}\n`;
  }
  return text;
}

function parseLists(
  call: Call,
  what: string,
  read: (r: Reader, version: Version) => readonly Action[],
  write: (w: Writer, actions: readonly Action[], version: Version) => void,
): void {
  const { version, name } = versionNamed(call.args[0] ?? "");
  for (const line of lines()) {
    const octets = octetsOf(line);
    try {
      if (what === "actions" && octets.length % 8) throw misfit(octets.length);
      const actions = read(new Reader(octets, 0), version);
      print(1, `actions=${formatActions(actions)}\n`);
      const w = new Writer(64);
      write(w, actions, version);
      print(1, `${differences(octets, w.finish())}\n`);
    } catch (error) {
      const fault = errorName(error);
      if (!fault) throw error;
      print(1, `bad ${name} ${what}: ${fault}\n\n`);
    }
  }
}

const misfit = (length: number) =>
  new SwitchError("openflow/OFPBRC_BAD_LEN", `actions of ${length} octets`, {}, "OFPBRC_BAD_LEN");

export const parseActionLines = (call: Call): void => parseLists(call, "actions", readActions, writeActions);
export const parseInstructionLines = (call: Call): void =>
  parseLists(call, "instructions", readFlowActions, (w, actions, version) =>
    writeFlowActions(w, actions, version, matchAll()),
  );

/** NXM or OXM text in, a match, and text again. */
function parseMatches(options: Call["options"], version: Version): void {
  const strictness = options.strict ? "strict" : "loose";
  for (const line of lines("echo")) {
    const octets = parseNxmText(line);
    try {
      const match = readOxms(new Reader(octets, 0), newMatch(), strictness);
      const w = new Writer(64);
      writeOxms(w, match, version);
      const entries = w.finish();
      print(1, `${formatNxmText(entries)}\n`);
      if (options.verbosity > 0) print(1, plainDump(padded(entries, version)));
    } catch (error) {
      const fault = errorName(error);
      if (!fault) throw error;
      print(1, `nx_pull_match() returned error ${fault}\n`);
    }
  }
}

/** Entries as they stand in a message: OXM behind its own header, both padded to 8 octets. */
function padded(entries: Uint8Array, version: Version): Uint8Array {
  const w = new Writer(64);
  if (version >= 3) {
    w.u16(1);
    w.u16(entries.length + 4);
  }
  w.bytes(entries);
  w.pad(8, 0);
  return w.finish();
}

export const parseNxm = ({ options }: Call): void => parseMatches(options, 1);
export const parseOxm = ({ options, args }: Call): void => parseMatches(options, versionNamed(args[0] ?? "").version);

function parseStandard(size: number, read: (r: Reader) => ReturnType<typeof readMatch10>, write: typeof writeMatch10) {
  return (): void => {
    for (const line of lines()) {
      const octets = octetsOf(line);
      if (octets.length !== size) throw fatal(`Input is ${octets.length} bytes, expected ${size}`);
      try {
        const match = read(new Reader(octets, 0));
        print(1, `${formatMatch(match)}\n`);
        const w = new Writer(64);
        write(w, match);
        print(1, `${differences(octets, w.finish())}\n`);
      } catch (error) {
        const fault = errorName(error);
        if (!fault) throw error;
        print(1, `bad ofp${size === 40 ? 10 : 11}_match: returned error ${fault}\n\n`);
      }
    }
  };
}

export const parseOfp10Match = parseStandard(40, readMatch10, writeMatch10);
export const parseOfp11Match = parseStandard(88, readMatch11, writeMatch11);

/** A VLAN match through every wire form and back. */
export function checkVlan({ args }: Call): void {
  const [tci = 0, mask = 0] = args.map((text) => Number.parseInt(text, 16) || 0);
  const match = matchAll();
  match.key[WORD.vlan0] = tci & mask & 0xffff;
  match.mask[WORD.vlan0] = mask & 0xffff;
  const hex4 = (n: number) => n.toString(16).padStart(4, "0");
  const hex2 = (n: number) => n.toString(16).padStart(2, "0");
  const shown = (m: typeof match) =>
    `${hex4((m.key[WORD.vlan0] as number) & 0xffff)}/${hex4((m.mask[WORD.vlan0] as number) & 0xffff)}`;
  /** VLAN and priority apart, as OXM has them; no priority is `--`. */
  const shownApart = (m: typeof match) => {
    const [key, bits] = [m.key[WORD.vlan0] as number, m.mask[WORD.vlan0] as number];
    const vid = `${hex4(key & 0x1fff)}/${hex4(bits & 0x1fff)}`;
    return `${vid},${bits & 0xe000 ? hex2((key >>> 13) & 7) : "--"}`;
  };
  print(1, `${formatMatch(match)} -> ${shown(match)}\n`);
  const nxm = new Writer(64);
  writeOxms(nxm, match, 1);
  const nxmOctets = nxm.finish();
  print(1, `NXM: ${formatNxmText(nxmOctets)} -> ${shown(readOxms(new Reader(nxmOctets, 0), newMatch(), "strict"))}\n`);
  const oxm = new Writer(64);
  writeOxms(oxm, match, 3);
  const oxmOctets = oxm.finish();
  print(1, `OXM: ${formatNxmText(oxmOctets)} -> ${shownApart(readOxms(new Reader(oxmOctets, 0)))}\n`);
  const of10 = new Writer(64);
  writeMatch10(of10, match);
  const o10 = of10.finish();
  const wild10 = new DataView(o10.buffer, o10.byteOffset).getUint32(0);
  const view10 = new DataView(o10.buffer, o10.byteOffset);
  print(
    1,
    `OF1.0: ${hex4(view10.getUint16(18))}/${wild10 & 2 ? 1 : 0},${hex2(view10.getUint8(20))}/${wild10 & 0x100000 ? 1 : 0} -> ${shown(readMatch10(new Reader(o10, 0)))}\n`,
  );
  const of11 = new Writer(88);
  writeMatch11(of11, match);
  const o11 = of11.finish();
  const view11 = new DataView(o11.buffer, o11.byteOffset);
  const wild11 = view11.getUint32(8);
  print(
    1,
    `OF1.1: ${hex4(view11.getUint16(36))}/${wild11 & 2 ? 1 : 0},${hex2(view11.getUint8(38))}/${wild11 & 4 ? 1 : 0} -> ${shown(readMatch11(new Reader(o11, 0)))}\n`,
  );
}

/** Shows how texts fall into keys and values. */
export function parseKeyValue({ args }: Call): void {
  for (const text of args) {
    const parts: string[] = [];
    for (let pair = nextPair(text); pair; pair = nextPair(text, pair.next))
      parts.push(pair.value ? `${pair.key}=${pair.value}` : pair.key);
    print(1, `${parts.join(", ")}\n`);
  }
}
