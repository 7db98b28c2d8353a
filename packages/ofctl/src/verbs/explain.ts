/** A decode debugger: the octets of messages beside the names that the codec at work gives to them. */
import { fromHex, SwitchError } from "@vswitch/core/lib";
import { drawSpans, Trace, type TraceFault } from "@vswitch/core/wire";
import { fatal } from "../errors.ts";
import { readFile } from "../files.ts";
import { errorName, fullCodec, printMessage } from "../openflow.ts";
import { print } from "../print.ts";
import type { Call } from "../verb.ts";

/** Octets before which nobody knows how long a message is. */
const HEADER_SIZE = 8;

/** Digits that may have white space and colons between them, as dumps and captures show them. */
function octetsOf(text: string): Uint8Array {
  const octets = fromHex(text.replace(/[\s:]+/g, "").replace(/^0x/i, ""));
  if (!octets) throw fatal("trailing garbage following hex bytes");
  return octets;
}

/** What `ovs-ofctl explain` says of one message: its text, then each octet; and whether it could be read. */
export interface Explanation {
  readonly text: string;
  readonly isSound: boolean;
}

/** Explains one message; `octets` are all of it. */
export function explainMessage(octets: Uint8Array, verbosity: number): Explanation {
  const trace = new Trace();
  let fault: TraceFault | undefined;
  try {
    fullCodec.decodeFrame(octets, { trace, flowModTableId: true });
  } catch (error) {
    const name = errorName(error);
    if (!(error instanceof SwitchError) || !name) throw error;
    fault = { at: trace.at, text: error.message.startsWith(name) ? error.message : `${name} (${error.message})` };
  }
  const text = printMessage(octets, { verbosity });
  const title = fault ? `${text.split("\n", 1)[0]}\n` : text;
  return { text: `${title}${drawSpans(octets, trace.spans(octets.length, fault?.at), fault)}`, isSound: !fault };
}

/** Explains messages that stand back to back in the arguments, or for `-` on standard input. */
export async function explain({ options, args }: Call): Promise<number> {
  const octets = octetsOf(args[0] === "-" ? readFile("-") : args.join(""));
  let status = 0;
  for (let at = 0; at < octets.length || at === 0; ) {
    const left = octets.subarray(at);
    const length = left.length < HEADER_SIZE ? 0 : ((left[2] as number) << 8) | (left[3] as number);
    const size = length < HEADER_SIZE ? left.length : Math.min(length, left.length);
    const { text, isSound } = explainMessage(left.subarray(0, size), options.verbosity);
    if (!isSound) status = 1;
    print(1, `${at ? "\n" : ""}${text}`);
    at += Math.max(size, 1);
  }
  return status;
}
