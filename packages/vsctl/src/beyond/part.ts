// libexec/vsctl-beyond.cjs: what ovs-vsctl does beyond the original, and its texts of help. Loaded when asked for, so that other runs start
// as quickly as without it.
import { fail, writeAll } from "@vswitch/cli-kit";
import { formatJson, isJsonArray, isJsonObject, type Json } from "@vswitch/core/jsonrpc";
import { dir } from "@vswitch/core/lib";
import { makeUuid } from "@vswitch/core/ovsdb";
import { connectDatabase } from "../connect.ts";
import { DATABASE, type Database, Engine } from "../engine.ts";
import { errors } from "../errors.ts";
import { parseCommands } from "../grammar.ts";
import type { Options } from "../options.ts";
import { waitForSwitch } from "../wait.ts";
import { type Change, type History, readHistory } from "./history.ts";
import { diffJson } from "./json.ts";
import { PlanDatabase, planDiffs } from "./plan.ts";
import { columnDiffs, type RowDiff, type Surroundings, showDiffs } from "./row-diff.ts";
import { isSwitchColumn } from "./switch-columns.ts";
import { chooseChange, isEdit, undoOperations } from "./undo.ts";

export { commandsText, helpText, optionsText } from "../help.ts";
export { renderJson } from "./json.ts";

const PROGRAM = "ovs-vsctl";

/** What a command of this part gets from the program. */
export interface BeyondRun {
  readonly options: Options;
  /** The comment for the database's log. */
  readonly comment: string;
}

type Words = readonly string[];
const COMMANDS: Readonly<Record<string, (words: Words, run: BeyondRun) => Promise<void> | void>> = {
  plan,
  history,
  undo,
};

/** Runs plan, history or undo to the end of the process. */
export async function runBeyond(name: string, words: Words, run: BeyondRun): Promise<void> {
  try {
    await COMMANDS[name]?.(words, run);
    process.exit(0);
  } catch (error) {
    fail(PROGRAM, error);
  }
}

async function plan(words: Words, { options }: BeyondRun): Promise<void> {
  const commands = parseCommands(words, options.first);
  const newUuid = () => makeUuid((octets) => crypto.getRandomValues(octets));
  const engine = new Engine(commands, { wait: false, dryRun: false, comment: "", newUuid });
  engine.prepare();
  const real = await connectDatabase(options);
  const database = new PlanDatabase(real);
  await engine.run(database);
  const [rows, around] = await planDiffs(database.kept, real);
  const shown = rows.filter((row) => !row.before || !row.after || columnDiffs(row).length > 0);
  if (options.json) printJson(rowsJson(shown, around), options);
  else writeAll(1, shown.length ? showDiffs(shown, around) : "no changes\n");
}

/** Takes `--NAME` or `--NAME=VALUE` out of a command's words. @throws SwitchError for another option */
function take(command: string, words: Words, allowed: Words): { flags: Map<string, string>; rest: string[] } {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (const word of words) {
    const [, name, value = ""] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) rest.push(word);
    else if (allowed.includes(name)) flags.set(name, value);
    else throw errors.make("vsctl/no-such-option", { command, option: `--${name}` });
  }
  if (rest.length > 1) throw errors.make("vsctl/too-many", { command, count: 1, late: false });
  return { flags, rest };
}

function wholeNumber(command: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw errors.make("vsctl/not-a-number", { command, text });
  return Number(text);
}

const logOf = (flags: ReadonlyMap<string, string>) => flags.get("file") ?? `${dir("db")}/conf.db`;

function history(words: Words, { options }: BeyondRun): void {
  const { flags, rest } = take("history", words, ["all", "file"]);
  const count = wholeNumber("history", rest[0]) ?? Infinity;
  const log = readHistory(logOf(flags));
  const chosen = log.changes.filter((change) => flags.has("all") || change.snapshot || isByPeople(change));
  const shown = count === Infinity ? chosen : chosen.slice(-count);
  if (options.json)
    printJson(
      shown.map((change) => changeJson(change, log)),
      options,
    );
  else writeAll(1, shown.map((change) => changeText(change, log)).join("\n"));
}

/** Whether a change has an edit of what people write, or at least says who made it. */
const isByPeople = ({ rows, what }: Change) => what !== "" && rows.some(isEdit);

const dateText = (date: number | undefined) =>
  date === undefined ? "-" : new Date(date).toISOString().replace("T", " ").slice(0, 19);

function changeText(change: Change, { around }: History): string {
  const by = change.who === undefined ? "" : `  (by ${change.who})`;
  const head = `${change.number}  ${dateText(change.date)}  ${change.what || "-"}${by}\n`;
  if (change.snapshot) return `${head}    (all that was there; older changes are not in the log)\n`;
  return head + showDiffs(edits(change), around).replace(/^(?=.)/gm, "    ");
}

function changeJson(change: Change, { around }: History): Json {
  return {
    number: change.number,
    date: change.date === undefined ? null : new Date(change.date).toISOString(),
    who: change.who ?? null,
    what: change.what,
    snapshot: change.snapshot,
    rows: change.snapshot ? [] : rowsJson(edits(change), around),
  };
}

/** A change's rows without the columns that the switch keeps, and without what a new row holds by default. */
function edits({ rows }: Change): RowDiff[] {
  return rows.filter(isEdit).map(({ table, uuid, before, after }) => {
    const people = (map: RowDiff["after"]) =>
      map && new Map([...map].filter(([column]) => !isSwitchColumn(table, column)));
    const now = before ? people(after) : people(after && new Map([...after].filter(([, datum]) => !isDefault(datum))));
    return { table, uuid, before: people(before), after: now };
  });
}

const isDefault = ({ keys, values }: { keys: readonly unknown[]; values: unknown }) =>
  keys.length === 0 ||
  (keys.length === 1 && values === undefined && (keys[0] === false || keys[0] === 0 || keys[0] === ""));

function rowsJson(rows: readonly RowDiff[], around: Surroundings): Json {
  return rows.map((row) => ({
    table: row.table,
    uuid: row.uuid,
    name: around.name(row.table, row.uuid),
    change: !row.before ? "insert" : row.after ? "update" : "delete",
    columns: row.after ? columnDiffs(row).map((diff) => diffJson(diff, around.type(row.table, diff.column))) : [],
  }));
}

const printJson = (json: Json, { table }: Options) => writeAll(1, `${formatJson(json, { pretty: table.pretty })}\n`);

/** How often an undo is decided anew when the database changed under it. */
const TRIES = 5;

async function undo(words: Words, { options, comment }: BeyondRun): Promise<void> {
  const { flags, rest } = take("undo", words, ["file"]);
  const number = wholeNumber("undo", rest[0]);
  const real = await connectDatabase(options);
  for (let left = TRIES; ; left--) {
    const log = readHistory(logOf(flags));
    const change = chooseChange(log, number);
    const nextCfg = await commit(real, undoOperations(log, change), comment, options);
    if (nextCfg === "changed") {
      if (left > 1) continue;
      throw errors.make("vsctl/undo-conflict", { number: change.number, what: "the database keeps changing" });
    }
    if (nextCfg !== undefined) await waitForSwitch(real, nextCfg);
    writeAll(1, `undid ${change.number}: ${change.what || "-"}\n`);
    return;
  }
}

async function commit(
  real: Database,
  operations: readonly Json[],
  comment: string,
  { wait, dryRun }: Options,
): Promise<number | "changed" | undefined> {
  const reply = await real.request("transact", [
    DATABASE,
    ...operations,
    { op: "mutate", table: "Open_vSwitch", where: [], mutations: [["next_cfg", "+=", 1]] },
    { op: "select", table: "Open_vSwitch", where: [], columns: ["next_cfg"] },
    { op: "comment", comment },
    ...(dryRun ? [{ op: "abort" }] : []),
  ]);
  const results = (isJsonArray(reply) ? reply : []).filter(isJsonObject);
  const fault = results.find(({ error }) => error !== undefined && error !== null);
  if (fault?.["error"] === "timed out") return "changed";
  if (fault && !(dryRun && fault["error"] === "aborted")) {
    throw errors.make("vsctl/transaction", { error: formatJson(fault, { sort: true }) });
  }
  const rows = results.find((result) => isJsonArray(result["rows"]) && result["rows"].length === 1)?.["rows"];
  const row = isJsonArray(rows) ? rows[0] : undefined;
  return wait && !dryRun && isJsonObject(row) ? Number(row["next_cfg"]) : undefined;
}
