import { type FlowKey, WORD } from "#flow";
import { type DpPort, vlog } from "#lib";
import { formatIp, type IpAddress } from "#packet";
import type { Fixed, TunnelConfig } from "#tunnel";
import type { PortView, SwitchView } from "../translate/view.ts";
import { tunnelDestination, tunnelSource } from "./key.ts";

const log = vlog("tunnel");

/** A tunnel port of some switch, with the port of the datapath that its packets go by. */
export interface TunnelPort {
  readonly sw: SwitchView;
  readonly port: PortView;
  readonly name: string;
  readonly dpPort: DpPort;
  readonly config: TunnelConfig;
}

/** What tells received packets of one tunnel from those of others. */
interface Criteria {
  readonly dpPort: DpPort;
  readonly mode: TunnelConfig["mode"];
  readonly local: Fixed<IpAddress>;
  readonly remote: Fixed<IpAddress>;
  readonly inKey: Fixed<bigint>;
}

const keyOf = ({ dpPort, mode, local, remote, inKey }: Criteria): string =>
  [dpPort, mode, local, remote, inKey].join(" ");

const criteriaOf = ({ dpPort, config }: TunnelPort): Criteria => ({
  dpPort,
  mode: config.mode,
  local: config.local,
  remote: config.remote,
  inKey: config.inKey ?? 0n,
});

/** Which tunnel a received packet is of: one table for all switches on a datapath. */
export class TunnelPorts {
  readonly #ports = new Map<string, TunnelPort>();

  /** Adds a port. @returns false, said in the log, when packets could not be told from those of another one */
  add(port: TunnelPort): boolean {
    const key = keyOf(criteriaOf(port));
    const other = this.#ports.get(key);
    if (other) {
      log.warn(`${port.name}: attempting to add tunnel port with same config as port '${other.name}' (${ends(port)})`);
      return false;
    }
    this.#ports.set(key, port);
    return true;
  }

  remove(port: PortView): void {
    for (const [key, held] of this.#ports) if (held.port === port) this.#ports.delete(key);
  }

  all(): readonly TunnelPort[] {
    return [...this.#ports.values()];
  }

  /**
   * The port that a packet with tunnel fields came in by; `in_port` is the datapath's. Ports that name a key come
   * before those that take any, ports that name the other end before those that do not, then those that name this end.
   */
  find(key: FlowKey): TunnelPort | undefined {
    if (this.#ports.size === 0) return undefined;
    const dpPort = key[WORD.inPort] as number;
    const [to, from] = [tunnelDestination(key), tunnelSource(key)];
    const id = (BigInt(key[WORD.tunId] as number) << 32n) | BigInt(key[WORD.tunId + 1] as number);
    const legacy = (key[WORD.packetType] as number) >>> 16 === 1 ? "legacy_l3" : "legacy_l2";
    for (const inKey of [id, "flow"] as const)
      for (const remote of [from, "flow"] as const)
        for (const local of [to, 0n, "flow"] as const)
          for (const mode of [legacy, "ptap"] as const) {
            const found = this.#ports.get(keyOf({ dpPort, mode, local, remote, inKey }));
            if (found) return found;
          }
    return undefined;
  }
}

const end = (address: Fixed<IpAddress>): string => (address === "flow" ? "flow" : formatIp(address));
const hex = (key: bigint): string => (key === 0n ? "0" : `0x${key.toString(16)}`);
const shownKey = (key: Fixed<bigint> | undefined): string => (key === "flow" ? "flow" : hex(key ?? 0n));

/** A tunnel's ends, key and mode in the words of `ofproto/list-tunnels`. */
function ends({ config, dpPort }: TunnelPort): string {
  const { local, remote, inKey, mode } = config;
  return `${end(local)}->${end(remote)}, key=${shownKey(inKey)}, ${mode}, dp port=${dpPort}`;
}

/** One line of `ofproto/list-tunnels`. */
export function describeTunnel(tunnel: TunnelPort): string {
  const { config, name, dpPort } = tunnel;
  const { inKey, outKey, ttl, tos } = config;
  const parts = [ends(tunnel)];
  if ((outKey ?? 0n) !== (inKey ?? 0n)) parts.push(`out_key=${shownKey(outKey)}`);
  parts.push(`ttl=${ttl}`);
  if (tos === "inherit") parts.push("tos=inherit");
  else if (tos !== 0) parts.push(`tos=0x${tos.toString(16)}`);
  if (!config.dontFragment) parts.push("df=false");
  if (config.checksum) parts.push("csum=true");
  return `port ${dpPort}: ${name} (${config.kind}: ${parts.join(", ")})`;
}
