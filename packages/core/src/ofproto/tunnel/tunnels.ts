import type { Datapath } from "#datapath";
import { type FlowKey, formatFlow } from "#flow";
import { type DpPort, RateLimit, vlog } from "#lib";
import { type TunnelConfig, tunnelDevice, tunnelDeviceOptions } from "#tunnel";
import { failure } from "../errors.ts";
import type { SwitchPort } from "../port.ts";
import type { SwitchView } from "../translate/view.ts";
import { type TunnelPort, TunnelPorts } from "./ports.ts";
import type { Underlay } from "./underlay.ts";

const log = vlog("ofproto");
const tunnelLog = vlog("tunnel");
/** Lines about packets that no tunnel is for. */
const STRAYS = new RateLimit(60, 5);

/** The tunnels of all switches on one datapath, and the ports of the datapath that they share. */
export class Tunnels {
  readonly #ports = new TunnelPorts();
  readonly #open = new Map<SwitchPort, TunnelConfig>();

  constructor(
    private readonly datapath: Datapath,
    readonly underlay: Underlay,
  ) {}

  /** Tunnels that there are. */
  get count(): number {
    return this.#open.size;
  }

  all(): readonly TunnelPort[] {
    return this.#ports.all();
  }

  /** The tunnel that a packet came by, its `in_port` as the datapath has it. */
  find(key: FlowKey): TunnelPort | undefined {
    const found = this.#ports.find(key);
    if (!found) tunnelLog.limited(STRAYS, "warn", () => `receive tunnel port not found (${formatFlow(key)})`);
    return found;
  }

  /**
   * Opens a tunnel for a port of a switch.
   *
   * @returns its port in the datapath
   * @throws SwitchError with the text of the error column when another tunnel has the same ends and key
   */
  async open(sw: SwitchView, port: SwitchPort): Promise<DpPort> {
    const config = port.tunnel as TunnelConfig;
    const device = tunnelDevice(config);
    const known = this.datapath.ports().find(({ name }) => name === device);
    const options = tunnelDeviceOptions(config);
    const { port: dpPort } = known ?? (await this.datapath.addPort({ name: device, type: config.kind, options }));
    this.underlay.addTunnel(config, dpPort);
    this.#open.set(port, config);
    port.dpPort = dpPort;
    if (this.#ports.add({ sw, port, name: port.name, dpPort, config })) return dpPort;
    await this.close(port);
    log.warn(`${sw.name}: could not add port ${port.name} (File exists)`);
    throw failure(`could not add network device ${port.name} to ofproto (File exists)`);
  }

  /** Takes up the options that a tunnel has now. @throws as `open` */
  async reopen(sw: SwitchView, port: SwitchPort): Promise<void> {
    if (this.#open.get(port) === port.tunnel) return;
    await this.close(port);
    await this.open(sw, port);
  }

  async close(port: SwitchPort): Promise<void> {
    const config = this.#open.get(port);
    const { dpPort } = port;
    if (!config || dpPort === undefined) return;
    this.#open.delete(port);
    this.#ports.remove(port);
    port.dpPort = undefined;
    this.underlay.removeTunnel(config, dpPort);
    const device = tunnelDevice(config);
    if ([...this.#open.values()].some((other) => tunnelDevice(other) === device)) return;
    await this.datapath.deletePort(dpPort);
  }
}
