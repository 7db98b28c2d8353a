import {
  CT_STATES,
  DATAPATH_TUNNEL_FLAGS,
  ETH_TYPE_NONE,
  type FieldName,
  type FlagSet,
  type FlowKey,
  type FlowMask,
  newKey,
  newMask,
  ones,
  parseFlags,
  TCP_FLAGS,
  VLAN_PRESENT,
  WORD,
  writeField,
} from "#flow";
import { SwitchError } from "#lib";
import { parseIpv4, parseIpv6, parseMac } from "#packet";
import { ATTRIBUTES, isAttributeName, isScalarName, type PartFormat, SCALARS } from "./attribute.ts";
import { textErrors } from "./errors.ts";
import { type Item, items, masked, number } from "./scan.ts";
import { splitUfid } from "./ufid.ts";

/** Number of the datapath port of that name. */
export type DpPortNumbers = (name: string) => number | undefined;

/** A flow's match as its text says it (ovs-dpctl(8), add-flow). */
export interface ParsedFlow {
  readonly key: FlowKey;
  /** Bits that the text speaks of. */
  readonly mask: FlowMask;
  /** The flow's name when the text begins with `ufid:`; 32 digits. */
  readonly ufid?: string | undefined;
  /** Attributes that the text has, those within encap() too. */
  readonly attributes: ReadonlySet<string>;
}

const big = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));
const FRAGMENTS: Readonly<Record<string, bigint>> = { no: 0n, first: 1n, later: 3n };

const READ: Readonly<Record<PartFormat, (text: string) => bigint | undefined>> = {
  dec: number,
  hex: number,
  octet: number,
  word: number,
  mac: (text) => big(parseMac(text)),
  ipv4: (text) => big(parseIpv4(text)),
  ipv6: parseIpv6,
  frag: (text) => (Object.hasOwn(FRAGMENTS, text) ? FRAGMENTS[text] : undefined),
};

/** What is known while a flow is read; attributes answer whether they understood their text. */
interface Reading {
  readonly key: FlowKey;
  readonly mask: FlowMask;
  readonly ports: DpPortNumbers | undefined;
  readonly attributes: Set<string>;
  tags: number;
  hasEthernet: boolean;
  hasType: boolean;
}

/**
 * Reads a datapath flow: `in_port(1),eth(src=…),eth_type(0x0800),…`, each value with `/mask` if only some bits count.
 *
 * @throws datapath/ufid-syntax; datapath/flow-syntax at the first attribute that makes no sense
 */
export function parseDatapathFlow(text: string, ports?: DpPortNumbers): ParsedFlow {
  const { ufid, rest } = splitUfid(text);
  const reading: Reading = {
    key: newKey(),
    mask: newMask(),
    ports,
    attributes: new Set(),
    tags: 0,
    hasEthernet: false,
    hasType: false,
  };
  readAttributes(reading, rest);
  const { key, mask, attributes } = reading;
  if (reading.hasEthernet) {
    key[WORD.packetType] = 0;
    if (key[WORD.ethType] === 0) key[WORD.ethType] = ETH_TYPE_NONE;
  } else if (reading.hasType) key[WORD.packetType] = ((1 << 16) | (key[WORD.ethType] as number)) >>> 0;
  return { key, mask, ufid, attributes };
}

/** Whether a text looks like a datapath flow, not like an OpenFlow match. */
export const isDatapathFlow = (text: string): boolean => /^\s*(ufid:|[a-z_]+\()/.test(text);

function readAttributes(reading: Reading, text: string): void {
  const { list, bad } = items(text);
  for (const item of list) {
    let isFine = false;
    try {
      isFine = readAttribute(reading, item);
    } catch (error) {
      if (!(error instanceof SwitchError) || error.code === "datapath/flow-syntax") throw error;
    }
    if (!isFine) throw textErrors.make("datapath/flow-syntax", { rest: item.rest });
  }
  if (bad !== undefined) throw textErrors.make("datapath/flow-syntax", { rest: bad });
}

function put(reading: Reading, field: FieldName, found: readonly [bigint, bigint] | undefined): boolean {
  if (!found) return false;
  writeField(reading.key, field, found[0]);
  writeField(reading.mask, field, found[1]);
  return true;
}

function readAttribute(reading: Reading, { name, body }: Item): boolean {
  if (body === undefined) return false;
  reading.attributes.add(name);
  if (isScalarName(name)) return put(reading, SCALARS[name], masked(body, ones(SCALARS[name]), number));
  if (isAttributeName(name)) {
    if (name === "eth") reading.hasEthernet = true;
    return readParts(reading, body, ATTRIBUTES[name]);
  }
  const special = SPECIAL[name];
  return special !== undefined && Object.hasOwn(SPECIAL, name) && special(reading, body);
}

interface Part {
  readonly name: string;
  readonly field: FieldName;
  readonly format: PartFormat;
}

/** `name=value[/mask],…` of an attribute, in any order. */
function readParts(reading: Reading, body: string, parts: readonly Part[]): boolean {
  const { list, bad } = items(body);
  if (bad !== undefined) return false;
  return list.every(({ name, value }) => {
    const part = parts.find((candidate) => candidate.name === name);
    if (!part || value === undefined) return false;
    const { field, format } = part;
    const found = masked(value, ones(field), READ[format], format === "frag" ? number : READ[format]);
    if (!found) return false;
    // fragment bits count together
    return put(reading, field, format === "frag" && found[1] !== 0n ? [found[0], 3n] : found);
  });
}

const flags = (set: FlagSet, text: string): readonly [number, number] => parseFlags(set, text === "" ? "0" : text);

const tuple = (source: FieldName, destination: FieldName, format: PartFormat): readonly Part[] => [
  { name: "src", field: source, format },
  { name: "dst", field: destination, format },
  { name: "proto", field: "ct_nw_proto", format: "dec" },
  { name: "tp_src", field: "ct_tp_src", format: "dec" },
  { name: "tp_dst", field: "ct_tp_dst", format: "dec" },
];

const SPECIAL: Readonly<Record<string, (reading: Reading, body: string) => boolean>> = {
  in_port: (reading, body) => {
    const port = number(body) ?? big(reading.ports?.(body));
    return put(reading, "in_port_oxm", port === undefined ? undefined : [port, 0xffffffffn]);
  },
  ct_state: (reading, body) => {
    const [value, mask] = flags(CT_STATES, body);
    return put(reading, "ct_state", [BigInt(value), BigInt(mask)]);
  },
  tcp_flags: (reading, body) => {
    const [value, mask] = flags(TCP_FLAGS, body);
    return put(reading, "tcp_flags", [BigInt(value), BigInt(mask)]);
  },
  packet_type: (reading, body) => {
    const { list, bad } = items(body);
    let [value, mask] = [0n, 0n];
    const isFine = list.every(({ name, value: text }) => {
      const half = text === undefined ? undefined : masked(text, 0xffffn, number);
      if (!half || (name !== "ns" && name !== "id")) return false;
      const shift = name === "ns" ? 16n : 0n;
      value |= half[0] << shift;
      mask |= half[1] << shift;
      return true;
    });
    return bad === undefined && isFine && put(reading, "packet_type", [value, mask]);
  },
  eth_type: (reading, body) => {
    reading.hasType = true;
    return put(reading, "eth_type", masked(body, 0xffffn, number));
  },
  vlan: readVlan,
  encap: (reading, body) => {
    readAttributes(reading, body);
    return true;
  },
  mpls: readMpls,
  tunnel: readTunnel,
  ct_tuple4: (reading, body) => readParts(reading, body, tuple("ct_nw_src", "ct_nw_dst", "ipv4")),
  ct_tuple6: (reading, body) =>
    readParts(
      reading,
      body.replace("src_port", "tp_src").replace("dst_port", "tp_dst"),
      tuple("ct_ipv6_src", "ct_ipv6_dst", "ipv6"),
    ),
};

/** The Ethertype read before is the tag's own; the one in encap() is that of what the tag is on. */
function readVlan(reading: Reading, body: string): boolean {
  const { key, mask } = reading;
  const word = WORD.vlan0 + reading.tags;
  if (reading.tags >= 2) return false;
  const { list, bad } = items(body);
  let tci = VLAN_PRESENT;
  let bits = VLAN_PRESENT;
  for (const { name, value } of list) {
    const [shift, full] = name === "vid" ? [0, 0xfffn] : name === "pcp" ? [13, 7n] : [12, 1n];
    const found = value === undefined ? undefined : masked(value, full, number);
    if (!found || !["vid", "pcp", "cfi"].includes(name)) return false;
    tci = (tci & ~(Number(full) << shift)) | (Number(found[0]) << shift);
    bits = (bits & ~(Number(full) << shift)) | (Number(found[1]) << shift);
  }
  key[word] = (((key[WORD.ethType] as number) << 16) | tci) >>> 0;
  mask[word] = (((mask[WORD.ethType] as number) << 16) | bits) >>> 0;
  key[WORD.ethType] = 0;
  mask[WORD.ethType] = 0xffff;
  reading.tags++;
  return bad === undefined;
}

function readMpls(reading: Reading, body: string): boolean {
  const { list, bad } = items(body);
  if (bad !== undefined || list.length === 0) return false;
  return list.every(({ name, value = "" }) => {
    const lse = /^lse([0-2])$/.exec(name);
    if (lse) {
      const found = masked(value, 0xffffffffn, number);
      if (!found) return false;
      reading.key[WORD.mpls0 + Number(lse[1])] = Number(found[0]);
      reading.mask[WORD.mpls0 + Number(lse[1])] = Number(found[1]);
      return true;
    }
    const field = MPLS_FIELDS[name];
    // masks here are hexadecimal with or without 0x
    const readMask = (text: string) => number(/^0[xX]/.test(text) ? text : `0x${text}`);
    return field !== undefined && put(reading, field, masked(value, ones(field), number, readMask));
  });
}

const MPLS_FIELDS: Readonly<Record<string, FieldName>> = {
  label: "mpls_label",
  tc: "mpls_tc",
  ttl: "mpls_ttl",
  bos: "mpls_bos",
};

const TUNNEL_PARTS: readonly Part[] = [
  { name: "tun_id", field: "tun_id", format: "hex" },
  { name: "src", field: "tun_src", format: "ipv4" },
  { name: "dst", field: "tun_dst", format: "ipv4" },
  { name: "ipv6_src", field: "tun_ipv6_src", format: "ipv6" },
  { name: "ipv6_dst", field: "tun_ipv6_dst", format: "ipv6" },
  { name: "tos", field: "tun_tos", format: "hex" },
  { name: "ttl", field: "tun_ttl", format: "dec" },
];

const TUNNEL_GROUPS: Readonly<Record<string, readonly Part[]>> = {
  gbp: [
    { name: "id", field: "tun_gbp_id", format: "dec" },
    { name: "flags", field: "tun_gbp_flags", format: "hex" },
  ],
  erspan: [
    { name: "ver", field: "tun_erspan_ver", format: "dec" },
    { name: "idx", field: "tun_erspan_idx", format: "hex" },
    { name: "dir", field: "tun_erspan_dir", format: "dec" },
    { name: "hwid", field: "tun_erspan_hwid", format: "hex" },
  ],
  gtpu: [
    { name: "flags", field: "tun_gtpu_flags", format: "hex" },
    { name: "msgtype", field: "tun_gtpu_msgtype", format: "dec" },
  ],
};

/** The tunnel attribute; Geneve's options are not read. */
function readTunnel(reading: Reading, text: string): boolean {
  const { list, bad } = items(text);
  if (bad !== undefined) return false;
  const { key, mask } = reading;
  return list.every(({ name, body, value }) => {
    if (name === "flags" && body !== undefined) {
      const [bits, bitsMask] = flags(DATAPATH_TUNNEL_FLAGS, body);
      key[WORD.tunIp] = ((key[WORD.tunIp] as number) | (bits << 16)) >>> 0;
      mask[WORD.tunIp] = ((mask[WORD.tunIp] as number) | (bitsMask << 16)) >>> 0;
      return true;
    }
    if (name === "vxlan" && body !== undefined) {
      const inner = items(body).list[0];
      return (
        inner?.name === "gbp" && inner.body !== undefined && readParts(reading, inner.body, TUNNEL_GROUPS["gbp"] ?? [])
      );
    }
    const group = TUNNEL_GROUPS[name];
    if (group && body !== undefined) return readParts(reading, body, group);
    if (value === undefined) return false;
    if (name === "tp_src" || name === "tp_dst") {
      const found = masked(value, 0xffffn, number);
      if (!found) return false;
      const shift = name === "tp_src" ? 16 : 0;
      key[WORD.tunTp] = ((key[WORD.tunTp] as number) | (Number(found[0]) << shift)) >>> 0;
      mask[WORD.tunTp] = ((mask[WORD.tunTp] as number) | (Number(found[1]) << shift)) >>> 0;
      return true;
    }
    return readParts(reading, `${name}=${value}`, TUNNEL_PARTS);
  });
}
