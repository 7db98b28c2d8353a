import { type Table, TablePrinter, type TableStyle } from "@vswitch/cli-kit";
import type { Uuid } from "@vswitch/core/ovsdb";

/** What one command has to say: text, a table, or the UUID of a row to be made. */
export interface Saying {
  text: string;
  table: Table | undefined;
  uuid: Uuid | undefined;
}

/** What a command says that is silent. */
export const nothing = (): Saying => ({ text: "", table: undefined, uuid: undefined });

/** All that a run prints; `uuidOf` gives the UUIDs that the server chose. */
export function render(
  sayings: readonly Saying[],
  style: TableStyle,
  oneline: boolean,
  uuidOf: (row: Uuid) => Uuid,
): string {
  const printer = new TablePrinter(style);
  return sayings
    .map(({ text, table, uuid }) => {
      if (table) return printer.format(table);
      const whole = uuid === undefined ? text : `${text}${uuidOf(uuid)}\n`;
      return oneline ? onOneLine(whole) : whole;
    })
    .join("");
}

/** Line ends as \n and backslashes doubled, so that each command prints one line. */
function onOneLine(text: string): string {
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  return `${line.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`;
}
