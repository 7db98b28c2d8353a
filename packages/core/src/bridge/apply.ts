import { type Clock, type MacAddr, type OfPort, SwitchError, vlog } from "#lib";
import type { Netdev } from "#netdev";
import type { InterfaceConfig, OfprotoApi, SwitchConfig } from "#ofproto";
import { OFPP, PORT_END } from "#openflow";
import type { ActualBridge, ActualInterface } from "./actual.ts";
import { type DesiredBridge, type DesiredInterface, isReservedName } from "./desired.ts";
import type { Change } from "./diff.ts";
import { errors } from "./errors.ts";
import { isLocalMac } from "./mac.ts";

const log = vlog("bridge");

/** What applying a configuration needs from outside. */
export interface BridgeDeps {
  readonly clock: Clock;
  readonly ofproto: OfprotoApi;
  /** Opens the control side of a device; fails with a SwitchError whose text goes to the `error` column. */
  readonly openNetdev: (name: string, type: string, options: Readonly<Record<string, string>>) => Promise<Netdev>;
  /** Takes away a device that was made for a port, when the port goes; nothing for devices that the host has anyway. */
  readonly removeDevice: (name: string, type: string) => void;
  /** The type of device that stands in for one of the database on a datapath ("dummy-internal" for "internal" on dummies). */
  readonly effectiveType: (type: string, datapathType: string) => string;
  /** Six random octets for a bridge without an address of its own. */
  readonly randomMac: () => MacAddr;
  /** Called when the state of a bridge's device changed from outside. */
  readonly deviceChanged: (bridge: string) => void;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** Bad input ends in a column and a log line; a bug of ours goes on up. */
function expected(error: unknown): string {
  if (error instanceof SwitchError) return error.message;
  throw error;
}

/** Whether a port may have that number: OpenFlow 1.0 reserves those from OFPP_MAX on. */
const isOrdinary = (port: OfPort | undefined): boolean => port !== undefined && port > 0 && port < PORT_END;

/** The text of an interface's error column; the log is told as well, by the module that refuses. */
function refused(error: unknown, name: string): string {
  const text = expected(error);
  if (error instanceof SwitchError && error.code === "netdev/bad-options") {
    vlog("netdev_vport").err(text);
    vlog("netdev").warn(`${name}: could not set configuration (Invalid argument)`);
  } else if (error instanceof SwitchError && error.code === "netdev/bad-tunnel") {
    const { why } = error.context as { readonly why: string };
    vlog("netdev").warn(`${name}: could not set configuration (${why})`);
  } else log.warn(text);
  return text;
}

/** Carries out changes one by one. One that fails leaves its error where status finds it; the others go on. */
export class Applier {
  readonly bridges = new Map<string, ActualBridge>();
  #pass = 0;

  constructor(private readonly deps: BridgeDeps) {}

  /** Begins a pass: what fails in it is not tried again by its `retry`. */
  beginPass(): void {
    this.#pass++;
  }

  async apply(change: Change): Promise<void> {
    switch (change.do) {
      case "delete-bridge":
        return this.#deleteBridge(change.bridge);
      case "delete-interface":
        return this.#deleteInterface(change.bridge, change.interface);
      case "delete-port":
        this.bridges.get(change.bridge)?.switch?.removePort(change.port);
        return;
      case "create-bridge":
        return this.#createBridge(change.desired);
      case "change-bridge":
        return this.#changeBridge(change.desired);
      case "create-interface":
        return this.#createInterface(change.bridge, change.desired);
      case "change-interface":
        return this.#changeInterface(change.bridge, change.desired);
      case "set-port":
        this.bridges.get(change.bridge)?.switch?.setPort(change.desired.config);
        return;
      case "set-mirrors":
        this.bridges.get(change.bridge)?.switch?.setMirrors(change.desired.mirrors);
        return;
    }
  }

  /** Has bridge and interfaces stand for the rows of now: one that is the same in all but its row is no change. */
  follow(desired: DesiredBridge): void {
    const bridge = this.bridges.get(desired.name);
    if (!bridge) return;
    bridge.desired = desired;
    const members = desired.ports.flatMap(({ interfaces }) => interfaces);
    for (const member of members) {
      const actual = bridge.interfaces.get(member.name);
      if (actual) actual.desired = member;
    }
    bridge.numbers = new Map(
      members.map(({ name, uuid }) => [name, { uuid, ofport: bridge.interfaces.get(name)?.ofport }]),
    );
  }

  /** Tries again what failed before: a device may have come, a datapath may work now. */
  async retry(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      const bridge = this.bridges.get(name);
      if (!bridge) continue;
      if (!bridge.switch && bridge.triedIn !== this.#pass) await this.#createBridge(bridge.desired);
      const failed = [...bridge.interfaces.values()].filter(
        (member) => member.ofport === undefined && member.triedIn !== this.#pass,
      );
      for (const member of failed) await this.#createInterface(name, member.desired);
    }
  }

  /**
   * Gives interfaces the numbers that they now ask for: they are made anew, and so is one that has such a number without
   * having asked, after the one that asks (as Open vSwitch does).
   */
  async claimNumbers({ name, ports }: DesiredBridge): Promise<void> {
    const bridge = this.bridges.get(name);
    if (!bridge) return;
    const wanted = new Map(ports.flatMap(({ interfaces }) => interfaces).map((member) => [member.name, member]));
    for (const desired of wanted.values()) {
      const { ofportRequest } = desired;
      const ofport = bridge.interfaces.get(desired.name)?.ofport;
      if (ofport === undefined || ofport === OFPP.local || ofport === ofportRequest || !isOrdinary(ofportRequest))
        continue;
      const holder = [...bridge.interfaces.values()].find((member) => member.ofport === ofportRequest)?.desired;
      const rival = holder && wanted.get(holder.name);
      if (holder && (!rival || rival.ofportRequest === ofportRequest)) continue;
      if (rival) await this.#deleteInterface(name, rival.name);
      await this.#deleteInterface(name, desired.name);
      await this.#createInterface(name, desired);
      if (rival) await this.#createInterface(name, rival);
    }
  }

  /** Makes ports anew that were taken away from outside. */
  async restore(): Promise<void> {
    for (const [name, { interfaces }] of this.bridges)
      for (const member of [...interfaces.values()])
        if (member.taken) await this.#createInterface(name, member.desired);
  }

  /** Gives the bridge its address and datapath id, and its local port the MTU of its narrowest port. */
  settle(name: string): void {
    const bridge = this.bridges.get(name);
    if (!bridge?.switch) return;
    this.#settleAddress(bridge);
    this.#settleMtu(bridge);
  }

  async #createBridge(desired: DesiredBridge): Promise<void> {
    const bridge: ActualBridge = this.bridges.get(desired.name) ?? {
      desired,
      switch: undefined,
      mac: desired.hwaddr ?? this.deps.randomMac(),
      datapathId: 0n,
      interfaces: new Map(),
      numbers: new Map(),
      triedIn: 0,
    };
    bridge.triedIn = this.#pass;
    this.bridges.set(desired.name, bridge);
    bridge.desired = desired;
    bridge.datapathId = desired.datapathId ?? BigInt(bridge.mac);
    try {
      bridge.switch = await this.deps.ofproto.createSwitch(switchConfig(bridge));
    } catch (error) {
      log.err(`failed to create bridge ${desired.name}: ${expected(error)}`);
      return;
    }
    for (const port of desired.ports) bridge.switch.setPort(port.config);
    bridge.switch.setMirrors(desired.mirrors);
  }

  #changeBridge(desired: DesiredBridge): void {
    const bridge = this.bridges.get(desired.name);
    if (!bridge) return;
    bridge.desired = desired;
    bridge.switch?.reconfigure(switchConfig(bridge));
  }

  async #deleteBridge(name: string): Promise<void> {
    const bridge = this.bridges.get(name);
    if (!bridge) return;
    for (const member of [...bridge.interfaces.keys()]) await this.#deleteInterface(name, member);
    this.bridges.delete(name);
    if (bridge.switch) await this.deps.ofproto.destroySwitch(name);
  }

  /** Bridges with interfaces that wait for a device of that name, or of any. */
  waitingFor(device: string | undefined): string[] {
    const waits = (member: ActualInterface | undefined) =>
      member !== undefined && (member.gone || member.ofport === undefined);
    return [...this.bridges].flatMap(([name, { interfaces }]) =>
      (device === undefined ? [...interfaces.values()].some(waits) : waits(interfaces.get(device))) ? name : [],
    );
  }

  /** Gives ports whose device vanished the device that has its name now; where there is none they go on waiting. */
  async reopen(bridgeName: string): Promise<void> {
    const bridge = this.bridges.get(bridgeName);
    if (!bridge) return;
    for (const member of bridge.interfaces.values()) if (member.gone) await this.#reopen(bridge, member);
  }

  async #reopen(bridge: ActualBridge, member: ActualInterface): Promise<void> {
    const { netdev: old, watch } = member;
    try {
      await this.#open(bridge, member);
    } catch (error) {
      expected(error);
      return;
    }
    member.gone = false;
    member.resetsBefore += (old?.state().carrierResets ?? 0) + 1;
    watch?.[Symbol.dispose]();
    await old?.[Symbol.asyncDispose]();
    try {
      await bridge.switch?.reconfigureInterface(interfaceConfig(member));
    } catch (error) {
      log.warn(expected(error));
      member.gone = true;
    }
  }

  async #createInterface(bridgeName: string, desired: DesiredInterface): Promise<void> {
    const bridge = this.bridges.get(bridgeName);
    if (!bridge) return;
    const actual: ActualInterface = {
      desired,
      type: this.deps.effectiveType(desired.type, bridge.desired.config.datapathType),
      netdev: undefined,
      ofport: undefined,
      error: undefined,
      watch: undefined,
      taken: false,
      gone: false,
      resetsBefore: 0,
      triedIn: this.#pass,
    };
    bridge.interfaces.set(desired.name, actual);
    if (isReservedName(desired.name)) {
      log.warn(`could not create interface ${desired.name}, name is reserved`);
      return;
    }
    if (!bridge.switch) return;
    try {
      await this.#open(bridge, actual);
      actual.ofport = await bridge.switch.addInterface(interfaceConfig(actual, numberBefore(bridge, desired)));
      log.info(`bridge ${bridgeName}: added interface ${desired.name} on port ${shownPort(actual.ofport)}`);
    } catch (error) {
      actual.error = refused(error, desired.name);
      await this.#close(actual);
    }
  }

  async #open(bridge: ActualBridge, actual: ActualInterface): Promise<void> {
    const { desired } = actual;
    const local = desired.name === bridge.desired.name;
    try {
      actual.netdev = await this.deps.openNetdev(desired.name, actual.type, desired.options);
    } catch (error) {
      if (error instanceof SwitchError) throw error;
      throw errors.make("bridge/no-netdev", { name: desired.name, reason: messageOf(error) });
    }
    actual.watch = actual.netdev.watch((gone) => {
      actual.gone = gone;
      bridge.switch?.deviceChanged(desired.name);
      this.deps.deviceChanged(bridge.desired.name);
    });
    if (local) this.#ignoreMac(desired);
    else this.#setDevice(actual);
  }

  /** The local port's address is the bridge's to say. */
  #ignoreMac({ name, mac }: DesiredInterface): void {
    if (mac === undefined) return;
    log.err(`interface ${name}: ignoring mac in Interface record (use Bridge record to set local port's mac)`);
  }

  /** What the row asks of the device itself. A device that refuses goes on as it is. */
  #setDevice({ desired, netdev }: ActualInterface): void {
    if (!netdev) return;
    const { mac, mtu } = netdev.state();
    // of other devices the address is their own, as in Open vSwitch
    const isOurs = desired.type === "internal";
    if (isOurs && desired.mac !== undefined && desired.mac !== mac)
      this.#attempt(() => netdev.setMac(desired.mac ?? mac));
    if (desired.mtuRequest !== undefined && desired.mtuRequest !== mtu)
      this.#attempt(() => netdev.setMtu(desired.mtuRequest ?? mtu));
  }

  /** A device that refuses a change goes on as it is, with one line in the log. */
  #attempt(change: () => void): void {
    try {
      change();
    } catch (error) {
      log.warn(expected(error));
    }
  }

  async #changeInterface(bridgeName: string, desired: DesiredInterface): Promise<void> {
    const bridge = this.bridges.get(bridgeName);
    const actual = bridge?.interfaces.get(desired.name);
    if (!bridge || !actual) return;
    actual.desired = desired;
    if (actual.ofport === undefined) return this.#createInterface(bridgeName, desired);
    if (!this.#configure(actual)) {
      await this.#deleteInterface(bridgeName, desired.name);
      return this.#createInterface(bridgeName, desired);
    }
    if (desired.name === bridgeName) this.#ignoreMac(desired);
    else this.#setDevice(actual);
    try {
      actual.ofport = await bridge.switch?.reconfigureInterface(interfaceConfig(actual));
      actual.error = undefined;
    } catch (error) {
      actual.error = refused(error, desired.name);
    }
  }

  /** @returns false when the device refuses its new options: it is no port then */
  #configure({ netdev, desired }: ActualInterface): boolean {
    try {
      netdev?.configure?.(desired.options);
      return true;
    } catch (error) {
      expected(error);
      return false;
    }
  }

  async #deleteInterface(bridgeName: string, name: string): Promise<void> {
    const bridge = this.bridges.get(bridgeName);
    const actual = bridge?.interfaces.get(name);
    if (!bridge || !actual) return;
    bridge.interfaces.delete(name);
    if (actual.ofport !== undefined) {
      await bridge.switch?.removeInterface(name);
      log.info(`bridge ${bridgeName}: deleted interface ${name} on port ${shownPort(actual.ofport)}`);
    }
    await this.#close(actual);
  }

  /** The datapath port of an interface was taken away from outside: the next pass makes it anew. */
  async portTaken(bridgeName: string, name: string): Promise<void> {
    const bridge = this.bridges.get(bridgeName);
    const actual = bridge?.interfaces.get(name);
    if (!bridge || actual?.ofport === undefined) return;
    actual.ofport = undefined;
    actual.taken = true;
    await bridge.switch?.removeInterface(name);
    await this.#close(actual);
  }

  async #close(actual: ActualInterface): Promise<void> {
    const { netdev, desired, type } = actual;
    actual.watch?.[Symbol.dispose]();
    actual.watch = undefined;
    actual.netdev = undefined;
    if (!netdev) return;
    await netdev[Symbol.asyncDispose]();
    this.deps.removeDevice(desired.name, type);
  }

  #settleAddress(bridge: ActualBridge): void {
    const { netdev: local, type } = bridge.interfaces.get(bridge.desired.name) ?? {};
    // A tap that outlived an earlier daemon keeps its address, and with it the bridge its datapath id.
    const kept = type === "internal" ? local?.state().mac : undefined;
    const mac = bridge.desired.hwaddr ?? lowestAddress(bridge) ?? kept ?? bridge.mac;
    if (local && local.state().mac !== mac) this.#attempt(() => local.setMac(mac));
    bridge.mac = mac;
    const id = bridge.desired.datapathId ?? BigInt(mac);
    const known = bridge.datapathId === id && bridge.switch?.config.datapathId === id && announced.has(bridge);
    bridge.datapathId = id;
    if (known) return;
    announced.add(bridge);
    log.info(`bridge ${bridge.desired.name}: using datapath ID ${id.toString(16).padStart(16, "0")}`);
    bridge.switch?.reconfigure(switchConfig(bridge));
  }

  #settleMtu(bridge: ActualBridge): void {
    const local = bridge.interfaces.get(bridge.desired.name);
    if (!local?.netdev || local.type !== "internal") return;
    const others = [...bridge.interfaces.values()].flatMap((member) =>
      member !== local && member.type !== "internal" && member.netdev ? member.netdev.state().mtu : [],
    );
    const wanted =
      local.desired.mtuRequest ?? (others.length > 0 ? Math.min(...others.filter((mtu) => mtu > 0), 65535) : undefined);
    const { netdev } = local;
    if (wanted !== undefined && wanted !== 65535 && wanted !== netdev.state().mtu)
      this.#attempt(() => netdev.setMtu(wanted));
  }
}

/** Bridges whose datapath id the log has told. */
const announced = new WeakSet<ActualBridge>();

/** The lowest address among the ports that have one of a maker's, as Open vSwitch picks it for the bridge. */
function lowestAddress(bridge: ActualBridge): MacAddr | undefined {
  let lowest: MacAddr | undefined;
  for (const { desired, netdev, type } of bridge.interfaces.values()) {
    if (desired.name === bridge.desired.name || !netdev || type === "internal") continue;
    const mac = netdev.state().mac;
    if (mac !== 0 && !isLocalMac(mac) && (lowest === undefined || mac < lowest)) lowest = mac;
  }
  return lowest;
}

const switchConfig = ({ desired, datapathId }: ActualBridge): SwitchConfig => ({ ...desired.config, datapathId });

/** The number that the row's port had, under this daemon or one before: it gets it again if it asks for no other. */
function numberBefore({ numbers }: ActualBridge, { name, uuid, ofportBefore }: DesiredInterface): number | undefined {
  const known = numbers.get(name);
  const before = known?.uuid === uuid ? known.ofport : ofportBefore;
  return isOrdinary(before) ? before : undefined;
}

function interfaceConfig({ desired, netdev, type }: ActualInterface, before?: number): InterfaceConfig {
  const ofportRequest = desired.ofportRequest ?? before;
  return {
    name: desired.name,
    type,
    options: desired.options,
    ...(ofportRequest === undefined ? {} : { ofportRequest }),
    ...(netdev ? { netdev } : {}),
    ...(desired.mac === undefined ? {} : { mac: desired.mac }),
  };
}

/** Port numbers as the database and the log show them: OpenFlow 1.0's 16 bits. */
export const shownPort = (port: OfPort): number => (port > PORT_END ? port & 0xffff : port);
