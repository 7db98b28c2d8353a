import type { ConntrackReply, ConntrackRequest } from "@vswitch/core/conntrack";
import type { Datapath } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { type DpctlSource, named, Run, target } from "./dpctl.ts";
import { errors } from "./errors.ts";

/** How the commands of connection tracking read their arguments, and whom they ask. */

/** A command of connection tracking, with its arguments read; resolves to its answer. */
export type Command = (source: DpctlSource, run: Run) => Promise<string>;

/** Makes rows of the command table: name without `dpctl/`, usage, fewest and most arguments. */
export const conntrackRow =
  (source: DpctlSource) =>
  (name: string, usage: string, min: number, max: number, run: Command): ControlCommand => ({
    name: `dpctl/${name}`,
    usage,
    min,
    max,
    run: (args) => run(source, Run.read(args)),
  });

/** A number at the beginning of a text as C's scanf reads it: decimal, modulo 2^bits; undefined when there is none. */
export function scanned(text: string, bits: 16 | 32): number | undefined {
  const [digits] = /^\s*[-+]?\d+/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(BigInt.asUintN(bits, BigInt(digits.replace("+", "").trim())));
}

/** The zone of "zone=N…"; undefined for anything else. */
export const scannedZone = (text: string | undefined): number | undefined =>
  text?.startsWith("zone=") ? scanned(text.slice(5), 16) : undefined;

/** A datapath and the arguments after it. */
export interface Opened {
  readonly datapath: Datapath;
  readonly rest: readonly string[];
}

/** As `target`, with the arguments that follow the datapath's name, if there is one. @throws SwitchError */
export function opened(source: DpctlSource, args: readonly string[], most: number): Opened {
  const datapath = target(source, args, most);
  return { datapath, rest: named(source, args[0]) ? args.slice(1) : args };
}

/** Asks a datapath's connection tracker. @throws SwitchError with `failure` and the reason when it refuses */
export async function asked(datapath: Datapath, request: ConntrackRequest, failure = ""): Promise<ConntrackReply> {
  const reply = (await datapath.conntrack?.(request)) ?? {};
  if (reply.refused !== undefined) throw errors.make("dpctl/failed", { what: failure, reason: reply.refused });
  return reply;
}
