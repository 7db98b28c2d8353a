import type { MacAddr, OfPort } from "#lib";

/** A physical port as features replies, port descriptions and port status tell it. Bit sets in neutral form (PORT_*). */
export interface PortDesc {
  readonly port: OfPort;
  readonly mac: MacAddr;
  readonly name: string;
  readonly config: number; // PORT_CONFIG
  readonly state: number; // PORT_STATE
  readonly current: number; // PORT_FEATURES
  readonly advertised: number;
  readonly supported: number;
  readonly peer: number;
  /** kbit/s */
  readonly currentSpeed: number;
  readonly maxSpeed: number;
}
/** Neutral port bits; the values are those of OpenFlow 1.1+, with the 1.0-only ones above. */
export const PORT_CONFIG = {
  port_down: 1,
  no_recv: 4,
  no_fwd: 0x20,
  no_packet_in: 0x40,
  no_stp: 0x10002,
  no_recv_stp: 0x10008,
  no_flood: 0x10010,
} as const;
/**
 * Neutral bits of a port's state: those of OpenFlow 1.1+, and above them the spanning tree states of 1.0
 * (ofp10_port_state).
 */
export const PORT_STATE = {
  link_down: 1,
  blocked: 2,
  live: 4,
  stp_learn: 0x100,
  stp_forward: 0x200,
  stp_block: 0x300,
} as const;
/** Link modes as in OpenFlow 1.1+ (ofp_port_features); codecs of 1.0 renumber them. */
export const PORT_FEATURES = {
  "10MB-HD": 1,
  "10MB-FD": 2,
  "100MB-HD": 4,
  "100MB-FD": 8,
  "1GB-HD": 0x10,
  "1GB-FD": 0x20,
  "10GB-FD": 0x40,
  "40GB-FD": 0x80,
  "100GB-FD": 0x100,
  "1TB-FD": 0x200,
  other: 0x400,
  copper: 0x800,
  fiber: 0x1000,
  autoneg: 0x2000,
  pause: 0x4000,
  pause_asym: 0x8000,
} as const;

/** Counters of a port since it was added, the duration in seconds and nanoseconds (OpenFlow 1.5.1 §7.3.5.7). */
export interface PortStatsEntry {
  readonly port: OfPort;
  /** UINT64_MAX where unknown. */
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxDropped: bigint;
  readonly txDropped: bigint;
  readonly rxErrors: bigint;
  readonly txErrors: bigint;
  readonly rxFrameErr: bigint;
  readonly rxOverErr: bigint;
  readonly rxCrcErr: bigint;
  readonly collisions: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
  /** Counters of this kind of device only (OpenFlow 1.4+), by name. */
  readonly custom?: readonly (readonly [name: string, value: bigint])[];
}

/** Counters of a queue since it was set up, the duration in seconds and nanoseconds (OpenFlow 1.5.1 §7.3.5.9). */
export interface QueueStatsEntry {
  readonly port: OfPort;
  readonly queue: number;
  readonly txBytes: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly durationSec: number;
  readonly durationNsec: number;
}
