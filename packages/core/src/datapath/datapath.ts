import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import type { FlowKey, FlowMask } from "#flow";
import type { DpPort } from "#lib";
import type { Offload } from "#netdev";
import type { DatapathAction, UserspaceCookie } from "./action.ts";

/** A cached flow's name: 128 bits as 32 hexadecimal digits. */
export type Ufid = string;

/** What a flow has done since it was put; octets count whole frames, without FCS. */
export interface FlowStats {
  readonly packets: bigint;
  readonly octets: bigint;
  /** Clock time in milliseconds of the last packet; undefined when there was none. */
  readonly used: number | undefined;
  /** OR of the TCP flags seen. */
  readonly tcpFlags: number;
}

/** A megaflow as a datapath holds it. `key` is already ANDed with `mask`; words past PACKET_WORDS are 0. */
export interface DatapathFlow {
  readonly ufid: Ufid;
  readonly key: FlowKey;
  readonly mask: FlowMask;
  /** The whole key of the packet that made the flow: dumps show it where the mask leaves bits out. */
  readonly packetKey?: FlowKey;
  readonly actions: readonly DatapathAction[];
}

/** A flow with its counters, both as of the same moment. */
export interface FlowDump extends DatapathFlow {
  readonly stats: FlowStats;
}

/**
 * A packet that the datapath could not or should not handle alone. `packet` is the receiver's to keep. `key` is the
 * whole datapath key with in_port as datapath port.
 */
export interface Upcall {
  readonly kind: "miss" | "action";
  readonly packet: Uint8Array;
  readonly key: FlowKey;
  /** Virtio header facts that must survive re-injection (unfinished checksum, GSO); undefined when there are none. */
  readonly offload?: PacketOffload;
  readonly cookie?: UserspaceCookie;
  readonly egressPort?: DpPort;
}

/** What PACKET_VNET_HDR and tap vnet_hdr say about a frame. */
export type PacketOffload = Offload;

/** What a port of the datapath is made of. */
export interface DpPortSpec {
  readonly name: string;
  /** "system", "internal", "tap", "dummy", "vxlan", … as in the database's Interface type. */
  readonly type: string;
  /**
   * The number to use when it is free; chosen by the datapath when undefined. 0 is for a device of the datapath's own
   * name and type "internal": its local port, which is shown even where no device was opened for it.
   */
  readonly port?: DpPort;
  readonly options?: Readonly<Record<string, string>>;
}

/** A port as the datapath holds it: its number, the device's name, and its type as in DpPortSpec. */
export interface DpPortInfo {
  readonly port: DpPort;
  readonly name: string;
  readonly type: string;
  /** Options of its device that `dpctl/show` tells. */
  readonly options?: Readonly<Record<string, string>>;
}

/** Frames and octets (without FCS) since the port was added; "rx" is what came into the datapath. */
export interface PortCounters {
  readonly rxPackets: bigint;
  readonly rxOctets: bigint;
  readonly rxDropped: bigint;
  readonly rxErrors: bigint;
  readonly txPackets: bigint;
  readonly txOctets: bigint;
  readonly txDropped: bigint;
  readonly txErrors: bigint;
}

/**
 * Lookups and flows of a datapath, as `dpctl/show` prints them; maskHit counts masks tried, cacheHit lookups spared.
 */
export interface DatapathStats {
  readonly hit: bigint;
  readonly missed: bigint;
  /** Upcalls that found the queue to user space full. */
  readonly lost: bigint;
  readonly flows: number;
  readonly maskHit: bigint;
  readonly masks: number;
  readonly cacheHit: bigint;
  /** What a user space engine did besides; undefined where the datapath cannot tell. */
  readonly work?: EngineWork;
}

/** Packets that came back by recirculation, packets sent, and the batches that they were sent in. */
export interface EngineWork {
  readonly recirculated: bigint;
  readonly sent: bigint;
  readonly batches: bigint;
}

/**
 * A datapath: ports, a flow cache, and what to do on a miss. One instance, "ovs-TYPE", serves all bridges of its type;
 * others, made by hand, stand alone: without an upcall sink, what finds no flow is counted as missed and dropped.
 *
 * Commands (`putFlow`, `deleteFlow`, `execute`) take effect in the order given and never block; what asks for an
 * answer returns a promise. The upcall sink is called on the main thread, in the order of arrival, possibly inside a
 * call to `execute` (recirculation). Providers: userspace (netdev), dummy, ebpf (system).
 */
export interface Datapath extends AsyncDisposable {
  /** "netdev", "system" or "dummy": the type that users see. */
  readonly type: string;
  /** "ovs-netdev", "ovs-system", "ovs-dummy", or the name that it was made by. */
  readonly name: string;
  /** Who gets the packets; at most one. Set before the first port is added. */
  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void;

  /** Opens a device and begins to receive from it. Fails with a SwitchError whose text is the port's `error` column. */
  addPort(spec: DpPortSpec): Promise<DpPortInfo>;
  /** Closes it; flows that name it stay until the revalidator takes them. No error when it is gone already. */
  deletePort(port: DpPort): Promise<void>;
  ports(): readonly DpPortInfo[];
  /**
   * Who is told of ports whose device vanished; at most one. The port is still there, without a device, until
   * deletePort.
   */
  onPortLost(sink: (port: DpPortInfo) => void): void;
  /** Octets and packets since the port was added; undefined for an unknown port. */
  portCounters(port: DpPort): Promise<PortCounters | undefined>;

  /** Adds a flow, or replaces the actions of the flow of that ufid (its counters go on). */
  putFlow(flow: DatapathFlow): void;
  /** Takes a flow out; resolves to its last counters, or undefined when there was none. */
  deleteFlow(ufid: Ufid): Promise<FlowStats | undefined>;
  /** All flows with their counters as of one moment. */
  dumpFlows(): Promise<readonly FlowDump[]>;
  flushFlows(): Promise<void>;
  stats(): Promise<DatapathStats>;
  /** Begins to count anew what `stats` tells; undefined where the datapath cannot. */
  clearStats?(): void;

  /** Runs actions on a packet, with `key`'s metadata (in_port, recirculation, registers of the datapath). */
  execute(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[], offload?: PacketOffload): void;
  /** Resolves when all commands given so far have taken effect and their upcalls were delivered. */
  settle(): Promise<void>;

  /** Sets or removes (undefined) a meter. */
  setMeter(id: number, meter: DpMeter | undefined): void;
  /** What a meter has seen; undefined for an unknown one. */
  meterStats(id: number): Promise<DpMeterStats | undefined>;
  /** Asks or tells the connection tracker; undefined where the datapath has none. */
  conntrack?(request: ConntrackRequest): Promise<ConntrackReply>;
  /**
   * Makes a datapath without ports as it was when it was new, counters and connections too, where that costs less than
   * a new one.
   */
  renew?(): Promise<void>;
  features(): DatapathFeatures;
  /** UDP ports that packets of tunnels are sent from: from `min` to below `max`. */
  setTunnelSources?(range: { readonly min: number; readonly max: number }): void;
  /** Packets from now on are looked into for so many VLAN tags; 0: all that a key can hold. */
  limitVlans?(limit: number): void;
  /** What a part of the host that switches beside us (the kernel) took over; undefined where there is none. */
  fastPath?(): FastPathStats;

  /**
   * Flows of an earlier process that go on outside this one, of ports that are here now. A flow put with the same key
   * and mask takes the place of one without a packet lost.
   */
  leftovers?(): readonly Leftover[];
  /** Ends what is left of an earlier process and was not taken over. */
  endLeftovers?(): void;
  /** From now on this process only lets go: what goes on outside it, ports and flows, is for the next one to find. */
  leave?(): void;
}

/** Packets that a flow of an earlier process still takes: `key` is ANDed with `mask`, in_port a port of the datapath. */
export type Leftover = Pick<DatapathFlow, "key" | "mask">;

/** How much of a datapath's work its fast path does. */
export interface FastPathStats {
  /** Packets that it switched alone. */
  readonly packets: bigint;
  /** Flows that it has. */
  readonly flows: number;
  /** Flows that it lacks, counted by the reason: the action, the match, room. */
  readonly slow: ReadonlyMap<string, number>;
}

/** Counters of a meter and of its bands, in the order of its spec. */
export interface DpMeterStats {
  readonly packets: bigint;
  readonly octets: bigint;
  readonly bands: readonly { readonly packets: bigint; readonly octets: bigint }[];
}

/**
 * A meter (OpenFlow 1.3.5 §5.7): rates in kbit/s or packets/s, bursts in kbit or packets; `precLevel` of dscp_remark
 * only.
 */
export interface DpMeter {
  readonly unit: "kbps" | "pktps";
  readonly burst: boolean;
  readonly bands: readonly {
    readonly type: "drop" | "dscp_remark";
    readonly rate: number;
    readonly burst: number;
    readonly precLevel?: number;
  }[];
}

/** What translation may use; probed, never assumed. */
export interface DatapathFeatures {
  readonly maxVlanHeaders: number;
  readonly maxMplsDepth: number;
  readonly recirculation: boolean;
  readonly ct: boolean;
  readonly clone: boolean;
  readonly checkPktLen: boolean;
  readonly sampleNesting: number;
  readonly explicitDrop: boolean;
}
