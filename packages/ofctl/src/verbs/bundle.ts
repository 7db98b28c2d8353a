/** All or nothing: flow mods as one bundle (OpenFlow 1.4.1 §7.3.9). */
import { errors } from "../errors.ts";
import { collect } from "../exchange.ts";
import { type Message, printMessage } from "../openflow.ts";
import { print } from "../print.ts";
import { type Connection, nextXid, xidOf } from "../vconn.ts";
import { settled } from "./bulk-send.ts";

const FLAGS = 3; // atomic, ordered
const BUNDLE = 0;

const isError = (octets: Uint8Array): boolean => octets[1] === 1;

/** The messages that an error's data starts with, as they were sent. */
function report(errorOctets: Uint8Array, sent: ReadonlyMap<number, Uint8Array>): void {
  const text = printMessage(errorOctets, { verbosity: 1 });
  const name = /: (\S+)/.exec(text)?.[1] ?? "";
  const request = sent.get(xidOf(errorOctets));
  print(
    2,
    `Error ${name} for: ${request ? printMessage(request, { verbosity: 1 }) : text.slice(text.indexOf("\n") + 1)}`,
  );
}

/** @throws when the switch refuses any part */
export async function commitBundle(connection: Connection, mods: readonly Message[]): Promise<void> {
  const sent = new Map<number, Uint8Array>();
  const control = (what: "open_request" | "commit_request"): Uint8Array => {
    const octets = connection.encode({ type: "bundle_control", bundle: BUNDLE, control: what, flags: FLAGS });
    sent.set(xidOf(octets), octets);
    return octets;
  };
  const run = async (requests: readonly Uint8Array[]) => {
    const faults = (await collect(connection, ...requests)).filter(isError);
    for (const fault of faults) report(fault, sent);
    if (faults.length) throw errors.make("ofctl/talking", { name: connection.name, why: "Protocol error" });
  };
  await run([control("open_request")]);
  const adds = mods.map((mod) => {
    const xid = nextXid();
    const message = mod.type === "flow_mod" ? settled(mod, connection) : mod;
    sent.set(xid, connection.encode(message, xid));
    return connection.encode({ type: "bundle_add", bundle: BUNDLE, flags: FLAGS, xid, message }, xid);
  });
  await run(adds);
  await run([control("commit_request")]);
}
