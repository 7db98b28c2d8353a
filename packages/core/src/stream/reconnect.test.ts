import { expect, it } from "vitest";
import { WarpClock } from "#lib";
import { ReconnectDriver } from "./driver.ts";
import { OPENFLOW_WORDS, RPC_WORDS } from "./reconnect.ts";
import { systemError } from "./stream.ts";

/** A driver on a fake clock that logs what it does; `outcome` answers the attempts. */
function driven(outcome: () => Promise<string>, settings = {}, words = RPC_WORDS) {
  const clock = new WarpClock();
  const seen: string[] = [];
  const note = (text: string) => seen.push(`${clock.now() / 1000} ${text}`);
  const driver = new ReconnectDriver<string>(
    { name: "unix:db.sock", ...settings },
    clock,
    { connect: outcome, connected: () => {}, disconnect: (c) => note(`drop ${c}`), probe: () => note("probe") },
    words,
    (level, text) => level !== "dbg" && note(text.replace("unix:db.sock: ", "")),
  );
  driver.start();
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds * 10; i++) {
      await new Promise(setImmediate);
      clock.advance(100);
    }
    await new Promise(setImmediate);
  };
  return { clock, seen, driver, pass };
}

it("backs off as the original while nobody listens", async () => {
  const { seen, driver, pass } = driven(() => Promise.reject(systemError("ENOENT")));
  await pass(40);
  driver.stop();
  const failed = "connection attempt failed (No such file or directory)";
  // log of the running original, times rounded
  expect(seen).toEqual([
    ...["0 connecting...", `0 ${failed}`, "1 connecting...", `1 ${failed}`, "1 waiting 2 seconds before reconnect"],
    ...["3 connecting...", `3 ${failed}`, "3 waiting 4 seconds before reconnect", "7 connecting...", `7 ${failed}`],
    "7 continuing to reconnect in the background but suppressing further logging",
  ]);
});

it("waits one second after a close, two when it came again at once", async () => {
  let connections = 0;
  const { seen, driver, pass } = driven(() => Promise.resolve(`c${++connections}`), { probeInterval: 0 });
  await pass(0.1);
  driver.lost("c1");
  await pass(4);
  driver.lost("c2");
  await pass(3);
  expect(seen.map((line) => line.replace(/^[\d.]+ /, ""))).toEqual([
    ...[
      "connecting...",
      "connected",
      "connection closed by peer",
      "connecting...",
      "connected",
      "connection closed by peer",
    ],
    ...["waiting 2 seconds before reconnect", "connecting...", "connected"],
  ]);
});

it("probes a silent peer, then drops it", async () => {
  const { seen, driver, pass } = driven(() => Promise.resolve("c"));
  await pass(3);
  driver.activity();
  await pass(11);
  driver.stop();
  expect(seen.slice(2, 6)).toEqual([
    "8 probe",
    "13 no response to inactivity probe after 5 seconds, disconnecting",
    "13 drop c",
    "13 connection dropped",
  ]);
});

it("gives up when its tries are used", async () => {
  const { seen, pass } = driven(() => Promise.reject(systemError("ECONNREFUSED")), { maxTries: 1 });
  await pass(5);
  expect(seen).toEqual(["0 connecting...", "0 connection attempt failed (Connection refused)"]);
});

it("words an OpenFlow connection as the original", async () => {
  const { seen, driver, pass } = driven(() => Promise.reject(systemError("ECONNREFUSED")), {}, OPENFLOW_WORDS);
  await pass(16);
  driver.stop();
  const failed = "connection failed (Connection refused)";
  // log of the running original, times rounded
  expect(seen).toEqual([
    ...["0 connecting...", `0 ${failed}`, "0 waiting 1 seconds before reconnect"],
    ...["1 connecting...", `1 ${failed}`, "1 waiting 2 seconds before reconnect"],
    ...["3 connecting...", `3 ${failed}`, "3 waiting 4 seconds before reconnect", "7 connecting...", `7 ${failed}`],
    "7 continuing to retry connections in the background but suppressing further logging",
    `15 ${failed}`,
  ]);
});

it("gives up an attempt that takes too long", async () => {
  const { seen, driver, pass } = driven(() => new Promise(() => {}), {}, OPENFLOW_WORDS);
  await pass(2);
  driver.stop();
  expect(seen).toEqual([
    "0 connecting...",
    "1 connection timed out",
    "1 waiting 1 seconds before reconnect",
    "2 connecting...",
  ]);
});
