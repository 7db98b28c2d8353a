import { describe, expect, it } from "vitest";
import { Inbox } from "./inbox.ts";

/** A message of so many octets, the last of which is `mark`. */
function message(length: number, mark: number): Uint8Array {
  const octets = new Uint8Array(length);
  octets.set([4, 2, length >>> 8, length & 255]);
  octets[length - 1] = mark;
  return octets;
}
const stream = Uint8Array.from(
  [message(8, 1), message(300, 2), message(9, 3), message(4000, 4)].flatMap((m) => [...m]),
);

describe("Inbox", () => {
  it.each([1, 3, 7, 8, 100, 309, 5000])("finds messages in pieces of %d octets", (size) => {
    const inbox = new Inbox();
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) {
      inbox.push(stream.subarray(at, at + size));
      for (let next = inbox.next(); next instanceof Uint8Array; next = inbox.next()) found.push(next);
    }
    expect(found.map((m) => [m.length, m.at(-1)])).toEqual([
      [8, 1],
      [300, 2],
      [9, 3],
      [4000, 4],
    ]);
    expect(inbox.size).toBe(0);
  });

  it("keeps a copy", () => {
    const inbox = new Inbox();
    const octets = message(8, 7);
    inbox.push(octets);
    octets.fill(0);
    expect(inbox.next()).toEqual(message(8, 7));
  });

  it("says when a header says less than its own length", () => {
    const inbox = new Inbox();
    inbox.push(Uint8Array.from([4, 2, 0, 7, 0, 0, 0, 1]));
    expect(inbox.next()).toBe("short");
  });
});
