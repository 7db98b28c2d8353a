import { mapDatum, setDatum } from "@vswitch/core/ovsdb";
import { type Call, Quit, verb } from "../call.ts";
import { errors } from "../errors.ts";
import { type BridgeView, text } from "../network.ts";
import { ALL } from "../store.ts";

const MAY_EXIST = { "may-exist": { summary: "do nothing if it is already there" } };
const IF_EXISTS = { "if-exists": { summary: "do nothing if it is not there" } };
const hintBridge = ({ net, args }: Call) => net.hint({ bridges: args.slice(0, 1) });

export const addBr = verb({
  name: "add-br",
  args: "BRIDGE [PARENT VLAN]",
  arity: [1, 3],
  flags: MAY_EXIST,
  syntax: "!NEW-BRIDGE ?PARENT ?NEW-VLAN",
  topic: "Bridges",
  summary: "create a bridge, or with PARENT a fake bridge for the ports of a VLAN on it",
  before: ({ net, args: [name = "", parent] }) =>
    net.hint({ bridges: parent === undefined ? [] : [parent], fresh: [name] }),
  run(call) {
    const { net, args, flags } = call;
    const [name = "", parentName, vlanText = ""] = args;
    if (args.length === 2) throw errors.make("vsctl/add-br-arity", {});
    if (name === "") throw errors.make("vsctl/empty-name", { kind: "bridge" });
    const vlan = Number.parseInt(vlanText, 10) || 0;
    if (vlan < 0 || vlan > 4095) throw errors.make("vsctl/vlan", {});
    const there = flags.has("may-exist") ? net.findBridge(name) : undefined;
    if (there) {
      checkSame(there, parentName, vlan);
      return;
    }
    net.checkFree("a bridge", name);
    if (parentName === undefined) addReal(call, name);
    else addFake(call, name, parentName, vlan);
  },
});

/** @throws SwitchError when the bridge that is there is another kind than the one asked for */
function checkSame(there: BridgeView, parent: string | undefined, vlan: number): void {
  const { name } = there;
  if (parent === undefined) {
    if (there.parent !== undefined) throw errors.make("vsctl/may-exist-vlan-bridge", { name, vlan: there.vlan });
    return;
  }
  const fact =
    there.parent === undefined
      ? "is not a VLAN bridge"
      : there.parent !== parent
        ? `has the wrong parent ${there.parent}`
        : there.vlan !== vlan
          ? `is a VLAN bridge for the wrong VLAN ${there.vlan}`
          : undefined;
  if (fact) throw errors.make("vsctl/may-exist-other", { name, parent, vlan, fact });
}

function addReal({ draft, net, watch }: Call, name: string): void {
  const iface = draft.insert("Interface", { name: text(name), type: text("internal") });
  watch(iface);
  const port = draft.insert("Port", { name: text(name), interfaces: text(iface) });
  const bridge = draft.insert("Bridge", { name: text(name), ports: text(port) });
  net.attach("Open_vSwitch", net.root(), "bridges", bridge);
}

function addFake({ draft, net, watch }: Call, name: string, parentName: string, vlan: number): void {
  const parent = net.findBridge(parentName);
  if (parent?.parent !== undefined) throw errors.make("vsctl/fake-parent", {});
  if (!parent) throw errors.make("vsctl/no-parent", { name: parentName });
  const child = net.children(parent).find((bridge) => bridge.vlan === vlan);
  if (child) throw errors.make("vsctl/vlan-taken", { name: parentName, child: child.name, vlan });
  const iface = draft.insert("Interface", { name: text(name), type: text("internal") });
  watch(iface);
  const port = draft.insert("Port", {
    name: text(name),
    interfaces: text(iface),
    fake_bridge: setDatum([true]),
    tag: setDatum([vlan]),
  });
  net.attach("Bridge", parent.row, "ports", port);
}

export const delBr = verb({
  name: "del-br",
  args: "BRIDGE",
  arity: [1, 1],
  flags: IF_EXISTS,
  syntax: "!BRIDGE",
  topic: "Bridges",
  summary: "delete a bridge with all its ports, and the fake bridges on it",
  before: ({ net, args }) => net.hint({ bridges: args }),
  run({ draft, net, args: [name = ""], flags }) {
    const bridge = flags.has("if-exists") ? net.findBridge(name) : net.bridge(name);
    if (!bridge) return;
    if (bridge.fakePort !== undefined) {
      for (const port of net.portsOf(bridge)) net.deletePort(port);
      return;
    }
    net.detach("Open_vSwitch", net.root(), "bridges", bridge.row);
    draft.fell("Bridge", bridge.row);
  },
});

export const listBr = verb({
  name: "list-br",
  args: "",
  arity: [0, 0],
  flags: { real: { summary: "real bridges only" }, fake: { summary: "fake bridges only" } },
  syntax: "",
  topic: "Bridges",
  summary: "print the names of all bridges",
  before: ({ net, draft }) => {
    net.hint({});
    draft.store.hint("Bridge", ALL, ["name"]);
  },
  run({ net, flags, print }) {
    const [real, fake] = [flags.has("real"), flags.has("fake")];
    const wanted = (bridge: BridgeView) => real === fake || real === (bridge.parent === undefined);
    const names = net
      .bridges()
      .filter(wanted)
      .map((bridge) => bridge.name);
    for (const name of names.sort()) print(`${name}\n`);
  },
});

export const brExists = verb({
  name: "br-exists",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Bridges",
  summary: "exit with status 2 if there is no such bridge",
  before: hintBridge,
  run({ net, args: [name = ""] }) {
    if (!net.findBridge(name)) throw new Quit(2);
  },
});

export const brToVlan = verb({
  name: "br-to-vlan",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Bridges",
  summary: "print the VLAN of a fake bridge; 0 for a real one",
  before: hintBridge,
  run: ({ net, args: [name = ""], print }) => print(`${net.bridge(name).vlan}\n`),
});

export const brToParent = verb({
  name: "br-to-parent",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Bridges",
  summary: "print the bridge that a fake bridge stands on; a real one is its own",
  before: hintBridge,
  run({ net, args: [name = ""], print }) {
    const bridge = net.bridge(name);
    print(`${bridge.parent ?? bridge.name}\n`);
  },
});

/** Where a bridge keeps its external IDs, and what comes before their keys there. */
function idHome(bridge: BridgeView) {
  return bridge.fakePort === undefined
    ? { table: "Bridge", row: bridge.row, prefix: "" }
    : { table: "Port", row: bridge.fakePort, prefix: "fake-bridge-" };
}

export const brSetExternalId = verb({
  name: "br-set-external-id",
  args: "BRIDGE KEY [VALUE]",
  arity: [2, 3],
  syntax: "!BRIDGE !KEY ?VALUE",
  topic: "Bridges",
  summary: "set an external ID of a bridge; without VALUE remove it",
  before: hintBridge,
  run({ draft, net, args: [name = "", key = "", value] }) {
    const { table, row, prefix } = idHome(net.bridge(name));
    if (value === undefined) draft.drop(table, row, "external_ids", prefix + key);
    else draft.put(table, row, "external_ids", mapDatum([[prefix + key, value]]));
  },
});

export const brGetExternalId = verb({
  name: "br-get-external-id",
  args: "BRIDGE [KEY]",
  arity: [1, 2],
  syntax: "!BRIDGE ?KEY",
  topic: "Bridges",
  summary: "print an external ID of a bridge, or all",
  before: hintBridge,
  run({ draft, net, args: [name = "", key], print }) {
    const { table, row, prefix } = idHome(net.bridge(name));
    const ids = draft.get(table, row, "external_ids");
    for (const [at, id] of ids.keys.entries()) {
      const short = String(id).slice(prefix.length);
      if (!String(id).startsWith(prefix)) continue;
      if (key === undefined) print(`${short}=${ids.values?.[at]}\n`);
      else if (key === short) print(`${ids.values?.[at]}\n`);
    }
  },
});
