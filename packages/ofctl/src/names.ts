/** What a switch calls its ports and tables, asked for when a text needs it. */
import { allMessages } from "./codec.ts";
import { ask } from "./exchange.ts";
import type { NameMaps, PortDesc } from "./openflow.ts";
import type { Options } from "./options.ts";
import { open, skipXids } from "./vconn.ts";

/** Ports of a switch as it describes them, over a connection of its own. */
export async function fetchPorts(name: string, options: Options): Promise<readonly PortDesc[]> {
  const connection = await open(name, options);
  const found: PortDesc[] = [];
  if (connection.version <= 3) {
    for (const reply of await ask(connection, { type: "features_request" }))
      if (reply.type === "features_reply") found.push(...reply.ports);
  }
  // OpenFlow 1.3 tells ports only so, and a switch with more than fit into a features reply too.
  if (!found.length) {
    for (const reply of await ask(connection, { type: "multipart_request", kind: "port_desc", request: 0xffffffff }))
      if (reply.type === "multipart_reply" && reply.kind === "port_desc") found.push(...reply.reply);
  }
  connection.close();
  return found;
}

/** Port names both ways; a name that two ports have is none. */
export function portNames(ports: readonly PortDesc[]): NonNullable<NameMaps["ports"]> {
  const numbers = new Map<string, number>();
  const names = new Map<number, string>();
  const twice = new Set<string>();
  for (const { port, name } of ports) {
    if (numbers.has(name)) twice.add(name);
    numbers.set(name, port);
    names.set(port, name);
  }
  for (const name of twice) numbers.delete(name);
  return { numberOf: (name) => numbers.get(name), nameOf: (port) => names.get(port) };
}

async function fetchTables(name: string, options: Options): Promise<NonNullable<NameMaps["tables"]>> {
  const connection = await open(name, options);
  const names = new Map<number, string>();
  for (const reply of await ask(connection, { type: "multipart_request", kind: "table", request: null }))
    if (reply.type === "multipart_reply" && reply.kind === "table")
      for (const table of reply.reply)
        if (table.name && !/^(table\d+|classifier)$/.test(table.name)) names.set(table.table, table.name);
  connection.close();
  const numbers = new Map([...names].map(([number, table]) => [table, number]));
  return { numberOf: (table) => numbers.get(table), nameOf: (number) => names.get(number) };
}

/** Whether output goes by names: asked for, or to a terminal. */
export const showsNames = (options: Options): boolean => options.names ?? process.stdout.isTTY === true;

/** The maps that printing uses. */
export async function namesToShow(name: string, options: Options): Promise<NameMaps> {
  return showsNames(options) ? fetchNames(name, options) : {};
}

async function fetchNames(name: string, options: Options): Promise<NameMaps> {
  await allMessages();
  const ports = portNames(await fetchPorts(name, options));
  return { ports, tables: await fetchTables(name, options) };
}

/**
 * Reads a text that may name ports or tables. The switch is asked only when the text does not read without names,
 * but its transaction numbers are those of the original, which always asks.
 */
export async function readWithNames<T>(name: string, options: Options, read: (names: NameMaps) => T): Promise<T> {
  const maps = showsNames(options) ? await fetchNames(name, options) : undefined;
  if (maps || options.names === false) return read(maps ?? {});
  let missed = false;
  const watch = {
    numberOf: () => {
      missed = true;
      return undefined;
    },
    nameOf: () => undefined,
  };
  try {
    const value = read({ ports: watch, tables: watch });
    if (!missed) {
      skipXids(4);
      return value;
    }
  } catch (error) {
    if (!missed) throw error;
  }
  return read(await fetchNames(name, options));
}
