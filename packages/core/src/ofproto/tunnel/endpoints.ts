import { type Classified, Classifier, MiniMatch } from "#classifier";
import { type FlowKey, type FlowMask, FRAG, type Match, matchAll, WORD, writeField } from "#flow";
import type { DpPort } from "#lib";
import { type IpAddress, isIpv4Mapped, unmapIpv4 } from "#packet";
import type { RouteDevice } from "#route";
import { type TunnelKind, tunnelKind } from "#tunnel";

/** A port of a datapath by which packets of tunnels come and go, and how many tunnels share it. */
export interface TunnelDevice {
  readonly name: string;
  readonly dpPort: DpPort;
  readonly kind: TunnelKind;
  /** UDP or TCP port that it listens on; 0 where there is none. */
  readonly port: number;
  refs: number;
}

/** An address at which packets end in a tunnel. */
export interface Endpoint extends Classified {
  readonly name: string;
  readonly dpPort: DpPort;
  readonly match: MiniMatch;
}

function matchOf({ kind, port }: TunnelDevice, mac: number, address: IpAddress): Match {
  const match = matchAll();
  const { key, mask } = match;
  const { protocol } = tunnelKind(kind);
  const set = (word: number, value: number, bits = 0xffffffff) => {
    key[word] = (value & bits) >>> 0;
    mask[word] = bits;
  };
  set(WORD.ethDst, Math.floor(mac / 2 ** 32), 0xffff);
  set(WORD.ethDst + 1, mac % 2 ** 32);
  set(WORD.ip, protocol << 24, (0xff000000 | FRAG.any | FRAG.later) >>> 0);
  if (isIpv4Mapped(address)) {
    set(WORD.ethType, 0x0800, 0xffff);
    set(WORD.nwDst, unmapIpv4(address));
  } else {
    set(WORD.ethType, 0x86dd, 0xffff);
    writeField(key, "ipv6_dst", address);
    mask.fill(0xffffffff, WORD.ipv6Dst, WORD.ipv6Dst + 4);
  }
  if (port !== 0) set(WORD.tp, port, 0xffff);
  return match;
}

/**
 * Where packets of tunnels end: addresses of the devices that routes lead to, by tunnels that listen. Made anew as a
 * whole when one of the two changes; of two tunnels of one protocol and port the first has the packets.
 */
export class Endpoints {
  #rules: readonly Endpoint[] = [];
  #classifier = new Classifier<Endpoint>([]);

  rebuild(tunnels: Iterable<TunnelDevice>, devices: Iterable<RouteDevice>): void {
    const classifier = new Classifier<Endpoint>([]);
    const rules: Endpoint[] = [];
    const taken = new Set<string>();
    const all = [...devices];
    for (const tunnel of tunnels)
      for (const { mac, addresses } of all)
        for (const { address } of addresses) {
          const key = [mac, address, tunnelKind(tunnel.kind).protocol, tunnel.port].join(" ");
          if (taken.has(key)) continue;
          taken.add(key);
          const { key: words, mask } = matchOf(tunnel, mac, address);
          const match = MiniMatch.of({ key: words, mask });
          const rule: Endpoint = { name: tunnel.name, dpPort: tunnel.dpPort, match, priority: 0 };
          rules.push(rule);
          classifier.insert(rule);
        }
    this.#rules = rules;
    this.#classifier = classifier;
  }

  /** The tunnels' port that a packet ends in; bits that decided are set in `mask`. */
  find(key: FlowKey, mask: FlowMask): DpPort | undefined {
    return this.#classifier.lookup(key, mask)?.dpPort;
  }

  all(): readonly Endpoint[] {
    return this.#rules;
  }
}
