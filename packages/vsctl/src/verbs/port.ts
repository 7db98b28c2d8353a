import { setDatum, type Uuid } from "@vswitch/core/ovsdb";
import { type Call, verb } from "../call.ts";
import { errors } from "../errors.ts";
import { assign } from "../names.ts";
import { text } from "../network.ts";

const MAY_EXIST = { "may-exist": { summary: "do nothing if it is already there" } };
const IF_EXISTS = { "if-exists": { summary: "do nothing if it is not there" } };

/** What is to be added: a port with one interface of its name, or a bond with several. */
interface NewPort {
  readonly bridge: string;
  readonly name: string;
  readonly ifaces: readonly string[];
  readonly settings: readonly string[];
  readonly fakeIface: boolean;
}

function hintNew(call: Call, { bridge, name, ifaces }: NewPort): void {
  call.net.hint({ bridges: [bridge], fresh: [name, ...ifaces] });
}

function addNew(call: Call, port: NewPort): void {
  const { draft, net, symbols, flags } = call;
  const { name } = port;
  if (flags.has("may-exist") && isThere(call, port)) return;
  net.checkFree("a port", name);
  for (const iface of port.ifaces) net.checkFree("an interface", iface);
  const bridge = net.bridge(port.bridge);
  if (name === "") throw errors.make("vsctl/empty-name", { kind: "port" });
  const ifaces = port.ifaces.map((iface): Uuid => {
    if (iface === "") throw errors.make("vsctl/empty-name", { kind: "interface" });
    const row = draft.insert("Interface", { name: text(iface) });
    call.watch(row);
    return row;
  });
  const row = draft.insert("Port", { name: text(name), interfaces: setDatum(ifaces) });
  if (port.fakeIface) draft.set("Port", row, "bond_fake_iface", setDatum([true]));
  if (bridge.fakePort !== undefined) draft.set("Port", row, "tag", setDatum([bridge.vlan]));
  for (const setting of port.settings) assign(draft, "Port", row, setting, symbols);
  net.attach("Bridge", bridge.row, "ports", row);
}

/** @throws SwitchError when a port of that name is there but is not the one asked for */
function isThere({ net, line: command }: Call, { bridge, name, ifaces }: NewPort): boolean {
  const there = net.findPort(name);
  if (!there) return false;
  if (there.bridge.name !== bridge) {
    throw errors.make("vsctl/elsewhere", { command, name, where: `bridge ${there.bridge.name}` });
  }
  const have = net.ifacesOf(there).map((iface) => iface.name);
  if ([...ifaces].sort().join("\n") !== have.join("\n")) {
    throw errors.make("vsctl/other-ifaces", { command, name, ifaces: have });
  }
  return true;
}

const plainPort = ({ args: [bridge = "", name = "", ...settings] }: Call): NewPort => ({
  bridge,
  name,
  ifaces: [name],
  settings,
  fakeIface: false,
});

function bond({ args: [bridge = "", name = "", ...rest], flags }: Call): NewPort {
  const end = rest.findIndex((argument) => argument.includes("="));
  const ifaces = end < 0 ? rest : rest.slice(0, end);
  if (ifaces.length < 2) throw errors.make("vsctl/bond-size", { count: ifaces.length });
  return { bridge, name, ifaces, settings: rest.slice(ifaces.length), fakeIface: flags.has("fake-iface") };
}

export const addPort = verb({
  name: "add-port",
  args: "BRIDGE PORT [COLUMN[:KEY]=VALUE]...",
  arity: [2, Infinity],
  flags: MAY_EXIST,
  syntax: "!BRIDGE !NEW-PORT *COLUMN?:KEY=VALUE",
  topic: "Ports",
  summary: "add a network device to a bridge as a port",
  before: (call) => hintNew(call, plainPort(call)),
  run: (call) => addNew(call, plainPort(call)),
});

export const addBond = verb({
  name: "add-bond",
  args: "BRIDGE PORT IFACE IFACE... [COLUMN[:KEY]=VALUE]...",
  arity: [4, Infinity],
  flags: { ...MAY_EXIST, "fake-iface": { summary: "make an interface of the bond's name for old software" } },
  syntax: "!BRIDGE !BOND +IFACE *COLUMN?:KEY=VALUE",
  topic: "Ports",
  summary: "add several network devices to a bridge as one bonded port",
  before: (call) => {
    const { args, net } = call;
    net.hint({ bridges: args.slice(0, 1), fresh: args.slice(1) });
  },
  run: (call) => addNew(call, bond(call)),
});

export const delPort = verb({
  name: "del-port",
  args: "[BRIDGE] PORT",
  arity: [1, 2],
  flags: { ...IF_EXISTS, "with-iface": { summary: "PORT may also be the name of one of its interfaces" } },
  syntax: "?BRIDGE !PORT|IFACE",
  topic: "Ports",
  summary: "delete a port, which may be bonded",
  before: ({ net, args, flags }) =>
    net.hint({
      bridges: args,
      ports: args.slice(-1),
      ifaces: flags.has("with-iface") ? args.slice(-1) : [],
    }),
  run({ net, args, flags }) {
    const target = args.at(-1) ?? "";
    const mustExist = !flags.has("if-exists");
    const holder = net.findBridge(target);
    if (holder?.name === target) {
      if (!mustExist) return; // as Open vSwitch does: the local port counts as none
      throw errors.make("vsctl/local-port", { name: target });
    }
    const port = net.findPort(target) ?? (flags.has("with-iface") ? net.findIface(target)?.port : undefined);
    if (!port) {
      if (!mustExist) return;
      throw errors.make(flags.has("with-iface") ? "vsctl/no-port-or-iface" : "vsctl/no-port", { name: target });
    }
    const bridge = args.length > 1 ? net.bridge(args[0] ?? "") : undefined;
    if (bridge && port.bridge.name !== bridge.name) {
      const child = port.bridge.parent === bridge.name ? { child: port.bridge.name } : {};
      throw errors.make("vsctl/not-on-bridge", { bridge: bridge.name, port: target, ...child });
    }
    net.deletePort(port);
  },
});

export const listPorts = verb({
  name: "list-ports",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Ports",
  summary: "print the names of the ports of a bridge, but for its local one",
  before: ({ net, args }) => net.hint({ contents: true, bridges: args }),
  run({ net, args: [name = ""], print }) {
    for (const port of net.portsOf(net.bridge(name))) if (port.name !== name) print(`${port.name}\n`);
  },
});

export const portToBr = verb({
  name: "port-to-br",
  args: "PORT",
  arity: [1, 1],
  syntax: "!PORT",
  topic: "Ports",
  summary: "print the bridge that a port is on",
  before: ({ net, args }) => net.hint({ ports: args }),
  run: ({ net, args: [name = ""], print }) => print(`${net.port(name).bridge.name}\n`),
});

export const listIfaces = verb({
  name: "list-ifaces",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Interfaces",
  summary: "print the names of the interfaces of a bridge, but for its local one",
  before: ({ net, args }) => net.hint({ contents: true, bridges: args }),
  run({ net, args: [name = ""], print }) {
    for (const iface of net.ifacesOfAll(net.portsOf(net.bridge(name), ["interfaces"])).sort())
      if (iface !== name) print(`${iface}\n`);
  },
});

export const ifaceToBr = verb({
  name: "iface-to-br",
  args: "IFACE",
  arity: [1, 1],
  syntax: "!IFACE",
  topic: "Interfaces",
  summary: "print the bridge that an interface is on",
  before: ({ net, args }) => net.hint({ ifaces: args }),
  run: ({ net, args: [name = ""], print }) => print(`${net.iface(name).port.bridge.name}\n`),
});

export const addBondIface = verb({
  name: "add-bond-iface",
  args: "BOND IFACE",
  arity: [2, 2],
  flags: MAY_EXIST,
  syntax: "!BOND !IFACE",
  topic: "Ports",
  summary: "add an interface to a port, which becomes a bond",
  before: ({ net, args: [bondName = "", iface = ""] }) => net.hint({ ports: [bondName], fresh: [iface] }),
  run(call) {
    const { draft, net, flags, line: command } = call;
    const [portName = "", name = ""] = call.args;
    const port = net.port(portName);
    const there = flags.has("may-exist") ? net.findIface(name) : undefined;
    if (there) {
      if (there.port.row === port.row) return;
      throw errors.make("vsctl/elsewhere", { command, name, where: `port ${there.port.name}` });
    }
    net.checkFree("an interface", name);
    const row = draft.insert("Interface", { name: text(name) });
    net.attach("Port", port.row, "interfaces", row);
    call.watch(row);
  },
});

export const delBondIface = verb({
  name: "del-bond-iface",
  args: "[BOND] IFACE",
  arity: [1, 2],
  flags: IF_EXISTS,
  syntax: "?BOND !IFACE",
  topic: "Ports",
  summary: "take an interface out of its bond",
  before: ({ net, args }) => net.hint({ ports: args.slice(0, -1), ifaces: args.slice(-1) }),
  run({ draft, net, args, flags }) {
    const name = args.at(-1) ?? "";
    const iface = flags.has("if-exists") ? net.findIface(name) : net.iface(name);
    if (!iface) return;
    if (args.length > 1) {
      const port = net.port(args[0] ?? "");
      if (port.row !== iface.port.row) throw errors.make("vsctl/not-in-port", { port: port.name, iface: name });
    }
    if (draft.get("Port", iface.port.row, "interfaces").keys.length < 2) {
      throw errors.make("vsctl/last-iface", { port: iface.port.name });
    }
    draft.verify("Port", iface.port.row, "interfaces");
    net.detach("Port", iface.port.row, "interfaces", iface.row);
    draft.delete("Interface", iface.row);
  },
});
