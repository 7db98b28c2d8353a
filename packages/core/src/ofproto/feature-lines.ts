import type { DatapathFeatures } from "#datapath";

/** What a datapath can do, as the log tells it when it is opened. `vlanLimit` 0: as many tags as the datapath knows. */
export function featureLines(features: DatapathFeatures, vlanLimit: number): readonly string[] {
  const { maxVlanHeaders, maxMplsDepth, recirculation, ct, clone, checkPktLen, sampleNesting } = features;
  const supports = (what: string, is: boolean) => (is ? [`Datapath supports ${what}`] : []);
  const tags = Math.min(maxVlanHeaders, vlanLimit || maxVlanHeaders);
  return [
    ...supports("recirculation", recirculation),
    `VLAN header stack length probed as ${tags}`,
    `MPLS label stack length probed as ${maxMplsDepth}`,
    ...supports("truncate action", true),
    ...supports("unique flow ids", true),
    ...supports("clone action", clone),
    `Max sample nesting level probed as ${sampleNesting}`,
    ...supports("ct_clear action", ct),
    "Max dp_hash algorithm probed to be 1",
    ...supports("check_pkt_len action", checkPktLen),
    ...["ct_state", "ct_zone", "ct_mark", "ct_label", "ct_state_nat", "ct_orig_tuple", "ct_orig_tuple6"].flatMap(
      (field) => supports(field, ct),
    ),
  ];
}
