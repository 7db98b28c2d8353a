import { formatFlowDump } from "#datapath/text";
import { formatMatch } from "#flow";
import { formatActions, OFPP } from "#openflow";
import { tunnelOptions } from "#tunnel";
import type { Backer } from "../backer.ts";
import type { Command } from "../command.ts";
import type { Ofproto } from "../ofproto.ts";
import type { Switch } from "../switch.ts";
import type { Rule } from "../table/rule.ts";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import { switchNamed } from "./args.ts";

const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** `dpif/show`: datapaths, the switches on each, their ports. */
async function showDatapath(ofproto: Ofproto, backer: Backer): Promise<string> {
  const { datapath } = backer;
  const { hit, missed } = await datapath.stats();
  let text = `${datapath.type}@${datapath.name}: hit:${hit} missed:${missed}\n`;
  const infos = new Map(datapath.ports().map((info) => [info.port, info]));
  for (const sw of byName(ofproto.switches().filter((other) => other.deps.backer === backer))) {
    text += `  ${sw.name}:\n`;
    for (const port of byName(sw.ports())) {
      const number = port.port === OFPP.local ? 65534 : port.port;
      const dp = port.dpPort === undefined ? "none" : String(port.dpPort);
      const type =
        port.dpPort === undefined || port.tunnel
          ? port.interfaceConfig.type
          : (infos.get(port.dpPort)?.type ?? "system");
      const { netdev, options: given } = port.interfaceConfig;
      const options = port.tunnel ? tunnelOptions(port.tunnel) : (netdev?.shownOptions?.() ?? given);
      const pairs = Object.keys(options)
        .sort()
        .map((key) => `${key}=${options[key]}`);
      text += `    ${port.name} ${number}/${dp}: (${type}${pairs.length ? `: ${pairs.join(", ")}` : ""})\n`;
    }
  }
  return text;
}

/** One flow as `bridge/dump-flows` shows it: hidden ones too. */
export function ruleLine(sw: Switch, rule: Rule): string {
  const age = Math.floor((sw.clock.now() - rule.created) / 1000);
  const parts = [
    rule.table ? `table_id=${rule.table}, ` : "",
    `duration=${age}s, `,
    `n_packets=${rule.packets}, `,
    `n_bytes=${rule.octets}, `,
  ];
  const match = formatMatch(rule.match.expand(), { priority: rule.priority });
  // The original cannot name the reason of its own table-miss rule.
  const actions = rule === sw.missRule ? "controller(reason=)" : formatActions(rule.actions);
  return `${parts.join("")}${match},actions=${actions}\n`;
}

function dumpRules(sw: Switch): string {
  let text = "";
  for (const table of [...sw.flows.existing(), sw.flows.peek(INTERNAL_TABLE)])
    for (const rule of table?.classifier.rules() ?? []) text += ruleLine(sw, rule);
  return text;
}

async function dumpFlows(sw: Switch, options: readonly string[]): Promise<string> {
  const more = options.includes("-m");
  const { datapath } = sw.deps.backer;
  const ports = new Map(datapath.ports().map(({ port, name }) => [port, name]));
  const names = options.includes("--names") || (more && !options.includes("--no-names"));
  const now = sw.clock.now();
  let text = "";
  for (const flow of await sw.datapathFlows())
    text += `${formatFlowDump(flow, { more, plain: true, now, ...(names ? { names: (port: number) => ports.get(port) } : {}) })}\n`;
  return text;
}

/** `dpif/set-dp-features`: shows, or sets, what flows may use; what is wrong is told by a success too. */
function setFeatures(sw: Switch, [name, value]: readonly string[]): string {
  const { backer } = sw.deps;
  if (name === undefined || value === undefined) return backer.support.tell(name) ?? "Unexpected support field\n";
  const fault = backer.support.set(name, value);
  if (fault !== undefined) return `${fault}\n`;
  backer.changed();
  return "";
}

/** Lists of switches, ports, flows. */
export const showCommands = (ofproto: Ofproto): readonly Command[] => [
  {
    name: "ofproto/list",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: () =>
      byName(ofproto.switches())
        .map(({ name }) => `${name}\n`)
        .join(""),
  },
  {
    name: "bridge/reconnect",
    usage: "[bridge]",
    minArgs: 0,
    maxArgs: 1,
    run: ([name]) => {
      const chosen = name === undefined ? ofproto.switches() : [switchNamed(ofproto, name, "Unknown bridge")];
      for (const { listener } of chosen) listener?.reconnect();
      return "";
    },
  },
  {
    name: "bridge/dump-flows",
    usage: "[--offload-stats] bridge",
    minArgs: 1,
    maxArgs: 2,
    run: async (args) => {
      const sw = switchNamed(ofproto, args.at(-1), "Unknown bridge");
      await sw.deps.backer.commits.over();
      return dumpRules(sw);
    },
  },
  {
    name: "dpif/show",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: async () => (await Promise.all(ofproto.backers().map((backer) => showDatapath(ofproto, backer)))).join(""),
  },
  {
    name: "dpif/dump-dps",
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run: () =>
      byName(ofproto.switches())
        .map((sw) => `${sw.config.datapathType}@${sw.name}\n`)
        .join(""),
  },
  {
    name: "dpif/dump-flows",
    usage: "[-m] [--names | --no-names] bridge",
    minArgs: 1,
    maxArgs: 100,
    run: (args) => dumpFlows(switchNamed(ofproto, args.at(-1), "no such bridge"), args.slice(0, -1)),
  },
  {
    name: "dpif/set-dp-features",
    usage: "bridge",
    minArgs: 1,
    maxArgs: 3,
    run: ([name, ...rest]) => setFeatures(switchNamed(ofproto, name, "no such bridge"), rest),
  },
  {
    name: "dpif/show-dp-features",
    usage: "bridge",
    minArgs: 1,
    maxArgs: 1,
    run: ([name]) => switchNamed(ofproto, name, "no such bridge").deps.backer.support.show(),
  },
];
