import { BpfMap, type MapSpec } from "@vswitch/ebpf";
import { FLOW, FLOWS_MAX, FORMAT, KEY_WORDS, MASKS_MAX, VERDICT } from "./layout.ts";
import type { Pins } from "./pins.ts";

const SPECS = {
  /** Two values: how many masks there are, and FORMAT. */
  count: { name: "vswitch_count", type: "array", keySize: 4, valueSize: 4, maxEntries: 2 },
  masks: { name: "vswitch_masks", type: "array", keySize: 4, valueSize: KEY_WORDS * 4, maxEntries: MASKS_MAX },
  /** Masked key to the flow's number. */
  table: {
    name: "vswitch_table",
    type: "hash",
    keySize: KEY_WORDS * 4,
    valueSize: 4,
    maxEntries: FLOWS_MAX,
    growing: true,
  },
  flows: {
    name: "vswitch_flows",
    type: "array",
    keySize: 4,
    valueSize: FLOW.size,
    maxEntries: FLOWS_MAX,
    shared: true,
  },
  /** One verdict per processor. */
  verdicts: { name: "vswitch_verdict", type: "percpuArray", keySize: 4, valueSize: VERDICT.size, maxEntries: 1 },
} as const satisfies Record<string, MapSpec>;

/** The maps of the kernel's side by name. */
export type KernelMaps = Readonly<Record<keyof typeof SPECS, BpfMap>>;

/** A value of 4 octets as maps have it. */
export const octetsOf = (...words: number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
/** The first 4 octets of a value. */
export const wordOf = (octets: Uint8Array | undefined): number | undefined =>
  octets && new DataView(octets.buffer, octets.byteOffset).getUint32(0, true);

/**
 * The maps: those that an earlier process kept, when it was of one mind with us about what is in them, or new ones.
 *
 * @throws SysError where the kernel does not have them
 */
export function openMaps(pins: Pins | undefined): KernelMaps {
  const kept = pins && keptMaps(pins);
  if (kept) return kept;
  const maps = Object.fromEntries(Object.entries(SPECS).map(([name, spec]) => [name, new BpfMap(spec)])) as KernelMaps;
  maps.count.update(octetsOf(1), octetsOf(FORMAT));
  if (pins) for (const map of Object.values(maps)) pins.keepMap(map);
  return maps;
}

function keptMaps(pins: Pins): KernelMaps | undefined {
  const maps = Object.entries(SPECS).map(([name, spec]) => [name, pins.map(spec)] as const);
  const found = Object.fromEntries(maps) as KernelMaps;
  if (maps.every(([, map]) => map) && wordOf(found.count.lookup(octetsOf(1))) === FORMAT) return found;
  for (const [, map] of maps) map?.[Symbol.dispose]();
  return undefined;
}
