import { createPublicKey, generateKeyPairSync, randomUUID, X509Certificate } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as certificates from "./certificates.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { attribute } from "./name.ts";
import { keyBits, readOptions } from "./options.ts";
import { pem } from "./pem.ts";
import type { Site } from "./site.ts";
import { checkArguments, findVerb } from "./verbs.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const home = mkdtempSync(`${tmpdir()}/pki-`);
const PKI = `${home}/pki`;
afterAll(() => rmSync(home, { recursive: true }));

/** Runs one command line; `answers` are what a person types. */
async function run(line: string, { answers = [] as string[], now = NOW } = {}) {
  const request = readOptions(["-d", PKI, ...line.split(" ")], { dir: "", log: "" });
  const verb = findVerb(request.command);
  const said = { out: "", err: "", log: "", status: 0 };
  const site: Site = {
    ...{ request, bits: keyBits(request, verb.makesKeys ?? false), now: () => now, unique: randomUUID },
    print(text) {
      said.out += text;
    },
    warn(text) {
      said.err += `${text}\n`;
    },
    log(text) {
      said.log += `${text}\n`;
    },
    ask: () => answers.shift(),
    certificates: () => certificates,
  };
  checkArguments(verb, request.args);
  said.status = await verb.run(site);
  return said;
}

const refused = (code: string) => expect.objectContaining({ code });
const mode = (file: string) => statSync(file).mode & 0o777;

/** A request made of our own key, as somebody else would bring it. */
async function bring(bits: number, digest: string, names = [attribute("O", "Open vSwitch"), attribute("CN", "x")]) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const key = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  return pem("CERTIFICATE REQUEST", await certificates.makeRequest(names, { key, file: "key", digest }));
}

beforeAll(async () => {
  expect(await run("init")).toMatchObject({
    status: 0,
    out: "",
    err: "Creating controllerca...\nCreating switchca...\n",
  });
});

describe("authorities", () => {
  it("keep their keys to themselves", () => {
    for (const name of ["controllerca", "switchca"]) {
      expect(mode(`${PKI}/${name}/private`)).toBe(0o700);
      expect(mode(`${PKI}/${name}/private/cakey.pem`)).toBe(0o600);
    }
  });

  it("certify themselves for ten years", () => {
    const file = readFileSync(`${PKI}/switchca/cacert.pem`);
    const certificate = new X509Certificate(file);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validFrom).toBe("Nov 24 12:00:00 2026 GMT");
    expect(certificate.validTo).toBe("Nov 21 12:00:00 2036 GMT");
  });

  it("are not overwritten", () => expect(run("init")).rejects.toEqual(refused("pki/pki-exists")));
});

describe("certificates", () => {
  it("are made, certified and checked", async () => {
    const said = await run(`req+sign ${home}/a controller`);
    expect(said.out).toMatch(/a-req\.pem\t.*\n\tfingerprint [0-9a-f]{40}\n$/);
    expect(mode(`${home}/a-privkey.pem`)).toBe(0o600);
    const certificate = new X509Certificate(readFileSync(`${home}/a-cert.pem`));
    expect(certificate.publicKey.equals(createPublicKey(readFileSync(`${home}/a-privkey.pem`)))).toBe(true);
    expect(await run(`verify ${home}/a controller`)).toMatchObject({ status: 0, out: `${home}/a-cert.pem: OK\n` });
    expect(await run(`verify ${home}/a`)).toMatchObject({ status: 2, err: /error 20 at 0 depth/ });
    const late = new Date("2037-01-01");
    expect((await run(`verify ${home}/a controller`, { now: late })).err.match(/error 10 at \d/g)).toEqual([
      "error 10 at 1",
      "error 10 at 0",
    ]);
  });

  it("wait for a person who compares", async () => {
    await run(`req ${home}/b`);
    expect(await run(`sign ${home}/b`, { answers: ["no"] })).toMatchObject({
      status: 1,
      err: "Match failure, aborting\n",
    });
    expect(await run(`sign ${home}/b`)).toMatchObject({ status: 1 });
    expect(existsSync(`${home}/b-cert.pem`)).toBe(false);
    expect(await run(`sign ${home}/b`, { answers: ["yes"] })).toMatchObject({ status: 0 });
    await expect(run(`-b sign ${home}/b`)).rejects.toEqual(refused("pki/exists"));
  });

  it("are refused for weak keys, weak digests, and damaged requests", async () => {
    const put = (text: string) => writeFileSync(`${home}/w-req.pem`, text);
    put(await bring(1024, "sha256"));
    await expect(run(`-b sign ${home}/w`)).rejects.toEqual(refused("pki/weak-request"));
    put(await bring(2048, "sha1"));
    await expect(run(`-b sign ${home}/w`)).rejects.toEqual(refused("pki/weak-digest"));
    expect(await run(`-b -f sign ${home}/w`)).toMatchObject({ status: 0 });
    put((await bring(2048, "sha256")).replace(/...\n-----END/, "AAA\n-----END"));
    await expect(run(`-b -f sign ${home}/w`)).rejects.toEqual(refused("pki/unsigned"));
    put("junk");
    await expect(run(`-b -f sign ${home}/w`)).rejects.toEqual(refused("pki/malformed"));
  });

  it("are not signed with a weak digest because an old ca.cnf says so", async () => {
    const file = `${PKI}/controllerca/ca.cnf`;
    const text = readFileSync(file, "utf8");
    await run(`req ${home}/old`);
    writeFileSync(file, text.replace("sha512", "sha1"));
    await expect(run(`-b sign ${home}/old controller`)).rejects.toEqual(refused("pki/weak-default"));
    expect(await run(`-b -f sign ${home}/old controller`)).toMatchObject({ status: 0 });
    writeFileSync(file, text.replace("sha512", "md5"));
    await expect(run(`-b -f sign ${home}/old controller`)).rejects.toEqual(refused("pki/ca-config"));
    writeFileSync(file, text);
  });

  it("of one's own need the key that made the request", async () => {
    await run(`req ${home}/s`);
    await run(`req ${home}/t`);
    expect(await run(`self-sign ${home}/s`)).toMatchObject({ status: 0 });
    writeFileSync(`${home}/s-privkey.pem`, readFileSync(`${home}/t-privkey.pem`));
    await expect(run(`-f self-sign ${home}/s`)).rejects.toEqual(refused("pki/other-key"));
  });

  it("have names of 64 characters at most", async () => {
    await expect(run(`-u req ${"n".repeat(65)}`)).rejects.toEqual(refused("pki/long-name"));
    expect(existsSync(`${"n".repeat(65)}-privkey.pem`)).toBe(false);
  });
});

describe("the queue", () => {
  const incoming = `${PKI}/switchca/incoming`;
  const enqueue = async (name?: string) => {
    mkdirSync(incoming, { recursive: true });
    const text = await bring(2048, "sha256");
    writeFileSync(`${home}/wanted`, text);
    const fingerprint = name ?? fingerprintOf(`${home}/wanted`);
    writeFileSync(`${incoming}/${fingerprint}-req.pem`, text);
    return fingerprint;
  };

  it("lists, approves and rejects by prefix", async () => {
    expect(await run("ls")).toMatchObject({ status: 0, out: "" });
    const [a, b] = [await enqueue(), await enqueue()];
    writeFileSync(`${incoming}/README`, "not a request");
    expect((await run("ls")).out.match(/correct fingerprint in filename/g)).toHaveLength(2);
    expect((await run(`ls ${a.toUpperCase()}`)).out).toContain(`${a}-req.pem\t`);
    expect((await run("ls 0 controller")).out).toBe("");
    await expect(run(`approve ${"f".repeat(41)}`)).rejects.toEqual(refused("pki/no-request"));
    await run(`approve ${a}`);
    expect(readdirSync(`${PKI}/switchca/certs`)).toEqual([`${a}-cert.pem`]);
    writeFileSync(`${home}/q-cert.pem`, readFileSync(`${PKI}/switchca/certs/${a}-cert.pem`));
    expect(await run(`verify ${home}/q`)).toMatchObject({ status: 0 });
    await run(`reject ${b.slice(0, 8)}`);
    expect(readdirSync(incoming)).toEqual(["README"]);
  });

  it("does not guess between several, nor trust a false name", async () => {
    const names = ["1".padEnd(40, "a"), "1".padEnd(40, "b")];
    for (const name of names) await enqueue(name);
    await expect(run("approve 1")).rejects.toEqual(refused("pki/many-requests"));
    await expect(run("reject 1")).rejects.toEqual(refused("pki/many-requests"));
    await expect(run(`approve ${names[0]}`)).rejects.toEqual(refused("pki/false-name"));
    await run("flush");
    expect(readdirSync(incoming)).toEqual(["README"]);
  });

  it("asks of each, and goes on after one that cannot be granted", async () => {
    const bad = await enqueue("0".repeat(40));
    const good = await enqueue();
    const said = await run("prompt", { answers: ["yes", "perhaps", "yes"] });
    expect(said).toMatchObject({ status: 1, err: /not the one in its name/ });
    expect(existsSync(`${PKI}/switchca/certs/${good}-cert.pem`)).toBe(true);
    expect(await run("prompt", { answers: ["skip"] })).toMatchObject({ status: 0 });
    expect(await run("prompt")).toMatchObject({ status: 1 });
    expect(existsSync(`${incoming}/${bad}-req.pem`)).toBe(true);
    await run("prompt", { answers: ["no"] });
    expect(existsSync(`${incoming}/${bad}-req.pem`)).toBe(false);
  });

  it("forgets what has waited too long", async () => {
    const [old, fresh] = [await enqueue(), await enqueue()];
    const file = (name: string) => `${incoming}/${name}-req.pem`;
    utimesSync(file(old), NOW, new Date(NOW.getTime() - 90_000));
    utimesSync(file(fresh), NOW, new Date(NOW.getTime() - 30_000));
    await run("expire");
    expect(existsSync(file(old))).toBe(true);
    await run("expire 1min");
    expect([existsSync(file(old)), existsSync(file(fresh))]).toEqual([false, true]);
  });
});
