import { hex, SwitchError, toHex } from "@vswitch/core/lib";
import {
  checkActions,
  decodeFrame,
  encodeFrame,
  type FlowMod,
  formatFlowStats,
  parseFlowMod,
  protocolsOf,
} from "@vswitch/core/openflow";
import { expect, it } from "vitest";
import { Chance, flowText } from "./flow-generator.ts";

const COUNT = Number(process.env["FUZZ_FLOWS"] ?? 3000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 40_000_009);

/** A flow as a switch of OpenFlow 1.3 has it; undefined: it cannot be said there, or does not read. */
function asReceived(text: string): FlowMod | undefined {
  try {
    const { mod, usable } = parseFlowMod(text, "add");
    if (!(usable & protocolsOf([4]))) return undefined;
    const message = { ...mod, newCookie: 0n, table: mod.table === 255 ? 0 : mod.table };
    const frame = decodeFrame(hex(toHex(encodeFrame({ version: 4, xid: 1, message }))));
    if (frame.message.type !== "flow_mod") return undefined;
    const { error } = checkActions(frame.message.actions, frame.message.match, frame.message.table);
    return error ? undefined : frame.message;
  } catch (error) {
    if (error instanceof SwitchError) return undefined; // a clean refusal is the other half of what is tested here
    throw error;
  }
}

function print({ table, match, priority, idleTimeout, hardTimeout, importance, flags, actions }: FlowMod): string {
  const counts = { cookie: 0n, packets: 0n, octets: 0n, durationSec: 0, durationNsec: 0, idleAge: -1, hardAge: -1 };
  const times = { idleTimeout, hardTimeout, importance };
  return formatFlowStats({ table, match, priority, ...times, flags, actions, ...counts }, {}, false);
}

/** Milliseconds; a flow takes about one, ten on a busy machine. */
const LONGEST = 20_000 + COUNT * 10;

it(
  "reads what it printed as the same flow",
  () => {
    let flows = 0;
    for (let i = 0; i < COUNT; i++) {
      const text = flowText(new Chance(SEED + i));
      const flow = asReceived(text);
      if (!flow) continue;
      flows++;
      const printed = print(flow);
      // Open vSwitch prints GTP-U fields by names that it does not read.
      const again = asReceived(printed.replace(/\bgtpu_/g, "tun_gtpu_"));
      expect(again && print(again), text).toBe(printed);
    }
    expect(flows).toBeGreaterThan(COUNT / 10);
  },
  LONGEST,
);
