import { expect, it } from "vitest";
import { SwitchError } from "#lib";
import { FakeStream, fakePair } from "#stream";
import { ControlServer } from "./control.ts";
import { JsonFramer } from "./frame.ts";
import type { Json } from "./json.ts";
import { RpcPeer } from "./peer.ts";

const encoder = new TextEncoder();
const quiet = { request: () => {}, notification: () => {}, closed: () => {} };

it.each([1, 2, 7, 1000])("frames values cut into pieces of %d octets", (size) => {
  const octets = encoder.encode('{"a":"}\\"{"} [1,[2]]\n{"b":"é"}');
  const framer = new JsonFramer();
  const values: Json[] = [];
  for (let at = 0; at < octets.length; at += size)
    framer.push(octets.subarray(at, at + size), (value) => values.push(value));
  expect(values).toEqual([{ a: '}"{' }, [1, [2]], { b: "é" }]);
  expect(framer.held).toBe(0);
});

it("refuses what is no JSON and what is too long", () => {
  expect(() => new JsonFramer().push(encoder.encode("x "), () => {})).toThrow();
  expect(() => new JsonFramer(10).push(encoder.encode('{"a":"0123456789'), () => {})).toThrow(
    "message is longer than 10 octets",
  );
});

it("calls, answers, notifies, echoes", async () => {
  const [a, b] = fakePair();
  const notes: string[] = [];
  const left = new RpcPeer(a, {
    ...quiet,
    notification: (method, params) => notes.push(`${method}${JSON.stringify(params)}`),
  });
  const right: RpcPeer = new RpcPeer(b, {
    ...quiet,
    request: (method, params, id) =>
      method === "add" ? right.reply(id, Number(params[0]) + 1) : right.replyError(id, "no"),
  });
  right.notify("update", [1]);
  expect(await left.call("add", [1])).toBe(2);
  expect(await left.call("echo", ["x"])).toEqual(["x"]);
  await expect(left.call("other", [])).rejects.toThrow("no");
  expect(notes).toEqual(["update[1]"]);
  const lost = left.call("add", [1]);
  right.abort();
  await expect(lost).rejects.toThrow("connection closed");
});

it.each(["[]", "{}", '{"method":1,"id":1}', '{"method":"x","params":3,"id":1}', '{"x":1}', "{x}"])(
  "drops a peer that says %s",
  async (text) => {
    const [a, b] = fakePair();
    const closed = new Promise((resolve) => new RpcPeer(a, { ...quiet, closed: resolve }));
    b.send(encoder.encode(text));
    expect(await closed).toMatchObject({ code: "EPROTO" });
  },
);

it("drops a peer that does not read", async () => {
  const stream = new FakeStream("s");
  stream.stalled = true;
  const closed = new Promise((resolve) => {
    const peer = new RpcPeer(stream, { ...quiet, closed: resolve }, { maxBacklog: 100 });
    peer.notify("x", ["y".repeat(200)]);
  });
  expect(await closed).toBeInstanceOf(Error);
});

/** What a control server with two commands writes for `request`. */
async function answer(request: string): Promise<string> {
  const server = new ControlServer([
    { name: "say", usage: "WORD", min: 1, max: 1, run: ([word = ""]) => word },
    {
      name: "fail",
      usage: "",
      min: 0,
      max: 0,
      run() {
        throw new SwitchError("x", "went wrong");
      },
    },
  ]);
  const [a, b] = fakePair();
  server.accept(a);
  let text = "";
  const first = new Promise<void>((resolve) =>
    b.listen({
      data(octets) {
        text += new TextDecoder().decode(octets);
        resolve();
      },
      closed: () => resolve(),
    }),
  );
  b.send(encoder.encode(request));
  await first;
  return text;
}

// replies of the running original
it.each([
  ['{"method":"say","params":["x"],"id":0}', '{"id":0,"result":"x\\n","error":null}'],
  ['{"method":"say","params":[""],"id":"q"}', '{"id":"q","result":"","error":null}'],
  ['{"method":"fail","params":[],"id":0}', '{"id":0,"error":"went wrong\\n"}'],
  ['{"method":"say","params":[],"id":0}', '{"id":0,"error":"\\"say\\" command requires at least 1 arguments\\n"}'],
  ['{"method":"say","params":["a","b"],"id":0}', '{"id":0,"error":"\\"say\\" command takes at most 1 arguments\\n"}'],
  ['{"method":"say","params":[1],"id":0}', '{"id":0,"error":"\\"say\\" command has non-string argument\\n"}'],
  [
    '{"method":"foo","params":[],"id":0}',
    '{"id":0,"error":"\\"foo\\" is not a valid command (use \\"list-commands\\" to see a list of valid commands)\\n"}',
  ],
  [
    '{"method":"list-commands","params":[],"id":0}',
    '{"id":0,"result":"The available commands are:\\n  fail                    \\n  list-commands           \\n  say                     WORD\\n","error":null}',
  ],
])("control server: %s", async (request, reply) => expect(await answer(request)).toBe(reply));
