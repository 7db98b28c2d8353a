import { type IpAddress, isIpv4Mapped, isMulticastIp, parseIp } from "#packet";
import {
  carriedBy,
  DEFAULT_TTL,
  defaultMode,
  type Fixed,
  isErspan,
  type PacketMode,
  type TunnelConfig,
} from "./config.ts";
import { type TunnelKind, tunnelKind } from "./kinds.ts";

/** What came of a port's options: warnings, each a line, and the configuration, or why there is none. */
export interface ReadOptions {
  readonly lines: readonly string[];
  /** undefined: the options are refused, with EINVAL. */
  readonly config: TunnelConfig | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Omit<TunnelConfig, "erspan">> & { erspan: Writable<TunnelConfig["erspan"]> };

/** Raised by a reader when the options as a whole are no use; the line, if any, was written. */
class Refused extends Error {}

interface Reading {
  readonly name: string;
  readonly kind: TunnelKind;
  readonly draft: Draft;
  warn(text: string): void;
}

/** Bits of an ERSPAN index (draft-foschiano-erspan-03 §4.2) and of a hardware id (§4.3). */
const INDEX_MAX = 0xfffff;
const HARDWARE_MAX = 0x3f;
const TOS_BITS = 0xfc;

/** A number as C's strtoul reads it: leading digits in the given base, 0 when there are none. */
function loose(text: string, base: 0 | 10 | 16 = 0): bigint {
  const found = base === 10 ? /^\s*\+?(\d+)/.exec(text) : /^\s*\+?(0[xX][0-9a-fA-F]+|[0-9a-fA-F]+)/.exec(text);
  const digits = found?.[1];
  if (digits === undefined) return 0n;
  if (/^0x/i.test(digits)) return BigInt(digits);
  if (base === 16) return BigInt(`0x${digits}`);
  const decimal = /^\d*/.exec(digits)?.[0] ?? "";
  if (base === 0 && /^0[0-7]+/.test(decimal)) return BigInt(`0o${/^0[0-7]+/.exec(decimal)?.[0].slice(1)}`);
  return decimal === "" ? 0n : BigInt(decimal);
}

const isNumber = (text: string): boolean => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text);

/** An address, "flow", or nothing where it makes no sense. @throws Refused for a group's address as remote_ip */
function readAddress({ warn, kind, name }: Reading, key: "remote_ip" | "local_ip", text: string): Fixed<IpAddress> {
  if (text === "flow") return "flow";
  const address = parseIp(text);
  if (address === undefined) {
    warn(`${name}: bad ${kind} '${key}'`);
    return 0n;
  }
  if (key === "local_ip" || !isMulticastIp(address)) return address;
  warn(`${name}: multicast ${key}=${text} not allowed`);
  throw new Refused();
}

function readExtensions({ draft, warn, name }: Reading, text: string): void {
  for (const extension of text.split(",").filter((word) => word !== "")) {
    if (extension === "gbp") draft.groupPolicy = true;
    else if (extension === "gpe") draft.generic = true;
    else warn(`${name}: unknown extension '${extension}'`);
  }
}

function readErspan({ draft, warn, name }: Reading, key: string, text: string): void {
  const { erspan } = draft;
  const refuse = (what: string): never => {
    warn(`${name}: invalid erspan ${what}: ${text}`);
    throw new Refused();
  };
  const isFlow = text === "flow";
  switch (key) {
    case "erspan_ver":
      if (isFlow) Object.assign(erspan, { version: "flow", index: "flow", direction: "flow", hardware: "flow" });
      else if (text === "1" || text === "2") erspan.version = Number(text);
      else refuse("version");
      return;
    case "erspan_idx":
      if (!isFlow && loose(text, 16) > INDEX_MAX) refuse("index");
      erspan.index = isFlow ? "flow" : Number(loose(text, 16));
      return;
    case "erspan_dir":
      if (!isFlow && loose(text, 10) > 1) refuse("direction");
      erspan.direction = isFlow ? "flow" : Number(loose(text, 10));
      return;
    default:
      if (!isFlow && loose(text, 16) > HARDWARE_MAX) refuse("hardware ID");
      erspan.hardware = isFlow ? "flow" : Number(loose(text, 16));
  }
}

type Reader = (reading: Reading, text: string, key: string) => void;

const nothing: Reader = () => {};

/** One row an option; those that a kind alone has are in its row of TUNNEL_KINDS. */
const READERS: Readonly<Record<string, Reader>> = {
  remote_ip: (reading, text) => {
    reading.draft.remote = readAddress(reading, "remote_ip", text);
  },
  local_ip: (reading, text) => {
    reading.draft.local = readAddress(reading, "local_ip", text);
  },
  tos: ({ draft, warn, name }, text) => {
    const value = isNumber(text) ? Number(text) : -1;
    if (text === "inherit") draft.tos = "inherit";
    else if (value >= 0 && (value & TOS_BITS) === value) draft.tos = value;
    else warn(`${name}: invalid TOS ${text}`);
  },
  ttl: ({ draft }, text) => {
    draft.ttl = text === "inherit" ? "inherit" : Number(loose(text, 10) & 0xffn);
  },
  df_default: ({ draft }, text) => {
    if (text === "false") draft.dontFragment = false;
  },
  egress_pkt_mark: ({ draft }, text) => {
    draft.egressMark = Number(loose(text, 10) & 0xffffffffn);
  },
  csum: ({ draft }, text) => {
    draft.checksum = text === "true";
  },
  seq: ({ draft }, text) => {
    draft.sequence = text === "true";
  },
  exts: readExtensions,
  payload_type: ({ name: _name }, text) => {
    if (text !== "mpls" && text !== "ip" && !isNumber(text)) throw new Refused();
  },
  dst_port: ({ draft }, text) => {
    draft.dstPort = Number(loose(text, 10) & 0xffffn);
  },
  erspan_ver: (reading, text, key) => readErspan(reading, key, text),
  erspan_idx: (reading, text, key) => readErspan(reading, key, text),
  erspan_dir: (reading, text, key) => readErspan(reading, key, text),
  erspan_hwid: (reading, text, key) => readErspan(reading, key, text),
  // Read elsewhere, or by who sets up IPsec.
  key: nothing,
  in_key: nothing,
  out_key: nothing,
  packet_type: nothing,
  psk: nothing,
  remote_cert: nothing,
  remote_name: nothing,
};

function readerOf(kind: TunnelKind, key: string): Reader | undefined {
  const { options, port } = tunnelKind(kind);
  const own: readonly string[] = options;
  if (key === "dst_port") return port === undefined ? undefined : READERS[key];
  if (["csum", "seq", "exts", "payload_type"].includes(key) && !own.includes(key)) return undefined;
  return Object.hasOwn(READERS, key) ? READERS[key] : undefined;
}

function readKey(options: Readonly<Record<string, string>>, name: "in_key" | "out_key"): Fixed<bigint> | undefined {
  const text = options[name] ?? options["key"];
  if (text === undefined || text === "flow") return text;
  return BigInt.asUintN(64, loose(text));
}

function readMode({ draft, kind, name, warn }: Reading, text: string | undefined): void {
  const carried = carriedBy(kind, draft.generic);
  draft.mode = defaultMode(carried);
  if (text === undefined) return;
  const full = kind === "vxlan" ? (draft.generic ? "VXLAN-GPE" : "VXLAN (without GPE)") : kind;
  const other = text === "legacy_l2" ? "l3" : "l2";
  if (text !== "legacy_l2" && text !== "legacy_l3" && text !== "ptap") warn(`${name}: unknown packet_type '${text}'`);
  else if (text !== "ptap" && carried === other)
    warn(`${name}: ${text} configured on ${full} tunnel that cannot carry ${other === "l3" ? "L2" : "L3"} traffic`);
  else {
    draft.mode = text as PacketMode;
    return;
  }
  throw new Refused();
}

/** Rules over several options. @throws Refused */
function checkEnds({ draft, kind, name, warn }: Reading): void {
  const { remote, local } = draft;
  const fault =
    remote === 0n
      ? `${name}: ${kind} type requires valid 'remote_ip' argument`
      : local === "flow" && remote !== "flow"
        ? `${name}: ${kind} type requires 'remote_ip=flow' with 'local_ip=flow'`
        : remote !== "flow" && local !== "flow" && local !== 0n && isIpv4Mapped(remote) !== isIpv4Mapped(local)
          ? `${name}: 'remote_ip' and 'local_ip' has to be of the same address family`
          : undefined;
  if (fault === undefined) return;
  warn(fault);
  throw new Refused();
}

/** Reads an Interface's options as those of a tunnel (ovs-vswitchd.conf.db(5), Tunnel Options). Pure. */
export function readTunnelOptions(
  name: string,
  kind: TunnelKind,
  options: Readonly<Record<string, string>>,
): ReadOptions {
  const lines: string[] = [];
  const draft: Draft = {
    kind,
    remote: 0n,
    local: 0n,
    inKey: readKey(options, "in_key"),
    outKey: readKey(options, "out_key"),
    dstPort: tunnelKind(kind).port ?? 0,
    ttl: DEFAULT_TTL,
    tos: 0,
    dontFragment: true,
    checksum: false,
    sequence: false,
    egressMark: undefined,
    mode: "legacy_l2",
    groupPolicy: false,
    generic: false,
    erspan: { version: 0, index: 0, direction: 0, hardware: 0 },
  };
  const reading: Reading = { name, kind, draft, warn: (text) => void lines.push(text) };
  try {
    for (const [key, text] of Object.entries(options)) {
      const read = readerOf(kind, key);
      if (read) read(reading, text, key);
      else reading.warn(`${name}: unknown ${kind} argument '${key}'`);
    }
    readMode(reading, options["packet_type"]);
    checkEnds(reading);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { lines, config: undefined };
  }
  if (!isErspan(kind)) draft.erspan = { version: 0, index: 0, direction: 0, hardware: 0 };
  return { lines, config: draft };
}
