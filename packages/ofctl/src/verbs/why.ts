/** `why BRIDGE 'A > B'`: what becomes of a packet from one host to another, asked of the daemon. */
import { ControlClient } from "@vswitch/core/jsonrpc";
import { dir, errorText, SwitchError } from "@vswitch/core/lib";
import { pidfileOwner } from "@vswitch/daemon-kit/pidfile";
import { errors, fatal } from "../errors.ts";
import { flowBetween, readLearned } from "../hosts.ts";
import { fetchPorts } from "../names.ts";
import { OFPP } from "../openflow.ts";
import { print } from "../print.ts";
import type { Call } from "../verb.ts";

const DAEMON = "ovs-vswitchd";

async function connect(): Promise<ControlClient> {
  const base = `${dir("run")}/${DAEMON}`;
  try {
    const pid = pidfileOwner(`${base}.pid`);
    if (pid === undefined) throw fatal(`${DAEMON} is not running`);
    return await ControlClient.connect(`${base}.${pid}.ctl`);
  } catch (error) {
    if (error instanceof SwitchError) throw error;
    throw errors.make("ofctl/connect", { name: DAEMON, why: errorText(error) });
  }
}

/** The answer of a command of the daemon's. @throws its refusal */
async function ask(client: ControlClient, command: string, args: readonly string[]): Promise<string> {
  const { ok, text } = await client.call(command, args);
  if (!ok) throw fatal(text.trimEnd());
  return text;
}

export async function why({ options, args }: Call): Promise<void> {
  const [bridge = "", question = ""] = args;
  const client = await connect();
  try {
    const learned = readLearned(await ask(client, "fdb/show", [bridge]));
    const ports = await fetchPorts(bridge, options);
    const numbers = new Map(ports.map(({ name, port }) => [name, port === OFPP.local ? "LOCAL" : String(port)]));
    const flow = flowBetween(question, learned, (name) => numbers.get(name));
    print(1, await ask(client, "ofproto/explain", [bridge, flow]));
  } finally {
    client.close();
  }
}
