import { addressOf, bpf, SysError } from "@vswitch/sys";
import { attributes, COMMAND, withName } from "./attributes.ts";

/** Kinds of program (enum bpf_prog_type): filters of sockets, and what runs at a device's TC hooks. */
export const PROGRAM_TYPE = { socketFilter: 1, schedCls: 3 } as const;

/** A program that the verifier refused, with what it said. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  constructor(
    program: string,
    /** The verifier's own words, a line an instruction. */
    readonly log: string,
    options: ErrorOptions,
  ) {
    const lines = log.trimEnd().split("\n");
    super(
      `${program}: ${lines.filter((line) => !/^(processed|verification time|stack depth|\d+:)/.test(line)).at(-1) ?? lines.at(-1) ?? "refused"}`,
      options,
    );
  }
}

/** Octets that the verifier's log may take; what is longer is cut at the front by the kernel. */
const LOG_SIZE = 1 << 20;

/**
 * Loads a program. @returns its file descriptor
 * @throws VerifierError with the log, SysError when BPF is not to be had
 */
export function loadProgram(type: keyof typeof PROGRAM_TYPE, name: string, octets: Uint8Array): number {
  const licence = new TextEncoder().encode("Apache-2.0\0");
  const load = (log: Uint8Array | undefined) =>
    bpf(
      COMMAND.progLoad,
      withName(
        attributes(128, {
          0: PROGRAM_TYPE[type],
          4: octets.length / 8,
          8: addressOf(octets),
          16: addressOf(licence),
          ...(log ? { 24: 1, 28: log.length, 32: addressOf(log) } : {}),
        }),
        48,
        name,
      ),
    );
  try {
    return load(undefined);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === "EPERM" || error.code === "ENOSYS") throw error;
    // Again, to hear why; the log costs time, so only now.
    const log = new Uint8Array(LOG_SIZE);
    try {
      return load(log);
    } catch (cause) {
      throw new VerifierError(name, new TextDecoder().decode(log.subarray(0, log.indexOf(0))), { cause });
    }
  }
}
