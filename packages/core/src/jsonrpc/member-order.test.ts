import { expect, it } from "vitest";
import { memberOrder } from "./member-order.ts";

// Orders of members in database files that ovsdb-server and ovsdb-tool 3.1 wrote, in the order they were added.
it.each([
  [
    ["name", "version", "tables"],
    ["name", "version", "tables"],
  ],
  [
    ["copies", "title", "eph", "tags"],
    ["copies", "title", "eph", "tags"],
  ],
  [
    ["Book", "_is_diff", "_date"],
    ["_date", "Book", "_is_diff"],
  ],
  [
    ["Book", "_comment", "_is_diff", "_date"],
    ["_date", "_is_diff", "Book", "_comment"],
  ],
])("%j", (added, walked) => {
  expect(memberOrder(added)).toEqual(walked);
});
