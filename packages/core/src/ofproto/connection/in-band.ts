import { type FieldName, type Match, matchAll, matchField } from "#flow";
import { type Clock, errorText, RateLimit, vlog } from "#lib";
import { type Action, OFPP } from "#openflow";
import { formatIpv4, formatMac, parseIpv4 } from "#packet";
import type { Switch } from "../switch.ts";
import { REMOVED } from "../table/flow-mod.ts";
import type { Rule } from "../table/rule.ts";

const log = vlog("in_band");
const LINES = new RateLimit(60, 60);

/** OpenFlow's and OVSDB's ports (IANA), where a target names none. */
export const DEFAULT_PORTS = { controller: 6653, manager: 6640 } as const;
/** Milliseconds between two looks at where a remote is: while its next hop is not known, and later. */
const REFRESH = { unknown: 1000, known: 10_000 } as const;

/** Above all priorities that controllers can say, and below fail-open's, as the original's. */
const PRIORITY = {
  fromLocalDhcp: 180_000,
  toLocalArp: 180_001,
  fromLocalArp: 180_002,
  toNextHopArp: 180_003,
  fromNextHopArp: 180_004,
  toRemoteArp: 180_005,
  fromRemoteArp: 180_006,
  toRemoteTcp: 180_007,
  fromRemoteTcp: 180_008,
} as const;

/** Somebody whom the switch talks to through itself: IPv4 address and TCP port. */
export interface Remote {
  readonly address: number;
  readonly port: number;
}

/** The remote that a target names by address; undefined for names, IPv6, files and what listens. */
export function remoteOf(target: string, defaultPort: number): Remote | undefined {
  const [, host = "", port] = /^(?:tcp|ssl):(\d+\.\d+\.\d+\.\d+)(?::(\d+))?$/.exec(target) ?? [];
  const address = parseIpv4(host);
  return address === undefined ? undefined : { address, port: port === undefined ? defaultPort : Number(port) };
}

interface Hidden {
  readonly priority: number;
  readonly match: Match;
}

type Values = Readonly<Partial<Record<FieldName, bigint>>>;
function hidden(priority: number, values: Values): Hidden {
  const match = matchAll();
  for (const [field, value] of Object.entries(values)) matchField(match, field as FieldName, value);
  return { priority, match };
}

const ARP = { eth_type: 0x0806n } as const;
const TCP = { eth_type: 0x0800n, nw_proto: 6n } as const;
const REQUEST = { arp_op: 1n } as const;
const REPLY = { arp_op: 2n } as const;

/** The flows that let the switch reach its remotes through itself, whatever controllers say: pure. */
export function inBandFlows(local: number | undefined, hops: Iterable<number>, remotes: readonly Remote[]): Hidden[] {
  const flows: Hidden[] = [];
  if (local !== undefined) {
    const mac = BigInt(local);
    const dhcp = { eth_type: 0x0800n, nw_proto: 17n, udp_src: 68n, udp_dst: 67n };
    flows.push(hidden(PRIORITY.fromLocalDhcp, { in_port: BigInt(OFPP.local), eth_src: mac, ...dhcp }));
    flows.push(hidden(PRIORITY.toLocalArp, { ...ARP, ...REPLY, eth_dst: mac }));
    flows.push(hidden(PRIORITY.fromLocalArp, { ...ARP, ...REQUEST, eth_src: mac }));
  }
  for (const hop of hops) {
    flows.push(hidden(PRIORITY.toNextHopArp, { ...ARP, ...REQUEST, eth_dst: BigInt(hop) }));
    flows.push(hidden(PRIORITY.fromNextHopArp, { ...ARP, ...REPLY, eth_src: BigInt(hop) }));
  }
  for (const address of new Set(remotes.map((remote) => remote.address))) {
    flows.push(hidden(PRIORITY.toRemoteArp, { ...ARP, ...REPLY, arp_tpa: BigInt(address) }));
    flows.push(hidden(PRIORITY.fromRemoteArp, { ...ARP, ...REQUEST, arp_spa: BigInt(address) }));
  }
  for (const { address, port } of remotes) {
    const [ip, tcp] = [BigInt(address), BigInt(port)];
    flows.push(hidden(PRIORITY.toRemoteTcp, { ...TCP, ip_dst: ip, tcp_dst: tcp }));
    flows.push(hidden(PRIORITY.fromRemoteTcp, { ...TCP, ip_src: ip, tcp_src: tcp }));
  }
  return flows;
}

/** Keeps the hidden flows of one switch's in-band control (ovs-vswitchd.conf.db(5), Controller connection_mode). */
export class InBand {
  #remotes: readonly Remote[] = [];
  #queue: number | undefined;
  readonly #rules = new Map<string, Rule>();
  /** Next hop of each remote's address, with when to look again. */
  readonly #hops = new Map<number, { readonly mac: number | undefined; readonly until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly sw: Switch,
  ) {}

  /** There is somebody to reach through the switch. */
  get isActive(): boolean {
    return this.#remotes.length > 0;
  }

  /** @param queue of the local ports' packets to remotes (other_config:in-band-queue) */
  configure(remotes: readonly Remote[], queue: number | undefined): void {
    const names = (list: readonly Remote[]) => list.map(({ address, port }) => `${address}:${port}`).join();
    if (names(remotes) !== names(this.#remotes)) this.#hops.clear();
    this.#remotes = remotes;
    this.#queue = queue;
    this.check();
  }

  /** All flows were taken out of the tables. */
  flushed(): void {
    this.#rules.clear();
    this.check();
  }

  /** Looks at where remotes are and makes the flows those of now; called each second. */
  check(): void {
    const mac = this.isActive ? this.sw.portNamed(this.sw.name)?.mac : undefined;
    const hops = new Set<number>();
    for (const { address } of this.#remotes) {
      const hop = this.#nextHop(address);
      if (hop !== undefined) hops.add(hop);
    }
    const wanted = new Map<string, Hidden>();
    for (const flow of inBandFlows(mac || undefined, hops, this.#remotes))
      wanted.set(`${flow.priority}/${this.#queue}/${flow.match.key.join()}`, flow);
    for (const [key, rule] of this.#rules) {
      if (wanted.has(key)) continue;
      this.#rules.delete(key);
      this.sw.flows.remove([rule], REMOVED.delete);
    }
    const actions: Action[] = this.#queue === undefined ? [] : [{ type: "set_queue", queue: this.#queue }];
    actions.push({ type: "output", port: OFPP.normal, maxLen: 0 });
    for (const [key, { priority, match }] of wanted)
      if (!this.#rules.has(key)) this.#rules.set(key, this.sw.flows.addOwn(priority, actions, match));
  }

  #nextHop(address: number): number | undefined {
    const now = this.clock.now();
    const known = this.#hops.get(address);
    if (known && now < known.until) return known.mac;
    const mac = this.#lookUp(address);
    if (mac !== undefined && mac !== known?.mac)
      log.info(`${this.sw.name}: remote MAC address changed from ${formatMac(known?.mac ?? 0)} to ${formatMac(mac)}`);
    this.#hops.set(address, { mac, until: now + (mac === undefined ? REFRESH.unknown : REFRESH.known) });
    return mac;
  }

  #lookUp(address: number): number | undefined {
    const netdev = this.sw.portNamed(this.sw.name)?.netdev;
    try {
      if (netdev?.nextHop) return netdev.nextHop(address);
      throw new Error("Operation not supported");
    } catch (error) {
      const why = errorText(error);
      log.limited(
        LINES,
        "warn",
        () => `${this.sw.name}: cannot find route for controller (${formatIpv4(address)}): ${why}`,
      );
      return undefined;
    }
  }
}
