import type { Datapath, DpPortInfo, DpPortSpec, PortCounters } from "@vswitch/core/datapath";
import { SwitchError } from "@vswitch/core/lib";
import type { NetdevStats } from "@vswitch/core/netdev";
import { type DpctlRow, type DpctlSource, nameOf, type Run, splitName } from "./dpctl.ts";
import { errors } from "./errors.ts";

/** `dpctl/*` of datapaths and their ports. */

/** Calls `work`; what is wrong with it is the reason in a line that says `what` failed. */
async function reasoned<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw errors.make("dpctl/failed", { what, reason: error.message });
  }
}

/** The datapath that an argument names. @throws with the reason */
const find = (source: DpctlSource, argument: string): Datapath => {
  const { type, name } = splitName(argument);
  return source.held.find(type, name).datapath;
};
const open = (source: DpctlSource, argument: string) => reasoned("opening datapath", () => find(source, argument));

/** What an IFACE argument says: `name,type=TYPE,port_no=NUMBER,KEY=VALUE…`; empty words say nothing. */
interface Iface {
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

function readIface(text: string): Iface | undefined {
  const [name, ...words] = text.split(",").filter((word) => word !== "");
  if (name === undefined) return undefined;
  const options = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 0) options.set(word, "");
    else options.set(word.slice(0, at), word.slice(at + 1));
  }
  return { name, options };
}

/** A number as C's atoi reads it. */
const leadingNumber = (text: string) => Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);

/** Does something for each IFACE; what is wrong with one fails the command, and the next one goes on. */
async function eachIface(run: Run, texts: readonly string[], work: (iface: Iface) => Promise<void>): Promise<void> {
  for (const text of texts) {
    const iface = readIface(text);
    if (!iface) {
      run.fail(`${text} is not a valid network device name`);
      continue;
    }
    try {
      await work(iface);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      run.failLine(error.message);
    }
  }
}

async function addIface(source: DpctlSource, argument: string, { name, options }: Iface): Promise<void> {
  const datapath = find(source, argument);
  const others = [...options].filter(([key]) => key !== "type" && key !== "port_no");
  const number = options.get("port_no");
  const spec: DpPortSpec = {
    name,
    type: options.get("type") || "system",
    options: Object.fromEntries(others),
    ...(number !== undefined && { port: leadingNumber(number) >>> 0 }),
  };
  const device = await reasoned(`${name}: failed to open network device`, () => source.held.openDevice(spec, datapath));
  try {
    await reasoned(`adding ${name} to ${argument} failed`, () => device.add());
  } finally {
    await device[Symbol.asyncDispose]();
  }
}

async function setIface(source: DpctlSource, argument: string, { name, options }: Iface): Promise<void> {
  const datapath = find(source, argument);
  const port = datapath.ports().find((info) => info.name === name);
  if (!port)
    throw errors.make("dpctl/failed", {
      what: `${name}: failed to query port in ${argument}`,
      reason: "No such device",
    });
  const given: Record<string, string> = {};
  for (const [key, value] of options) {
    if (key === "type") {
      if (value !== port.type)
        throw errors.make("dpctl/said", { what: `${name}: can't change type from ${port.type} to ${value}` });
    } else if (key === "port_no") {
      const number = leadingNumber(value);
      if (number !== port.port)
        throw errors.make("dpctl/said", { what: `${name}: can't change port number from ${port.port} to ${number}` });
    } else if (value !== "") given[key] = value;
  }
  source.netdev(datapath, port)?.configure?.(given);
}

async function deleteIface(source: DpctlSource, run: Run, argument: string, text: string): Promise<void> {
  const datapath = find(source, argument);
  const isNumber = /^\d*$/.test(text);
  const number = isNumber ? Number(text) : datapath.ports().find((info) => info.name === text)?.port;
  if (number === undefined) {
    run.fail(`no port named ${text}`);
    return;
  }
  const port = datapath.ports().find((info) => info.port === number);
  if (port && number !== 0 && (await source.takePort(datapath, port))) return;
  try {
    await source.held.deletePort(datapath, number);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    run.fail(`deleting port ${text} from ${argument} failed`, error.message);
  }
}

async function addDatapath(source: DpctlSource, run: Run): Promise<void> {
  const [argument = "", ...ifaces] = run.args;
  const { type, name } = splitName(argument);
  await reasoned("add_dp", () => source.held.create(type, name));
  await eachIface(run, ifaces, (iface) => addIface(source, argument, iface));
}

async function deleteDatapath(source: DpctlSource, run: Run): Promise<void> {
  const { type, name } = splitName(run.args[0] ?? "");
  await reasoned("opening datapath", () => source.held.destroy(type, name));
}

const ifaceRow =
  (source: DpctlSource, work: (source: DpctlSource, argument: string, iface: Iface) => Promise<void>) =>
  async (run: Run) => {
    const [argument = "", ...ifaces] = run.args;
    await open(source, argument);
    await eachIface(run, ifaces, (iface) => work(source, argument, iface));
  };

async function deleteIfaces(source: DpctlSource, run: Run): Promise<void> {
  const [argument = "", ...ifaces] = run.args;
  await open(source, argument);
  for (const text of ifaces) await deleteIface(source, run, argument, text);
}

/* What there is. */

const TYPES_SHOWN_BARE = new Set(["system"]);
function portLine(source: DpctlSource, datapath: Datapath, info: DpPortInfo): string {
  const { port, name, type } = info;
  const options = source.netdev(datapath, info)?.shownOptions?.() ?? info.options ?? {};
  const pairs = Object.keys(options)
    .sort()
    .map((key) => `${key}=${options[key]}`);
  const shown = pairs.length > 0 ? `${type}: ${pairs.join(", ")}` : type;
  return `  port ${port}: ${name}${TYPES_SHOWN_BARE.has(type) ? "" : ` (${shown})`}\n`;
}

/** What the kernel does of a datapath's work, and why flows stay in user space. */
function fastPathLine(datapath: Datapath): string {
  const fast = datapath.fastPath?.();
  if (!fast) return "";
  const reasons = [...fast.slow].sort().map(([why, flows]) => `${why}:${flows}`);
  const slow = [...fast.slow.values()].reduce((sum, flows) => sum + flows, 0);
  const why = reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
  return `  kernel: packets:${fast.packets} flows:${fast.flows} in user space:${slow}${why}\n`;
}

/** Octets in the unit that leaves fewer than 1000, behind a plain number of them; nothing below that. */
function formatSize(octets: bigint): string {
  const units = [" KiB", " MiB", " GiB", " TiB"];
  let scaled = Number(octets);
  if (scaled < 1000) return "";
  let unit = -1;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return ` (${scaled.toFixed(1)}${units[unit]})`;
}

/** Counters of a port: of its device, but of the kernel's datapath those that the datapath keeps. */
async function countersOf(source: DpctlSource, datapath: Datapath, port: DpPortInfo): Promise<NetdevStats> {
  const device = datapath.type === "system" ? undefined : source.netdev(datapath, port)?.stats();
  if (device) return device;
  const { rxOctets: rxBytes, txOctets: txBytes, ...counters } = (await datapath.portCounters(port.port)) ?? NOTHING;
  // Nothing passes the local port of a datapath that bridges share; a dummy does not know of trouble.
  if (port.type === "tap") return UNMOVED;
  if (datapath.type !== "system")
    return { rxBytes, txBytes, rxPackets: counters.rxPackets, txPackets: counters.txPackets };
  return { ...counters, rxBytes, txBytes };
}
const UNMOVED: NetdevStats = {
  rxPackets: 0n,
  rxErrors: 0n,
  rxDropped: 0n,
  rxOverErrors: 0n,
  rxFrameErrors: 0n,
  txPackets: 0n,
  txErrors: 0n,
  txDropped: 0n,
  txAbortedErrors: 0n,
  txCarrierErrors: 0n,
  collisions: 0n,
};
const NOTHING: PortCounters = {
  rxPackets: 0n,
  rxOctets: 0n,
  rxDropped: 0n,
  rxErrors: 0n,
  txPackets: 0n,
  txOctets: 0n,
  txDropped: 0n,
  txErrors: 0n,
};

async function portStatistics(source: DpctlSource, datapath: Datapath, port: DpPortInfo): Promise<string> {
  const stats = await countersOf(source, datapath, port);
  const shown = (value: bigint | undefined) => (value === undefined ? "?" : String(value));
  const { rxBytes = 0n, txBytes = 0n } = stats;
  return (
    `    RX packets:${shown(stats.rxPackets)} errors:${shown(stats.rxErrors)} dropped:${shown(stats.rxDropped)}` +
    ` overruns:${shown(stats.rxOverErrors)} frame:${shown(stats.rxFrameErrors)}\n` +
    `    TX packets:${shown(stats.txPackets)} errors:${shown(stats.txErrors)} dropped:${shown(stats.txDropped)}` +
    ` aborted:${shown(stats.txAbortedErrors)} carrier:${shown(stats.txCarrierErrors)}\n` +
    `    collisions:${shown(stats.collisions)}\n` +
    `    RX bytes:${rxBytes}${formatSize(rxBytes)}  TX bytes:${txBytes}${formatSize(txBytes)}\n`
  );
}

async function showOne(source: DpctlSource, datapath: Datapath, run: Run): Promise<void> {
  const { hit, missed, lost, flows } = await datapath.stats();
  run.print(`${nameOf(datapath)}:\n  lookups: hit:${hit} missed:${missed} lost:${lost}\n  flows: ${flows}\n`);
  run.print(fastPathLine(datapath));
  for (const port of [...datapath.ports()].sort((a, b) => a.port - b.port)) {
    run.print(portLine(source, datapath, port));
    if (run.statistics) run.print(await portStatistics(source, datapath, port));
  }
}

async function show(source: DpctlSource, run: Run): Promise<void> {
  if (run.args.length === 0) for (const datapath of source.datapaths()) await showOne(source, datapath, run);
  for (const argument of run.args) {
    let datapath: Datapath;
    try {
      datapath = find(source, argument);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      run.fail(`opening datapath ${argument} failed`, error.message);
      continue;
    }
    await showOne(source, datapath, run);
  }
}

/** Commands of datapaths and ports, with usage and argument counts as the original lists them. */
export function portRows(source: DpctlSource): readonly DpctlRow[] {
  const any = Number.POSITIVE_INFINITY;
  return [
    { name: "add-dp", usage: "dp [iface...]", min: 1, max: any, run: (run) => addDatapath(source, run) },
    { name: "del-dp", usage: "dp", min: 1, max: 1, run: (run) => deleteDatapath(source, run) },
    { name: "add-if", usage: "dp iface...", min: 2, max: any, run: ifaceRow(source, addIface) },
    { name: "del-if", usage: "dp iface...", min: 2, max: any, run: (run) => deleteIfaces(source, run) },
    { name: "set-if", usage: "dp iface...", min: 2, max: any, run: ifaceRow(source, setIface) },
    {
      name: "dump-dps",
      usage: "",
      min: 0,
      max: 0,
      run: (run) => {
        for (const datapath of source.datapaths()) run.print(`${nameOf(datapath)}\n`);
      },
    },
    { name: "show", usage: "[-s] [dp...]", min: 0, max: any, run: (run) => show(source, run) },
  ];
}
