import { execFile, execFileSync } from "node:child_process";
import { WORD } from "@vswitch/core/flow";
import { SysError } from "@vswitch/sys";
import { patchFlow, TcxDatapath } from "./tcx-datapath.ts";

/**
 * Two hosts, h1 and h2, behind the devices h10 and h20 of this namespace, joined by the spike. Prints one line; ends with 1
 * when packets do not pass, misses do not come up, or the kernel's counters do not count, and with 2 where there is no BPF.
 */
async function main(): Promise<void> {
  let datapath: TcxDatapath;
  try {
    datapath = new TcxDatapath();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    console.log(`no BPF here: ${error.message}`);
    process.exitCode = 2;
    return;
  }
  const first = (await datapath.addPort({ name: "h10", type: "system" })).port;
  const second = (await datapath.addPort({ name: "h20", type: "system" })).port;
  datapath.setUpcallSink((upcalls) => {
    for (const { key, packet } of upcalls) {
      const from = key[WORD.inPort] ?? 0;
      const flow = patchFlow(from, from === first ? second : first);
      datapath.putFlow(flow);
      datapath.execute(packet, key, flow.actions);
    }
  });
  const ping = await new Promise<boolean>((resolve) => {
    execFile("ip", ["netns", "exec", "h1", "ping", "-c", "5", "-i", "0.2", "-W", "1", "10.0.0.2"], (error) =>
      resolve(!error),
    );
  });
  const { hit, missed } = await datapath.stats();
  await datapath[Symbol.asyncDispose]();
  const detached = !execFileSync("ip", ["-d", "link", "show", "h10"], { encoding: "utf8" }).includes("spike");
  const held = ping && missed > 0n && hit >= 5n && detached;
  console.log(`ping ${ping ? "answered" : "lost"}, ${missed} packets missed, ${hit} redirected in the kernel`);
  process.exitCode = held ? 0 : 1;
}

void main();
