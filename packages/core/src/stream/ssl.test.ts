import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { errorText } from "#lib";
import { listenStream } from "./listen.ts";
import { openStream } from "./open.ts";
import type { PassiveStream, Stream } from "./stream.ts";

const folder = mkdtempSync(`${tmpdir()}/ssl-`);
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const at = (name: string) => `${folder}/${name}`;
const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

/** A CA, and a key and certificate that it signed. */
function makeCa(ca: string, names: readonly string[]): void {
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    `/CN=${ca}`,
    "-keyout",
    `${ca}.key`,
    "-out",
    `${ca}.pem`,
  );
  for (const name of names) {
    openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      `${ca}.pem`,
      "-CAkey",
      `${ca}.key`,
      "-CAcreateserial",
      "-out",
      `${name}.pem`,
    );
  }
}

const files = (name: string, ca: string) => ({
  privateKey: at(`${name}.key`),
  certificate: at(`${name}.pem`),
  caCert: at(`${ca}.pem`),
});

let server: PassiveStream;
beforeAll(async () => {
  if (!hasOpenssl) return;
  makeCa("ca", ["server", "client"]);
  makeCa("other", ["stranger"]);
  server = await listenStream("pssl:0:127.0.0.1", { ssl: files("server", "ca") }, (stream) => {
    stream.send(new TextEncoder().encode("hello"));
    stream.close();
  });
}, 30_000);
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

const read = (stream: Stream) =>
  new Promise<string>((resolve) => {
    let text = "";
    stream.listen({ data: (octets) => (text += new TextDecoder().decode(octets)), closed: () => resolve(text) });
  });

const open = (ssl: object) => openStream(`ssl:127.0.0.1:${server.port}`, { ssl });

it.skipIf(!hasOpenssl)("carries octets between peers of one CA", async () => {
  expect(await read(await open(files("client", "ca")))).toBe("hello");
});

it.skipIf(!hasOpenssl)("knows a server by its CA, and asks its client for a certificate of it", async () => {
  expect(await open(files("client", "other")).catch(errorText)).toBe("Protocol error");
  // with TLS 1.3 the client learns only when it reads that the server refused it
  expect(await open(files("stranger", "ca")).then(read, () => "")).toBe("");
  expect(await open({ caCert: at("ca.pem") }).catch(errorText)).toBe("Protocol not available");
});

it.skipIf(!hasOpenssl)("takes a CA from the first peer that shows one, then checks against it", async () => {
  const ssl = { ...files("client", "fresh"), bootstrap: true };
  // the server's chain must show its CA
  const chain = await listenStream(
    "pssl:0:127.0.0.1",
    { ssl: { ...files("server", "ca"), certificate: at("chain.pem") } },
    (stream) => {
      stream.send(new TextEncoder().encode("hello"));
      stream.close();
    },
  ).catch((error: unknown) => errorText(error));
  expect(chain).toMatchObject({ name: "pssl:0:127.0.0.1" });
  if (typeof chain === "string") return;
  writeFileSync(at("chain.pem"), readFileSync(at("server.pem"), "utf8") + readFileSync(at("ca.pem"), "utf8"));
  const again = () => openStream(`ssl:127.0.0.1:${chain.port}`, { ssl });
  expect(await again().catch(errorText)).toBe("Protocol error");
  expect(existsSync(at("fresh.pem"))).toBe(true);
  expect(await read(await again())).toBe("hello");
  chain.close();
});
