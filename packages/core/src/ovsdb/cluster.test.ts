import { expect, it } from "vitest";
import { unfit } from "./cluster.ts";

const answer = (model: string, connected: boolean, leader: boolean) => [{ rows: [{ model, connected, leader }] }];

it.each([
  // what                     answer                               leader only  fit
  ["standalone", answer("standalone", true, true), true, true],
  ["leader", answer("clustered", true, true), true, true],
  ["follower", answer("clustered", true, false), true, false],
  ["follower, any will do", answer("clustered", true, false), false, true],
  ["cut off", answer("clustered", false, false), false, false],
  ["no such database", [{ rows: [] }], true, true],
  ["an error", [{ error: "unknown database" }], true, true],
])("a server that is %s", (_what, json, leaderOnly, fit) => {
  expect(unfit(json, leaderOnly) === undefined).toBe(fit);
});
