/**
 * How long connections live without a packet. The names are those of the keys of CT_Timeout_Policy
 * (ovs-vswitchd.conf.db(5)), of which the tracker in user space uses these.
 */
const SECONDS = {
  tcp_syn_sent: 30,
  tcp_syn_recv: 30,
  tcp_established: 86_400,
  tcp_fin_wait: 900,
  tcp_time_wait: 45,
  tcp_close: 30,
  udp_first: 60,
  udp_single: 60,
  udp_multiple: 30,
  icmp_first: 60,
  icmp_reply: 30,
} as const;

/** A stage of a connection's life that has a time limit of its own. */
export type TimeoutName = keyof typeof SECONDS;

const NAMES = Object.keys(SECONDS) as readonly TimeoutName[];

/** Seconds by stage, for the zones that a policy is for; stages left out have the default. */
export type TimeoutPolicy = Readonly<Record<string, number>>;

/** The timeout policies of a tracker by their number, and the limits that hold without one. */
export class Timeouts {
  readonly #policies = new Map<number, TimeoutPolicy>();

  /** Sets a policy, or takes it away; connections that it was for go on by the defaults. */
  set(id: number, policy: TimeoutPolicy | undefined): void {
    if (policy) this.#policies.set(id, policy);
    else this.#policies.delete(id);
  }

  /** Milliseconds that a connection under policy `id` (0: none) may be silent in that stage. */
  milliseconds(id: number, name: TimeoutName): number {
    return ((id === 0 ? undefined : this.#policies.get(id)?.[name]) ?? SECONDS[name]) * 1000;
  }

  /** Names that a policy may give; others are ignored here. */
  static readonly names = NAMES;
}
