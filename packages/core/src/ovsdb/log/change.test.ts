import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "#jsonrpc";
import { atOnce } from "#lib";
import { Database } from "../database.ts";
import { execute } from "../execute.ts";
import { schemaFromJson } from "../schema/index.ts";
import { changeParts, changeText } from "./change.ts";

const words = { key: "string", min: 0, max: "unlimited" };
const SCHEMA = schemaFromJson({
  name: "D",
  tables: {
    Red: { columns: { n: { type: "integer" }, words: { type: words }, few: { type: { ...words, max: 3 } } } },
    Blue: { columns: { n: { type: "integer" }, gone: { type: "integer", ephemeral: true } } },
  },
});
const id = (n: number) => `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`;
const table = fc.constantFrom("Red", "Blue");
const n = fc.integer({ min: 0, max: 5 });
const set = (maxLength: number) =>
  fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", 'q"'), { maxLength }).map((atoms) => ["set", atoms]);
const where = n.map((bound): Json => [["n", "<", bound]]);
const rows = fc.integer({ min: 1, max: 100 });
const operation: fc.Arbitrary<Json[]> = fc.oneof(
  fc
    .tuple(table, rows, n)
    .map(([table, rows, n]) => Array.from({ length: rows }, () => ({ op: "insert", table, row: { n } }))),
  fc
    .tuple(where, set(6), set(3))
    .map(([where, words, few]) => [{ op: "update", table: "Red", where, row: { words, few } }]),
  fc.tuple(where, n).map(([where, gone]) => [{ op: "update", table: "Blue", where, row: { gone } }]),
  fc.tuple(table, where).map(([table, where]) => [{ op: "delete", table, where }]),
  fc.string().map((comment) => [{ op: "comment", comment }]),
);

test("a record made in one go is the one made in parts", () => {
  let written = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(operation, { maxLength: 4 }), { maxLength: 8 }),
      fc.boolean(),
      (transactions, diff) => {
        const db = new Database(SCHEMA);
        let made = 0;
        for (const operations of transactions) {
          execute(db, ["D", ...operations.flat()], {
            newUuid: () => id(made++),
            holdsLock: () => false,
            elapsed: 0,
            store: (txn) =>
              atOnce(() => {
                const options = { date: 7, diff, comment: txn.comment };
                const parts = [...changeParts(txn.changes(), options)].join("");
                expect(changeText(txn.changes(), options)).toBe(parts || undefined);
                if (parts) written++;
              }),
          });
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(written).toBeGreaterThan(100);
});
