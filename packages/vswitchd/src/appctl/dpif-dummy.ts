import type { Datapath } from "@vswitch/core/datapath";
import { DummyDatapath } from "@vswitch/core/datapath/providers/dummy";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import type { DpPort } from "@vswitch/core/lib";
import { errors } from "./errors.ts";

/** What `dpif-dummy/*` works on. */
export interface DpifDummySource {
  datapaths(): readonly Datapath[];
  /** The bridges that stand on a datapath follow a port to its new number. */
  renumbered(datapath: Datapath, from: DpPort, to: DpPort): void;
}

const NO_PORT = 0xffffffff;

function changeNumber(source: DpifDummySource, [name, portName, text = ""]: readonly string[]): string {
  const datapath = source.datapaths().find((one) => one.name === name);
  if (!(datapath instanceof DummyDatapath)) throw errors.make("dpif-dummy/no-datapath", {});
  const port = datapath.ports().find((info) => info.name === portName);
  if (!port) throw errors.make("dpif-dummy/no-port", {});
  const found = /^\s*[+-]?\d+/.exec(text)?.[0] ?? "0";
  const number = Number(BigInt.asUintN(32, BigInt(found.trim())));
  if (number === 0 || number === NO_PORT) throw errors.make("dpif-dummy/bad-number", {});
  if (!datapath.renumber(port.name, number)) throw errors.make("dpif-dummy/taken", {});
  source.renumbered(datapath, port.port, number);
  return "";
}

/** Commands that drive dummy datapaths in tests. */
export const dpifDummyCommands = (source: DpifDummySource): readonly ControlCommand[] => [
  {
    name: "dpif-dummy/change-port-number",
    usage: "dp port new-number",
    min: 3,
    max: 3,
    run: (args) => changeNumber(source, args),
  },
];
