import type { DpMeterStats, PortCounters } from "../../datapath.ts";
import { PORT_COUNTERS } from "./engine.ts";
import type { Meter } from "./meter.ts";

/** A port's counters, out of their array. */
export function portCounters(counters: Float64Array): PortCounters {
  const get = (name: keyof PortCounters) => BigInt(counters[PORT_COUNTERS[name]] as number);
  return {
    rxPackets: get("rxPackets"),
    rxOctets: get("rxOctets"),
    rxDropped: get("rxDropped"),
    rxErrors: get("rxErrors"),
    txPackets: get("txPackets"),
    txOctets: get("txOctets"),
    txDropped: get("txDropped"),
    txErrors: get("txErrors"),
  };
}

/** A meter's counters as the datapath's face tells them. */
export function meterStats({ packets, octets, bands }: Meter): DpMeterStats {
  return {
    packets: BigInt(packets),
    octets: BigInt(octets),
    bands: bands.map((band) => ({ packets: BigInt(band.packets), octets: BigInt(band.octets) })),
  };
}
