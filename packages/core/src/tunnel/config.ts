import { formatIp, type IpAddress } from "#packet";
import { type TunnelKind, tunnelKind } from "./kinds.ts";

/**
 * How a tunnel port shows packets: Ethernet frames alone, frames in place of the bare network packets that it
 * carries, or whatever it carries as it is (options:packet_type).
 */
export type PacketMode = "legacy_l2" | "legacy_l3" | "ptap";

/** A value of the port's options, or "flow": the flow (of what is sent, or received) says. */
export type Fixed<T> = T | "flow";

/** What an Interface's options make of a tunnel port. */
export interface TunnelConfig {
  readonly kind: TunnelKind;
  readonly remote: Fixed<IpAddress>;
  /** 0n: any. */
  readonly local: Fixed<IpAddress>;
  /** undefined: no key, or 0. */
  readonly inKey: Fixed<bigint> | undefined;
  readonly outKey: Fixed<bigint> | undefined;
  /** UDP or TCP port; 0 where there is none. */
  readonly dstPort: number;
  /** Hops; "inherit": those of the packet within. */
  readonly ttl: number | "inherit";
  /** DSCP in its place of the octet; "inherit": that of the packet within. */
  readonly tos: number | "inherit";
  readonly dontFragment: boolean;
  readonly checksum: boolean;
  readonly sequence: boolean;
  readonly egressMark: number | undefined;
  readonly mode: PacketMode;
  readonly groupPolicy: boolean;
  readonly generic: boolean;
  readonly erspan: {
    readonly version: Fixed<number>;
    readonly index: Fixed<number>;
    readonly direction: Fixed<number>;
    readonly hardware: Fixed<number>;
  };
}

/** Hops that a tunnel's packets may make unless options:ttl says otherwise. */
export const DEFAULT_TTL = 64;

/** The mode of a tunnel whose options name none. */
export const defaultMode = (carries: "l2" | "l3" | "both"): PacketMode =>
  carries === "l3" ? "legacy_l3" : "legacy_l2";

/** What a tunnel can carry, extensions counted. */
export const carriedBy = (kind: TunnelKind, generic: boolean): "l2" | "l3" | "both" =>
  kind === "vxlan" && generic ? "both" : tunnelKind(kind).carries;

/** The name of the datapath port that tunnels of this kind and port share. */
export function tunnelDevice({ kind, dstPort }: Pick<TunnelConfig, "kind" | "dstPort">): string {
  const { device, port } = tunnelKind(kind);
  return port === undefined ? device : `${device}_${dstPort}`;
}

/** Options of that datapath port, as `dpctl/show` tells them. */
export function tunnelDeviceOptions({ kind, dstPort }: Pick<TunnelConfig, "kind" | "dstPort">): Record<string, string> {
  const { port } = tunnelKind(kind);
  return {
    ...(port !== undefined && port !== dstPort ? { dst_port: String(dstPort) } : {}),
    ...(isErspan(kind) ? { erspan_ver: "0" } : {}),
    packet_type: "ptap",
  };
}

/** Whether a kind carries mirrored frames with facts of their own (ERSPAN). */
export const isErspan = (kind: TunnelKind): boolean => kind === "erspan" || kind === "ip6erspan";

const fixed = <T>(value: Fixed<T>, text: (value: T) => string): string => (value === "flow" ? "flow" : text(value));
const hex = (value: number): string => `0x${value.toString(16)}`;

/** A port's options as `dpif/show` tells them, defaults left out. */
export function tunnelOptions(config: TunnelConfig): Record<string, string> {
  const { kind, remote, local, ttl, tos, dstPort, mode } = config;
  const { port } = tunnelKind(kind);
  const options: Record<string, string> = { ...keyOptions(config) };
  if (remote !== 0n) options["remote_ip"] = fixed(remote, formatIp);
  if (local !== 0n) options["local_ip"] = fixed(local, formatIp);
  if (ttl !== DEFAULT_TTL) options["ttl"] = String(ttl);
  if (tos === "inherit") options["tos"] = tos;
  else if (tos !== 0) options["tos"] = hex(tos);
  if (port !== undefined && dstPort !== port) options["dst_port"] = String(dstPort);
  if (config.checksum) options["csum"] = "true";
  if (config.sequence) options["seq"] = "true";
  if (mode !== defaultMode(carriedBy(kind, config.generic))) options["packet_type"] = mode;
  if (!config.dontFragment) options["df_default"] = "false";
  if (config.egressMark !== undefined) options["egress_pkt_mark"] = String(config.egressMark);
  return isErspan(kind) ? { ...options, ...erspanOptions(config) } : options;
}

function keyOptions({ inKey, outKey }: TunnelConfig): Record<string, string> {
  if (inKey !== undefined && inKey === outKey) return { key: String(inKey) };
  return {
    ...(inKey === undefined ? {} : { in_key: String(inKey) }),
    ...(outKey === undefined ? {} : { out_key: String(outKey) }),
  };
}

function erspanOptions({ erspan }: TunnelConfig): Record<string, string> {
  const { version, index, direction, hardware } = erspan;
  const shown: Record<string, string> = { erspan_ver: String(version) };
  if (version === 1 || version === "flow") shown["erspan_idx"] = fixed(index, hex);
  if (version === 2 || version === "flow") {
    shown["erspan_dir"] = fixed(direction, String);
    shown["erspan_hwid"] = fixed(hardware, hex);
  }
  return shown;
}
