/** One command of ovs-dpctl: what it takes, and whether it changes anything. */
export interface DpctlCommand {
  readonly name: string;
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  readonly writes?: boolean;
}

const any = Number.POSITIVE_INFINITY;
const row = (name: string, usage: string, min: number, max: number, writes = false): DpctlCommand => ({
  name,
  usage,
  min,
  max,
  writes,
});

/** In the order of list-commands; argument counts as the original checks them (ovs-dpctl(8)). */
export const COMMANDS: readonly DpctlCommand[] = [
  row("add-dp", "dp [iface...]", 1, any, true),
  row("del-dp", "dp", 1, 1, true),
  row("add-if", "dp iface...", 2, any, true),
  row("del-if", "dp iface...", 2, any, true),
  row("set-if", "dp iface...", 2, any, true),
  row("dump-dps", "", 0, 0),
  row("show", "[-s] [dp...]", 0, any),
  row("dump-flows", "[-m] [--names] [dp] [filter=..] [type=..] [pmd=..]", 0, 6),
  row("add-flow", "[dp] flow actions", 2, 3, true),
  row("mod-flow", "[dp] flow actions", 2, 3, true),
  row("get-flow", "[dp] ufid", 1, 2),
  row("del-flow", "[dp] flow", 1, 2, true),
  row("add-flows", "[dp] file", 1, 2, true),
  row("mod-flows", "[dp] file", 1, 2, true),
  row("del-flows", "[dp] [file]", 0, 2, true),
  row("offload-stats-show", "[dp]", 0, 1),
  row("dump-conntrack", "[-m] [-s] [dp] [zone=N]", 0, 4),
  row("flush-conntrack", "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]", 0, 4, true),
  row("cache-get-size", "[dp]", 0, 1),
  row("cache-set-size", "dp cache <size>", 3, 3),
  row("ct-stats-show", "[dp] [zone=N]", 0, 3),
  row("ct-bkts", "[dp] [gt=N]", 0, 2),
  row("ct-set-maxconns", "[dp] maxconns", 1, 2, true),
  row("ct-get-maxconns", "[dp]", 0, 1),
  row("ct-get-nconns", "[dp]", 0, 1),
  row("ct-enable-tcp-seq-chk", "[dp]", 0, 1),
  row("ct-disable-tcp-seq-chk", "[dp]", 0, 1),
  row("ct-get-tcp-seq-chk", "[dp]", 0, 1),
  row("ct-set-limits", "[dp] [default=L] [zone=N,limit=L]...", 1, any),
  row("ct-del-limits", "[dp] zone=N1[,N2]...", 1, 2),
  row("ct-get-limits", "[dp] [zone=N1[,N2]...]", 0, 2),
  row("ipf-set-enabled", "[dp] v4|v6", 1, 2, true),
  row("ipf-set-disabled", "[dp] v4|v6", 1, 2, true),
  row("ipf-set-min-frag", "[dp] v4|v6 minfragment", 2, 3, true),
  row("ipf-set-max-nfrags", "[dp] maxfrags", 1, 2, true),
  row("ipf-get-status", "[dp]", 0, 1),
  row("help", "", 0, any),
  row("list-commands", "", 0, any),
  row("parse-actions", "actions", 1, any),
  row("normalize-actions", "actions", 2, any),
];

/** The answer to list-commands. */
export function listCommands(): string {
  return `The available commands are:\n${COMMANDS.map(({ name, usage }) => `  ${name.padEnd(23)} ${usage}\n`).join("")}`;
}
