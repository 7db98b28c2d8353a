import { describe, expect, it } from "vitest";
import { type Cell, type Table, TablePrinter, type TableStyle } from "./table.ts";

const STYLE: TableStyle = { format: "table", data: "string", headings: true, pretty: false, maxColumnWidth: 0 };
const UUID = "592dd21f-964d-4d4b-8f2a-fbed3dca3050";
const set: Cell = { text: (format) => (format === "bare" ? "1 2" : "[1, 2]"), json: ["set", [1, 2]] };
const row: Cell = { text: () => UUID, json: ["uuid", UUID] };
const link: Cell = { text: () => `[${UUID}]`, json: ["uuid", UUID] };
const TABLE: Table = {
  headings: ["name", "flood_vlans"],
  rows: [
    ['"é,', set],
    ["br1", { text: () => "[]", json: [] }],
  ],
};

describe("tables, as ovs-vsctl 3.1 prints them", () => {
  it.each<[string, Partial<TableStyle>, string]>([
    ["table", {}, 'name flood_vlans\n---- -----------\n"é, [1, 2]\nbr1  []\n'],
    ["table cut", { maxColumnWidth: 3, headings: false }, '"é [1,\nbr1 []\n'],
    [
      "list",
      { format: "list" },
      'name                : "é,\nflood_vlans         : [1, 2]\n\nname                : br1\nflood_vlans         : []\n',
    ],
    ["bare list", { format: "list", data: "bare", headings: false }, '"é,\n1 2\n\nbr1\n[]\n'],
    ["csv", { format: "csv", data: "json" }, 'name,flood_vlans\n"""é,","[""set"",[1,2]]"\nbr1,[]\n'],
    ["json", { format: "json" }, '{"data":[["\\"é,",["set",[1,2]]],["br1",[]]],"headings":["name","flood_vlans"]}\n'],
  ])("%s", (_what, style, text) => expect(new TablePrinter({ ...STYLE, ...style }).format(TABLE)).toBe(text));

  it("links UUIDs in HTML", () => {
    const table: Table = { caption: "Bridge table", headings: ["_uuid", "ports"], rows: [[row, link]] };
    expect(new TablePrinter({ ...STYLE, format: "html" }).format(table)).toBe(
      "<table border=1>\n    <caption>Bridge table</caption>\n  <tr>\n    <th>_uuid</th>\n    <th>ports</th>\n  </tr>\n" +
        `  <tr>\n    <td><a name="${UUID}">592dd21f</a></td>\n    <td>[<a href="#${UUID}">592dd21f</a>]</td>\n  </tr>\n</table>\n`,
    );
  });

  it("puts an empty line between tables", () => {
    const printer = new TablePrinter({ ...STYLE, format: "list" });
    const empty: Table = { headings: ["name"], rows: [] };
    expect(printer.format(empty) + printer.format({ headings: ["a"], rows: [["b"]] })).toBe(
      "\na                   : b\n",
    );
  });
});
