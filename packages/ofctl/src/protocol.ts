/** Which flow format to use with a switch: those that can say what is to be said, of those allowed. */
import { fatal } from "./errors.ts";
import { command } from "./exchange.ts";
import {
  formatProtocols,
  P,
  PROTOCOLS,
  type Protocols,
  protocolsNamed,
  protocolsOf,
  type Version,
  versionsOf,
} from "./openflow.ts";
import type { Options } from "./options.ts";
import { type Connection, open } from "./vconn.ts";

/** The formats that -F and -O leave. */
export function allowedProtocols(options: Options): Protocols {
  let allowed: Protocols = PROTOCOLS.any;
  if (options.flowFormat !== undefined) {
    allowed = options.flowFormat
      .split(/[\s,]+/)
      .filter(Boolean)
      .reduce((bits, word) => {
        const found = protocolsNamed(word);
        if (found === undefined) throw fatal(`${word}: unknown flow protocol`);
        return bits | found;
      }, 0);
  }
  if (options.bundle && !options.versions.some((v) => v >= 5)) options.versions.push(5);
  const versions = protocolsOf(options.versions as Version[]);
  if (!(allowed & versions)) {
    const names = options.versions.map((v) => `OpenFlow1${v - 1}`).join(", ");
    throw fatal(
      `None of the enabled OpenFlow versions (${names}) supports any of the enabled flow formats (${formatProtocols(allowed)}).  (Use -O to enable additional OpenFlow versions or -F to enable additional flow formats.)`,
    );
  }
  return allowed;
}

/** The formats that are both usable and allowed. @throws when there is none */
export function usableProtocols(options: Options, usable: Protocols): Protocols {
  const allowed = allowedProtocols(options) & protocolsOf(options.versions as Version[]);
  if (usable & allowed) return usable & allowed;
  throw fatal(
    `none of the usable flow formats (${formatProtocols(usable)}) is among the allowed flow formats (${formatProtocols(allowed)})`,
  );
}

/** Makes the connection speak `protocol` of its version. */
async function setProtocol(connection: Connection, protocol: Protocols): Promise<void> {
  if (connection.version !== 1) return;
  const nxm = (protocol & PROTOCOLS.nxmAny) !== 0;
  const flowModTableId = (protocol & (P.of10Tid | P.nxmTid)) !== 0;
  if (nxm !== connection.format.nxm) {
    await command(connection, connection.encode({ type: "nx_set_flow_format", format: nxm ? 2 : 0 }));
    connection.format.nxm = nxm;
  }
  if (flowModTableId !== connection.format.flowModTableId) {
    await command(connection, connection.encode({ type: "nx_flow_mod_table_id", enabled: flowModTableId }));
    connection.format.flowModTableId = flowModTableId;
  }
}

const unsupported = (usable: Protocols) =>
  fatal(`switch does not support any of the usable flow formats (${formatProtocols(usable)})`);

/**
 * A connection for what some protocols can say, with those of them that its version speaks: of the allowed ones, or
 * where the bridge has none of their versions, of all.
 *
 * @throws when there is none
 */
async function openFor(name: string, options: Options, usable: Protocols) {
  const connection = await open(name, options, versionsOf(usableProtocols(options, usable)));
  const can = usable & allowedProtocols(options) & protocolsOf([connection.version]);
  if (!can) throw unsupported(usable);
  return { connection, can };
}

/** A connection for flow mods of some usable protocols. */
export async function openForFlowMods(name: string, options: Options, usable: Protocols): Promise<Connection> {
  const { connection, can } = await openFor(name, options, usable);
  await setProtocol(connection, can & -can);
  return connection;
}

/** A connection for flow statistics: in OpenFlow 1.0 NXM tells most. Formats with a table number are for flow mods. */
export async function openForDump(name: string, options: Options, usable: Protocols): Promise<Connection> {
  const { connection, can } = await openFor(name, options, usable);
  const best = [can & PROTOCOLS.of11Up, can & P.nxm, can & P.of10].find((bits) => bits !== 0);
  if (!best) throw unsupported(usable);
  await setProtocol(connection, best);
  return connection;
}
