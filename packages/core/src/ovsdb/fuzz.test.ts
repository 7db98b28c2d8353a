// What comes from outside, made at random: nothing but clean errors. Short here; `npm run soak` gives it minutes.
import { createHash, randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatJson, type Json, JsonFramer } from "#jsonrpc";
import { SwitchError } from "#lib";
import { Database } from "./database.ts";
import { execute, storeNothing } from "./execute.ts";
import { replayChange } from "./log/change.ts";
import { formatRecord, LogReader } from "./log/record.ts";
import { schemaFromJson } from "./schema/index.ts";

const seconds = Number(process.env["FUZZ_SECONDS"] ?? 1);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1e9);
const timeout = seconds * 1000 + 60_000;

/** Checks a property for its seconds; a failure names seed and smallest input. */
function soak<T>(input: fc.Arbitrary<T>, check: (value: T) => void): void {
  const options = { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1000 };
  fc.assert(fc.property(input, check), { ...options, markInterruptAsFailure: false });
}

/** Runs it; an error of any other kind than those that clients are told fails the test. */
function clean(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
  }
}

const sha1 = (octets: Uint8Array) => createHash("sha1").update(octets).digest("hex");
const newUuid = () => randomUUID();

/** Words that mean something somewhere, so that random values reach far. */
const WORDS =
  "op insert select update mutate delete wait commit abort comment assert table row rows where columns mutations uuid uuid-name named-uuid set map until timeout lock durable == != < includes excludes += insert name version tables isRoot maxRows indexes type key value min max unlimited enum integer real boolean string refTable refType weak strong ephemeral mutable minInteger maxLength A B n tags peer _uuid _version __proto__ constructor L".split(
    " ",
  );
const word = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...WORDS) }, fc.string());
const leaf: fc.Arbitrary<Json> = fc.oneof(
  word,
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.constant(null),
  fc.uuid(),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(word, tie("json"), { maxKeys: 5 }),
    fc.tuple(fc.constantFrom("set", "map", "uuid", "named-uuid"), tie("json")).map((pair): Json => pair),
  ),
}));

const SCHEMA: Json = {
  name: "L",
  version: "1.0.0",
  tables: {
    A: {
      columns: {
        n: { type: { key: { type: "integer", minInteger: -2, maxInteger: 2 } } },
        tags: { type: { key: "string", min: 0, max: 3 } },
        peer: { type: { key: { type: "uuid", refTable: "B" }, min: 0, max: "unlimited" } },
      },
      isRoot: true,
      maxRows: 4,
      indexes: [["n"]],
    },
    B: { columns: { name: { type: { key: "string", value: "real", min: 0, max: "unlimited" } } } },
  },
};

/** Operations that look right, with members that need not be. */
const operation = fc
  .record(
    {
      op: fc.oneof(fc.constantFrom(...WORDS.slice(1, 11)), word),
      table: fc.oneof(fc.constantFrom("A", "B"), json),
      row: json,
      rows: json,
      where: fc.oneof(fc.constant([]), json),
      columns: json,
      mutations: json,
      "uuid-name": word,
      uuid: json,
      until: word,
      timeout: json,
      durable: json,
    },
    { requiredKeys: ["op"] },
  )
  .map((members) => members as { readonly [name: string]: Json });

describe(`random input, seed ${seed}`, () => {
  test("the stream parser", { timeout }, () => {
    soak(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          json.map((value) => octets(formatJson(value))),
        ),
      ),
      (chunks) => {
        const framer = new JsonFramer();
        clean(() => {
          for (const chunk of chunks) framer.push(chunk, () => {});
        });
      },
    );
  });

  test("the schema parser", { timeout }, () => {
    const schema = fc.record({ name: word, version: fc.constantFrom("1.0.0", "x"), tables: fc.dictionary(word, json) });
    soak(
      fc.oneof(
        json,
        schema.map((members): Json => members),
      ),
      (value) => clean(() => void schemaFromJson(value)),
    );
  });

  test("transactions: a reply always, and the database as before or whole", { timeout }, () => {
    const db = new Database(schemaFromJson(SCHEMA));
    soak(fc.array(fc.oneof(operation, json), { maxLength: 5 }), (operations) => {
      const options = { newUuid, store: storeNothing, holdsLock: () => false, elapsed: 0 };
      const before = [...db.tables.values()].flatMap(({ rows }) => [...rows.values()]);
      const outcome = execute(db, ["L", ...operations], options);
      if (outcome.done) formatJson(outcome.result);
      if (outcome.done && outcome.changes.length > 0) return;
      expect([...db.tables.values()].flatMap(({ rows }) => [...rows.values()])).toEqual(before);
    });
  });

  test("the log reader", { timeout }, () => {
    const record = json.map((value) => formatRecord(formatJson([value]).slice(1, -1), sha1));
    soak(fc.array(fc.oneof(record, fc.uint8Array({ maxLength: 60 }))), (chunks) => {
      const reader = new LogReader("f", Buffer.concat(chunks), sha1);
      const db = new Database(schemaFromJson(SCHEMA));
      clean(() => {
        for (let next = reader.next(); next; next = reader.next()) replayChange(db, next.json, { newUuid });
      });
    });
  });
});

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
