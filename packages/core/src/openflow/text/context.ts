import { formatPortName, type PortNames } from "#flow";
import { vlog } from "#lib";
import { integer } from "./numbers.ts";

/** Everything outside a text that its meaning depends on: what the switch calls its ports and tables. */
export interface TextContext {
  readonly ports?: PortNames | undefined;
  /** Names of flow tables; the same questions as of ports. */
  readonly tables?: PortNames | undefined;
}

/** The table that a number (0…255) or a table's name means. */
export function parseTable(text: string, { tables }: TextContext = {}): number | undefined {
  const number = integer(text);
  if (number !== undefined) {
    if (number >= 0n && number <= 255n) return Number(number);
    vlog("ofp_table").warn(`table ${number} is outside the supported range 0 through 255`);
    return undefined;
  }
  const unquoted = /^"(.*)"$/.exec(text)?.[1] ?? text;
  return tables?.numberOf(unquoted);
}

/** A table's name when there is one, quoted where it has to be, else its number. */
export function formatTable(table: number, { tables }: TextContext = {}): string {
  const name = tables?.nameOf(table);
  return name === undefined ? String(table) : formatPortName(name);
}
