/** Group tables. */
import { fatal } from "../errors.ts";
import { command, printExchange } from "../exchange.ts";
import { flowLines, readFile } from "../files.ts";
import { namesToShow, readWithNames } from "../names.ts";
import {
  GROUP_ALL,
  type GroupCommand,
  type Message,
  type ParsedGroupMod,
  PROTOCOLS,
  type Protocols,
  parseGroupId,
  parseGroupMod,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { allowedProtocols, openForFlowMods } from "../protocol.ts";
import { open } from "../vconn.ts";
import type { Call } from "../verb.ts";
import { commitBundle } from "./bundle.ts";

async function change(name: string, options: Options, groups: readonly ParsedGroupMod[]): Promise<void> {
  let usable: Protocols = PROTOCOLS.any;
  for (const group of groups) usable &= group.usable;
  const connection = await openForFlowMods(name, options, usable);
  const mods = groups.map(({ mod }) => mod);
  if (options.bundle) await commitBundle(connection, mods);
  else for (const mod of mods) await command(connection, connection.encode(mod));
  connection.close();
}

/** insert-bucket and remove-bucket came with OpenFlow 1.5; OpenFlow 1.0 has them by extension. */
function mustHaveBuckets(kind: GroupCommand, options: Options): void {
  if (!kind.endsWith("_bucket") || options.versions.some((version) => version === 6 || version === 1)) return;
  throw fatal(`${kind.replace("_", "-")} needs OpenFlow 1.5 or later ('-O OpenFlow15')`);
}

function changing(kind: GroupCommand, fromFile = false) {
  return async ({ options, args }: Call): Promise<void> => {
    const [name = "", text = ""] = args;
    allowedProtocols(options);
    mustHaveBuckets(kind, options);
    const verb = kind === "modify" && options.mayCreate ? "add_or_mod" : kind;
    const groups =
      fromFile || text === "-"
        ? await (async (file: string) => {
            const lines = readFile(file);
            return readWithNames(name, options, (names) =>
              flowLines(lines, file, (line) => parseGroupMod(line, verb, names)),
            );
          })(text)
        : [await readWithNames(name, options, (names) => parseGroupMod(text, verb, names))];
    await change(name, options, groups);
  };
}

export const addGroup = changing("add");
export const addGroups = changing("add", true);
export const modGroup = changing("modify");
export const delGroups = changing("delete");
export const insertBuckets = changing("insert_bucket");
export const removeBuckets = changing("remove_bucket");

async function dump({ options, args }: Call, kind: "group" | "group_desc"): Promise<void> {
  const [name = "", text] = args;
  allowedProtocols(options);
  let group: number = GROUP_ALL;
  if (text !== undefined) {
    // Descriptions take a number, statistics a group as text.
    const found = kind === "group" ? parseGroupMod(text, "delete").mod.group : parseGroupId(text);
    if (found === undefined) throw fatal(`unknown group id ${text}`);
    group = found;
  }
  const names = await namesToShow(name, options);
  const connection = await open(name, options);
  const message: Message = { type: "multipart_request", kind, request: group };
  await printExchange(connection, message, options, names);
  connection.close();
}

export const dumpGroups = (call: Call): Promise<void> => dump(call, "group_desc");
export const dumpGroupStats = (call: Call): Promise<void> => dump(call, "group");

export async function dumpGroupFeatures({ options, args }: Call): Promise<void> {
  allowedProtocols(options);
  const connection = await open(args[0] ?? "", options);
  await printExchange(connection, { type: "multipart_request", kind: "group_features", request: null }, options);
  connection.close();
}
