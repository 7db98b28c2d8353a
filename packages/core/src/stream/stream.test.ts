import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, expect, it } from "vitest";
import { errorText } from "#lib";
import { listenStream } from "./listen.ts";
import { parseActive, parsePassive } from "./name.ts";
import { openStream } from "./open.ts";
import type { Stream } from "./stream.ts";

const folder = mkdtempSync(`${tmpdir()}/stream-`);
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["unix:/run/db.sock", { kind: "unix", path: "/run/db.sock" }],
  ["tcp:10.0.0.1:6640", { kind: "tcp", host: "10.0.0.1", port: 6640 }],
  ["tcp:10.0.0.1", { kind: "tcp", host: "10.0.0.1", port: 6653 }],
  ["ssl:[fe80::1%eth0]:1", { kind: "ssl", host: "fe80::1%eth0", port: 1 }],
  ["tcp:[::1]:", { kind: "tcp", host: "::1", port: 0 }],
])("%s", (name, value) => expect(parseActive(name, 6653)).toEqual(value));

it.each([
  ["ptcp:", { kind: "ptcp", host: undefined, port: 6640 }],
  ["ptcp:0", { kind: "ptcp", host: undefined, port: 0 }],
  ["pssl:1:[::1]", { kind: "pssl", host: "::1", port: 1 }],
])("%s", (name, value) => expect(parsePassive(name, 6640)).toEqual(value));

it.each([
  "foo:bar",
  "tcp:",
  "tcp:1.2.3.4:x",
  "punix:x",
  "tcp:1.2.3.4:0x10",
  "tcp:::1:1",
  "tcp:[::1",
  "tcp:[::1]",
  "tcp:[]:5",
  "tcp:a:1:2",
])("refuses %s", (name) => {
  expect(() => parseActive(name)).toThrow();
});

/** What a stream brings until its end. */
const all = (stream: Stream) =>
  new Promise<string>((resolve) => {
    let text = "";
    stream.listen({
      data: (octets) => (text += new TextDecoder().decode(octets)),
      closed: (error) => resolve(text + (error ? " broken" : "")),
    });
  });

it.each([
  ["unix", () => `punix:${folder}/s`, () => `unix:${folder}/s`],
  ["a long unix name", () => `punix:${folder}/${"x".repeat(120)}`, () => `unix:${folder}/${"x".repeat(120)}`],
  ["tcp", () => "ptcp:0:127.0.0.1", (port: number) => `tcp:127.0.0.1:${port}`],
])("carries octets over %s", async (what, passive, active) => {
  if (what === "unix") writeFileSync(`${folder}/s`, "stale");
  const server = await listenStream(passive(), {}, (stream) => {
    stream.send(new TextEncoder().encode("hello"));
    stream.close();
  });
  if (what === "unix") expect(statSync(`${folder}/s`).mode & 0o777).toBe(0o770 & ~process.umask());
  expect(await all(await openStream(active(server.port)))).toBe("hello");
  server.close();
  const fault = await openStream(active(server.port)).catch(errorText);
  expect(fault).toMatch(/^(No such file or directory|Connection refused)$/);
});
