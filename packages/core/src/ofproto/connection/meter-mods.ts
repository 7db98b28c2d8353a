import { METER, type Message, type MeterBand, type MeterConfig, ofError } from "#openflow";
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

/** Does a meter mod (OpenFlow 1.3.5 §7.3.4.4). Throws the OpenFlow error to send. */
export function applyMeterMod(sw: Switch, { command, config }: MeterMod): void {
  const known = sw.meters.has(config.meter);
  if (command === "delete") {
    for (const meter of config.meter === METER.all ? [...sw.meters.keys()] : [config.meter]) {
      if (!sw.meters.has(meter)) continue;
      removeUsers(sw, (actions) => usesMeter(actions, meter), "meter");
      sw.meters.delete(meter);
    }
    return;
  }
  checkNumber(config);
  if (command === "add" && known) throw ofError("OFPMMFC_METER_EXISTS");
  if (command === "modify" && !known) throw ofError("OFPMMFC_UNKNOWN_METER");
  check(config);
  sw.meters.set({ ...config, bands: config.bands.map(withBurst) });
}

/** The last numbers are those of virtual meters: packets of the slow path, and those for controllers. */
function checkNumber({ meter, bands }: MeterConfig): void {
  if (meter === 0 || meter === METER.all || (meter > METER.max && meter < METER.slowpath))
    throw ofError("OFPMMFC_INVALID_METER");
  if (bands.length > METER_FEATURES.maxBands) throw ofError("OFPMMFC_OUT_OF_BANDS");
}

function check({ flags, bands }: MeterConfig): void {
  if ((flags & 3) === 3 || (flags & 3) === 0) throw ofError("OFPMMFC_BAD_FLAGS");
  if (!bands.length) throw ofError("OFPMMFC_OUT_OF_BANDS");
  if (bands.some(({ rate }) => rate === 0)) throw ofError("OFPMMFC_BAD_RATE");
  if (bands.some(({ type }) => type !== "drop")) throw ofError("OFPMMFC_BAD_BAND");
}

/** Without a burst size a second's worth, and told as such, as Open vSwitch does. */
const withBurst = (band: MeterBand): MeterBand => (band.burst ? band : { ...band, burst: band.rate });
