import { describe, expect, it } from "vitest";
import { Commits } from "./commits.ts";

describe("commits", () => {
  it("makes readers wait until all are over", async () => {
    const commits = new Commits();
    const seen: string[] = [];
    await commits.over();
    commits.begin();
    commits.begin();
    const reader = commits.over().then(() => seen.push("read"));
    commits.end();
    await Promise.resolve();
    seen.push("first over");
    commits.end();
    seen.push("second over");
    await reader;
    expect(seen).toEqual(["first over", "second over", "read"]);
    expect(commits.running).toBe(false);
  });
  it("makes a reader wait again for one that begins before his turn", async () => {
    const commits = new Commits();
    commits.begin();
    let read = false;
    const reader = commits.over().then(() => {
      read = true;
    });
    commits.end();
    commits.begin();
    await new Promise(setImmediate);
    expect(read).toBe(false);
    commits.end();
    await reader;
  });
});
