import { describe, expect, test } from "vitest";
import { type AssignRule, assignQueues, type PollPort } from "./assign.ts";
import { chosenCores, dummyCores } from "./cores.ts";
import { parseAffinity } from "./model.ts";

// What Open vSwitch 3.1 answers with --dummy-numa and ports of type dummy-pmd.
const CORES = dummyCores("1,0,0,1,3,3");

const port = (number: number, rx: number, node = 0, affinity = ""): PollPort => ({
  name: `p${number}`,
  port: number,
  rx,
  node,
  affinity: parseAffinity(affinity) ?? new Map(),
});

/** "CORE: PORT/QUEUE ..." of each thread that has queues; pinned ones alone marked "!". */
function shown(mask: string, ports: readonly PollPort[], rule: Partial<AssignRule> = {}): readonly string[] {
  const threads = assignQueues(chosenCores(mask, CORES), ports, { mode: "cycles", isolate: true, ...rule }, () => {});
  return threads
    .filter(({ queues }) => queues.length > 0)
    .map(({ core, isolated, queues }) => {
      const list = queues.map((one) => `${one.port.port}/${one.queue}`).sort();
      return `${core}${isolated ? "!" : ""}: ${list.join(" ")}`;
    });
}

describe("cores", () => {
  test.each([
    ["", [0, 1, 4]],
    ["6", [1, 2]],
    ["0x3F", [0, 1, 2, 3, 4, 5]],
    ["100", []],
    ["0", []],
    ["0x2z", [5]],
    ["xyz", []],
  ])("mask %j", (mask, wanted) => {
    expect(chosenCores(mask, CORES).map(({ core }) => core)).toEqual(wanted);
  });
});

test.each([
  ["0:1", [[0, 1]]],
  ["0:1,0:2", [[0, 2]]],
  [
    "0:1 1:2",
    [
      [0, 1],
      [1, 2],
    ],
  ],
  ["", []],
  ["x", undefined],
  ["0:x", undefined],
  ["1:1;2:2", undefined],
  [":3", undefined],
])("affinity %j", (text, wanted) => {
  const found = parseAffinity(text);
  expect(found && [...found]).toEqual(wanted);
});

describe("queues", () => {
  const three = [port(1, 2), port(3, 2), port(9, 3)];
  test.each<[string, readonly PollPort[], Partial<AssignRule>, readonly string[]]>([
    ["6", three, {}, ["1: 1/0 3/1 9/0", "2: 1/1 3/0 9/1 9/2"]],
    ["6", three, { mode: "group" }, ["1: 1/0 3/0 9/0 9/2", "2: 1/1 3/1 9/1"]],
    // A node without threads: those of the others in turn.
    ["3f", [port(1, 2, 2), port(3, 2), port(9, 3)], {}, ["0: 1/1", "1: 1/0 9/0 9/1", "2: 3/0 3/1 9/2"]],
    ["3f", [port(1, 2, 2), port(3, 2), port(9, 3)], { mode: "group" }, ["0: 1/1", "1: 1/0 3/1 9/1", "2: 3/0 9/0 9/2"]],
    // Pinned queues keep others away, unless told otherwise.
    ["3f", [port(1, 2), port(9, 3, 0, "0:1")], {}, ["1!: 9/0", "2: 1/0 1/1 9/1 9/2"]],
    ["3f", [port(1, 2), port(9, 3, 0, "0:1,1:2")], {}, ["0: 1/0", "1!: 9/0", "2!: 9/1", "3: 9/2", "4: 1/1"]],
    ["100", three, {}, []],
  ])("mask %s", (mask, ports, rule, wanted) => {
    expect(shown(mask, ports, rule)).toEqual(wanted);
  });

  test("a queue that nobody can poll is told of", () => {
    const said: string[] = [];
    assignQueues([], [port(1, 1)], { mode: "roundrobin", isolate: true }, (level, text) =>
      said.push(`${level} ${text}`),
    );
    expect(said).toEqual([
      "info Performing pmd to rx queue assignment using roundrobin algorithm.",
      "warn No non-isolated pmd on any numa available for port 'p1' rx queue 0. This rx queue will not be polled.",
    ]);
  });
});
