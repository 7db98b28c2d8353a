/** Switches and controllers as peers: whether they answer, and how fast. */
import { fatal } from "../errors.ts";
import { command, exchange } from "../exchange.ts";
import { decodeFrame, printMessage } from "../openflow.ts";
import { print } from "../print.ts";
import { allowedProtocols } from "../protocol.ts";
import { open, xidOf } from "../vconn.ts";
import type { Call } from "../verb.ts";

/** Octets of an OpenFlow header, and what it leaves for a payload. */
const HEADER = 8;
const MAX_PAYLOAD = 65535 - HEADER;

export async function probe({ options, args }: Call): Promise<void> {
  const [name = ""] = args;
  const connection = await open(name, options);
  await exchange(connection, connection.encode({ type: "echo_request", data: new Uint8Array(0) }), (reply) => {
    if (reply.length !== HEADER) throw fatal("reply does not match request");
  });
  connection.close();
}

function payloadOf(text: string | undefined, fallback: number): Uint8Array {
  const size = text === undefined ? fallback : Number.parseInt(text, 10) || 0;
  if (size < 0 || size > MAX_PAYLOAD) throw fatal(`payload must be between 0 and ${MAX_PAYLOAD} bytes`);
  return Uint8Array.from({ length: size }, () => Math.floor(Math.random() * 256));
}

export async function ping({ options, args }: Call): Promise<void> {
  const [name = "", sizeText] = args;
  allowedProtocols(options);
  const data = payloadOf(sizeText, 64);
  const connection = await open(name, options);
  for (let i = 0; i < 10; i++) {
    const request = connection.encode({ type: "echo_request", data });
    const start = performance.now();
    await exchange(connection, request, (reply) => {
      const elapsed = performance.now() - start;
      const { message } = decodeFrame(reply);
      if (
        message.type !== "echo_reply" ||
        message.data.length !== data.length ||
        message.data.some((o, j) => o !== data[j])
      ) {
        print(1, "Reply does not match request.  Request:\n");
        print(1, printMessage(request, { verbosity: options.verbosity + 2 }));
        print(1, "Reply:\n");
        print(1, printMessage(reply, { verbosity: options.verbosity + 2 }));
      }
      const xid = xidOf(request).toString(16).padStart(8, "0");
      print(1, `${reply.length - HEADER} bytes from ${name}: xid=${xid} time=${elapsed.toFixed(1)} ms\n`);
    });
  }
  connection.close();
}

export async function benchmark({ options, args }: Call): Promise<void> {
  const [name = "", sizeText, countText = ""] = args;
  const data = payloadOf(sizeText, 0);
  const count = Number.parseInt(countText, 10) || 0;
  const total = HEADER + data.length;
  print(1, `Sending ${count} packets * ${total} bytes (with header) = ${count * total} bytes total\n`);
  const connection = await open(name, options);
  const start = performance.now();
  for (let i = 0; i < count; i++)
    await exchange(connection, connection.encode({ type: "echo_request", data }), () => {});
  const elapsed = performance.now() - start;
  const rate = (n: number) => String(Math.round(n / (elapsed / 1000)));
  print(1, `Finished in ${elapsed.toFixed(1)} ms (${rate(count)} packets/s) (${rate(count * total)} bytes/s)\n`);
  connection.close();
}

export async function ctFlushZone({ options, args }: Call): Promise<void> {
  const [name = "", text = ""] = args;
  allowedProtocols(options);
  const zone = /^\s*(0x[\da-f]+|\d+)\s*$/i.test(text) ? Number(text) : -1;
  if (zone < 0 || zone > 0xffff) throw fatal(`invalid zone_id "${text}"`);
  const connection = await open(name, options);
  await command(connection, connection.encode({ type: "nx_ct_flush_zone", zone }));
  connection.close();
}
