import { expect, it } from "vitest";
import { WarpClock } from "#lib";
import { FakeStream, fakePair } from "#stream";
import { RpcPeer } from "./peer.ts";
import { RpcSession } from "./session.ts";

/** A session whose far ends the test holds, on a fake clock. */
function fakeSession(settings = {}) {
  const clock = new WarpClock();
  const far: RpcPeer[] = [];
  const seen: string[] = [];
  const session = new RpcSession(
    "tcp:192.0.2.1:6640",
    {
      connected: () => seen.push("connected"),
      notification: (method) => seen.push(method),
      disconnected: () => seen.push("disconnected"),
    },
    {
      clock,
      ...settings,
      connect: async () => {
        const [near, other] = fakePair();
        far.push(new RpcPeer(other, { request: () => {}, notification: () => {}, closed: () => {} }));
        return near;
      },
    },
  );
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds * 2; i++) {
      await new Promise(setImmediate);
      clock.advance(500);
    }
    await new Promise(setImmediate);
  };
  return { clock, far, seen, session, pass };
}

it("begins anew on each connection, and hears what comes", async () => {
  const { far, seen, session, pass } = fakeSession();
  await pass(1);
  far[0]?.notify("update", []);
  await pass(1);
  far[0]?.close();
  await pass(3);
  expect(seen).toEqual(["connected", "update", "disconnected", "connected"]);
  session.close();
  await pass(20);
  expect(far.length).toBe(2);
});

it("is kept by a peer that answers its probes", async () => {
  const { seen, session, pass } = fakeSession();
  await pass(60);
  expect(seen).toEqual(["connected"]);
  expect(session.peer?.open).toBe(true);
  session.close();
});

it("drops a peer that does not, and comes back", async () => {
  const clock = new WarpClock();
  const seen: string[] = [];
  const session = new RpcSession(
    "tcp:192.0.2.1:6640",
    {
      connected: () => seen.push(`up ${clock.now() / 1000}`),
      notification: () => {},
      disconnected: () => seen.push(`down ${clock.now() / 1000}`),
    },
    { clock, connect: async () => new FakeStream("deaf") },
  );
  for (let i = 0; i < 24; i++) {
    await new Promise(setImmediate);
    clock.advance(500);
  }
  session.close();
  expect(seen.slice(0, 3)).toEqual(["up 0", "down 10", "up 11"]);
});
