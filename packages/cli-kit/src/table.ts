import { formatJson, type Json } from "@vswitch/core/jsonrpc";
import { errors } from "./errors.ts";

/** What `-f`/`--format` takes, as in ovs-vsctl(8), "Table Formatting Options". */
export const TABLE_FORMATS = ["table", "list", "html", "csv", "json"] as const;
/** The shape of a printed table: "table" has aligned columns, "list" a line per cell and an empty line between rows. */
export type TableFormat = (typeof TABLE_FORMATS)[number];
/** What `-d`/`--data` takes, as in ovs-vsctl(8), "Table Formatting Options". */
export const DATA_FORMATS = ["string", "bare", "json"] as const;
/**
 * The shape of a cell: "string" as the database's text, "bare" without brackets and quotes, "json" as RFC 7047 §5.1.
 */
export type DataFormat = (typeof DATA_FORMATS)[number];

/** How tables are printed: what `--format`, `--data`, `--no-headings`, `--pretty` and `--max-column-width` chose. */
export interface TableStyle {
  format: TableFormat;
  data: DataFormat;
  headings: boolean;
  /** Whether JSON tables are indented. */
  pretty: boolean;
  /** Widest cell of a "table", in octets; 0 is no limit. */
  maxColumnWidth: number;
}

/** A cell: plain text, or a value that knows its text in each data format and its JSON. */
export type Cell = string | { readonly text: (format: DataFormat) => string; readonly json: Json };

/** What is to be printed: each row has a cell for every heading; the caption stands above, in JSON as a member. */
export interface Table {
  readonly caption?: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The options that set a TableStyle; each tool adds them to its own. */
export const TABLE_OPTIONS = [
  { name: "format", short: "f", value: "required" },
  { name: "data", short: "d", value: "required" },
  { name: "no-headings" },
  { name: "pretty" },
  { name: "bare" },
  { name: "max-column-width", value: "required" },
] as const;

/** Takes one of TABLE_OPTIONS. @returns false when the option is none of these */
export function tableOption(style: TableStyle, key: string, value: string | undefined): boolean {
  const text = value ?? "";
  switch (key) {
    case "format":
      if (!isOneOf(TABLE_FORMATS, text)) throw errors.make("cli/format", { format: text });
      style.format = text;
      return true;
    case "data":
      if (!isOneOf(DATA_FORMATS, text)) throw errors.make("cli/data", { format: text });
      style.data = text;
      return true;
    case "no-headings":
      style.headings = false;
      return true;
    case "pretty":
      style.pretty = true;
      return true;
    case "bare":
      style.format = "list";
      style.data = "bare";
      style.headings = false;
      return true;
    case "max-column-width":
      style.maxColumnWidth = Math.max(0, Number.parseInt(text, 10) || 0);
      return true;
    default:
      return false;
  }
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

/** Writes tables one after another; formats made for reading put an empty line between two. */
export class TablePrinter {
  #printed = 0;
  constructor(readonly style: TableStyle) {}

  format(table: Table): string {
    const text = WRITERS[this.style.format](table, this.style);
    const gap = this.#printed++ && SPACED.has(this.style.format) ? "\n" : "";
    return gap + text;
  }
}

const SPACED: ReadonlySet<TableFormat> = new Set<TableFormat>(["table", "list", "csv"]);
const WRITERS: Readonly<Record<TableFormat, (table: Table, style: TableStyle) => string>> = {
  table: writeTable,
  list: writeList,
  html: writeHtml,
  csv: writeCsv,
  json: writeJson,
};

function cellText(cell: Cell | undefined, style: TableStyle): string {
  if (cell === undefined || typeof cell === "string") return cell ?? "";
  return style.data === "json" ? formatJson(cell.json, { sort: true }) : cell.text(style.data);
}

const ASCII = /^[\0-\x7f]*$/;

/** Octets of UTF-8: the original counts columns so. */
function width(text: string): number {
  return ASCII.test(text) ? text.length : Buffer.byteLength(text);
}

function fit(text: string, octets: number): string {
  const have = width(text);
  if (have <= octets) return text + " ".repeat(octets - have);
  return ASCII.test(text) ? text.slice(0, octets) : Buffer.from(text).subarray(0, octets).toString();
}

function writeTable({ caption, headings, rows }: Table, style: TableStyle): string {
  const lines = rows.map((row) => headings.map((_, x) => cellText(row[x], style)));
  const limit = style.maxColumnWidth || Number.POSITIVE_INFINITY;
  const widths = headings.map((heading, x) => {
    const cells = lines.reduce((most, line) => Math.max(most, width(line[x] as string)), 0);
    return Math.max(style.headings ? width(heading) : 0, Math.min(cells, limit));
  });
  const print = (cells: readonly string[]) =>
    `${cells.map((cell, x) => fit(cell, widths[x] as number)).join(" ")}`.replace(/ +$/, "");
  const out = caption === undefined ? [] : [caption];
  if (style.headings) out.push(print(headings), widths.map((w) => "-".repeat(w)).join(" "));
  return [...out, ...lines.map(print)].map((line) => `${line}\n`).join("");
}

/** Column that values of a list start at, in octets. */
const LIST_MARGIN = 20;

function writeList({ caption, headings, rows }: Table, style: TableStyle): string {
  const label = (heading: string) => `${heading}${" ".repeat(Math.max(0, LIST_MARGIN - width(heading)))}: `;
  const labels = headings.map((heading) => (style.headings ? label(heading) : ""));
  const blocks = rows.map((row) => labels.map((text, x) => `${text}${cellText(row[x], style)}\n`).join(""));
  return (caption === undefined ? "" : `${caption}\n`) + blocks.join("\n");
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => HTML[c] as string);
}

/** UUIDs become links to the rows that bear them; in the column of the row's own it is the mark that they lead to. */
function htmlCell(text: string, mark: boolean): string {
  if (mark) return `<a name="${escapeHtml(text)}">${escapeHtml(text.slice(0, 8))}</a>`;
  return escapeHtml(text).replace(UUID, (uuid) => `<a href="#${uuid}">${uuid.slice(0, 8)}</a>`);
}

function writeHtml({ caption, headings, rows }: Table, style: TableStyle): string {
  const line = (tag: string, cells: readonly string[]) =>
    `  <tr>\n${cells.map((cell) => `    <${tag}>${cell}</${tag}>\n`).join("")}  </tr>\n`;
  const head = style.headings ? line("th", headings.map(escapeHtml)) : "";
  const body = rows.map((row) =>
    line(
      "td",
      headings.map((heading, x) => htmlCell(cellText(row[x], style), heading === "_uuid")),
    ),
  );
  const title = caption === undefined ? "" : `    <caption>${escapeHtml(caption)}</caption>\n`;
  return `<table border=1>\n${title}${head}${body.join("")}</table>\n`;
}

function csvCell(text: string): string {
  return /[\n",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function writeCsv({ caption, headings, rows }: Table, style: TableStyle): string {
  const lines = rows.map((row) => headings.map((_, x) => csvCell(cellText(row[x], style))).join(","));
  const head = style.headings ? [headings.map(csvCell).join(",")] : [];
  const title = caption === undefined ? [] : [csvCell(caption)];
  return [...title, ...head, ...lines].map((line) => `${line}\n`).join("");
}

function writeJson({ caption, headings, rows }: Table, style: TableStyle): string {
  const data = rows.map((row) => row.map((cell): Json => (typeof cell === "string" ? cell : cell.json)));
  const value = caption === undefined ? { data, headings } : { caption, data, headings };
  return `${formatJson(value, { sort: true, pretty: style.pretty })}\n`;
}
