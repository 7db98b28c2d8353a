import { SwitchError } from "#lib";
import type { Version } from "./message.ts";
import { OF_ERRORS, type OfErrorName } from "./of-errors.ts";

/** Where one error stands in one version: experimenter 0 for the version's own numbers. */
export interface ErrorNumbers {
  readonly vendor: number;
  readonly type: number;
  readonly code: number;
}

const VENDORS: Readonly<Record<string, number>> = { OF: 0, NX: 0x2320, ONF: 0x4f4e4600 };

function parseRow(wire: string): readonly (ErrorNumbers | undefined)[] {
  const numbers: (ErrorNumbers | undefined)[] = new Array(7).fill(undefined);
  for (const span of wire.split(" ")) {
    const m = /^(OF|NX|ONF)1\.(\d)(\+|-1\.(\d))?\((\d+),(\d+)\)$/.exec(span);
    if (!m) throw new Error(`bug: bad error row ${wire}`);
    const from = Number(m[2]);
    const to = m[3] === undefined ? from : m[3] === "+" ? 5 : Number(m[4]);
    for (let v = from; v <= to; v++)
      numbers[v + 1] = { vendor: VENDORS[m[1] as string] as number, type: Number(m[5]), code: Number(m[6]) };
  }
  return numbers;
}

/** From NX1.2 on, Nicira's and the ONF's errors have one number, the type; their code says nothing. */
const keyOf = (version: number, n: ErrorNumbers) =>
  `${version}/${n.vendor}/${n.type}/${n.vendor && version >= 3 ? 0 : n.code}`;

interface Index {
  readonly byName: ReadonlyMap<string, readonly (ErrorNumbers | undefined)[]>;
  readonly byNumbers: ReadonlyMap<string, string>;
}

function makeIndex(): Index {
  const byName = new Map(Object.entries(OF_ERRORS).map(([name, wire]) => [name as string, parseRow(wire)]));
  const byNumbers = new Map<string, string>();
  for (const [name, rows] of byName) {
    rows.forEach((numbers, version) => {
      if (!numbers) return;
      const key = keyOf(version, numbers);
      if (!byNumbers.has(key)) byNumbers.set(key, name);
    });
  }
  // Two names share these numbers before OpenFlow 1.2 (1.1 for the second); the first is what Open vSwitch shows.
  for (const v of [1, 2]) byNumbers.set(keyOf(v, { vendor: 0, type: 1, code: 5 }), "OFPBRC_EPERM");
  byNumbers.set(keyOf(2, { vendor: 0, type: 3, code: 5 }), "OFPBIC_BAD_EXPERIMENTER");
  return { byName, byNumbers };
}

/** Made at the first error: most commands meet none. */
let made: Index | undefined;
function index(): Index {
  made ??= makeIndex();
  return made;
}

/** The numbers of an error in a version; undefined: that version has none. */
export function errorNumbers(name: string, version: Version): ErrorNumbers | undefined {
  return index().byName.get(name)?.[version];
}

/** The name of an error, by its numbers. */
export function errorNamed(numbers: ErrorNumbers, version: Version): string | undefined {
  return index().byNumbers.get(keyOf(version, numbers));
}

const isName = (text: string): text is OfErrorName => Object.hasOwn(OF_ERRORS, text);

/** An error that goes back to the peer as the OpenFlow error `name`. @param why for the log, beside the name */
export function ofError(name: OfErrorName, why?: string): SwitchError {
  return new SwitchError(`openflow/${name}`, why ? `${name} (${why})` : name, { name }, OF_ERRORS[name]);
}

/**
 * The OpenFlow error that an error stands for: the name in its code, or the one its `wire` column gives, by name or
 * by a row of OF_ERRORS; undefined: none.
 */
export function errorName(error: unknown): OfErrorName | undefined {
  if (!(error instanceof SwitchError)) return undefined;
  const name = error.code.slice("openflow/".length);
  if (error.code.startsWith("openflow/") && isName(name)) return name;
  if (error.wire === undefined) return undefined;
  if (isName(error.wire)) return error.wire;
  return (Object.keys(OF_ERRORS) as OfErrorName[]).find((key) => OF_ERRORS[key] === error.wire);
}
