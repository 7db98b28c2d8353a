/**
 * Writes the flow texts of the oracle scenario ofctl-random-flows: for each version those that it can say, by seed.
 * `node scripts/run-ts.mjs packages/testkit/fuzz/write-flows.ts`
 */
import { writeFileSync } from "node:fs";
import { SwitchError } from "@vswitch/core/lib";
import { encodeFrame, parseFlowMod, printMessage, protocolsOf, type Version } from "@vswitch/core/openflow";
import { Chance, flowText } from "./flow-generator.ts";

const COUNT = 70;
/** What is told once a process, refused though others go on, or waits for a switch. */
const APART = /65534|65535|table=300|ct_nw_src|ct_ipv6|recirc_id|#/;

function printable(text: string, version: Version): boolean {
  try {
    const { mod, usable } = parseFlowMod(text, "add");
    if (!(usable & protocolsOf([version]))) return false;
    const message = version > 1 && mod.table === 255 ? { ...mod, table: 0 } : mod;
    return !printMessage(encodeFrame({ version, xid: 1, message }, { nxm: version === 1 })).includes("decode error");
  } catch (error) {
    if (error instanceof SwitchError) return false;
    throw error;
  }
}

for (const version of [1, 2, 3, 4, 5, 6] as const) {
  const lines: string[] = [];
  for (let i = 0; lines.length < COUNT; i++) {
    const text = flowText(new Chance(version * 7_000_003 + i));
    if (!APART.test(text) && printable(text, version)) lines.push(text);
  }
  writeFileSync(
    `packages/testkit/oracle/random-flows-1${version - 1}.txt`,
    `# Made by packages/testkit/fuzz/write-flows.ts.\n${lines.join("\n")}\n`,
  );
}
