import type { Command } from "../command.ts";
import { failure } from "../errors.ts";
import { journeysText } from "../journeys.ts";
import type { Ofproto } from "../ofproto.ts";

/** Seconds of `journey/show` unless asked otherwise. */
const LAST_SECONDS = 300;
const MAX_RATE = 10_000;

function show({ journeys, clock }: Ofproto, args: readonly string[]): string {
  const words: string[] = [];
  let seconds = LAST_SECONDS;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--json") continue;
    if (args[i] === "--last") {
      seconds = Number(args[++i]);
      if (!(seconds > 0)) throw failure("--last wants a number of seconds");
    } else words.push(args[i] as string);
  }
  const found = journeys.find(words, seconds);
  if (!args.includes("--json")) return journeysText(found, clock.now(), journeys.passed);
  const packets = found.map(({ wall, octets, pass }) => ({ time: new Date(wall).toISOString(), octets, ...pass }));
  return `${JSON.stringify({ passedBy: journeys.passed, packets }, undefined, 2)}\n`;
}

function rate({ journeys }: Ofproto, text: string | undefined): string {
  if (text !== undefined) {
    if (!/^\d+$/.test(text) || Number(text) > MAX_RATE)
      throw failure(`journey/rate wants a number of packets a second, 0 to ${MAX_RATE}`);
    journeys.rate = Number(text);
  }
  return `${journeys.rate} packets a second\n`;
}

/** What became of live packets. */
export const journeyCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "journey/show",
    usage: "[--json] [--last SECONDS] [ADDRESS|MATCH]...",
    minArgs: 0,
    maxArgs: 10,
    run: (args) => show(ofproto, args),
  },
  { name: "journey/rate", usage: "[PACKETS]", minArgs: 0, maxArgs: 1, run: ([text]) => rate(ofproto, text) },
  {
    name: "journey/clear",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: () => {
      ofproto.journeys.clear();
      return "";
    },
  },
];
