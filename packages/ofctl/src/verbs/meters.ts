/** Meter tables (OpenFlow 1.3 and later). */
import { command, printExchange } from "../exchange.ts";
import { METER, type Message, PROTOCOLS, parseMeter } from "../openflow.ts";
import type { Options } from "../options.ts";
import { openForFlowMods } from "../protocol.ts";
import type { Call } from "../verb.ts";

const connect = (name: string, options: Options) => openForFlowMods(name, options, PROTOCOLS.of13Up);

function changing(kind: "add" | "modify") {
  return async ({ options, args }: Call): Promise<void> => {
    const [name = "", text = ""] = args;
    const config = parseMeter(text, kind);
    const connection = await connect(name, options);
    await command(connection, connection.encode({ type: "meter_mod", command: kind, config }));
    connection.close();
  };
}

export const addMeter = changing("add");
export const modMeter = changing("modify");

const meterOf = (text: string | undefined): number =>
  text === undefined ? METER.all : parseMeter(text, "stats").meter;

export async function delMeters({ options, args }: Call): Promise<void> {
  const [name = "", text] = args;
  const config = { meter: meterOf(text), flags: 0, bands: [] };
  const connection = await connect(name, options);
  await command(connection, connection.encode({ type: "meter_mod", command: "delete", config }));
  connection.close();
}

async function dump({ options, args }: Call, message: (meter: number) => Message): Promise<void> {
  const [name = "", text] = args;
  const meter = meterOf(text);
  const connection = await connect(name, options);
  await printExchange(connection, message(meter), options);
  connection.close();
}

export const dumpMeters = (call: Call): Promise<void> =>
  dump(call, (request) => ({ type: "multipart_request", kind: "meter_config", request }));
export const meterStats = (call: Call): Promise<void> =>
  dump(call, (request) => ({ type: "multipart_request", kind: "meter", request }));
export const meterFeatures = (call: Call): Promise<void> =>
  dump({ ...call, args: call.args.slice(0, 1) }, () => ({
    type: "multipart_request",
    kind: "meter_features",
    request: null,
  }));
