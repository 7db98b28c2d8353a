import { execFileSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { dup2, lockFile, lockOwner, processExists, SysError, setProcessName } from "./index.ts";

const folder = mkdtempSync(`${tmpdir()}/sys-`);

it("holds a record lock that another process sees, with our number", () => {
  const fd = openSync(`${folder}/lock`, "w+");
  lockFile(fd);
  expect(lockOwner(fd)).toBeUndefined(); // one's own lock never stands in the way
  const seen = execFileSync("python3", [
    "-c",
    `
import fcntl, struct
f = open("${folder}/lock", "r+")
got = fcntl.fcntl(f, fcntl.F_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
print(struct.unpack("hhqqi4x", got)[4])`,
  ]);
  expect(Number(seen)).toBe(process.pid);
  rmSync(folder, { recursive: true });
});

it("names the process and tells what failed", () => {
  setProcessName("a-name-longer-than-fits");
  expect(readFileSync("/proc/thread-self/comm", "utf8")).toBe("a-name-longer-t\n");
  expect(() => dup2(9999, 1000)).toThrow(SysError);
  expect(processExists(process.pid)).toBe(true);
});
