import { describe, expect, it } from "vitest";
import { fakePair } from "#stream";
import { ofError } from "./errors.ts";
import { decodeFrame, encodeFrame } from "./full.ts";
import type { Frame, Message, Version } from "./message.ts";
import { OpenFlowSession, PeerError, type SessionHandler } from "./session.ts";
import { versionsText } from "./vconn.ts";

interface Side {
  readonly session: OpenFlowSession;
  readonly seen: (Message | string)[];
}

/** A session that notes what happens to it; `answer` may reply. */
function side(
  stream: ReturnType<typeof fakePair>[0],
  versions: readonly Version[],
  answer?: (s: OpenFlowSession, f: Frame) => void,
): Side {
  const session = new OpenFlowSession(stream, { versions });
  const seen: (Message | string)[] = [];
  const handler: SessionHandler = {
    open: (version) => seen.push(`open ${version}`),
    message: (frame) => {
      if (answer) answer(session, frame);
      else seen.push(frame.message);
    },
    closed: (error) => seen.push(`closed ${error?.message ?? ""}`),
  };
  session.start(handler);
  return { session, seen };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("OpenFlow session", () => {
  it.each<[string, Version[], Version[], string]>([
    ["the highest in common", [1, 2, 3, 4], [1, 4, 5], "open 4"],
    ["only 1.0", [1], [1, 2, 3, 4, 5, 6], "open 1"],
  ])("agrees on %s", async (_what, ours, theirs, outcome) => {
    const [a, b] = fakePair();
    const left = side(a, ours);
    const right = side(b, theirs);
    await turn();
    expect(left.seen).toEqual([outcome]);
    expect(right.seen).toEqual([outcome]);
  });

  it("ends when there is no version in common, and says why", async () => {
    const [a, b] = fakePair();
    const left = side(a, [1]);
    side(b, [4]);
    await turn();
    expect(left.seen).toEqual(["closed Protocol error"]);
  });

  it("collects the parts of a multipart reply, and matches errors", async () => {
    const [a, b] = fakePair();
    const left = side(a, [4]);
    side(b, [4], (s, { xid, message }) => {
      if (message.type !== "multipart_request") throw ofError("OFPBRC_EPERM");
      const entry = { table: 0, name: "", maxEntries: 0, active: 1, lookups: 2n, matched: 3n };
      const reply = Array.from({ length: 5000 }, (_, table) => ({ ...entry, table: table & 0xff }));
      s.send({ type: "multipart_reply", kind: "table", reply, more: false }, xid);
    });
    await turn();
    const frames = await left.session.request({ type: "multipart_request", kind: "table", request: null });
    expect(frames.length).toBe(2);
    const count = frames.reduce(
      (n, { message }) => n + (message.type === "multipart_reply" ? (message.reply as []).length : 0),
      0,
    );
    expect(count).toBe(5000);
    const refused = await left.session.request({ type: "barrier_request" }).catch((error) => error);
    expect(refused).toBeInstanceOf(PeerError);
    expect(refused.message).toBe("OFPBRC_EPERM");
  });

  it("answers echoes, and messages it cannot read with an error; octets may come one by one", async () => {
    const [a, b] = fakePair();
    const sent: Uint8Array[] = [];
    b.listen({ data: (octets) => sent.push(octets.slice()), closed() {} });
    const left = side(a, [1]);
    const hello = encodeFrame({ version: 1, xid: 9, message: { type: "hello", versions: [1] } });
    const echo = encodeFrame({ version: 1, xid: 7, message: { type: "echo_request", data: new Uint8Array([1, 2]) } });
    for (const octets of [...hello, ...echo, 1, 99, 0, 8, 0, 0, 0, 5]) b.send(new Uint8Array([octets]));
    await turn();
    await turn();
    expect(left.seen).toEqual(["open 1"]);
    const messages = sent.map((octets) => decodeFrame(octets));
    expect(messages[1]).toMatchObject({ xid: 7, message: { type: "echo_reply", data: new Uint8Array([1, 2]) } });
    expect(messages[2]).toMatchObject({ xid: 5, message: { type: "error", error: "OFPBRC_BAD_TYPE" } });
  });
});

it.each([
  [[4], "version 0x04"],
  [[1, 2, 3], "version 0x03 and earlier"],
  [[1, 4], "versions 0x01, 0x04"],
  [[1, 3, 4], "versions 0x01, 0x03, 0x04"],
])("versions %j read %s", (versions, text) => expect(versionsText(versions)).toBe(text));
