/**
 * What happens above a rate: kbit/s and kbit, or packets/s and packets, as the meter's flags say. `precLevel` of
 * dscp_remark only.
 */
export interface MeterBand {
  readonly type: "drop" | "dscp_remark";
  readonly rate: number;
  readonly burst: number;
  readonly precLevel: number;
}
/** A meter as it is set up (OpenFlow 1.5.1 §7.3.4.5); `flags` are OFPMF bits: kbps 1, pktps 2, burst 4, stats 8. */
export interface MeterConfig {
  readonly meter: number;
  readonly flags: number;
  readonly bands: readonly MeterBand[];
}
