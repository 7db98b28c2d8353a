/** Counters of an IPFIX exporter: of a bridge, or of the flows of one collector set. */
export interface IpfixStats {
  readonly flows: bigint;
  readonly currentFlows: bigint;
  readonly packets: bigint;
  readonly ipv4Packets: bigint;
  readonly ipv6Packets: bigint;
  readonly errors: bigint;
  readonly ipv4Errors: bigint;
  readonly ipv6Errors: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly collector: number;
}

/** One direction of tracked connections; addresses in 128 bits, IPv4 mapped; 0 is any. */
export interface CtTuple {
  readonly src: bigint;
  readonly dst: bigint;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly icmpId: number;
  readonly icmpType: number;
  readonly icmpCode: number;
}

/** Ends tracked connections: those of a zone, of a tuple, with a mark or labels; undefined: any. */
export interface CtFlush {
  readonly type: "nx_ct_flush";
  /** IP protocol of the tuples; 0: none. */
  readonly protocol: number;
  readonly zone: number | undefined;
  readonly orig: CtTuple | undefined;
  readonly reply: CtTuple | undefined;
  readonly mark: { readonly value: bigint; readonly mask: bigint } | undefined;
  readonly labels: { readonly value: bigint; readonly mask: bigint } | undefined;
}

/** Which Geneve option a tun_metadata field is; the length is in octets, a multiple of 4. */
export interface TlvMapping {
  readonly optionClass: number;
  readonly optionType: number;
  readonly optionLength: number;
  readonly index: number;
}
