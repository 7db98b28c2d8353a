// Who controls the switch: OpenFlow controllers, OVSDB managers, TLS, and back to a clean state.
import {
  atomDatum,
  type Datum,
  EMPTY_MAP,
  EMPTY_SET,
  lookUp,
  mapDatum,
  setDatum,
  type Uuid,
} from "@vswitch/core/ovsdb";
import { type Call, verb } from "../call.ts";
import { errors } from "../errors.ts";
import { text } from "../network.ts";
import { columnType } from "../schema.ts";
import { ALL } from "../store.ts";

const hintBridge = ({ net, args }: Call) => net.hint({ bridges: args.slice(0, 1) });
const PROBE = { "inactivity-probe": { summary: "how long a silent peer is believed alive", value: "MSECS" } };
const TARGET = /^(tcp|ssl|unix|ptcp|pssl|punix):/;

/** Makes a row for each target of a controller or manager. */
function insertTargets(call: Call, table: string, targets: readonly string[]): Uuid[] {
  const probe = call.flags.get("inactivity-probe");
  return targets.map((target) => {
    if (!TARGET.test(target)) call.warn("vsctl", `target type "${target}" is possibly erroneous`);
    const milliseconds = Number.parseInt(probe ?? "", 10) || 0;
    const values: Record<string, Datum> = { target: text(target) };
    if (probe !== undefined) values["inactivity_probe"] = setDatum([milliseconds]);
    return call.draft.insert(table, values);
  });
}

/** The targets of rows, sorted, a line each. */
function printTargets({ draft, print }: Call, table: string, rows: readonly Uuid[]): void {
  for (const row of rows) draft.hint(table, row, ["target"]);
  for (const target of rows.map((row) => draft.text(table, row, "target")).sort()) print(`${target}\n`);
}

const references = (datum: Datum): Uuid[] => datum.keys.map(String);

/** Empties a column of references and forgets the rows. */
function dropAll({ draft }: Call, table: string, row: Uuid, column: string): void {
  draft.verify(table, row, column);
  const target = columnType(table, column).key.refTable ?? "";
  for (const reference of references(draft.get(table, row, column))) draft.delete(target, reference);
  draft.set(table, row, column, EMPTY_SET);
}

export const getController = verb({
  name: "get-controller",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Controllers",
  summary: "print the OpenFlow controllers of a bridge",
  before: hintBridge,
  run(call) {
    const bridge = call.net.bridge(call.args[0] ?? "");
    printTargets(call, "Controller", references(call.draft.get("Bridge", bridge.row, "controller")));
  },
});

export const delController = verb({
  name: "del-controller",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Controllers",
  summary: "take all controllers from a bridge",
  before: hintBridge,
  run: (call) => dropAll(call, "Bridge", call.net.realBridge(call.args[0] ?? "").row, "controller"),
});

export const setController = verb({
  name: "set-controller",
  args: "BRIDGE TARGET...",
  arity: [1, Infinity],
  flags: PROBE,
  syntax: "!BRIDGE +TARGET",
  topic: "Controllers",
  summary: "give a bridge these controllers and no others",
  before: hintBridge,
  run(call) {
    const [name = "", ...targets] = call.args;
    const { row } = call.net.realBridge(name);
    dropAll(call, "Bridge", row, "controller");
    call.draft.set("Bridge", row, "controller", setDatum(insertTargets(call, "Controller", targets)));
  },
});

export const getFailMode = verb({
  name: "get-fail-mode",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Controllers",
  summary: "print what a bridge does without its controller",
  before: hintBridge,
  run({ draft, net, args: [name = ""], print }) {
    const mode = draft.text("Bridge", net.bridge(name).row, "fail_mode");
    if (mode) print(`${mode}\n`);
  },
});

export const delFailMode = verb({
  name: "del-fail-mode",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Controllers",
  summary: "forget what a bridge does without its controller",
  before: hintBridge,
  run: ({ draft, net, args: [name = ""] }) => draft.set("Bridge", net.realBridge(name).row, "fail_mode", EMPTY_SET),
});

export const setFailMode = verb({
  name: "set-fail-mode",
  args: "BRIDGE MODE",
  arity: [2, 2],
  syntax: "!BRIDGE !MODE",
  topic: "Controllers",
  summary: 'say what a bridge does without its controller: "standalone" or "secure"',
  before: hintBridge,
  run({ draft, net, args: [name = "", mode = ""] }) {
    const { row } = net.realBridge(name);
    if (mode !== "standalone" && mode !== "secure") throw errors.make("vsctl/fail-mode", {});
    draft.set("Bridge", row, "fail_mode", setDatum([mode]));
  },
});

const hintRoot =
  (...columns: string[]) =>
  ({ draft }: Call) =>
    draft.store.hint("Open_vSwitch", ALL, columns);

export const getManager = verb({
  name: "get-manager",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "Managers",
  summary: "print the OVSDB managers",
  before({ draft }) {
    draft.store.hint("Open_vSwitch", ALL, ["manager_options"]);
    draft.store.hint("Manager", ALL, ["target"]);
  },
  run(call) {
    const rows = references(call.draft.get("Open_vSwitch", call.net.root(), "manager_options"));
    printTargets(call, "Manager", rows);
  },
});

export const delManager = verb({
  name: "del-manager",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "Managers",
  summary: "forget all managers",
  before: hintRoot("manager_options"),
  run: (call) => dropAll(call, "Open_vSwitch", call.net.root(), "manager_options"),
});

export const setManager = verb({
  name: "set-manager",
  args: "TARGET...",
  arity: [1, Infinity],
  flags: PROBE,
  syntax: "+TARGET",
  topic: "Managers",
  summary: "have these managers and no others",
  before: hintRoot("manager_options"),
  run(call) {
    const root = call.net.root();
    dropAll(call, "Open_vSwitch", root, "manager_options");
    const rows = insertTargets(call, "Manager", call.args);
    call.draft.set("Open_vSwitch", root, "manager_options", setDatum(rows));
  },
});

const SSL_COLUMNS = ["private_key", "certificate", "ca_cert", "bootstrap_ca_cert"];
const hintSsl = ({ draft }: Call) => {
  draft.store.hint("Open_vSwitch", ALL, ["ssl"]);
  draft.store.hint("SSL", ALL, SSL_COLUMNS);
};

export const getSsl = verb({
  name: "get-ssl",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "TLS",
  summary: "print the files of the switch's own key and certificates",
  before: hintSsl,
  run({ draft, net, print }) {
    const [ssl] = references(draft.get("Open_vSwitch", net.root(), "ssl"));
    if (ssl === undefined) return;
    print(`Private key: ${draft.text("SSL", ssl, "private_key")}\n`);
    print(`Certificate: ${draft.text("SSL", ssl, "certificate")}\n`);
    print(`CA Certificate: ${draft.text("SSL", ssl, "ca_cert")}\n`);
    print(`Bootstrap: ${draft.text("SSL", ssl, "bootstrap_ca_cert")}\n`);
  },
});

export const delSsl = verb({
  name: "del-ssl",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "TLS",
  summary: "forget the switch's own key and certificates",
  before: hintSsl,
  run: (call) => dropAll(call, "Open_vSwitch", call.net.root(), "ssl"),
});

export const setSsl = verb({
  name: "set-ssl",
  args: "PRIVATE-KEY CERTIFICATE CA-CERT",
  arity: [3, 3],
  flags: { bootstrap: { summary: "take the CA certificate from the first peer when the file is not there" } },
  syntax: "!PRIVATE-KEY !CERTIFICATE !CA-CERT",
  topic: "TLS",
  summary: "say which key and certificates the switch uses",
  before: hintSsl,
  run(call) {
    const { draft, net, flags } = call;
    const [key = "", certificate = "", ca = ""] = call.args;
    const root = net.root();
    dropAll(call, "Open_vSwitch", root, "ssl");
    const ssl = draft.insert("SSL", {
      private_key: text(key),
      certificate: text(certificate),
      ca_cert: text(ca),
      bootstrap_ca_cert: atomDatum(flags.has("bootstrap")),
    });
    draft.set("Open_vSwitch", root, "ssl", setDatum([ssl]));
  },
});

/** What `emer-reset` empties, by table. */
const RESET: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ["Open_vSwitch", ["manager_options", "ssl"]],
  ["Bridge", ["controller", "fail_mode", "mirrors", "netflow", "sflow", "ipfix", "flood_vlans"]],
  ["Port", ["other_config"]],
  ["Interface", ["ingress_policing_rate", "ingress_policing_burst"]],
];
const FORGOTTEN = ["Mirror", "Controller", "Manager", "NetFlow", "sFlow", "IPFIX", "Flow_Sample_Collector_Set", "SSL"];

export const emerReset = verb({
  name: "emer-reset",
  args: "",
  arity: [0, 0],
  syntax: "",
  topic: "Switch",
  summary: "take away controllers, managers, TLS, mirrors, flow export and other_config",
  before({ draft }) {
    for (const [table, columns] of RESET) draft.store.hint(table, ALL, columns);
    draft.store.hint("Bridge", ALL, ["other_config"]);
    for (const table of FORGOTTEN) draft.store.hint(table, ALL, []);
  },
  run({ draft }) {
    for (const [table, columns] of RESET) {
      for (const row of draft.find(table, ALL, columns)) {
        for (const column of columns) draft.set(table, row, column, empty(table, column));
      }
    }
    for (const row of draft.find("Bridge", ALL, ["other_config"])) {
      const hwaddr = lookUp(draft.get("Bridge", row, "other_config"), "hwaddr");
      draft.set("Bridge", row, "other_config", hwaddr === undefined ? EMPTY_MAP : mapDatum([["hwaddr", hwaddr]]));
    }
    for (const table of FORGOTTEN) for (const row of draft.find(table, ALL)) draft.delete(table, row);
  },
});

function empty(table: string, column: string): Datum {
  const type = columnType(table, column);
  if (type.value) return EMPTY_MAP;
  return type.min === 0 ? EMPTY_SET : atomDatum(0);
}
