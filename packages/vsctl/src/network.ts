// Bridges, ports and interfaces as ovs-vsctl(8) shows them: a port with `fake_bridge` is a bridge of its own for the
// ports of its VLAN.
import { atomDatum, type Datum, type Uuid } from "@vswitch/core/ovsdb";
import type { Draft } from "./draft.ts";
import { errors } from "./errors.ts";
import { ALL, Miss, where } from "./store.ts";

/** A bridge as commands name it, real or fake (a VLAN of another). */
export interface BridgeView {
  readonly name: string;
  /** The row of the bridge, or of the parent when it is a fake one. */
  readonly row: Uuid;
  /** The port that makes a fake bridge; undefined for a real one. */
  readonly fakePort?: Uuid;
  readonly parent?: string;
  /** 802.1Q VLAN of a fake bridge, 0…4095; 0 for a real one. */
  readonly vlan: number;
}

/** A port with the bridge, real or fake, that commands find it on. */
export interface PortView {
  readonly name: string;
  readonly row: Uuid;
  readonly bridge: BridgeView;
}

/** An interface with its port. */
export interface IfaceView {
  readonly name: string;
  readonly row: Uuid;
  readonly port: PortView;
}

/** What tells a bridge; its ports are many, so they are read by those commands alone that name all of them. */
const BRIDGE = ["name"];
const PORT = ["name", "fake_bridge", "tag", "interfaces"];
/** Above so many rows by UUID it is cheaper to read the whole table. */
const MANY = 1000;
/** Above so many look-ups of a bridge's ports it is cheaper to read them. */
const FEW = 64;

/** Bridges, ports and interfaces of a draft, by name. */
export class Network {
  constructor(readonly draft: Draft) {}

  /** Asks in advance for all that look-ups of these names will read. */
  hint(names: {
    readonly bridges?: readonly string[];
    /** Whether all ports of these bridges are looked at. */
    readonly contents?: boolean;
    readonly ports?: readonly string[];
    readonly ifaces?: readonly string[];
    /** Names that must not be taken by anything. */
    readonly fresh?: readonly string[];
  }): void {
    const { store } = this.draft;
    const { bridges = [], ports = [], ifaces = [], fresh = [], contents = false } = names;
    const columns = contents ? [...BRIDGE, "ports"] : BRIDGE;
    for (const name of [...bridges, ...fresh]) store.hint("Bridge", where("name", "is", name), columns);
    for (const name of [...bridges, ...ports, ...fresh]) store.hint("Port", where("name", "is", name), PORT);
    for (const name of [...ifaces, ...fresh]) store.hint("Interface", where("name", "is", name), ["name"]);
    store.hint("Port", where("fake_bridge", "is", true), PORT);
    store.hint("Open_vSwitch", ALL, []);
  }

  bridges(): BridgeView[] {
    const real = this.draft.find("Bridge", ALL, BRIDGE).map((row): BridgeView => this.#real(row));
    return real.flatMap((bridge) => [bridge, ...this.children(bridge)]);
  }

  /** The fake bridges on a real one. */
  children(bridge: BridgeView): BridgeView[] {
    const { draft } = this;
    const fakes = draft.find("Port", where("fake_bridge", "is", true), PORT);
    const seen = new Set<number>();
    return this.#among(bridge.row, fakes).flatMap((row): BridgeView[] => {
      const vlan = this.#vlan(row);
      if (vlan === undefined || seen.has(vlan)) return [];
      seen.add(vlan);
      return [{ name: draft.text("Port", row, "name"), row: bridge.row, fakePort: row, parent: bridge.name, vlan }];
    });
  }

  findBridge(name: string): BridgeView | undefined {
    const [row] = this.draft.find("Bridge", where("name", "is", name), BRIDGE);
    if (row !== undefined) return this.#real(row);
    const [port] = this.draft.find("Port", where("name", "is", name), PORT);
    if (port === undefined || this.draft.atom("Port", port, "fake_bridge") !== true) return undefined;
    const parent = this.#holder(port);
    return parent && this.children(parent).find((child) => child.fakePort === port);
  }

  bridge(name: string): BridgeView {
    const found = this.findBridge(name);
    if (!found) throw errors.make("vsctl/no-bridge", { name });
    return found;
  }

  /** As `bridge`, of real ones only. */
  realBridge(name: string): BridgeView {
    const found = this.bridge(name);
    if (found.fakePort !== undefined) throw errors.make("vsctl/fake-bridge", { name });
    return found;
  }

  /** A port by name; `local` also those that bear their bridge's name. */
  findPort(name: string, local = false): PortView | undefined {
    const [row] = this.draft.find("Port", where("name", "is", name), PORT);
    const port = row === undefined ? undefined : this.#port(row);
    return port && (local || port.name !== port.bridge.name) ? port : undefined;
  }

  port(name: string): PortView {
    const found = this.findPort(name);
    if (!found) throw errors.make("vsctl/no-port", { name });
    return found;
  }

  findIface(name: string, local = false): IfaceView | undefined {
    const [row] = this.draft.find("Interface", where("name", "is", name), ["name"]);
    if (row === undefined) return undefined;
    const [holder] = this.draft.find("Port", where("interfaces", "has", row), PORT);
    const port = holder === undefined ? undefined : this.#port(holder);
    return port && (local || name !== port.bridge.name) ? { name, row, port } : undefined;
  }

  iface(name: string): IfaceView {
    const found = this.findIface(name);
    if (!found) throw errors.make("vsctl/no-iface", { name });
    return found;
  }

  /** The ports of a bridge, by name; those of its fake bridges are not its own. `more`: columns to read with them. */
  portsOf(bridge: BridgeView, more: readonly string[] = []): PortView[] {
    const { draft } = this;
    const parent = this.#real(bridge.row);
    const byVlan = new Map(this.children(parent).map((child) => [child.vlan, child]));
    const rows = this.#portRows(bridge, ["name", ...(byVlan.size ? ["tag"] : []), ...more]);
    const ports = rows.map((row): PortView => {
      const vlan = byVlan.size ? this.#vlan(row) : undefined;
      const owner = (vlan === undefined ? undefined : byVlan.get(vlan)) ?? parent;
      return { name: draft.text("Port", row, "name"), row, bridge: owner };
    });
    return byName(ports.filter((port) => port.bridge.name === bridge.name));
  }

  /** The ports of a real bridge, or those of the VLAN of a fake one. */
  #portRows({ row, fakePort, vlan }: BridgeView, columns: readonly string[]): Uuid[] {
    if (fakePort !== undefined) return this.#among(row, this.draft.find("Port", where("tag", "is", vlan), columns));
    const rows = this.draft.get("Bridge", row, "ports").keys.map(String);
    this.#hintRows("Port", rows, columns);
    return rows;
  }

  /** Those of `ports` that are on the bridge of that row. */
  #among(bridge: Uuid, ports: readonly Uuid[]): Uuid[] {
    const { draft } = this;
    if (ports.length <= FEW) return each(ports, (port) => (draft.holds("Bridge", bridge, "ports", port) ? [port] : []));
    const held = new Set(draft.get("Bridge", bridge, "ports").keys);
    return ports.filter((port) => held.has(port));
  }

  ifacesOf(port: PortView): IfaceView[] {
    const rows = this.draft.get("Port", port.row, "interfaces").keys.map(String);
    this.#hintRows("Interface", rows, ["name"]);
    return byName(rows.map((row) => ({ name: this.draft.text("Interface", row, "name"), row, port })));
  }

  /** The names of the interfaces of many ports. */
  ifacesOfAll(ports: readonly PortView[]): string[] {
    const rows = ports.flatMap(({ row }) => this.draft.get("Port", row, "interfaces").keys.map(String));
    this.#hintRows("Interface", rows, ["name"]);
    return rows.map((row) => this.draft.text("Interface", row, "name"));
  }

  /** @throws SwitchError when the name is taken by a bridge, a port or an interface */
  checkFree(make: string, name: string): void {
    if (this.findBridge(name)) throw errors.make("vsctl/exists", { make, kind: "a bridge", name });
    const port = this.findPort(name, true);
    if (port) throw errors.make("vsctl/exists", { make, kind: "a port", name, bridge: port.bridge.name });
    const iface = this.findIface(name, true);
    if (iface) throw errors.make("vsctl/exists", { make, kind: "an interface", name, bridge: iface.port.bridge.name });
  }

  /** Puts a new row into a column of references of a row that must still be there. */
  attach(table: string, row: Uuid, column: string, reference: Uuid): void {
    if (table !== "Open_vSwitch") this.draft.verify(table, row, "name");
    this.draft.join(table, row, column, reference);
  }

  /** Takes a row out of a column of references, where it must still be. */
  detach(table: string, row: Uuid, column: string, reference: Uuid): void {
    this.draft.verifyHeld(table, row, column, reference);
    this.draft.leave(table, row, column, reference);
  }

  /** Deletes a port with its interfaces. */
  deletePort(port: PortView): void {
    this.detach("Bridge", port.bridge.row, "ports", port.row);
    this.draft.fell("Port", port.row);
  }

  /** The only row of the Open_vSwitch table; a database without one gets it. */
  root(): Uuid {
    const [row] = this.draft.find("Open_vSwitch", ALL);
    return row ?? this.draft.insert("Open_vSwitch", {});
  }

  #real(row: Uuid): BridgeView {
    return { name: this.draft.text("Bridge", row, "name"), row, vlan: 0 };
  }

  #vlan(port: Uuid): number | undefined {
    const tag = this.draft.atom("Port", port, "tag");
    return typeof tag === "number" && tag >= 0 && tag <= 4095 ? tag : undefined;
  }

  /** The real bridge whose ports include this one. */
  #holder(port: Uuid): BridgeView | undefined {
    const [row] = this.draft.find("Bridge", where("ports", "has", port), BRIDGE);
    return row === undefined ? undefined : this.#real(row);
  }

  #port(row: Uuid): PortView | undefined {
    const holder = this.#holder(row);
    if (!holder) return undefined;
    const vlan = this.#vlan(row);
    const child = vlan === undefined ? undefined : this.children(holder).find((bridge) => bridge.vlan === vlan);
    return { name: this.draft.text("Port", row, "name"), row, bridge: child ?? holder };
  }

  #hintRows(table: string, rows: readonly Uuid[], columns: readonly string[]): void {
    const { draft } = this;
    const old = rows.filter((row) => !draft.isFresh(table, row));
    if (old.length > MANY) draft.store.hint(table, ALL, columns);
    else for (const row of old) draft.hint(table, row, columns);
  }
}

/** As flatMap; when the database is to be asked for some, all are tried first, so that it is asked but once. */
function each<A, B>(list: readonly A[], step: (item: A) => readonly B[]): B[] {
  let missing: Miss | undefined;
  const found = list.flatMap((item) => {
    try {
      return step(item);
    } catch (error) {
      if (!(error instanceof Miss)) throw error;
      missing = error;
      return [];
    }
  });
  if (missing) throw missing;
  return found;
}

function byName<T extends { readonly name: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The datum of one string. */
export const text = (value: string): Datum => atomDatum(value);
