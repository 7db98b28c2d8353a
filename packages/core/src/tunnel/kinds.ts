/**
 * Types of tunnel: one row each, from which options, datapath ports, headers and texts derive. Facts are those of
 * ovs-vswitchd.conf.db(5), Interface, and of what Open vSwitch 3.1 answers.
 */
export interface TunnelKindRow {
  /** Its port in a datapath: the name itself, or with the UDP or TCP port behind it. */
  readonly device: string;
  /** IP protocol of the outer packet. */
  readonly protocol: 6 | 17 | 47;
  /** Port that it listens on unless options:dst_port says otherwise; undefined: it has no ports. */
  readonly port?: number;
  /** What it can carry by its nature; VXLAN with the GPE extension carries both. */
  readonly carries: "l2" | "l3" | "both";
  /** Its number in the text of tnl_push. */
  readonly number: number;
  /** Whether packets for its port of the datapath end there. */
  readonly listens: boolean;
  /** Options that it has beside those of all tunnels. */
  readonly options: readonly ("csum" | "seq" | "exts" | "payload_type")[];
}

/** By Interface type. */
export const TUNNEL_KINDS = {
  geneve: { device: "genev_sys", protocol: 17, port: 6081, carries: "l2", number: 5, listens: true, options: ["csum"] },
  gre: { device: "gre_sys", protocol: 47, carries: "both", number: 3, listens: true, options: ["csum", "seq"] },
  ip6gre: { device: "ip6gre_sys", protocol: 47, carries: "l2", number: 109, listens: true, options: ["csum", "seq"] },
  vxlan: {
    device: "vxlan_sys",
    protocol: 17,
    port: 4789,
    carries: "l2",
    number: 4,
    listens: true,
    options: ["csum", "exts"],
  },
  lisp: { device: "lisp_sys", protocol: 17, port: 4341, carries: "l3", number: 105, listens: false, options: [] },
  stt: { device: "stt_sys", protocol: 6, port: 7471, carries: "l2", number: 106, listens: true, options: ["csum"] },
  erspan: { device: "erspan_sys", protocol: 47, carries: "l2", number: 107, listens: true, options: [] },
  ip6erspan: { device: "ip6erspan_sys", protocol: 47, carries: "l2", number: 108, listens: true, options: [] },
  gtpu: { device: "gtpu_sys", protocol: 17, port: 2152, carries: "l3", number: 110, listens: true, options: ["csum"] },
  bareudp: {
    device: "udp_sys",
    protocol: 17,
    port: 0,
    carries: "l3",
    number: 111,
    listens: false,
    options: ["csum", "payload_type"],
  },
} as const satisfies Readonly<Record<string, TunnelKindRow>>;

/** An Interface type that is a tunnel. */
export type TunnelKind = keyof typeof TUNNEL_KINDS;

/** Whether an Interface type is a tunnel. */
export const isTunnelKind = (type: string): type is TunnelKind => Object.hasOwn(TUNNEL_KINDS, type);

/** The row of a kind, by its general type. */
export const tunnelKind = (kind: TunnelKind): TunnelKindRow => TUNNEL_KINDS[kind];
