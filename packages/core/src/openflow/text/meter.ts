/** Meters in text: `meter=1,kbps,burst,bands=type=drop,rate=100,burst_size=10` (ovs-ofctl(8), "Meter Syntax"). */
import { pairs } from "#flow";
import type { Message, MeterBand, MeterConfig } from "../message.ts";
import { METER } from "../port.ts";
import { textError } from "./errors.ts";
import { u8, u32 } from "./numbers.ts";
import { formatDuration } from "./print/flow.ts";

const METER_WORDS: Readonly<Record<string, number>> = {
  all: METER.all,
  controller: METER.controller,
  slowpath: METER.slowpath,
};
/** Bits of a meter's flags. */
export const METER_FLAGS = { kbps: 1, pktps: 2, burst: 4, stats: 8 } as const;

type Command = "add" | "modify" | "delete" | "stats";

function parseMeterId(value: string): number {
  const word = METER_WORDS[value];
  if (word !== undefined) return word;
  const id = u32(value);
  if (!id || id > METER.max) throw textError("invalid value for meter");
  return id;
}

function parseBands(text: string, flags: number): MeterBand[] {
  const drafts: { type: MeterBand["type"]; rate: number; burst: number; precLevel: number }[] = [];
  for (const { key, value } of pairs(text)) {
    const band = drafts.at(-1);
    if (key === "type") {
      if (value !== "drop" && value !== "dscp_remark") throw textError(`field type unknown value ${value}`);
      drafts.push({ type: value, rate: 0, burst: 0, precLevel: 0 });
      continue;
    }
    if (!band) throw textError("band must start with the 'type' keyword");
    if (!value) throw textError(`field ${key} missing value`);
    if (key === "rate") band.rate = u32(value);
    else if (key === "burst_size") band.burst = u32(value);
    else if (key === "prec_level") band.precLevel = u8(value, key);
    else throw textError(`unknown keyword ${key}`);
  }
  if (!drafts.length) throw textError("meter must have bands");
  for (const band of drafts) {
    if (!band.rate) throw textError("band must have 'rate'");
    const burst = (flags & METER_FLAGS.burst) !== 0;
    if (burst && !band.burst) throw textError("band must have 'burst_size' when 'burst' flag is set");
    if (!burst && band.burst) throw textError("band may have 'burst_size' only when 'burst' flag is set");
    if (band.type === "dscp_remark" && !band.precLevel) throw textError("'dscp_remark' band must have 'prec_level'");
    if (band.type === "drop" && band.precLevel) throw textError("Only 'dscp_remark' band may have 'prec_level'");
  }
  return drafts;
}

/** Reads a meter for a command. Without bands it names a meter only. */
export function parseMeter(text: string, command: Command): MeterConfig {
  const takesBands = command === "add" || command === "modify";
  const at = /bands?=/.exec(text);
  if (takesBands && !at) throw textError("must specify bands");
  let meter: number | undefined;
  let flags = 0;
  for (const { key, value } of pairs(at && takesBands ? text.slice(0, at.index) : text)) {
    if (takesBands && Object.hasOwn(METER_FLAGS, key)) {
      flags |= METER_FLAGS[key as keyof typeof METER_FLAGS];
      continue;
    }
    if (!value) throw textError(`field ${key} missing value`);
    if (key !== "meter") throw textError(`unknown keyword ${key}`);
    meter = parseMeterId(value);
  }
  if (meter === undefined) throw textError("must specify 'meter'");
  if (!takesBands) return { meter, flags, bands: [] };
  if (!(flags & (METER_FLAGS.kbps | METER_FLAGS.pktps))) throw textError("meter must specify either 'kbps' or 'pktps'");
  return { meter, flags, bands: parseBands(text.slice((at?.index ?? 0) + (at?.[0].length ?? 0)), flags) };
}

/** "all", "controller", "slowpath", or the number. */
export const formatMeterId = (meter: number): string =>
  Object.keys(METER_WORDS).find((word) => METER_WORDS[word] === meter) ?? String(meter);

/** `meter=1 kbps bands=` and a line for each band. */
export function formatMeterConfig({ meter, flags, bands }: MeterConfig): string {
  let text = `meter=${formatMeterId(meter)} `;
  for (const [word, flag] of Object.entries(METER_FLAGS)) if (flags & flag) text += `${word} `;
  if (flags & ~15) text += `flags:0x${(flags & ~15).toString(16)} `;
  text += "bands=";
  for (const band of bands) {
    text += `\ntype=${band.type} rate=${band.rate}`;
    if (flags & METER_FLAGS.burst) text += ` burst_size=${band.burst}`;
    if (band.type === "dscp_remark") text += ` prec_level=${band.precLevel}`;
  }
  return `${text}\n`;
}

type MeterStats = Extract<Message, { type: "multipart_reply"; kind: "meter" }>["reply"][number];

/** `meter:1 flow_count:0 …` and a line for each band, as ovs-ofctl's meter-stats prints them. */
export function formatMeterStats(stats: MeterStats): string {
  let text = `meter:${formatMeterId(stats.meter)} flow_count:${stats.flows} packet_in_count:${stats.packetsIn}`;
  text += ` byte_in_count:${stats.octetsIn} duration:${formatDuration(stats.durationSec, stats.durationNsec)} bands:\n`;
  stats.bands.forEach((band, i) => {
    text += `${i}: packet_count:${band.packets} byte_count:${band.octets}\n`;
  });
  return text;
}
