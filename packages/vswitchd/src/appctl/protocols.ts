import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { parseMac } from "@vswitch/core/packet";
import { bondHash } from "./bond-hash.ts";
import { errors } from "./errors.ts";

/** What of the switches these commands ask for. */
export interface ProtocolSource {
  hasBridge(name: string): boolean;
  /** Names of ports with more than one interface. */
  bonds(): readonly string[];
}

type Run = (args: readonly string[]) => string;
const row = (name: string, usage: string, min: number, max: number, run: Run): ControlCommand => ({
  name,
  usage,
  min,
  max,
  run: (args) => run(args),
});
const nothing: Run = () => "";
const ok: Run = () => "OK\n";
/** Of what nobody has one: nothing to tell of all of them, an error for each that is named. */
const none =
  (refuse: () => Error, all: Run = nothing): Run =>
  (args) => {
    if (args.length === 0) return all(args);
    throw refuse();
  };
const no = {
  stp: () => errors.make("protocols/no-stp", {}),
  rstp: () => errors.make("protocols/no-rstp", {}),
  lacp: () => errors.make("protocols/no-lacp", {}),
  bfd: () => errors.make("protocols/no-bfd", {}),
  bfdForced: () => errors.make("protocols/no-bfd-forced", {}),
  cfm: () => errors.make("protocols/no-cfm", {}),
};

/** `[interface] normal|false|true`: forces the outcome of a monitor that no interface has. */
const force =
  (refuse: () => Error): Run =>
  (args) => {
    const [state = ""] = args.slice(-1);
    if (!["normal", "false", "true"].includes(state)) throw errors.make("protocols/bad-fault", {});
    return none(refuse, ok)(args.slice(0, -1));
  };

function snooping({ hasBridge }: ProtocolSource): Run {
  return ([bridge]) => {
    if (bridge === undefined) return "table successfully flushed\n";
    throw errors.make(hasBridge(bridge) ? "protocols/no-snooping" : "protocols/no-bridge", {});
  };
}

function hashCommand([mac = "", vlan = "0", basis = "0"]: readonly string[]): string {
  const number = (text: string, what: "vlan" | "basis") => {
    const digits = /^\s*(\d+)/.exec(text)?.[1];
    if (digits === undefined) throw errors.make("protocols/bad-number", { what });
    return Number(digits) >>> 0;
  };
  const [id, seed] = [number(vlan, "vlan"), number(basis, "basis")];
  const address = parseMac(mac.trim());
  if (address === undefined) throw errors.make("protocols/bad-mac", {});
  return `${bondHash(address, id, seed)}\n`;
}

function bondCommands({ bonds }: ProtocolSource): readonly ControlCommand[] {
  const named = (port = "") => {
    throw errors.make(bonds().includes(port) ? "protocols/bond-unwritten" : "protocols/no-bond", {});
  };
  const empty = (text: string) => {
    if (bonds().length > 0) throw errors.make("protocols/bond-unwritten", {});
    return text;
  };
  return [
    row("bond/list", "", 0, 0, () => empty("bond\ttype\trecircID\tmembers\n")),
    row("bond/show", "[port]", 0, 1, ([port]) => (port === undefined ? empty("") : named(port))),
    row("bond/migrate", "port hash member", 3, 3, ([port]) => named(port)),
    row("bond/set-active-member", "port member", 2, 2, ([port]) => named(port)),
    row("bond/enable-member", "port member", 2, 2, ([port]) => named(port)),
    row("bond/disable-member", "port member", 2, 2, ([port]) => named(port)),
    row("bond/hash", "mac [vlan] [basis]", 1, 3, hashCommand),
  ];
}

/**
 * Commands of protocols that this switch does not run: they tell that no bridge, port or interface has an instance of
 * it, in the original's words.
 */
export function protocolCommands(source: ProtocolSource): readonly ControlCommand[] {
  const flush = snooping(source);
  return [
    row("autoattach/status", "[bridge]", 0, 1, nothing),
    row("autoattach/show-isid", "[bridge]", 0, 1, nothing),
    row("autoattach/statistics", "[bridge]", 0, 1, nothing),
    row("bfd/show", "[interface]", 0, 1, none(no.bfd)),
    row("bfd/set-forwarding", "[interface] normal|false|true", 1, 2, force(no.bfdForced)),
    row("cfm/show", "[interface]", 0, 1, none(no.cfm)),
    row("cfm/set-fault", "[interface] normal|false|true", 1, 2, force(no.cfm)),
    row("lacp/show", "[port]", 0, 1, none(no.lacp)),
    row("lacp/show-stats", "[port]", 0, 1, none(no.lacp)),
    row("mdb/flush", "[bridge]", 0, 1, flush),
    row("mdb/show", "bridge", 1, 1, flush),
    row("rstp/show", "[bridge]", 0, 1, none(no.rstp)),
    row("rstp/tcn", "[bridge]", 0, 1, none(no.rstp, ok)),
    row("stp/show", "[bridge]", 0, 1, none(no.stp)),
    row("stp/tcn", "[bridge]", 0, 1, none(no.stp, ok)),
    ...bondCommands(source),
  ];
}
