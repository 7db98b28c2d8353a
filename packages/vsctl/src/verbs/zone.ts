// Conntrack zones and their timeouts, datapath capabilities, and Auto-Attach mappings.
import { type Atom, lookUp, mapDatum, setDatum, type Uuid } from "@vswitch/core/ovsdb";
import { type Call, verb } from "../call.ts";
import { errors } from "../errors.ts";
import { text } from "../network.ts";
import { ALL } from "../store.ts";

const hintDatapaths = ({ draft }: Call) => {
  draft.store.hint("Open_vSwitch", ALL, ["datapaths"]);
  draft.store.hint("Datapath", ALL, ["ct_zones", "capabilities"]);
};

/** The row of a datapath type, "system" or "netdev". */
function datapath({ draft, net }: Call, name: string): Uuid | undefined {
  const row = lookUp(draft.get("Open_vSwitch", net.root(), "datapaths"), name);
  return row === undefined ? undefined : String(row);
}

/** The number in "zone=N". */
function zoneNumber(argument: string): number {
  const [, digits] = /^zone=(\d+)/.exec(argument) ?? [];
  if (digits === undefined) throw errors.make("vsctl/bad-number", { value: argument });
  return Number(digits);
}

export const addZoneTp = verb({
  name: "add-zone-tp",
  args: "DATAPATH zone=ZONE KEY=SECONDS...",
  arity: [3, Infinity],
  flags: { "may-exist": { summary: "give a zone that is there the new timeouts" } },
  syntax: "",
  topic: "Conntrack",
  summary: "set the connection timeouts of a conntrack zone",
  before: hintDatapaths,
  run(call) {
    const { draft, flags } = call;
    const [name = "", zoneText = "", ...policies] = call.args;
    const row = datapath(call, name);
    if (row === undefined) throw errors.make("vsctl/no-datapath", { name });
    const zone = zoneNumber(zoneText);
    const there = lookUp(draft.get("Datapath", row, "ct_zones"), zone);
    if (there !== undefined && !flags.has("may-exist")) throw errors.make("vsctl/zone-exists", { zone });
    const timeouts = new Map<Atom, Atom>();
    for (const policy of policies) {
      const [, key = policy, value = ""] = /^([^=]*)=(.*)$/s.exec(policy) ?? [];
      timeouts.set(key, Number.parseInt(value, 10) || 0);
    }
    if (!timeouts.size) throw errors.make("vsctl/no-policy", {});
    const policy = draft.insert("CT_Timeout_Policy", { timeouts: mapDatum(timeouts) });
    if (there !== undefined) {
      draft.set("CT_Zone", String(there), "timeout_policy", setDatum([policy]));
      return;
    }
    const fresh = draft.insert("CT_Zone", { timeout_policy: setDatum([policy]) });
    draft.put("Datapath", row, "ct_zones", mapDatum([[zone, fresh]]));
  },
});

export const delZoneTp = verb({
  name: "del-zone-tp",
  args: "DATAPATH zone=ZONE",
  arity: [2, 2],
  flags: { "if-exists": { summary: "do nothing if it is not there" } },
  syntax: "",
  topic: "Conntrack",
  summary: "forget the connection timeouts of a conntrack zone",
  before: hintDatapaths,
  run(call) {
    const { draft, flags } = call;
    const [name = "", zoneText = ""] = call.args;
    const row = datapath(call, name);
    if (row === undefined) throw errors.make("vsctl/no-datapath", { name });
    const zone = zoneNumber(zoneText);
    const there = lookUp(draft.get("Datapath", row, "ct_zones"), zone) !== undefined;
    if (there) draft.drop("Datapath", row, "ct_zones", zone);
    else if (!flags.has("if-exists")) throw errors.make("vsctl/no-zone", { zone });
  },
});

export const listZoneTp = verb({
  name: "list-zone-tp",
  args: "DATAPATH",
  arity: [1, 1],
  syntax: "",
  topic: "Conntrack",
  summary: "print the connection timeouts of all zones",
  before: hintDatapaths,
  run(call) {
    const { draft, print } = call;
    const [name = ""] = call.args;
    const row = datapath(call, name);
    if (row === undefined) throw errors.make("vsctl/datapath-record", { name });
    const zones = draft.get("Datapath", row, "ct_zones");
    for (const [at, zone] of zones.keys.entries()) {
      const policy = draft.atom("CT_Zone", String(zones.values?.[at]), "timeout_policy");
      print(`Zone:${zone}, Timeout Policies: ${policyText(call, policy)}\n`);
    }
  },
});

function policyText({ draft }: Call, policy: Atom | undefined): string {
  if (policy === undefined) return "system default";
  const timeouts = draft.get("CT_Timeout_Policy", String(policy), "timeouts");
  return timeouts.keys.map((key, i) => `${key}=${timeouts.values?.[i]}`).join(" ");
}

/** A zone's number, or "default". @throws SwitchError for anything else */
function limitedZone(value: string): number | "default" {
  if (value === "default") return value;
  const zone = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(zone <= 0xffff)) throw errors.make("vsctl/bad-zone", { value });
  return zone;
}

const limitedDatapath = (call: Call, name: string): Uuid => {
  const row = datapath(call, name);
  if (row === undefined) throw errors.make("vsctl/no-datapath", { name });
  return row;
};

export const setZoneLimit = verb({
  name: "set-zone-limit",
  args: "DATAPATH ZONE LIMIT",
  arity: [3, 3],
  syntax: "",
  topic: "Conntrack",
  summary: 'limit how many connections a conntrack zone has; ZONE "default" is all others (schema 8.5.0 or later)',
  before: hintDatapaths,
  run(call) {
    const { draft } = call;
    const [name = "", zoneText = "", limitText = ""] = call.args;
    const row = limitedDatapath(call, name);
    const zone = limitedZone(zoneText);
    if (!/^\d+$/.test(limitText) || Number(limitText) > 0xffff_ffff) {
      throw errors.make("vsctl/bad-limit", { value: limitText });
    }
    const limit = setDatum([Number(limitText)]);
    if (zone === "default") return draft.set("Datapath", row, "ct_zone_default_limit", limit);
    const there = lookUp(draft.get("Datapath", row, "ct_zones"), zone);
    if (there !== undefined) return draft.set("CT_Zone", String(there), "limit", limit);
    draft.put("Datapath", row, "ct_zones", mapDatum([[zone, draft.insert("CT_Zone", { limit })]]));
  },
});

export const delZoneLimit = verb({
  name: "del-zone-limit",
  args: "DATAPATH ZONE",
  arity: [2, 2],
  flags: { "if-exists": { summary: "do nothing if there is no limit" } },
  syntax: "",
  topic: "Conntrack",
  summary: 'take the limit of a conntrack zone, or the "default" one, away (schema 8.5.0 or later)',
  before: hintDatapaths,
  run(call) {
    const { draft, flags } = call;
    const [name = "", zoneText = ""] = call.args;
    const row = limitedDatapath(call, name);
    const zone = limitedZone(zoneText);
    const home = zone === "default" ? row : lookUp(draft.get("Datapath", row, "ct_zones"), zone);
    const [table, column] = zone === "default" ? ["Datapath", "ct_zone_default_limit"] : ["CT_Zone", "limit"];
    if (home === undefined || draft.atom(table, String(home), column) === undefined) {
      if (flags.has("if-exists")) return;
      throw errors.make("vsctl/no-limit", { zone });
    }
    draft.set(table, String(home), column, setDatum([]));
    const idle = zone !== "default" && draft.atom("CT_Zone", String(home), "timeout_policy") === undefined;
    if (idle) draft.drop("Datapath", row, "ct_zones", zone);
  },
});

export const listZoneLimits = verb({
  name: "list-zone-limits",
  args: "DATAPATH",
  arity: [1, 1],
  syntax: "",
  topic: "Conntrack",
  summary: "print the limits of all conntrack zones (schema 8.5.0 or later)",
  before: hintDatapaths,
  run(call) {
    const { draft, print } = call;
    const row = limitedDatapath(call, call.args[0] ?? "");
    const usual = draft.atom("Datapath", row, "ct_zone_default_limit");
    if (usual !== undefined) print(`Default, Limit: ${usual}\n`);
    const { keys, values } = draft.get("Datapath", row, "ct_zones");
    for (const [at, zone] of keys.entries()) {
      const limit = draft.atom("CT_Zone", String(values?.[at]), "limit");
      if (limit !== undefined) print(`Zone: ${zone}, Limit: ${limit}\n`);
    }
  },
});

export const listDpCap = verb({
  name: "list-dp-cap",
  args: "DATAPATH",
  arity: [1, 1],
  syntax: "",
  topic: "Conntrack",
  summary: "print what a datapath can do",
  before: hintDatapaths,
  run(call) {
    const [name = ""] = call.args;
    const row = datapath(call, name);
    if (row === undefined) throw errors.make("vsctl/datapath-quoted", { name });
    const { keys, values } = call.draft.get("Datapath", row, "capabilities");
    call.print(`${keys.map((key, i) => `${key}=${values?.[i]}`).join(" ")}\n`);
  },
});

const hintBridge = ({ net, args }: Call) => net.hint({ bridges: args.slice(0, 1) });

function wholeNumber(value: string): number {
  if (!/^\s*[+-]?\d+$/.test(value)) throw errors.make("vsctl/bad-number", { value });
  return Number(value);
}

/** The row that holds a bridge's Auto-Attach settings. */
function autoAttach({ draft, net, args: [name = ""] }: Call) {
  const bridge = net.bridge(name).row;
  const row = draft.atom("Bridge", bridge, "auto_attach");
  if (row !== undefined) draft.hint("AutoAttach", String(row), ["mappings"]);
  return { bridge, row: row === undefined ? undefined : String(row) };
}

export const addAaMapping = verb({
  name: "add-aa-mapping",
  args: "BRIDGE I-SID VLAN",
  arity: [3, 3],
  syntax: "!BRIDGE !ARG !ARG",
  topic: "Auto-Attach",
  summary: "map a service ID to a VLAN",
  before: hintBridge,
  run(call) {
    const { draft } = call;
    const [isid, vlan] = [wholeNumber(call.args[1] ?? ""), wholeNumber(call.args[2] ?? "")];
    const { bridge, row } = autoAttach(call);
    const home = row ?? draft.insert("AutoAttach", {});
    if (row === undefined) draft.set("Bridge", bridge, "auto_attach", text(home));
    if (lookUp(draft.get("AutoAttach", home, "mappings"), isid) !== undefined) return;
    draft.put("AutoAttach", home, "mappings", mapDatum([[isid, vlan]]));
  },
});

export const delAaMapping = verb({
  name: "del-aa-mapping",
  args: "BRIDGE I-SID VLAN",
  arity: [3, 3],
  syntax: "!BRIDGE !ARG !ARG",
  topic: "Auto-Attach",
  summary: "take the mapping of a service ID away",
  before: hintBridge,
  run(call) {
    const { draft } = call;
    const [isid, vlan] = [wholeNumber(call.args[1] ?? ""), wholeNumber(call.args[2] ?? "")];
    const { row } = autoAttach(call);
    if (row === undefined || lookUp(draft.get("AutoAttach", row, "mappings"), isid) !== vlan) return;
    draft.drop("AutoAttach", row, "mappings", isid);
  },
});

export const getAaMapping = verb({
  name: "get-aa-mapping",
  args: "BRIDGE",
  arity: [1, 1],
  syntax: "!BRIDGE",
  topic: "Auto-Attach",
  summary: "print the mappings of a bridge",
  before: hintBridge,
  run(call) {
    const { row } = autoAttach(call);
    if (row === undefined) return;
    const { keys, values } = call.draft.get("AutoAttach", row, "mappings");
    for (const [at, isid] of keys.entries()) call.print(`${isid} ${values?.[at]}\n`);
  },
});
