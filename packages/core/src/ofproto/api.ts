import type { Datapath, FlowDump } from "#datapath";
import type { Clock, OfPort } from "#lib";
import type { RouteTable } from "#route";
import type { SslFiles } from "#stream";
import type { Command } from "./command.ts";
import type {
  ControllerStatus,
  InterfaceConfig,
  InterfaceStatus,
  MirrorConfig,
  OfprotoConfig,
  PortConfig,
  SwitchConfig,
} from "./config.ts";

/** What the switches of one daemon stand on. */
export interface OfprotoDeps {
  readonly clock: Clock;
  /** Makes the datapath of a type, once; fails with a SwitchError for a type that this daemon does not have. */
  readonly openDatapath: (type: string) => Promise<Datapath> | Datapath;
  /** Ends a datapath whose last switch is gone; it is disposed of when undefined. */
  readonly releaseDatapath?: (datapath: Datapath) => Promise<void>;
  /** Folder of `BRIDGE.mgmt` and `BRIDGE.snoop`; undefined: no such listeners (tests). */
  readonly rundir?: string;
  /** Where every switch listens, and lets others listen to what is said, in place of those files; undefined: nowhere. */
  readonly doors?: { readonly listen: string | undefined; readonly snoop: string | undefined };
  readonly config?: Partial<OfprotoConfig>;
  /** Where packets of tunnels go; undefined: nowhere. */
  readonly routes?: RouteTable;
  /** Keys for ssl: and pssl: connections, as the SSL table says now. */
  readonly ssl?: () => SslFiles | undefined;
}

/** All switches of one daemon, with the datapaths under them. The class is `Ofproto`. */
export interface OfprotoApi extends AsyncDisposable {
  configure(config: Partial<OfprotoConfig>): void;
  createSwitch(config: SwitchConfig): Promise<SwitchApi>;
  /** Closes its connections, takes its ports out of the datapath and forgets it. */
  destroySwitch(name: string): Promise<void>;
  switchNamed(name: string): SwitchApi | undefined;
  switches(): readonly SwitchApi[];
  /** fdb/*, ofproto/*, bridge/dump-flows, bridge/reconnect, dpif/*, upcall/*, revalidator/*, in no order. */
  commands(): readonly Command[];
  /** Resolves when no upcall or revalidation is under way: tests and `revalidator/wait`. */
  settle(): Promise<void>;
  /** Numbers for memory/show: ports, rules, ofconns, udpif keys, … */
  memory(): Readonly<Record<string, number>>;
}

/** One bridge's OpenFlow switch. All changes take effect for the next packet. */
export interface SwitchApi {
  readonly name: string;
  readonly config: SwitchConfig;
  /** Applies what differs from the current configuration; the datapath type may not. */
  reconfigure(config: SwitchConfig): void;

  /**
   * Makes an OpenFlow port and its datapath port (none for patch). The local port is the interface of the switch's own
   * name (type "internal") and gets OFPP_LOCAL. Fails with a SwitchError whose text is the interface's `error` column.
   */
  addInterface(config: InterfaceConfig): Promise<OfPort>;
  removeInterface(name: string): Promise<void>;
  /**
   * New ofport_request, options or netdev of an interface that is there; may give it another number. With another netdev
   * the datapath opens the device anew.
   */
  reconfigureInterface(config: InterfaceConfig): Promise<OfPort>;
  /** The device under an interface changed from outside: controllers are told, flows follow. */
  deviceChanged(name: string): void;
  interfaceStatus(name: string): InterfaceStatus | undefined;
  interfaces(): readonly InterfaceStatus[];

  /** Sets or replaces a Port (VLAN rules, bond). */
  setPort(config: PortConfig): void;
  removePort(name: string): void;
  setMirrors(mirrors: readonly MirrorConfig[]): void;
  /** Packets and octets that a mirror sent. */
  mirrorStats(name: string): { readonly packets: bigint; readonly octets: bigint } | undefined;

  controllers(): readonly ControllerStatus[];
  /** Called after each change of controllers(), so that its database columns can follow. */
  onControllerChange: (() => void) | undefined;
  flushFdb(): void;
  /** Datapath flows that began at this switch. */
  datapathFlows(): Promise<readonly FlowDump[]>;
}
