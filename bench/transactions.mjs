// Transactions a second on one socket, one at a time: alone, and while 50 clients monitor the table.
import { connect } from "node:net";
import { withSide } from "./sides.mjs";

const COUNT = 3000;

/** A JSON-RPC client that is as bare as can be: it is not what is measured. */
function client(socket, onNotification = () => {}) {
  const stream = connect(socket);
  let text = "";
  let id = 0;
  let waiting;
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    text += chunk;
    // Replies of this benchmark hold no braces in strings: count them.
    let depth = 0;
    let begin = 0;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "{") depth++;
      else if (text[i] === "}" && --depth === 0) {
        const message = JSON.parse(text.slice(begin, i + 1));
        begin = i + 1;
        if (message.id === id && waiting) {
          const done = waiting;
          waiting = undefined;
          done(message);
        } else onNotification(message);
      }
    }
    text = text.slice(begin);
  });
  return {
    call: (method, params) =>
      new Promise((resolve) => {
        waiting = resolve;
        stream.write(JSON.stringify({ method, params, id: ++id }));
      }),
    close: () => stream.destroy(),
  };
}

async function rate(side, monitors) {
  const socket = side.at("run/db.sock");
  let updates = 0;
  const watchers = Array.from({ length: monitors }, () => client(socket, () => updates++));
  for (const watcher of watchers)
    await watcher.call("monitor", [
      "Open_vSwitch",
      null,
      { Queue: [{}], Open_vSwitch: [{ columns: ["external_ids"] }] },
    ]);
  const writer = client(socket);
  const begin = performance.now();
  for (let i = 0; i < COUNT; i++) {
    const reply = await writer.call("transact", [
      "Open_vSwitch",
      { op: "update", table: "Open_vSwitch", where: [], row: { external_ids: ["map", [["n", String(i)]]] } },
    ]);
    if (reply.error || reply.result.some((r) => r.error)) throw new Error(`${side.name}: ${JSON.stringify(reply)}`);
  }
  const seconds = (performance.now() - begin) / 1000;
  for (const one of [writer, ...watchers]) one.close();
  return COUNT / seconds;
}

export async function transactions() {
  const result = {};
  for (const name of ["reference", "ours"]) {
    result[name] = await withSide(name, {}, async (side) => {
      side.startDatabase();
      await rate(side, 0);
      return { alone: await rate(side, 0), watched: await rate(side, 50) };
    });
  }
  const row = (what, key) => [
    what,
    Math.round(result.ours[key]),
    Math.round(result.reference[key]),
    (result.ours[key] / result.reference[key]).toFixed(2),
  ];
  return {
    title:
      "ovsdb-server, synchronous transactions a second on one socket (to reach: ≥ 0.7 × alone, ≥ 1 × with 50 monitors)",
    head: ["", "ours", "reference", "ours / reference"],
    rows: [row("alone", "alone"), row("with 50 monitors", "watched")],
  };
}
