import { MAX_VLAN_TAGS } from "#flow";
import type { DatapathFeatures } from "../../datapath.ts";

/** What the engine does. */
export const FEATURES: DatapathFeatures = {
  maxVlanHeaders: MAX_VLAN_TAGS,
  maxMplsDepth: 3,
  recirculation: true,
  ct: true,
  clone: true,
  checkPktLen: true,
  sampleNesting: 10,
  explicitDrop: true,
};
