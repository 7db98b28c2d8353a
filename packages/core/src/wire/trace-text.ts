import { SKIPPED, type Span } from "./trace.ts";

/** What went wrong, and where: octet `at` is the first that nobody read. */
export interface TraceFault {
  readonly at: number;
  readonly text: string;
}

/** Octets in one line. */
const WIDTH = 8;
const INDENT = "  ";

const hex2 = (octet: number): string => octet.toString(16).padStart(2, "0");
const hex4 = (at: number): string => at.toString(16).padStart(4, "0");

/** Numbers of 16 bits and small ones as people count, larger ones in hexadecimal. */
function shown(value: number | bigint | string, octets: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  return octets > 2 && value > 999 ? `0x${value.toString(16)}` : `${value}`;
}

function line(at: number | undefined, octets: Uint8Array, text: string): string {
  const place = at === undefined ? "    " : hex4(at);
  return `${place}  ${[...octets]
    .map(hex2)
    .join(" ")
    .padEnd(3 * WIDTH - 1)}  ${text}`.trimEnd();
}

/** Octets with what they mean beside the first of them. */
function leaf(octets: Uint8Array, from: number, to: number, text: string): string[] {
  const lines = [line(from, octets.subarray(from, Math.min(to, from + WIDTH)), text)];
  for (let at = from + WIDTH; at < to; at += WIDTH)
    lines.push(line(at, octets.subarray(at, Math.min(to, at + WIDTH)), ""));
  return lines;
}

/**
 * Octets beside the names that a decoder gave them, a line for 8 of them: offset in hexadecimal, octets, names nested by
 * indentation, values. The fault stands where reading ended, and what comes after it is "not read".
 */
export function drawSpans(octets: Uint8Array, spans: readonly Span[], fault?: TraceFault): string {
  const lines: string[] = [];
  let depth = 0;
  const draw = (span: Span, level: number): void => {
    const indent = INDENT.repeat(level);
    depth = level;
    if (span.within.length) {
      lines.push(line(span.from, octets.subarray(0, 0), `${indent}${span.name}`));
      for (const inner of span.within) draw(inner, level + 1);
      return;
    }
    const isPad = span.name === "pad" || (span.name === SKIPPED && !octets.subarray(span.from, span.to).some(Boolean));
    const value = isPad || span.value === undefined ? "" : `: ${shown(span.value, span.to - span.from)}`;
    lines.push(...leaf(octets, span.from, span.to, `${indent}${isPad ? "pad" : span.name}${value}`));
  };
  for (const span of spans) draw(span, 0);
  if (!fault) return `${lines.join("\n")}\n`;
  lines.push(
    line(undefined, octets.subarray(0, 0), `${INDENT.repeat(depth)}*** ${fault.text}`).replace("    ", "****"),
  );
  if (fault.at < octets.length) lines.push(...leaf(octets, fault.at, octets.length, "not read"));
  return `${lines.join("\n")}\n`;
}
