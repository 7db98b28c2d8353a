/** Ports and their queues. */
import { parsePort } from "@vswitch/core/flow";
import { fatal } from "../errors.ts";
import { command, printExchange } from "../exchange.ts";
import { fetchPorts, namesToShow, portNames } from "../names.ts";
import { OFPP, PORT_CONFIG } from "../openflow.ts";
import type { Options } from "../options.ts";
import { allowedProtocols } from "../protocol.ts";
import { open } from "../vconn.ts";
import type { Call } from "../verb.ts";

/** The number that a port's text means on this switch, which is asked only for names. */
async function portNumber(name: string, text: string, options: Options): Promise<number> {
  const known = parsePort(text);
  if (known !== undefined) return known;
  if (options.names !== false) {
    const port = parsePort(text, portNames(await fetchPorts(name, options)));
    if (port !== undefined) return port;
  }
  throw fatal(`${name}: unknown port \`${text}'`);
}

export async function dumpPorts({ options, args }: Call): Promise<void> {
  const [name = "", text] = args;
  allowedProtocols(options);
  const port = text === undefined ? OFPP.any : await portNumber(name, text, options);
  const names = await namesToShow(name, options);
  const connection = await open(name, options);
  await printExchange(connection, { type: "multipart_request", kind: "port", request: port }, options, names);
  connection.close();
}

export async function dumpPortsDesc({ options, args }: Call): Promise<void> {
  const [name = "", text] = args;
  allowedProtocols(options);
  const port = text === undefined ? OFPP.any : await portNumber(name, text, options);
  const connection = await open(name, options);
  await printExchange(connection, { type: "multipart_request", kind: "port_desc", request: port }, options);
  connection.close();
}

export async function queueStats({ options, args }: Call): Promise<void> {
  const [name = "", portText, queueText] = args;
  allowedProtocols(options);
  const isAll = portText === undefined || portText.toUpperCase() === "ALL";
  const port = isAll ? OFPP.any : await portNumber(name, portText, options);
  // As atoi does, what is no number is 0.
  const queue =
    queueText === undefined || queueText.toUpperCase() === "ALL" ? 0xffffffff : Number.parseInt(queueText, 10) || 0;
  const names = await namesToShow(name, options);
  const connection = await open(name, options);
  await printExchange(
    connection,
    { type: "multipart_request", kind: "queue", request: { port, queue } },
    options,
    names,
  );
  connection.close();
}

export async function queueGetConfig({ options, args }: Call): Promise<void> {
  const [name = "", portText] = args;
  allowedProtocols(options);
  const asked = portText === undefined ? OFPP.any : await portNumber(name, portText, options);
  let ports: readonly number[] = [asked];
  const probe = await open(name, options);
  const needsAll = asked === OFPP.any && probe.version === 1;
  // OpenFlow 1.0 answers for one port at a time.
  if (needsAll) {
    ports = (await fetchPorts(name, options)).map(({ port }) => port).filter((port) => port < OFPP.max);
    ports = [...ports].sort((a, b) => a - b);
  }
  for (const port of ports)
    await printExchange(probe, { type: "queue_get_config_request", port, queue: 0xffffffff }, options);
  probe.close();
}

/** Words of mod-port: the bit, and whether the word sets it. */
const SETTINGS: Readonly<Record<string, readonly [bit: number, set: boolean]>> = (() => {
  const positive: readonly (readonly [string, number])[] = [
    ["up", PORT_CONFIG.port_down],
    ["stp", PORT_CONFIG.no_stp],
    ["receive", PORT_CONFIG.no_recv],
    ["receive-stp", PORT_CONFIG.no_recv_stp],
    ["flood", PORT_CONFIG.no_flood],
    ["forward", PORT_CONFIG.no_fwd],
    ["packet-in", PORT_CONFIG.no_packet_in],
  ];
  const rows: Record<string, readonly [number, boolean]> = { down: [PORT_CONFIG.port_down, true] };
  for (const [word, bit] of positive) {
    rows[word] = [bit, false];
    if (word !== "up") {
      rows[`no-${word}`] = [bit, true];
      rows[`no${word}`] = [bit, true];
    }
  }
  return rows;
})();

export async function modPort({ options, args }: Call): Promise<void> {
  const [name = "", portText = "", word = ""] = args;
  allowedProtocols(options);
  const ports = await fetchPorts(name, options);
  const number = parsePort(portText);
  const port = ports.find((p) => p.name === portText || p.port === number);
  if (!port) throw fatal(`${name}: couldn't find port \`${portText}'`);
  const setting = Object.hasOwn(SETTINGS, word.toLowerCase()) ? SETTINGS[word.toLowerCase()] : undefined;
  if (!setting) throw fatal(`unknown mod-port command '${word}'`);
  const [bit, set] = setting;
  const connection = await open(name, options);
  await command(
    connection,
    connection.encode({
      type: "port_mod",
      port: port.port,
      mac: port.mac,
      config: set ? bit : 0,
      mask: bit,
      advertise: 0,
    }),
  );
  connection.close();
}
