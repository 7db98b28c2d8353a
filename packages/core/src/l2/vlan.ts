/**
 * What VLAN modes make of tags: pure functions from the tags of a packet and the rules of a Port to the tags inside
 * the switch, and back (IEEE 802.1Q-2018 §6.9; vlan_mode in ovs-vswitchd.conf.db(5), Port).
 *
 * A packet's first two tags are looked at, outermost first. Inside the switch the first tag's identifier is the VLAN;
 * 0 is "no tag, or a priority tag".
 */
export interface Tag {
  /** 0 when there is no tag. */
  readonly tpid: number;
  readonly vid: number;
  /** Priority, 0…7. */
  readonly pcp: number;
}
/** A packet's first two tags, outermost first; NO_TAG where there is none. */
export type Tags = readonly [Tag, Tag];

/** The tag of a packet without one. */
export const NO_TAG: Tag = { tpid: 0, vid: 0, pcp: 0 };
const TPID_8021Q = 0x8100;
const TPID_8021AD = 0x88a8;

/** Port's vlan_mode (ovs-vswitchd.conf.db(5)). */
export const VLAN_MODES = ["access", "trunk", "native-tagged", "native-untagged", "dot1q-tunnel"] as const;
/** One of them. */
export type VlanMode = (typeof VLAN_MODES)[number];

/** VLAN side of a Port. */
export interface VlanRules {
  readonly mode: VlanMode;
  /** The VLAN of an access, native or tunnel port; 0 for a trunk without one. */
  readonly vlan: number;
  /** VLANs carried by trunk and native modes; undefined: all. */
  readonly trunks: ReadonlySet<number> | undefined;
  /** Customer VLANs that a tunnel port takes; undefined: all. */
  readonly cvlans: ReadonlySet<number> | undefined;
  /** TPID that a tunnel port adds. */
  readonly qinqTpid: number;
  /** Whether a frame that leaves untagged keeps its priority in a tag of VLAN 0 (other_config:priority-tags). */
  readonly priorityTags: boolean;
}

/** The VLAN columns of a Port row as they stand, not yet checked: `tag` out of 0…4095 is as none. */
export interface VlanConfig {
  /** undefined: access when there is a tag, trunk otherwise. */
  readonly vlanMode?: VlanMode;
  /** 0…4095; undefined: none. */
  readonly tag?: number;
  /** Empty: all VLANs. */
  readonly trunks: readonly number[];
  /** Customer VLANs of a dot1q-tunnel port; empty: all. */
  readonly cvlans?: readonly number[];
  /** other_config:qinq-ethtype of a dot1q-tunnel port; default 0x88a8. */
  readonly qinqEthertype?: number;
  /** other_config:priority-tags. */
  readonly priorityTags?: "never" | "if-nonzero" | "always";
}

const someOf = (vlans: readonly number[] | undefined): Set<number> | undefined =>
  vlans?.length ? new Set(vlans) : undefined;

/**
 * The rules that a Port's columns mean. Without vlan_mode a tag makes an access port. A native port without a tag is a
 * trunk; an access port without one carries VLAN 0. "always" for priority tags does what "if-nonzero" does, as in
 * Open vSwitch 3.1: a frame of priority 0 leaves untagged.
 */
export function vlanRules(config: VlanConfig): VlanRules {
  const { tag, vlanMode } = config;
  const given = tag !== undefined && tag >= 0 && tag <= 4095;
  const mode = vlanMode ?? (given ? "access" : "trunk");
  const vlan = mode === "trunk" ? 0 : given ? tag : 0;
  const trunks = mode === "access" || mode === "dot1q-tunnel" ? undefined : someOf(config.trunks);
  if (trunks && (mode === "native-tagged" || mode === "native-untagged")) trunks.add(vlan);
  return {
    mode,
    vlan,
    trunks,
    cvlans: mode === "dot1q-tunnel" ? someOf(config.cvlans) : undefined,
    qinqTpid: config.qinqEthertype ?? TPID_8021AD,
    priorityTags: config.priorityTags !== undefined && config.priorityTags !== "never",
  };
}

/** Whether the port takes a packet of that tag; otherwise the trouble, to be told with the port's name. */
export function inputProblem(rules: VlanRules, port: string, vid: number): string | undefined {
  switch (rules.mode) {
    case "access":
      return vid === 0
        ? undefined
        : `dropping VLAN ${vid} tagged packet received on port ${port} configured as VLAN ${rules.vlan} access port`;
    case "native-tagged":
    case "native-untagged":
      if (vid === 0) return undefined;
      return trunkProblem(rules, port, vid);
    case "trunk":
      return trunkProblem(rules, port, vid);
    case "dot1q-tunnel":
      return !rules.cvlans || rules.cvlans.has(vid)
        ? undefined
        : `dropping VLAN ${vid} packet received on dot1q-tunnel port ${port} that excludes this VLAN`;
  }
}

function trunkProblem(rules: VlanRules, port: string, vid: number): string | undefined {
  return !rules.trunks || rules.trunks.has(vid)
    ? undefined
    : `dropping VLAN ${vid} packet received on port ${port} not configured for trunking VLAN ${vid}`;
}

/** Tags inside the switch of a packet that came in at a port. */
export function inputTags(rules: VlanRules, [outer, inner]: Tags): Tags {
  switch (rules.mode) {
    case "access":
      return [{ tpid: outer.tpid || TPID_8021Q, vid: rules.vlan, pcp: outer.pcp }, NO_TAG];
    case "trunk":
      return [outer, inner];
    case "native-tagged":
    case "native-untagged":
      return outer.vid ? [outer, inner] : [{ tpid: outer.tpid || TPID_8021Q, vid: rules.vlan, pcp: outer.pcp }, inner];
    case "dot1q-tunnel":
      return [{ tpid: rules.qinqTpid, vid: rules.vlan, pcp: 0 }, outer];
  }
}

/** Whether a port takes part in the VLAN of tags inside the switch. */
export function includesVlan(rules: VlanRules, [outer, inner]: Tags): boolean {
  switch (rules.mode) {
    case "access":
      return outer.vid === rules.vlan && inner.vid === 0;
    case "dot1q-tunnel":
      return outer.vid === rules.vlan && (!rules.cvlans || rules.cvlans.has(inner.vid));
    case "native-tagged":
    case "native-untagged":
      // Untagged traffic belongs to the native VLAN here, so VLAN 0 is never carried.
      return (outer.vid !== 0 || rules.vlan === 0) && (!rules.trunks || rules.trunks.has(outer.vid));
    case "trunk":
      return !rules.trunks || rules.trunks.has(outer.vid);
  }
}

/**
 * Tags of a packet that leaves by a port, from those inside the switch. A tag of VLAN 0 and priority 0 is none.
 * @param packetPcp priority in the outermost tag that the packet itself has, which priority tags keep; 0 without one
 */
export function outputTags(rules: VlanRules, tags: Tags, packetPcp: number): Tags {
  const [outer, inner] = strip(rules, tags);
  return [rules.priorityTags ? { ...outer, pcp: packetPcp } : outer, inner];
}

function strip(rules: VlanRules, tags: Tags): Tags {
  const [outer, inner] = tags;
  switch (rules.mode) {
    case "access":
      return [NO_TAG, NO_TAG];
    case "trunk":
    case "native-tagged":
      return tags;
    case "native-untagged":
      return outer.vid === rules.vlan ? [inner, NO_TAG] : tags;
    case "dot1q-tunnel":
      return [inner, NO_TAG];
  }
}

/** A tag as key layout has it: TPID:16, TCI:16 with bit 12 for presence; 0 when there is none (see `outputTags`). */
export function tagWord({ tpid, vid, pcp }: Tag): number {
  if (vid === 0 && pcp === 0) return 0;
  return (((tpid || TPID_8021Q) << 16) | (pcp << 13) | 0x1000 | vid) >>> 0;
}

/** The tag that a key word holds. */
export function tagOf(word: number): Tag {
  if (!(word & 0x1000)) return NO_TAG;
  return { tpid: word >>> 16, vid: word & 0xfff, pcp: (word >>> 13) & 7 };
}
