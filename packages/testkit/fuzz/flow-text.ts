/**
 * Flow texts through the reference's `ovs-ofctl parse-flow` and through our parser, encoder and printer; the answers must
 * be the same. `node scripts/run-ts.mjs packages/testkit/fuzz/flow-text.ts [COUNT [SEED]]`; exit status 1 on a difference.
 */
import { spawnSync } from "node:child_process";
import { SwitchError, setLogSink } from "@vswitch/core/lib";
import {
  encodeFrame,
  firstProtocol,
  formatProtocols,
  P,
  PROTOCOLS,
  parseFlowMod,
  printMessage,
  protocolsOf,
  protocolVersion,
  type Version,
} from "@vswitch/core/openflow";
import { Chance, flowText } from "./flow-generator.ts";

const REFERENCE = "/usr/bin/ovs-ofctl";
const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];

let logged = "";
setLogSink("console", (line) => {
  logged += `${line.module}|${line.level.toUpperCase()}|${line.text}\n`;
});

/** Without what is said once a process, or at most so often: one process of ours reads all flows. */
const comparable = (text: string): string =>
  text
    .replace(/^ofp_port\|WARN\|referring to port .*\n/gm, "")
    .replace(/^ofp_actions\|WARN\|(bad action|unknown OpenFlow).*\n(0000.*\n)*/gm, "")
    .replace(/^ofp_match\|INFO\|.*\n/gm, "");

/** What `ovs-ofctl -O… parse-flow` prints, output and errors apart from the times of log lines. */
function ours(text: string, versions: readonly Version[]): string {
  logged = "";
  let out = "";
  let fault = "";
  try {
    const { mod, usable } = parseFlowMod(text, "add");
    out += `usable protocols: ${formatProtocols(usable)}\n`;
    const chosen = firstProtocol(usable & protocolsOf(versions));
    if (!chosen) throw new SwitchError("ofctl/fatal", "no usable protocol", {});
    out += `chosen protocol: ${formatProtocols(chosen)}\n`;
    const version = protocolVersion(chosen);
    const message = version > 1 && mod.table === 255 ? { ...mod, table: 0 } : mod;
    const octets = encodeFrame(
      { version, xid: 1, message },
      {
        nxm: (chosen & PROTOCOLS.nxmAny) !== 0,
        flowModTableId: (chosen & (P.of10Tid | P.nxmTid)) !== 0,
      },
    );
    out += printMessage(octets, { verbosity: 0 });
  } catch (error) {
    if (!(error instanceof SwitchError)) fault = `BUG ${error instanceof Error ? error.stack : error}\n`;
    else fault = `ovs-ofctl: ${error.message}\n`;
  }
  return comparable(`${out}${logged}${fault}`);
}

function reference(text: string, versions: readonly Version[]): string {
  const names = versions.map((v) => `OpenFlow1${v - 1}`).join(",");
  const { stdout, stderr } = spawnSync(REFERENCE, ["-O", names, "parse-flow", text], { encoding: "utf8" });
  return comparable(`${stdout}${stderr.replace(/^[0-9T:.Z-]+\|\d+\|/gm, "")}`);
}

const count = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? 1);
let different = 0;
for (let i = 0; i < count; i++) {
  const c = new Chance(seed * 1_000_003 + i);
  const text = flowText(c);
  const versions = c.once(3) ? VERSIONS : [c.pick(VERSIONS)];
  const [expected, actual] = [reference(text, versions), ours(text, versions)];
  if (expected === actual) continue;
  different++;
  console.log(`case ${i} of seed ${seed}, versions ${versions.join(",")}: ${text}\n< ${expected}> ${actual}`);
}
console.log(`${count} flows, ${different} different`);
process.exitCode = different ? 1 : 0;
