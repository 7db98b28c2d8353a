import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { controlCommand, type DpctlSource } from "./dpctl.ts";
import { actionRows, cacheRows, offloadRows } from "./dpctl-actions.ts";
import { flowRows, hiddenFlowRows } from "./dpctl-flows.ts";
import { portRows } from "./dpctl-ports.ts";

/** Commands of connection tracking that `list-commands` shows before those of caches. */
const BEFORE_CACHES = new Set(["dpctl/dump-conntrack", "dpctl/flush-conntrack"]);

/**
 * All of `dpctl/*` in the order that the original lists it. `conntrack` are the commands of connection tracking, which
 * come from elsewhere.
 */
export function dpctlCommands(source: DpctlSource, conntrack: readonly ControlCommand[]): readonly ControlCommand[] {
  const before = [...portRows(source), ...flowRows(source), ...offloadRows(source)].map(controlCommand);
  const caches = cacheRows(source).map(controlCommand);
  const actions = actionRows.map(controlCommand);
  const list: ControlCommand = {
    name: "dpctl/list-commands",
    usage: "",
    min: 0,
    max: Number.POSITIVE_INFINITY,
    run: () => `The available commands are:\n${all.map(lineOf).join("")}`,
  };
  const all = [
    ...before,
    ...conntrack.filter(({ name }) => BEFORE_CACHES.has(name)),
    ...caches,
    ...conntrack.filter(({ name }) => !BEFORE_CACHES.has(name)),
    list,
    ...actions,
  ];
  const hidden = hiddenFlowRows(source).map(controlCommand);
  return [...all, ...hidden.map((command) => ({ ...command, hidden: true }))];
}

const lineOf = ({ name, usage }: ControlCommand) => `  ${name.padEnd(29)} ${usage}\n`;
