import fc from "fast-check";
import { expect, it } from "vitest";
import { matchAll } from "#flow";
import { SwitchError } from "#lib";
import { decodeFrame, encodeFrame } from "./full.ts";
import type { Message, Version } from "./message.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 200);
const SEED = process.env["FUZZ_SEED"];
const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u128 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const port = fc.integer({ min: 1, max: 0xfeff });
const octets = fc.uint8Array({ maxLength: 40 });
const output = fc.record({ type: fc.constant("output"), port, maxLen: fc.constant(0) });
const actions = fc.array(output, { minLength: 1, maxLength: 3 });
const tuple = fc.record({ src: u128, dst: u128, srcPort: u16, dstPort: u16 }).map((t) => ({
  ...t,
  ...{ icmpId: 0, icmpType: 0, icmpCode: 0 },
}));
const counters = Object.fromEntries(
  [
    ...["flows", "currentFlows", "packets", "ipv4Packets", "ipv6Packets", "errors"],
    ...["ipv4Errors", "ipv6Errors", "txPackets", "txErrors"],
  ].map((name) => [name, u64]),
);
const mapping = fc.record({
  optionClass: u16,
  optionType: u8,
  optionLength: fc.integer({ min: 1, max: 31 }).map((n) => n * 4),
  index: fc.nat(63),
});
const counts = { packets: u64, octets: u64 };
const duration = { durationSec: u32, durationNsec: fc.nat(999_999_999) };
const reply = (kind: string, entry: fc.Arbitrary<object>) =>
  fc.record({
    type: fc.constant("multipart_reply"),
    kind: fc.constant(kind),
    more: fc.boolean(),
    reply: fc.array(entry, { maxLength: 3 }),
  });
const request = (kind: string, of: fc.Arbitrary<unknown>) =>
  fc.record({ type: fc.constant("multipart_request"), kind: fc.constant(kind), request: of });
const of = (type: string, parts: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ type: fc.constant(type), ...parts });
const empty = fc.constant(undefined).map(matchAll);
const change = {
  ...{ reason: fc.nat(5), priority: u16, idleTimeout: u16, hardTimeout: u16, table: fc.nat(254), cookie: u64 },
  ...{ match: empty, actions },
};

/** Random messages by what they are; the ones whose flows or octets are of one version only are in golden/. */
const MESSAGES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  echo: of("echo_request", { data: octets }),
  error: of("error", {
    error: fc.constantFrom("OFPBRC_BAD_TYPE", "OFPFMFC_OVERLAP", "NXBRC_MUST_BE_ZERO"),
    data: octets,
  }),
  "set config": of("set_config", { fragments: fc.nat(2), missSendLen: u16 }),
  barrier: of("barrier_request"),
  "role request": of("role_request", {
    role: fc.constantFrom("equal", "primary", "secondary"),
    generationId: fc.option(u64, { nil: undefined }),
    form: fc.constantFrom("standard", "nicira"),
  }),
  "meter mod": of("meter_mod", {
    command: fc.constantFrom("add", "modify"),
    config: fc.record({
      meter: fc.integer({ min: 1, max: 0xffff }),
      flags: fc.constantFrom(1, 2, 5, 9),
      bands: fc.array(
        fc.record({ type: fc.constantFrom("drop", "dscp_remark"), rate: u32, burst: u32, precLevel: u8 }),
        { maxLength: 3 },
      ),
    }),
  }),
  "group statistics": reply(
    "group",
    fc.record({ group: u32, refCount: u32, ...counts, ...duration, buckets: fc.array(fc.record(counts)) }),
  ),
  "queue statistics": reply(
    "queue",
    fc.record({ port, queue: u32, txBytes: u64, txPackets: u64, txErrors: u64, ...duration }),
  ),
  "meter statistics": reply(
    "meter",
    fc.record({
      meter: u32,
      flows: u32,
      packetsIn: u64,
      octetsIn: u64,
      ...duration,
      bands: fc.array(fc.record(counts)),
    }),
  ),
  "flow statistics": request(
    "flow",
    fc.constant(undefined).map(() => ({
      ...{ table: 3, match: matchAll(), outPort: 5, outGroup: 0xffffffff, cookie: 0n, cookieMask: 0n },
    })),
  ),
  "bundle control": of("bundle_control", {
    bundle: u32,
    control: fc.constantFrom("open_request", "open_reply", "commit_request", "discard_reply"),
    flags: fc.nat(3),
  }),
  "controller id": of("nx_set_controller_id", { id: u16 }),
  "zone flush": of("nx_ct_flush_zone", { zone: u16 }),
  "connection flush": of("nx_ct_flush", {
    protocol: fc.constantFrom(6, 17, 132),
    zone: fc.option(u16, { nil: undefined }),
    orig: fc.option(tuple, { nil: undefined }),
    reply: fc.option(tuple, { nil: undefined }),
    mark: fc.option(fc.record({ value: u32.map(BigInt), mask: fc.constant(0xffffn) }), { nil: undefined }),
    labels: fc.option(fc.record({ value: u128, mask: fc.constant(7n) }), { nil: undefined }),
  }),
  "option map": of("nx_tlv_table_mod", {
    command: fc.constantFrom("add", "delete"),
    mappings: fc.array(mapping, { maxLength: 4 }),
  }),
  "option maps": of("nx_tlv_table_reply", { maxSpace: u32, maxFields: u16, mappings: fc.array(mapping) }),
  "ipfix of a bridge": reply("ipfix_bridge", fc.record({ ...counters, collector: u32 })),
  "ipfix of flows": reply("ipfix_flow", fc.record({ ...counters, collector: u32 })),
  "flow monitor": request(
    "flow_monitor",
    fc.array(
      fc.record({
        ...{ id: u32, flags: fc.constantFrom(1, 0x1f, 0x3f), outPort: port, outGroup: fc.constant(0xffffffff) },
        ...{ table: u8, command: fc.constant("add"), match: empty },
      }),
    ),
  ),
  "flow updates": reply(
    "flow_monitor",
    fc.oneof(
      fc.record({ event: fc.constantFrom("deleted"), ...change }),
      fc.record({ event: fc.constantFrom("added", "modified"), ...change, reason: fc.constant(0) }),
      fc.record({ event: fc.constant("abbrev"), xid: u32 }),
    ),
  ),
  "monitor cancel": of("flow_monitor_cancel", { id: u32 }),
};

/** Messages of which some versions carry less than others: only that they are written again as they were read. */
const NARROWED = new Set(["role request", "meter mod", "group statistics", "queue statistics"]);

/** What of a value counts: no properties that are undefined, and matches by their words that are not 0. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "bigint"
        ? `${part}n`
        : part instanceof Uint32Array
          ? [...part].flatMap((word, i) => (word ? [[i, word]] : []))
          : part instanceof Uint8Array
            ? [...part]
            : part,
    ),
  );

it.each(Object.entries(MESSAGES))("%s: what was written is read, in every version that has it", (name, arbitrary) => {
  let written = 0;
  fc.assert(
    fc.property(arbitrary, u32, fc.constantFrom(...VERSIONS), (message, xid, version) => {
      let octets: Uint8Array;
      try {
        octets = encodeFrame({ version, xid, message: message as Message });
      } catch (error) {
        if (error instanceof SwitchError) return; // that version has no such message
        throw error;
      }
      written++;
      const frame = decodeFrame(octets);
      expect([frame.version, frame.xid]).toEqual([version, xid]);
      if (!NARROWED.has(name))
        expect(plain({ ...frame.message, nicira: undefined })).toMatchObject(plain(message) as object);
      expect(encodeFrame(frame)).toEqual(octets);
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
  expect(written).toBeGreaterThan(RUNS / 10);
});
