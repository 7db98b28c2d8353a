import type { Datapath, DpPortInfo, DpPortSpec } from "@vswitch/core/datapath";
import { memberOrder } from "@vswitch/core/jsonrpc";
import { type DpPort, RateLimit, SwitchError, vlog } from "@vswitch/core/lib";
import type { Netdev } from "@vswitch/core/netdev";
import { errors } from "./errors.ts";

const log = vlog("dpif");
/** Lines about operations on datapaths that failed. */
const FAILURES = new RateLimit(60, 5);

/** What datapaths are made of; the platform is it. */
export interface DatapathMaker {
  readonly datapathTypes: readonly string[];
  /** @throws SwitchError for a type that there is not */
  makeDatapath(type: string, name: string): Datapath;
  /** Whether datapaths of the type stand on dummies. */
  isDummy(type: string): boolean;
  openNetdev(name: string, type: string, options: Readonly<Record<string, string>>): Promise<Netdev>;
  /** Takes away a device that was made for a port. */
  removeDevice(name: string, type: string): void;
}

interface Device {
  readonly netdev: Netdev;
  readonly type: string;
}

/** A datapath of this daemon. */
export interface HeldDatapath {
  readonly datapath: Datapath;
  /** Bridges stand on it; it goes with them and has no ports but theirs. */
  readonly served: boolean;
}

interface Held extends HeldDatapath {
  served: boolean;
  /** Devices of ports that were added by hand, by name. */
  readonly devices: Map<string, Device>;
}

/** The text in the last parentheses of a failure: the reason, as the C library words it. */
function reasonOf(error: SwitchError): string {
  return /\(([^()]*)\)$/.exec(error.message)?.[1] ?? error.message;
}

const fail = (reason: string) => errors.make("vswitchd/datapath", { reason });

/** Runs `work`; bad input in it ends as "vswitchd/datapath" with the bare reason. */
async function reasoned<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SwitchError ? fail(reasonOf(error)) : error;
  }
}

/** As `reasoned`; the log tells of it with the reason between two texts. */
async function told<T>(before: string, after: string, work: () => Promise<T>): Promise<T> {
  try {
    return await reasoned(work);
  } catch (error) {
    if (error instanceof SwitchError) log.limited(FAILURES, "warn", () => `${before}${error.message}${after}`);
    throw error;
  }
}

/**
 * All datapaths of a daemon: those that bridges share, made with the first bridge of their type, and those that were
 * made by hand (`dpctl/add-dp`). What fails here throws "vswitchd/datapath", whose message is the reason alone.
 */
export class Datapaths {
  /** By type and name, in the order they were made. */
  readonly #held = new Map<string, Held>();

  /** Datapaths that no bridge stands on now, as new, for the next bridge of their type. */
  readonly #spare = new Map<string, Datapath>();

  constructor(private readonly maker: DatapathMaker) {}

  /** All datapaths, in the order that the original lists them. */
  all(): readonly HeldDatapath[] {
    const held = [...this.#held.values()];
    return memberOrder(this.maker.datapathTypes).flatMap((type) => {
      const names = held.filter(({ datapath }) => datapath.type === type).map(({ datapath }) => datapath.name);
      return memberOrder(memberOrder(names)).flatMap((name) => this.#held.get(key(type, name)) ?? []);
    });
  }

  /** The datapath of that type ("" is system) and name. @throws when there is none, with the reason */
  find(type: string, name: string): HeldDatapath {
    return this.#find(type || "system", name);
  }

  #find(type: string, name: string): Held {
    this.#checkType(type, name);
    const found = this.#held.get(key(type, name));
    if (found) return found;
    throw fail(this.#isTaken(type, name) ? "Invalid argument" : "No such device");
  }

  #checkType(type: string, name: string): void {
    if (this.maker.datapathTypes.includes(type)) return;
    log.warn(`could not create datapath ${name} of unknown type ${type}`);
    throw fail("Address family not supported by protocol");
  }

  /** Names are unique over the types that live in user space. */
  #isTaken(type: string, name: string): boolean {
    const inUserSpace = (other: string) => other !== "system" || this.maker.isDummy(other);
    return [...this.#held.values()].some(
      ({ datapath }) => datapath.name === name && inUserSpace(datapath.type) && inUserSpace(type),
    );
  }

  /**
   * The datapath that bridges of a type share. As the original does, it clears what was made by hand: other datapaths
   * of the type go, and one of this name loses its ports.
   */
  async open(type: string): Promise<Datapath> {
    const name = `ovs-${type}`;
    for (const other of [...this.#held.values()])
      if (other.datapath.type === type && other.datapath.name !== name) await this.#dispose(other);
    const found = this.#held.get(key(type, name));
    if (!found) return this.#make(type, name, true).datapath;
    found.served = true;
    for (const { port } of found.datapath.ports()) if (port !== 0) await this.#close(found, port);
    return found.datapath;
  }

  #make(type: string, name: string, served: boolean): Held {
    const spare = this.#spare.get(key(type, name));
    this.#spare.delete(key(type, name));
    const held: Held = { datapath: spare ?? this.maker.makeDatapath(type, name), served, devices: new Map() };
    this.#held.set(key(type, name), held);
    return held;
  }

  /** Makes a datapath without bridges, and its local port. */
  async create(type: string, name: string): Promise<void> {
    const kind = type || "system";
    this.#checkType(kind, name);
    if (this.#held.has(key(kind, name))) throw fail("File exists");
    if (this.#isTaken(kind, name)) throw fail("Invalid argument");
    const held = this.#make(kind, name, false);
    if (this.maker.isDummy(kind)) return;
    try {
      await this.#open(held, { name, type: "internal", port: 0 });
    } catch (error) {
      await this.#dispose(held);
      throw error instanceof SwitchError ? fail(reasonOf(error)) : error;
    }
  }

  /** Takes a datapath away; one that bridges stand on stays until they are gone. */
  async destroy(type: string, name: string): Promise<void> {
    const held = this.#find(type || "system", name);
    if (!held.served) await this.#dispose(held);
  }

  /** Takes back a datapath whose last bridge is gone: to its users it is no more. */
  async release(datapath: Datapath): Promise<void> {
    const name = nameOf(datapath);
    const held = this.#held.get(name);
    if (held?.datapath !== datapath) return;
    if (!datapath.renew) {
      await this.#dispose(held);
      return;
    }
    this.#held.delete(name);
    for (const { port } of datapath.ports()) await datapath.deletePort(port);
    for (const device of [...held.devices.keys()]) await this.#closeDevice(held, device);
    await datapath.renew();
    this.#spare.set(name, datapath);
  }

  async #dispose(held: Held): Promise<void> {
    const { datapath } = held;
    this.#held.delete(key(datapath.type, datapath.name));
    await datapath[Symbol.asyncDispose]();
    for (const name of [...held.devices.keys()]) await this.#closeDevice(held, name);
  }

  /** Ends all of them. */
  async dispose(): Promise<void> {
    for (const held of [...this.#held.values()]) await this.#dispose(held);
    for (const datapath of this.#spare.values()) await datapath[Symbol.asyncDispose]();
  }

  /** Names of devices that were made for ports added by hand. */
  deviceNames(): readonly string[] {
    return [...this.#held.values()].flatMap(({ devices }) => [...devices.keys()]);
  }

  /**
   * Opens the control side of a device that is to be a port.
   *
   * @returns what makes it one, and what closes it again if it is none by then
   */
  async openDevice(
    spec: DpPortSpec,
    datapath: Datapath,
  ): Promise<{ add(): Promise<DpPortInfo>; [Symbol.asyncDispose](): Promise<void> }> {
    const held = this.#find(datapath.type, datapath.name);
    const netdev = await reasoned(() => this.maker.openNetdev(spec.name, spec.type, spec.options ?? {}));
    let isAdded = false;
    return {
      add: async () => {
        const info = await told(`${nameOf(datapath)}: failed to add ${spec.name} as port: `, "", () =>
          this.#add(held, spec, netdev),
        );
        isAdded = true;
        netdev.setAdminUp(true);
        // A port that no bridge has is not left in a datapath that bridges stand on.
        if (held.served) await this.#close(held, info.port);
        return info;
      },
      [Symbol.asyncDispose]: async () => {
        if (isAdded) return;
        await netdev[Symbol.asyncDispose]();
        const isThere = datapath.ports().some(({ name }) => name === spec.name);
        if (!isThere) this.maker.removeDevice(spec.name, spec.type);
      },
    };
  }

  async #open(held: Held, spec: DpPortSpec): Promise<void> {
    const netdev = await this.maker.openNetdev(spec.name, spec.type, {});
    held.devices.set(spec.name, { netdev, type: spec.type });
    await held.datapath.addPort(spec);
  }

  async #add(held: Held, spec: DpPortSpec, netdev: Netdev): Promise<DpPortInfo> {
    const { datapath } = held;
    if (datapath.ports().some(({ port }) => port === spec.port)) throw fail("Device or resource busy");
    if (datapath.ports().some(({ name }) => name === spec.name)) throw fail("File exists");
    // The user space datapath takes local ports of its bridges alone.
    if (datapath.type === "netdev" && spec.type === "internal" && !this.maker.isDummy("netdev"))
      throw fail("Invalid argument");
    const info = await datapath.addPort(spec);
    held.devices.set(spec.name, { netdev, type: spec.type });
    return info;
  }

  /** Takes a port out that no bridge has. @throws for the local port, and when there is none of that number */
  async deletePort(datapath: Datapath, port: DpPort): Promise<void> {
    const held = this.#find(datapath.type, datapath.name);
    await told(`${nameOf(datapath)}: port_del failed (`, ")", async () => {
      if (port === 0) throw fail("Invalid argument");
      if (!datapath.ports().some((info) => info.port === port)) throw fail("No such device");
      await this.#close(held, port);
    });
  }

  async #close(held: Held, port: DpPort): Promise<void> {
    const name = held.datapath.ports().find((info) => info.port === port)?.name;
    await held.datapath.deletePort(port);
    if (name !== undefined) await this.#closeDevice(held, name);
  }

  async #closeDevice(held: Held, name: string): Promise<void> {
    const device = held.devices.get(name);
    held.devices.delete(name);
    if (!device) return;
    await device.netdev[Symbol.asyncDispose]();
    this.maker.removeDevice(name, device.type);
  }

  /** The device of a port that was added by hand. */
  netdev(datapath: Datapath, name: string): Netdev | undefined {
    return this.#held.get(key(datapath.type, datapath.name))?.devices.get(name)?.netdev;
  }
}

const key = (type: string, name: string) => `${type}@${name}`;
const nameOf = ({ type, name }: Datapath) => key(type, name);
