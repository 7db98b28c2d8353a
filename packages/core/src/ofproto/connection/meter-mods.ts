import { type Message, type MeterConfig, ofError } from "#openflow";
import type { Switch } from "../switch.ts";
import { usesMeter } from "../table/flow-mod.ts";
import { removeUsers } from "./flow-mods.ts";

type MeterMod = Extract<Message, { type: "meter_mod" }>;

/** What the datapaths can do, as OFPMP_METER_FEATURES tells. */
export const METER_FEATURES = {
  maxMeters: 0x40000,
  bandTypes: 2,
  capabilities: 0xf,
  maxBands: 8,
  maxColor: 0,
} as const;
const ALL = 0xffffffff;

/** Does a meter mod (OpenFlow 1.3.5 §7.3.4.4). Throws the OpenFlow error to send. */
export function applyMeterMod(sw: Switch, { command, config }: MeterMod): void {
  const known = sw.meters.has(config.meter);
  if (command === "delete") {
    for (const meter of config.meter === ALL ? [...sw.meters.keys()] : [config.meter]) {
      if (!sw.meters.has(meter)) continue;
      removeUsers(sw, (actions) => usesMeter(actions, meter), "meter");
      sw.meters.delete(meter);
    }
    return;
  }
  check(config);
  if (command === "add" && known) throw ofError("OFPMMFC_METER_EXISTS");
  if (command === "modify" && !known) throw ofError("OFPMMFC_UNKNOWN_METER");
  sw.meters.set(config);
}

function check(config: MeterConfig): void {
  if (config.meter === 0 || (config.meter > 0xffff0000 && config.meter < 0xfffffffd))
    throw ofError("OFPMMFC_INVALID_METER");
  if (config.bands.length > METER_FEATURES.maxBands) throw ofError("OFPMMFC_OUT_OF_BANDS");
  if ((config.flags & 3) === 3 || (config.flags & 3) === 0) throw ofError("OFPMMFC_BAD_FLAGS");
}
