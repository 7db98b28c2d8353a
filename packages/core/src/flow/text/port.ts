import { vlog } from "#lib";

/** Names of a bridge's ports, for texts that users read and write. */
export interface PortNames {
  /** OpenFlow number of the port of that name. */
  numberOf(name: string): number | undefined;
  nameOf(port: number): string | undefined;
}

/** Reserved ports by their name in text, in 32-bit form (OpenFlow 1.5.1 §7.2.1.2). "NONE" is read as ANY. */
const RESERVED: readonly (readonly [name: string, port: number])[] = [
  ["UNSET", 0xfffffff7],
  ["IN_PORT", 0xfffffff8],
  ["TABLE", 0xfffffff9],
  ["NORMAL", 0xfffffffa],
  ["FLOOD", 0xfffffffb],
  ["ALL", 0xfffffffc],
  ["CONTROLLER", 0xfffffffd],
  ["LOCAL", 0xfffffffe],
  ["ANY", 0xffffffff],
  ["NONE", 0xffffffff],
];
const BY_NAME = new Map(RESERVED);
const BY_PORT = new Map(RESERVED.toReversed().map(([name, port]) => [port, name] as const));

/** First reserved port in 32-bit form, and how far it is from the same port in OpenFlow 1.0's 16 bits. */
const FIRST_RESERVED = 0xffffff00;
const OFFSET = 0xffff0000;

const log = () => vlog("ofp_port");
let told = false;

/** A port as flow text shows it: its name, a reserved port's name, or its number (16 bits for reserved ones). */
export function formatPort(port: number, names?: PortNames): string {
  const reserved = BY_PORT.get(port);
  if (reserved !== undefined) return reserved;
  const name = names?.nameOf(port);
  if (name !== undefined) return formatPortName(name);
  return String(port >= FIRST_RESERVED ? port - OFFSET : port);
}

/** A name as text shows it: in quotes, JSON's way, unless it is a letter and then letters and digits. */
export function formatPortName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : JSON.stringify(name);
}

/** The 32-bit port that a number or name means; undefined when it means none. */
export function parsePort(text: string, names?: PortNames): number | undefined {
  if (text.startsWith("-")) {
    log().warn(`Negative value ${text} is not a valid port number.`);
    return undefined;
  }
  if (/^\d+$/.test(text) && Number(text) <= 0xffffffff) return portFromNumber(Number(text));
  const reserved = BY_NAME.get(text.toUpperCase());
  if (reserved !== undefined) return reserved;
  return names?.numberOf(unquote(text) ?? text);
}

function portFromNumber(port: number): number | undefined {
  if (port < 0xff00 || port >= FIRST_RESERVED) return port;
  if (port > 0xffff) {
    log().warn(`port ${port} is outside the supported range 0 through ffff or 0xffffff00 through 0xffffffff`);
    return undefined;
  }
  const name = BY_PORT.get(port + OFFSET);
  if (name === undefined) {
    log().warn(
      `port ${port} is a reserved OF1.0 port number that will be translated to ${port + OFFSET} when talking to an OF1.1 or later controller`,
    );
  } else if (!told) {
    told = true;
    log().warn(`referring to port ${name} as ${port} is deprecated for compatibility with OpenFlow 1.1 and later`);
  }
  return port + OFFSET;
}

function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
