import type { Json } from "#jsonrpc";
import { type Clock, vlog } from "#lib";
import type { SslFiles } from "#stream";
import type { ActualBridge, ActualInterface } from "./actual.ts";
import { Applier, type BridgeDeps } from "./apply.ts";
import { type DesiredBridge, desiredBridge, desiredDaemon, statisticsInterval } from "./desired.ts";
import { diff } from "./diff.ts";
import type { Rows, RowView } from "./rows.ts";
import {
  bridgeStatus,
  controllerStatus,
  interfaceStatistics,
  interfaceStatus,
  peerError,
  type RowStatus,
  StatusMemory,
  updateOperation,
} from "./status.ts";

const log = vlog("bridge");

/** Where the configuration comes from and the status goes. */
export interface ConfigStore {
  readonly rows: Rows;
  /** Whoever writes it may name any file of the host as a controller's socket. */
  readonly isTrusted?: boolean;
  /** Resolves when the server has answered; the reply's error, if any, is the store's to log. */
  transact(operations: readonly Json[]): Promise<boolean>;
}

/** A row that changed, by table; what it hangs on is found by what was last read. */
export interface ChangedRow {
  readonly table: string;
  readonly uuid: string;
}

/** What a reconciler works with: time, the database on one side, what makes switches and devices on the other. */
export interface ReconcilerDeps extends Omit<BridgeDeps, "deviceChanged"> {
  readonly clock: Clock;
  readonly store: ConfigStore;
  /** What the one row of Open_vSwitch is told once: datapath_types, iface_types, dpdk_initialized, … */
  readonly facts: Readonly<Record<string, Json>>;
  /** Told after each pass, before the database is, of Open_vSwitch's other_config. */
  readonly applied?: (other: ReadonlyMap<string, string>) => void;
}

/**
 * Keeps the switches as the database wants them: reads what changed, diffs it against what was applied, applies it, and
 * writes back what came of it. One pass at a time; what changes meanwhile waits for the next. The cost of a pass is that
 * of the bridges that changed.
 */
export class Reconciler {
  readonly #applier: Applier;
  readonly #memory = new StatusMemory();
  #applied = new Map<string, DesiredBridge>();
  /** Bridge name by the UUID of each row that hangs on it. */
  readonly #owner = new Map<string, string>();
  readonly #dirty = new Set<string>();
  /** Bridges for whose ports a device may have come. */
  readonly #reopen = new Set<string>();
  #everything = true;
  #pass: Promise<void> | undefined;
  #again = false;
  readonly #statusDue = new Set<string>();

  constructor(private readonly deps: ReconcilerDeps) {
    this.#applier = new Applier({ ...deps, deviceChanged: (bridge) => this.#statusChanged(bridge) });
    this.#paceStatistics(statisticsInterval(undefined));
  }

  #interval = 0;
  #statisticsTimer: Disposable | undefined;
  #paceStatistics(interval: number): void {
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.#statisticsTimer?.[Symbol.dispose]();
    this.#statisticsTimer = this.deps.clock.every(interval, () => void this.#writeStatistics());
  }

  /** Keys of SSL connections as the database names them now; undefined: it names none. */
  ssl(): SslFiles | undefined {
    const { rows } = this.deps.store;
    const [uuid] = this.#root()?.refs("ssl") ?? [];
    const row = uuid === undefined ? undefined : rows.row("SSL", uuid);
    return (
      row && {
        privateKey: row.text("private_key"),
        certificate: row.text("certificate"),
        caCert: row.text("ca_cert"),
        bootstrap: row.flag("bootstrap_ca_cert") === true,
      }
    );
  }

  get bridges(): ReadonlyMap<string, ActualBridge> {
    return this.#applier.bridges;
  }

  /** Rows changed in the database; undefined: all of it may have. Resolves when it is applied and written back. */
  changed(rows?: Iterable<ChangedRow>): Promise<void> {
    if (!rows) this.#everything = true;
    else for (const row of rows) this.#note(row);
    return this.#run();
  }

  /** A device of that name came to be; undefined: any may have. */
  async deviceAppeared(name: string | undefined): Promise<void> {
    const waiting = this.#applier.waitingFor(name);
    if (waiting.length === 0) return;
    for (const bridge of waiting) this.#reopen.add(bridge);
    await this.#run();
  }

  /**
   * Takes an interface's port away as someone would who does not ask the database: it comes back when the configuration
   * changes next.
   */
  async takePort(bridge: string, name: string): Promise<void> {
    await this.#pass;
    await this.#applier.portTaken(bridge, name);
  }

  /** The database may have lost what it was told (it keeps no state of devices in its file): all is told again. */
  retell(): void {
    this.#memory.clear();
    for (const name of this.bridges.keys()) this.#statusDue.add(name);
  }

  /** The Controller rows of a bridge may have news. */
  controllersChanged(bridge: string): void {
    this.#statusChanged(bridge);
  }

  /** Takes every bridge down: `exit --cleanup`. */
  async destroyAll(): Promise<void> {
    await this.#pass;
    for (const name of [...this.bridges.keys()]) await this.#applier.apply({ do: "delete-bridge", bridge: name });
  }

  #disposed = false;
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#statisticsTimer?.[Symbol.dispose]();
  }

  #note({ table, uuid }: ChangedRow): void {
    if (table === "Open_vSwitch") return;
    const owner =
      this.#owner.get(uuid) ??
      (table === "Bridge" ? this.deps.store.rows.row("Bridge", uuid)?.text("name") : undefined);
    if (owner !== undefined) this.#dirty.add(owner);
  }

  #run(): Promise<void> {
    if (this.#pass) {
      this.#again = true;
      return this.#pass;
    }
    this.#pass = (async () => {
      try {
        do {
          this.#again = false;
          await this.#once();
        } while (this.#again);
      } finally {
        this.#pass = undefined;
      }
    })();
    return this.#pass;
  }

  #root(): RowView | undefined {
    for (const row of this.deps.store.rows.rows("Open_vSwitch")) return row;
    return undefined;
  }

  async #once(): Promise<void> {
    const root = this.#root();
    if (!root) return;
    const nextCfg = root.integer("next_cfg") ?? 0;
    this.deps.ofproto.configure(desiredDaemon(this.deps.store.rows, root));
    this.#paceStatistics(statisticsInterval(root));
    const { before, after } = this.#plan(root);
    const back = [...this.#reopen];
    this.#reopen.clear();
    this.#applier.beginPass();
    await this.#applier.restore();
    for (const desired of after.values()) await this.#applier.claimNumbers(desired);
    for (const change of diff(before, after)) await this.#applier.apply(change);
    for (const desired of after.values()) this.#applier.follow(desired);
    for (const name of back) await this.#applier.reopen(name);
    const touched = new Set([...before.keys(), ...after.keys(), ...back]);
    await this.#applier.retry([...this.bridges.keys()].filter((name) => touched.has(name) || this.#hasFailed(name)));
    for (const name of touched) {
      this.#applier.settle(name);
      for (const line of after.get(name)?.advice ?? []) log.err(line);
      this.#statusDue.add(name);
      const made = this.bridges.get(name)?.switch;
      if (made) made.onControllerChange = () => this.#statusChanged(name);
    }
    this.deps.applied?.(root.map("other_config"));
    await this.#writeStatus(root, nextCfg);
  }

  /** What was applied and what is wanted, of those bridges that may differ. */
  #plan(root: RowView): { before: Map<string, DesiredBridge>; after: Map<string, DesiredBridge> } {
    const { rows } = this.deps.store;
    const before = new Map<string, DesiredBridge>();
    const after = new Map<string, DesiredBridge>();
    const listed = new Set<string>();
    for (const uuid of root.refs("bridges")) {
      const row = rows.row("Bridge", uuid);
      const name = row?.text("name");
      if (!row || name === undefined) continue;
      listed.add(name);
      if (!this.#everything && !this.#dirty.has(name) && this.#applied.has(name)) continue;
      after.set(name, this.#read(row));
    }
    for (const name of after.keys()) {
      const old = this.#applied.get(name);
      if (old) before.set(name, old);
    }
    for (const [name, old] of this.#applied) if (!listed.has(name)) before.set(name, old);
    for (const [name, old] of before) if (!after.has(name)) this.#forget(old);
    for (const [name, desired] of after) this.#applied.set(name, desired);
    this.#everything = false;
    this.#dirty.clear();
    return { before, after };
  }

  #read(row: RowView): DesiredBridge {
    const { rows, isTrusted } = this.deps.store;
    const desired = desiredBridge(rows, row, isTrusted);
    const old = this.#applied.get(desired.name);
    if (old) for (const uuid of uuidsOf(old)) this.#owner.delete(uuid);
    for (const uuid of [...uuidsOf(desired), ...row.refs("mirrors"), ...row.refs("flow_tables")])
      this.#owner.set(uuid, desired.name);
    if (old) for (const uuid of uuidsOf(old)) if (!this.#owner.has(uuid)) this.#memory.forget(uuid);
    return desired;
  }

  #forget(old: DesiredBridge): void {
    this.#applied.delete(old.name);
    for (const uuid of uuidsOf(old)) {
      this.#owner.delete(uuid);
      this.#memory.forget(uuid);
    }
  }

  #hasFailed(name: string): boolean {
    const bridge = this.bridges.get(name);
    if (!bridge) return false;
    if (!bridge.switch) return true;
    for (const { ofport } of bridge.interfaces.values()) if (ofport === undefined) return true;
    return false;
  }

  #interfaceStatus(bridge: ActualBridge, actual: ActualInterface): RowStatus {
    return interfaceStatus(bridge, actual, peerError(this.bridges.values(), bridge, actual));
  }

  /** Patch ports of all bridges: the other end of each may have come or gone. */
  *#patchStatus(): Generator<RowStatus> {
    for (const bridge of this.bridges.values()) {
      for (const actual of bridge.interfaces.values()) {
        if (actual.type === "patch" && actual.desired.uuid !== "") yield this.#interfaceStatus(bridge, actual);
      }
    }
  }

  *#statusOf(bridge: ActualBridge): Generator<RowStatus> {
    yield bridgeStatus(bridge);
    for (const actual of bridge.interfaces.values()) {
      if (actual.desired.uuid === "") continue;
      yield this.#interfaceStatus(bridge, actual);
      if (actual.ofport !== undefined && !this.#memory.knows(actual.desired.uuid, "statistics"))
        yield interfaceStatistics(actual);
    }
    yield* controllerRows(bridge);
  }

  async #writeStatus(root: RowView | undefined, nextCfg: number | undefined): Promise<void> {
    const rows: RowStatus[] = [];
    for (const name of this.#statusDue) {
      const bridge = this.bridges.get(name);
      if (bridge) rows.push(...this.#statusOf(bridge));
    }
    this.#statusDue.clear();
    if (root) {
      const configured = nextCfg === undefined ? {} : { cur_cfg: nextCfg };
      const columns = { ...this.deps.facts, ...configured };
      rows.push(...this.#patchStatus(), { table: "Open_vSwitch", uuid: root.uuid, columns });
    }
    await this.#tell(rows);
  }

  /** Writes what rows were not told yet. What could not be written is told again at the next occasion. */
  async #tell(rows: Iterable<RowStatus>): Promise<void> {
    const operations: Json[] = [];
    const told: string[] = [];
    for (const status of rows) {
      const news = this.#memory.news(status);
      if (!news) continue;
      operations.push(updateOperation(status.table, status.uuid, news));
      told.push(status.uuid);
    }
    if (operations.length === 0 || this.#disposed) return;
    if (!(await this.deps.store.transact(operations))) for (const uuid of told) this.#memory.forget(uuid);
  }

  #statusTimer: Disposable | undefined;
  /** Something outside the configuration changed; a burst of such changes is written once. */
  #statusChanged(bridge: string): void {
    this.#statusDue.add(bridge);
    this.#statusTimer ??= this.deps.clock.after(0, () => {
      this.#statusTimer = undefined;
      void this.#writeStatus(undefined, undefined);
    });
  }

  async #writeStatistics(): Promise<void> {
    const rows: RowStatus[] = [];
    for (const bridge of this.bridges.values()) {
      for (const actual of bridge.interfaces.values()) {
        const { desired, ofport } = actual;
        if (desired.uuid !== "" && ofport !== undefined) rows.push(interfaceStatistics(actual));
      }
      // Devices tell of their changes by themselves; of connections the time in a state grows too.
      rows.push(...controllerRows(bridge));
    }
    await this.#tell(rows);
    await this.#writeStatus(undefined, undefined);
  }
}

function* controllerRows({ desired, switch: made }: ActualBridge): Generator<RowStatus> {
  if (desired.controllers.length === 0) return;
  const connections = new Map(made?.controllers().map((status) => [status.target, status]));
  for (const { uuid, config } of desired.controllers) yield controllerStatus(uuid, connections.get(config.target));
}

function* uuidsOf(desired: DesiredBridge): Generator<string> {
  yield desired.uuid;
  for (const port of desired.ports) {
    yield port.uuid;
    for (const { uuid } of port.interfaces) yield uuid;
  }
  for (const { uuid } of desired.controllers) yield uuid;
}
