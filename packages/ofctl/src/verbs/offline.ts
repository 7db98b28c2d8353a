/** Commands that need no switch. */
import { hasShortName, programName } from "@vswitch/cli-kit";
import { fromHex } from "@vswitch/core/lib";
import { fatal } from "../errors.ts";
import { flowLines, readFile } from "../files.ts";
import {
  encodeError,
  encodeFrame,
  errorNumbers,
  type FlowModCommand,
  firstProtocol,
  formatProtocols,
  OF_ERRORS,
  type OfErrorName,
  ofError,
  P,
  type ParsedFlowMod,
  PROTOCOLS,
  type Protocols,
  parseFlowMod,
  parseGroupMod,
  printMessage,
  protocolsOf,
  protocolVersion,
  type Version,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { plainDump } from "../plain-dump.ts";
import { print } from "../print.ts";
import { allowedProtocols } from "../protocol.ts";
import { usage } from "../usage.ts";
import { nextXid } from "../vconn.ts";
import type { Call } from "../verb.ts";
import { VERBS } from "../verbs.ts";

export function help(): void {
  print(1, usage());
}

export function listCommands(): void {
  const width = 24;
  let text = "The available commands are:\n";
  for (const [name, { args, own }] of Object.entries(VERBS))
    if (!own || hasShortName(programName())) text += `${`  ${name.padEnd(width - 1)} ${args}`.trimEnd()}\n`;
  print(1, text);
}

/** Shows flow mods as they would be sent in the best format for all of them. */
function show(mods: readonly ParsedFlowMod[], options: Options): void {
  let usable: Protocols = PROTOCOLS.any;
  for (const mod of mods) usable &= mod.usable;
  print(1, `usable protocols: ${formatProtocols(usable)}\n`);
  const chosen = firstProtocol(usable & allowedProtocols(options) & protocolsOf(options.versions as Version[]));
  if (!chosen) throw fatal("no usable protocol");
  print(1, `chosen protocol: ${formatProtocols(chosen)}\n`);
  const version = protocolVersion(chosen);
  const format = {
    nxm: (chosen & PROTOCOLS.nxmAny) !== 0,
    // What OpenFlow 1.0's own match cannot say of a flow that it may say is lost.
    plain10: (chosen & PROTOCOLS.nxmAny) === 0,
    flowModTableId: (chosen & (P.of10Tid | P.nxmTid)) !== 0,
  };
  for (const { mod } of mods) {
    const message = version > 1 && mod.table === 255 && mod.command === "add" ? { ...mod, table: 0 } : mod;
    const octets = encodeFrame({ version, xid: nextXid(), message }, format);
    print(1, printMessage(octets, { verbosity: options.verbosity }));
  }
}

export function parseFlow({ options, args }: Call): void {
  allowedProtocols(options);
  show([parseFlowMod(args[0] ?? "", "add")], options);
}

export function parseFlows({ options, args }: Call): void {
  const [file = ""] = args;
  allowedProtocols(options);
  const kind: FlowModCommand = "add";
  show(
    flowLines(readFile(file), file, (line) => parseFlowMod(line, kind)),
    options,
  );
}

export function parseGroup({ options, args }: Call): void {
  const { mod, usable } = parseGroupMod(args[0] ?? "", "add");
  print(1, `usable protocols: ${formatProtocols(usable)}\n`);
  allowedProtocols(options);
  const version = Math.max(...options.versions) as Version;
  print(1, `chosen version: OpenFlow1${version - 1}\n`);
  print(1, printMessage(encodeFrame({ version, xid: nextXid(), message: mod }), { verbosity: options.verbosity }));
}

export function printError({ args }: Call): void {
  const [name = ""] = args;
  let text = "";
  for (const version of [1, 2, 3, 4, 5, 6] as const) {
    const numbers = errorNumbers(name, version);
    if (!numbers && version === 1 && !([2, 3, 4, 5, 6] as const).some((v) => errorNumbers(name, v)))
      throw fatal(`unknown error "${name}"`);
    if (!numbers) continue;
    const { vendor, type, code } = numbers;
    text += `OpenFlow 1.${version - 1}: vendor ${vendor ? `0x${vendor.toString(16)}` : 0}, type ${type}, code ${code}\n`;
  }
  print(1, text);
}

/** The error that answers a message, as octets. */
export function encodeErrorReply({ args }: Call): void {
  const [name = "", text = ""] = args;
  if (!Object.hasOwn(OF_ERRORS, name)) throw fatal(`unknown error "${name}"`);
  const request = octetsOf(text);
  if (request.length < 8) throw fatal("Request too short");
  const version = request[0] as Version;
  const reply = encodeError(ofError(name as OfErrorName), request, version);
  if (reply) print(1, plainDump(reply));
}

/** Octets that hexadecimal digits spell; white space and colons may stand between them. */
function octetsOf(text: string): Uint8Array {
  const digits = text.replace(/^0x/, "");
  const octets = fromHex(digits);
  if (!octets) throw fatal("trailing garbage following hex bytes");
  return octets;
}

export function ofpPrint({ options, args }: Call): void {
  const [text = "", verbosity] = args;
  const level = verbosity === undefined ? options.verbosity + 2 : Number.parseInt(verbosity, 10) || 0;
  print(1, printMessage(octetsOf(text), { verbosity: level }));
}

/** Prints every message of a file that holds them back to back. */
export function ofpParse({ options, args }: Call): void {
  const [file = ""] = args;
  const octets = Buffer.from(readFile(file, "open failed", "latin1"), "latin1");
  for (let at = 0; at + 8 <= octets.length; ) {
    const size = octets.readUInt16BE(at + 2);
    if (size < 8) throw fatal(`${file}: message of ${size} bytes is shorter than its header`);
    if (at + size > octets.length) throw fatal(`${file}: unexpected end of file`);
    print(1, printMessage(octets.subarray(at, at + size), { verbosity: options.verbosity + 2 }));
    at += size;
  }
}

export function encodeHello({ args }: Call): void {
  const bits = Number(args[0]);
  const versions = ([1, 2, 3, 4, 5, 6] as const).filter((v) => bits & (1 << v));
  const version = versions.at(-1);
  if (!version) throw fatal("no version in bitmap");
  const octets = encodeFrame({ version, xid: nextXid(), message: { type: "hello", versions } });
  print(1, plainDump(octets));
  print(1, printMessage(octets, { verbosity: 0 }));
}
