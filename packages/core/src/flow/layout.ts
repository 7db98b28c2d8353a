/**
 * Where each part of a flow key lives, as 32-bit words of a Uint32Array. Masks have the same layout: a 1 bit is one
 * that matters. Values of more than 32 bits take consecutive words, most significant first, right-aligned.
 *
 * The first FAST_WORDS are what an ordinary packet fills; up to PACKET_WORDS is what a datapath can know; the rest
 * (registers, metadata) exists only inside the OpenFlow pipeline.
 */
export const WORD = {
  inPort: 0, // datapath port in a datapath key, OpenFlow port in the pipeline
  recircId: 1,
  dpHash: 2,
  skbPriority: 3,
  pktMark: 4,
  ctState: 5,
  ctZone: 6,
  ctMark: 7,
  ctLabel: 8, // 4 words
  packetType: 12, // namespace:16, type:16; 0 is Ethernet
  ethDst: 13, // 2 words: high 16 bits, low 32 bits
  ethSrc: 15, // 2 words
  ethType: 17, // of the innermost VLAN; below 0x600: 0x05ff as Open vSwitch does
  vlan0: 18, // outermost tag: TPID:16, TCI:16; bit 12 of the TCI is 1 when there is a tag, a word of 0 is no tag
  vlan1: 19,
  mpls0: 20, // label stack entries, outermost first: label:20 tc:3 bos:1 ttl:8
  mpls1: 21,
  mpls2: 22,
  ip: 23, // protocol (ARP: low 8 bits of the operation):8, TOS:8, TTL:8, fragment bits (1 any, 2 later):8
  nwSrc: 24, // IPv4 source, or ARP sender
  nwDst: 25,
  ipv6Src: 26, // 4 words
  ipv6Dst: 30, // 4 words
  ipv6Label: 34,
  tp: 35, // source:16, destination:16 port; ICMP type:16, code:16
  tcpFlags: 36, // low 12 bits
  arpSha: 37, // 2 words; source link-layer address of neighbour discovery too
  arpTha: 39, // 2 words; target link-layer address of neighbour discovery too
  ndTarget: 41, // 4 words
  ndReserved: 45, // IGMP group too
  ndOptionsType: 46,
  nsh: 47, // flags:8 ttl:8 mdtype:8 np:8
  nshPath: 48, // spi:24 si:8
  nshC1: 49,
  nshC2: 50,
  nshC3: 51,
  nshC4: 52,
  ctNwSrc: 53,
  ctNwDst: 54,
  ctIpv6Src: 55, // 4 words
  ctIpv6Dst: 59, // 4 words
  ctTp: 63, // source:16, destination:16
  ctNwProto: 64,
  tunId: 65, // 2 words
  tunSrc: 67,
  tunDst: 68,
  tunIpv6Src: 69, // 4 words
  tunIpv6Dst: 73, // 4 words
  tunIp: 77, // flags (TUN_FLAGS):16, TOS:8, TTL:8
  tunTp: 78, // source:16, destination:16 port of the outer header
  tunGbp: 79, // id:16 flags:8 -:8
  tunErspan: 80, // version:8 direction:8 hwid:8 -:8
  tunErspanIdx: 81,
  tunGtpu: 82, // flags:8 msgtype:8 -:16
  tunMetadataPresent: 83, // 2 words: bit n is tun_metadata n
  tunMetadata: 85, // 64 words, allotted to tun_metadata0…63 by the TLV map
  metadata: 149, // 2 words
  actsetOutput: 151,
  conjId: 152,
  reg0: 153, // reg0…reg31
} as const;

/** Words that an untunnelled packet without NSH and connection tracking fills. */
export const FAST_WORDS = 47;
/** Words that a datapath knows. */
export const PACKET_WORDS = 149;
/** Words of a whole key. */
export const KEY_WORDS = 185;

/**
 * Bits of tunIp's flags. OpenFlow's tun_flags shows `oam` alone; `options` says that tunMetadata holds the options of a
 * Geneve header as they came.
 */
export const TUN_FLAGS = { oam: 1, df: 2, csum: 4, key: 8, options: 16 } as const;

/** Bits of the fragment field. */
export const FRAG = { any: 1, later: 2 } as const;

/** The bit of a TCI that says there is a tag (the place of CFI on the wire). */
export const VLAN_PRESENT = 0x1000;
