import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FlowKey, type Match, matchField, newKey, newMask, parseMatch, WORD } from "#flow";
import { type Classified, Classifier, MiniMatch } from "./index.ts";

interface TestRule extends Classified {
  readonly name: string;
}
const rule = (text: string, priority: number, conjunctions?: Classified["conjunctions"]): TestRule => ({
  name: text,
  match: MiniMatch.of(parseMatch(text)),
  priority,
  conjunctions,
});
const packet = (text: string): FlowKey => parseMatch(text).key;

/** Matches over few values, so that rules meet and overlap. */
const arbitraryMatch: fc.Arbitrary<Match> = fc
  .record({
    inPort: fc.option(fc.integer({ min: 1, max: 3 })),
    ethDst: fc.option(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0xffffffffffffn, 0x010000000000n))),
    ethType: fc.option(fc.constantFrom(0x0800n, 0x86ddn, 0x0806n)),
    nwSrc: fc.option(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 32 }))),
    nwDst: fc.option(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 28, max: 32 }))),
    ipv6: fc.option(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 128 }))),
    tp: fc.option(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0xffffn, 0xfffen, 1n))),
    metadata: fc.option(fc.integer({ min: 0, max: 2 })),
  })
  .map((r) => {
    const match: Match = { key: newKey(), mask: newMask() };
    if (r.inPort !== null) matchField(match, "in_port", BigInt(r.inPort));
    if (r.metadata !== null) matchField(match, "metadata", BigInt(r.metadata));
    if (r.ethDst !== null) matchField(match, "eth_dst", BigInt(r.ethDst[0]), r.ethDst[1]);
    if (r.ethType !== null) matchField(match, "eth_type", r.ethType);
    const prefix = (bits: number, width: number) => ((1n << BigInt(bits)) - 1n) << BigInt(width - bits);
    const address = (n: number, width: number) => (BigInt(n >> 1) << BigInt(width - 2)) | BigInt(n & 1);
    if (r.nwSrc !== null) matchField(match, "ip_src", address(r.nwSrc[0], 32), prefix(r.nwSrc[1], 32));
    if (r.nwDst !== null) matchField(match, "ip_dst", BigInt(r.nwDst[0]), prefix(r.nwDst[1], 32));
    if (r.ipv6 !== null) matchField(match, "ipv6_src", address(r.ipv6[0], 128), prefix(r.ipv6[1], 128));
    if (r.tp !== null) matchField(match, "tcp_dst", BigInt(r.tp[0]), r.tp[1]);
    return match;
  });

const arbitraryRules = fc
  .array(fc.tuple(arbitraryMatch, fc.integer({ min: 0, max: 5 })), { maxLength: 30 })
  .map((list) => {
    const rules: TestRule[] = [];
    for (const [match, priority] of list) {
      const mini = MiniMatch.of(match);
      if (!rules.some((other) => other.priority === priority && other.match.equals(mini)))
        rules.push({ name: `rule ${rules.length}`, match: mini, priority });
    }
    return rules;
  });

/** The best priority that a scan of all rules finds. */
const scan = (rules: readonly TestRule[], key: FlowKey): number =>
  Math.max(-1, ...rules.filter(({ match }) => match.covers(key)).map(({ priority }) => priority));

describe("lookup", () => {
  it("finds what a scan of all rules finds, also after removals", () => {
    fc.assert(
      fc.property(arbitraryRules, fc.array(arbitraryMatch, { maxLength: 10 }), fc.nat(4), (rules, keys, step) => {
        const classifier = new Classifier<TestRule>(["ip_dst", "ip_src", "ipv6_src"]);
        for (const r of rules) expect(classifier.insert(r)).toBeUndefined();
        const left = rules.filter((_, i) => i % 5 !== step);
        for (const r of rules) if (!left.includes(r)) expect(classifier.remove(r)).toBe(true);
        expect(classifier.size).toBe(left.length);
        for (const { key } of keys) {
          const found = classifier.lookup(key);
          expect(found?.priority ?? -1).toBe(scan(left, key));
          if (found) expect(found.match.covers(key)).toBe(true);
          expect(classifier.lookup(key, newMask())?.priority ?? -1).toBe(scan(left, key));
        }
      }),
    );
  });

  it("tells the bits that its answer depends on", () => {
    fc.assert(
      fc.property(
        arbitraryRules,
        arbitraryMatch,
        fc.array(arbitraryMatch, { minLength: 1, maxLength: 20 }),
        (rules, { key }, others) => {
          const classifier = new Classifier<TestRule>(["ip_dst", "ip_src", "ipv6_src"]);
          for (const r of rules) classifier.insert(r);
          const mask = newMask();
          const found = classifier.lookup(key, mask);
          for (const other of others) {
            const twin = other.key.map(
              (word, i) => ((word & ~(mask[i] as number)) | ((key[i] as number) & (mask[i] as number))) >>> 0,
            );
            expect(classifier.lookup(twin)?.priority).toBe(found?.priority);
            expect(scan(rules, twin)).toBe(found?.priority ?? -1);
          }
        },
      ),
    );
  });

  it.each([
    // what                            rules                                            packet                                    bits looked at, as a match
    [
      "an earlier stage fails",
      ["in_port=1,tcp,tp_dst=80"],
      "in_port=2,tcp,tp_dst=80",
      { [WORD.inPort]: 0xffffffff, [WORD.packetType]: 0xffffffff },
    ],
    [
      "a prefix is ruled out",
      ["ip,nw_dst=10.0.0.0/8"],
      "ip,nw_dst=192.0.0.1",
      { [WORD.packetType]: 0xffffffff, [WORD.ethType]: 0xffff, [WORD.nwDst]: 0x80000000 },
    ],
    [
      "a port is ruled out",
      ["tcp,tp_dst=80"],
      "tcp,tp_dst=0x8000",
      { [WORD.packetType]: 0xffffffff, [WORD.ethType]: 0xffff, [WORD.ip]: 0xff000000, [WORD.tp]: 0x8000 },
    ],
  ])("looks at few bits when %s", (_what, rules, text, bits) => {
    const classifier = new Classifier<TestRule>();
    for (const r of rules) classifier.insert(rule(r, 1));
    const mask = newMask();
    classifier.lookup(packet(text), mask);
    expect(Object.fromEntries([...mask].flatMap((word, i) => (word ? [[i, word]] : [])))).toEqual(bits);
  });
});

describe("conjunctive matches", () => {
  const classifier = new Classifier<TestRule>();
  const c = (clause: number) => [{ id: 7, clause, clauses: 2 }];
  for (const r of [
    rule("ip,nw_src=10.0.0.1", 5, c(0)),
    rule("ip,nw_src=10.0.0.2", 5, c(0)),
    rule("tcp,tp_dst=80", 5, c(1)),
    rule("tcp,tp_dst=443", 5, c(1)),
    rule("conj_id=7,ip", 5),
    rule("ip", 1),
  ])
    classifier.insert(r);
  it.each([
    ["tcp,nw_src=10.0.0.1,tp_dst=80", "conj_id=7,ip"],
    ["tcp,nw_src=10.0.0.2,tp_dst=443", "conj_id=7,ip"],
    ["tcp,nw_src=10.0.0.3,tp_dst=80", "ip"],
    ["tcp,nw_src=10.0.0.1,tp_dst=81", "ip"],
    ["arp", undefined],
  ])("%s", (text, name) => {
    const key = packet(text);
    expect(classifier.lookup(key)?.name).toBe(name);
    expect(classifier.lookup(key, newMask())?.name).toBe(name);
    expect(key[WORD.conjId]).toBe(0);
  });
});

describe("by match", () => {
  const rules = [
    rule("tcp,tp_dst=80", 5),
    rule("tcp,tp_dst=80", 6),
    rule("ip,nw_src=10.0.0.0/8", 5),
    rule("", 0),
    rule("arp", 5),
  ];
  const classifier = new Classifier<TestRule>();
  for (const r of rules) classifier.insert(r);
  const mini = (text: string) => MiniMatch.of(parseMatch(text));

  it("replaces and finds the rule of that match and priority", () => {
    expect(classifier.find(mini("tcp,tp_dst=80"), 6)).toBe(rules[1]);
    expect(classifier.find(mini("tcp,tp_dst=80"), 7)).toBeUndefined();
    const twin = rule("arp", 5);
    expect(classifier.insert(twin)).toBe(rules[4]);
    expect(classifier.insert(rules[4] as TestRule)).toBe(twin);
    expect(classifier.size).toBe(5);
  });

  it.each([
    ["", 5],
    ["tcp", 2],
    ["ip", 3],
    ["ip,nw_src=10.0.0.0/7", 1],
    ["ip,nw_src=10.0.0.0/9", 0],
    ["in_port=1", 0],
  ])("selects what is within %s", (criteria, count) => {
    expect([...classifier.select(mini(criteria))].flat()).toHaveLength(count);
  });

  it.each([
    ["tcp,tp_src=5", 5, true],
    ["udp", 5, true],
    ["udp,nw_src=11.0.0.1", 5, false],
    ["arp,arp_spa=1.2.3.4", 5, true],
    ["tcp", 4, false],
  ])("%s at %d overlaps: %s", (text, priority, overlaps) => {
    expect(classifier.findOverlap(mini(text), priority) !== undefined).toBe(overlaps);
  });

  it("goes through many rules while they go", () => {
    const many = new Classifier<TestRule>();
    for (let i = 0; i < 2000; i++) many.insert(rule(`ip,nw_src=10.0.${i >> 8}.${i & 255}`, 5));
    const seen: TestRule[] = [];
    for (const part of many.select(mini("ip"))) {
      for (const r of part) expect(many.remove(r)).toBe(true);
      seen.push(...part);
    }
    expect(new Set(seen).size).toBe(2000);
    expect(many.size).toBe(0);
  });

  it("gives back the match that went in", () => {
    const match = parseMatch("tcp,nw_src=1.2.3.0/24,dl_vlan=5,reg3=4/6");
    expect(MiniMatch.of(match).expand()).toEqual(match);
  });
});
