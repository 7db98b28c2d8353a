import { describe, expect, it } from "vitest";
import { ftpAddress, ftpAnnouncement } from "./ftp.ts";

const A = [0x0a000001];

describe("FTP", () => {
  it.each([
    ["PORT 10,0,0,1,4,1\r\n", false, { mode: "active", port: 1025, address: A, at: 5, size: 8 }],
    ["port 10,0,0,1,4,2\r\n", false, { mode: "active", port: 1026, address: A, at: 5, size: 8 }],
    [
      "227 Entering Passive Mode (10,0,0,1,8,1)\r\n",
      false,
      { mode: "passive", port: 2049, address: A, at: 27, size: 8 },
    ],
    ["EPRT |2|fd00::1|1030|\r\n", true, { mode: "active", port: 1030, address: [0xfd000000, 0, 0, 1], at: 8, size: 7 }],
    ["229 Extended Passive (|||6446|)\r\n", true, { mode: "passive", port: 6446, address: undefined, at: 24, size: 0 }],
    ["229 Entering (|||6446|)\r\n", true, undefined],
    ["EPRT |1|10.0.0.1|1030|\r\n", false, undefined],
    ["PASV\r\n", false, undefined],
    ["PORT \r\n", false, "malformed"],
    ["PORT 10,0,0,1,256,1\r\n", false, "malformed"],
    ["PORT 10,0,0,1,4\r\n", false, "malformed"],
    ["PORT 10,0,0,300,4,1\r\n", false, "malformed"],
    ["227", false, "malformed"],
    ["EPRT |2|zz|1030|\r\n", true, "malformed"],
    ["EPRT |2|fd00::1|70000|\r\n", true, "malformed"],
  ] as const)("%j", (text, v6, wanted) => expect(ftpAnnouncement(text, v6)).toEqual(wanted));

  it("writes addresses", () => {
    expect(ftpAddress([0x0a090964])).toBe("10,9,9,100");
    expect(ftpAddress([0xfd000000, 0, 0, 1])).toBe("fd00::1");
  });
});
