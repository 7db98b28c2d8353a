import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extract, newKey, newMask } from "#flow";
import { hex } from "#lib";
import { Packet } from "#netdev";
import { PACKETS } from "../../../compliance-cases.ts";
import { Flow } from "../flow.ts";
import { SignatureCache } from "./signature.ts";

const flow = () => new Flow("1", newKey(), newMask(), [], new Float64Array(4), 0);
const keyOf = (packet: Packet) => {
  const key = newKey();
  extract(packet.octets, packet.start, packet.length, key);
  return key;
};

describe("signature cache", () => {
  it.each(["tcp4", "udp4", "icmp4", "tcp6", "udp6", "vlan"] as const)("knows %s again, by its port", (name) => {
    const cache = new SignatureCache();
    const packet = Packet.of(hex(PACKETS[name]));
    expect(cache.find(packet, 1)).toBeUndefined();
    const known = flow();
    cache.remember(known);
    expect(cache.find(packet, 1)).toBe(known);
    expect(cache.find(packet, 2)).toBeUndefined();
    cache.find(packet, 1);
    known.live = false;
    expect(cache.find(packet, 1)).toBeUndefined();
  });

  it.each(["later4", "sctp4", "nd6", "arp", "qinq", "mpls"] as const)("leaves %s to extraction", (name) => {
    const cache = new SignatureCache();
    const packet = Packet.of(hex(PACKETS[name]));
    cache.find(packet, 1);
    cache.remember(flow());
    expect(cache.find(packet, 1)).toBeUndefined();
  });

  it("never takes a packet for one with another key", () => {
    const names = [
      "tcp4",
      "udp4",
      "udp4nosum",
      "icmp4",
      "later4",
      "tcp6",
      "udp6",
      "nd6",
      "arp",
      "vlan",
      "qinq",
    ] as const;
    const change = fc.record({ name: fc.constantFrom(...names), at: fc.nat(70), value: fc.nat(255), cut: fc.nat(3) });
    fc.assert(
      fc.property(change, ({ name, at, value, cut }) => {
        const cache = new SignatureCache();
        const original = Packet.of(hex(PACKETS[name]));
        cache.find(original, 1);
        cache.remember(flow());
        const octets = hex(PACKETS[name]);
        octets[at % octets.length] = value;
        const changed = Packet.of(cut === 0 ? octets.subarray(0, octets.length - 3) : octets);
        if (cache.find(changed, 1)) expect(keyOf(changed)).toEqual(keyOf(original));
      }),
      { numRuns: 500 },
    );
  });
});
