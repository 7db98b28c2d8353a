import { type MacAddr, vlog } from "#lib";
import type { Netdev, NetdevProvider, NetdevState, NetdevStats, PollQueues } from "../../netdev.ts";
import { Packet, type PacketPort } from "../../packet.ts";
import { PcapFile, pcapOptions } from "./pcap.ts";

/**
 * Devices that are not there: what is sent is counted (and kept, for tests), what is to be received comes by
 * `receive`. Control side and packet side of one name are one device, opened by whoever comes first and gone when
 * both have closed it.
 */

const log = vlog("pcap");
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** MAC addresses of dummies, in the order they are opened, as Open vSwitch's tests expect: aa:55:aa:55:00:00 and on. */
const FIRST_MAC = 0xaa55_aa55_0000;

/** Watches frames on a dummy; a frame is the watcher's only while the call lasts. */
export type FrameTap = (direction: "rx" | "tx", frame: Uint8Array) => void;

/** A device without a wire, both its sides; octets are those of frames without FCS, `mtu` in octets. */
export class DummyDevice {
  mac: MacAddr;
  mtu = 1500;
  /** IP addresses that tests gave it, with the bits of their networks, of 128. */
  addresses: readonly { readonly address: bigint; readonly length: number }[] = [];
  adminUp = true;
  /** Queues that frames may be received by, from 1. */
  rxQueues = 1;
  users = 0;
  rxPackets = 0;
  rxBytes = 0;
  txPackets = 0;
  txBytes = 0;
  /** Takes received packets; the datapath sets it. */
  sink: ((packet: Packet) => void) | undefined;
  readonly taps = new Set<FrameTap>();
  readonly watchers = new Set<(gone: boolean) => void>();

  constructor(
    readonly name: string,
    mac: MacAddr,
  ) {
    this.mac = mac;
  }

  /** Receives a frame as if it came from a wire. */
  receive(frame: Uint8Array): void {
    this.rxPackets++;
    this.rxBytes += frame.length;
    for (const tap of this.taps) tap("rx", frame);
    this.sink?.(Packet.of(frame));
  }

  sent(packet: Packet): void {
    this.txPackets++;
    this.txBytes += packet.length;
    if (this.taps.size === 0) return;
    const frame = packet.octets.subarray(packet.start, packet.start + packet.length);
    for (const tap of this.taps) tap("tx", frame);
  }

  changed(gone = false): void {
    for (const watcher of this.watchers) watcher(gone);
  }
}

/** All dummies of a switch. */
export class DummyDevices {
  readonly #devices = new Map<string, DummyDevice>();

  /** @param wall the time, in milliseconds since 1970, for captures */
  constructor(readonly wall: () => number = Date.now) {}

  #nextMac = FIRST_MAC;

  /** The device of that name, if it is open: for `netdev-dummy/receive` and its like. */
  find(name: string): DummyDevice | undefined {
    return this.#devices.get(name);
  }

  /** All open dummies. */
  all(): readonly DummyDevice[] {
    return [...this.#devices.values()];
  }

  /** Sets the administrative state of one dummy, or of all. @returns false when there is none of that name. */
  setAdminState(name: string | undefined, up: boolean): boolean {
    const chosen = name === undefined ? this.all() : [this.find(name)];
    for (const device of chosen) {
      if (!device) return false;
      if (device.adminUp === up) continue;
      device.adminUp = up;
      device.changed();
    }
    return true;
  }

  acquire(name: string): DummyDevice {
    let device = this.#devices.get(name);
    if (!device) {
      device = new DummyDevice(name, this.#nextMac++ as MacAddr);
      this.#devices.set(name, device);
    }
    device.users++;
    return device;
  }

  release(device: DummyDevice): void {
    if (--device.users === 0 && this.#devices.get(device.name) === device) this.#devices.delete(device.name);
  }

  /** A provider of dummies for these types ("dummy", "dummy-internal", and those that --enable-dummy overrides). */
  provider(types: readonly string[]): NetdevProvider {
    return {
      types,
      open: async (name, type, options) => new DummyNetdev(this, this.acquire(name), type, options),
    };
  }

  /** The packet side of a dummy. */
  openPort(name: string, sink: (packet: Packet) => void): PacketPort {
    const device = this.acquire(name);
    device.sink = sink;
    let open = true;
    return {
      offloads: false,
      send(packet) {
        device.sent(packet);
        return true;
      },
      flush: () => 0,
      close: () => {
        if (!open) return;
        open = false;
        device.sink = undefined;
        this.release(device);
      },
    };
  }
}

/** Queues of a device, at most. */
const QUEUES_MAX = 1024;
/** A number of queues as an option has it: 1 for what is none or too small. */
const queues = (text = ""): number => Math.min(QUEUES_MAX, Math.max(1, Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 1)));

/** The control side of a dummy. */
class DummyNetdev implements Netdev {
  #open = true;
  #ifindex = 0;
  /** What is captured now, as text. */
  #captured = "";
  #stopCapture: () => void = () => {};
  readonly #watching = new Set<(gone: boolean) => void>();

  constructor(
    private readonly devices: DummyDevices,
    readonly device: DummyDevice,
    readonly type: string,
    options: Readonly<Record<string, string>>,
  ) {
    this.configure(options);
  }

  pollQueues?: PollQueues;

  shownOptions(): Readonly<Record<string, string>> {
    const shown: Record<string, string> = this.#ifindex > 0 ? { ifindex: String(this.#ifindex) } : {};
    if (!this.pollQueues) return shown;
    const [rx, tx] = [String(this.pollQueues.rx), String(this.pollQueues.tx)];
    return {
      ...shown,
      configured_rx_queues: rx,
      configured_tx_queues: tx,
      requested_rx_queues: rx,
      requested_tx_queues: tx,
    };
  }

  configure(options: Readonly<Record<string, string>>): void {
    const ifindex = Number(options["ifindex"]);
    this.#ifindex = Number.isInteger(ifindex) && ifindex > 0 ? ifindex : 0;
    if (this.type === "dummy-pmd") {
      const node = Number(/^\s*\d+/.exec(options["numa_id"] ?? "")?.[0] ?? 0);
      this.pollQueues = { rx: queues(options["n_rxq"]), tx: queues(options["n_txq"]), node };
    }
    this.device.rxQueues = this.pollQueues?.rx ?? 1;
    const { rx, tx } = pcapOptions(options);
    const wanted = rx === undefined && tx === undefined ? "" : JSON.stringify([rx, tx]);
    if (wanted === this.#captured) return;
    this.#captured = wanted;
    this.#stopCapture();
    this.#startCapture(rx, tx);
  }

  #startCapture(rx: string | undefined, tx: string | undefined): void {
    const files = new Map<string, PcapFile>();
    for (const file of [rx, tx]) {
      if (file === undefined || files.has(file)) continue;
      try {
        files.set(file, new PcapFile(file));
      } catch (error) {
        log.warn(`${file}: failed to open pcap file for writing (${messageOf(error)})`);
      }
    }
    if (files.size === 0) return;
    const write: FrameTap = (direction, frame) =>
      files.get((direction === "rx" ? rx : tx) ?? "")?.write(frame, this.devices.wall());
    this.device.taps.add(write);
    this.#stopCapture = () => {
      this.device.taps.delete(write);
      for (const file of files.values()) file.close();
      this.#stopCapture = () => {};
    };
  }

  state(): NetdevState {
    const { name, mac, mtu, adminUp } = this.device;
    // A device that is set down has no link, as Open vSwitch tells it; a dummy has one otherwise.
    return { name, ifindex: this.#ifindex, mac, mtu, adminUp, carrier: adminUp, carrierResets: 0 };
  }

  stats(): NetdevStats {
    const { rxPackets, rxBytes, txPackets, txBytes } = this.device;
    const [rx, rxOctets, tx, txOctets] = [BigInt(rxPackets), BigInt(rxBytes), BigInt(txPackets), BigInt(txBytes)];
    return {
      rxPackets: rx,
      rxBytes: rxOctets,
      txPackets: tx,
      txBytes: txOctets,
      custom: {
        rx_custom_packets_1: 0n,
        rx_custom_packets_2: 0n,
        rx_q0_bytes: rxOctets,
        rx_q0_packets: rx,
        tx_q0_bytes: txOctets,
        tx_q0_packets: tx,
      },
    };
  }

  setMac(mac: MacAddr): void {
    if (this.device.mac === mac) return;
    this.device.mac = mac;
    this.device.changed();
  }

  setMtu(octets: number): void {
    if (this.device.mtu === octets) return;
    this.device.mtu = octets;
    this.device.changed();
  }

  setAdminUp(up: boolean): void {
    if (this.device.adminUp === up) return;
    this.device.adminUp = up;
    this.device.changed();
  }

  watch(changed: (gone: boolean) => void): Disposable {
    const { watchers } = this.device;
    watchers.add(changed);
    this.#watching.add(changed);
    return {
      [Symbol.dispose]: () => {
        watchers.delete(changed);
        this.#watching.delete(changed);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#stopCapture();
    for (const watcher of this.#watching) this.device.watchers.delete(watcher);
    this.devices.release(this.device);
  }
}
