// The thread of `echoes`: one echo after the other, until told to stop.
import { parentPort, workerData } from "node:worker_threads";
import { Client, sleep } from "./client.mjs";

const client = new Client(workerData);
await client.call("echo");
let on = true;
parentPort.once("message", () => {
  on = false;
});
parentPort.postMessage("ready");
let longest = 0;
while (on) {
  const begin = performance.now();
  await client.call("echo");
  longest = Math.max(longest, performance.now() - begin);
  await sleep(1);
}
client.close();
parentPort.postMessage(longest);
