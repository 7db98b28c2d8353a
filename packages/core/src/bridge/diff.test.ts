import { expect, it } from "vitest";
import { desiredBridge } from "./desired.ts";
import { type Change, diff } from "./diff.ts";
import type { Rows, RowView } from "./rows.ts";

type Value = string | number | boolean | readonly (string | number)[] | Readonly<Record<string, string>>;
const view = (uuid: string, columns: Readonly<Record<string, Value>>): RowView => {
  const list = (column: string) =>
    Array.isArray(columns[column]) ? (columns[column] as readonly (string | number)[]) : [];
  return {
    uuid,
    text: (column) => (typeof columns[column] === "string" ? (columns[column] as string) : undefined),
    integer: (column) => (typeof columns[column] === "number" ? (columns[column] as number) : undefined),
    flag: (column) => (typeof columns[column] === "boolean" ? (columns[column] as boolean) : undefined),
    integers: (column) => list(column) as readonly number[],
    texts: (column) => list(column) as readonly string[],
    refs: (column) => list(column) as readonly string[],
    map: (column) => {
      const value = columns[column];
      return new Map(
        typeof value === "object" && !Array.isArray(value) ? Object.entries(value as Record<string, string>) : [],
      );
    },
  };
};
const database = (
  tables: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value>>>>>>,
): Rows => ({
  row: (table, uuid) => {
    const columns = tables[table]?.[uuid];
    return columns && view(uuid, columns);
  },
  rows: (table) => Object.entries(tables[table] ?? {}).map(([uuid, columns]) => view(uuid, columns)),
});

/** Bridge br0 with ports of those names; the settings of each are those of its Port row. */
function br0(
  ports: Readonly<Record<string, Readonly<Record<string, Value>>>>,
  bridge: Readonly<Record<string, Value>> = {},
) {
  const rows = database({
    Bridge: { b: { name: "br0", ports: Object.keys(ports).map((name) => `p-${name}`), ...bridge } },
    Port: Object.fromEntries(
      Object.entries(ports).map(([name, columns]) => [`p-${name}`, { name, interfaces: [`i-${name}`], ...columns }]),
    ),
    Interface: Object.fromEntries(
      Object.keys(ports).map((name) => [
        `i-${name}`,
        { name, ...(name.startsWith("req") ? { ofport_request: 7 } : {}) },
      ]),
    ),
  });
  const row = rows.row("Bridge", "b");
  if (!row) throw new Error("bug: no row");
  return new Map([["br0", desiredBridge(rows, row)]]);
}
const none = new Map();
const subject = (change: Change): string => {
  if (change.do === "delete-bridge") return change.bridge;
  if (change.do === "delete-port") return change.port;
  if (change.do === "delete-interface") return change.interface;
  return "name" in change.desired ? change.desired.name : change.desired.config.name;
};
const shown = (change: Change) => `${change.do} ${subject(change)}`;

it.each([
  // what                              before                      after                                steps
  ["a new bridge has its local port", none, br0({}), ["create-bridge br0", "create-interface br0", "set-port br0"]],
  ["nothing changed", br0({ a: {} }), br0({ a: {} }), []],
  ["a port more", br0({ a: {} }), br0({ a: {}, b: {} }), ["create-interface b", "set-port b"]],
  ["a port less", br0({ a: {}, b: {} }), br0({ a: {} }), ["delete-port b", "delete-interface b"]],
  [
    "deletions come first",
    br0({ a: {} }),
    br0({ b: {} }),
    ["delete-port a", "delete-interface a", "create-interface b", "set-port b"],
  ],
  ["a tag", br0({ a: {} }), br0({ a: { tag: 5 } }), ["set-port a"]],
  [
    "requested numbers before others",
    none,
    br0({ a: {}, req: {} }),
    [
      "create-bridge br0",
      "create-interface req",
      "create-interface br0",
      "create-interface a",
      "set-port a",
      "set-port req",
      "set-port br0",
    ],
  ],
  ["fail mode", br0({}), br0({}, { fail_mode: "secure" }), ["change-bridge br0"]],
  [
    "another datapath is another bridge",
    br0({}),
    br0({}, { datapath_type: "netdev" }),
    ["delete-bridge br0", "create-bridge br0", "create-interface br0", "set-port br0"],
  ],
  ["the bridge goes", br0({ a: {} }), none, ["delete-bridge br0"]],
])("%s", (_what, before, after, steps) => {
  expect(diff(before, after).map(shown)).toEqual(steps);
});

it("numbers the ports of one transaction in the original's order", () => {
  const names = ["p1", "p2", "p3", "p4", "p5", "eth0", "eth1", "h1", "h2", "b", "c"];
  const made = diff(none, br0(Object.fromEntries(names.map((name) => [name, {}])))).filter(
    (change) => change.do === "create-interface",
  );
  // As Open vSwitch 3.1 numbered them, but for the order within a bucket, which there hangs on the rows' UUIDs.
  const bucket: Readonly<Record<string, number>> = { p3: 1, eth1: 2, p1: 3, p2: 4, h1: 4, eth0: 5, b: 5, br0: 5 };
  const rest: Readonly<Record<string, number>> = { p5: 6, h2: 6, c: 6, p4: 7 };
  const buckets = made.map((change) => ({ ...bucket, ...rest })[subject(change)]);
  expect(buckets).toEqual([...buckets].sort());
});
