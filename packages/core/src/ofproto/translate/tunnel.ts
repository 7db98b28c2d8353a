import type { DatapathAction, TunnelPush } from "#datapath";
import { type FlowKey, newKey, newMask, readField, TUN_FLAGS, WORD, writeField } from "#flow";
import { type DpPort, RateLimit, vlog } from "#lib";
import { formatIp, formatMac, type IpAddress, isIpv4Mapped, mapIpv4 } from "#packet";
import { encapsulationHeader, isErspan, type TunnelConfig, tunnelKind } from "#tunnel";
import { isTunnelled, setTunnelDestination, setTunnelSource, tunnelDestination } from "../tunnel/key.ts";
import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import type { Effect } from "./translation.ts";
import type { PortView, SwitchView } from "./view.ts";

/** ECN (RFC 3168 §5): not capable, capable, congestion experienced. */
const ECN = { mask: 3, none: 0, capable: 2, congested: 3 } as const;
const DSCP = 0xfc;

const log = vlog("tunnel");
const CONGESTED = new RateLimit(60, 5);

const isIp = (key: FlowKey): boolean => key[WORD.ethType] === 0x0800 || key[WORD.ethType] === 0x86dd;
const tosOf = (key: FlowKey): number => ((key[WORD.ip] as number) >>> 16) & 0xff;
const lookAtTos = (ctx: Context, bits: number): void => {
  ctx.mask[WORD.ip] = ((ctx.mask[WORD.ip] as number) | (bits << 16)) >>> 0;
};

/** What a megaflow of a packet from a tunnel always names: ends, key, and of the flags those that its port decides by. */
export function maskTunnel(ctx: Context): void {
  if (!isTunnelled(ctx.flow)) return;
  ctx.lookAtWords(WORD.tunId, 2);
  if (ctx.flow[WORD.tunDst]) ctx.lookAtWords(WORD.tunSrc, 2);
  else ctx.lookAtWords(WORD.tunIpv6Src, 8);
  const flags = TUN_FLAGS.df | TUN_FLAGS.csum | TUN_FLAGS.key;
  ctx.mask[WORD.tunIp] = ((flags << 16) | 0xff00) >>> 0;
}

/**
 * Takes over congestion that the outer header tells of (RFC 6040 §4.2).
 *
 * @returns false when the packet within cannot carry it, and so must be dropped
 */
export function takeCongestion(ctx: Context): boolean {
  const { flow } = ctx;
  if (!isTunnelled(flow) || !isIp(flow)) return true;
  const outer = ((flow[WORD.tunIp] as number) >>> 8) & ECN.mask;
  if (outer !== ECN.congested) return true;
  lookAtTos(ctx, ECN.mask);
  if ((tosOf(flow) & ECN.mask) === ECN.none) {
    log.limited(CONGESTED, "warn", () => "dropping tunnel packet marked ECN CE but is not ECN capable");
    return false;
  }
  flow[WORD.ip] = ((flow[WORD.ip] as number) | (ECN.congested << 16)) >>> 0;
  return true;
}

/** A bare network packet from a tunnel that shows frames gets an Ethernet header of zeros. */
export function dressPacket(ctx: Context, port: PortView): void {
  if (ctx.flow[WORD.packetType] === 0 || port.tunnel?.mode !== "legacy_l3" || ctx.table !== 0) return;
  ctx.flow[WORD.packetType] = 0;
  ctx.flow.fill(0, WORD.ethDst, WORD.ethType);
  ctx.mask[WORD.ethType] = 0xffff;
  ctx.pendingEncap = true;
}

/** Writes what the port's options say of the outer header into the flow's tunnel fields. */
function applyConfig(ctx: Context, config: TunnelConfig): void {
  const { flow } = ctx;
  if (config.local !== "flow") setTunnelSource(flow, config.local);
  if (config.remote !== "flow") setTunnelDestination(flow, config.remote);
  flow[WORD.tunTp] = (((flow[WORD.tunTp] as number) & 0xffff0000) | config.dstPort) >>> 0;
  if (config.outKey !== "flow") writeField(flow, "tun_id", config.outKey ?? 0n);
  const inner = isIp(flow);
  const inherits = config.ttl === "inherit" && inner;
  if (inherits) ctx.mask[WORD.ip] = ((ctx.mask[WORD.ip] as number) | 0xff00) >>> 0;
  const ttl = inherits ? ((flow[WORD.ip] as number) >>> 8) & 0xff : config.ttl === "inherit" ? 0 : config.ttl;
  let tos = config.tos === "inherit" ? 0 : config.tos;
  if (config.tos === "inherit" && inner) {
    lookAtTos(ctx, DSCP);
    tos = tosOf(flow) & DSCP;
  }
  if (inner) {
    lookAtTos(ctx, ECN.mask);
    const ecn = tosOf(flow) & ECN.mask;
    tos |= ecn === ECN.congested ? ECN.capable : ecn;
  }
  const flags =
    (((flow[WORD.tunIp] as number) >>> 16) & TUN_FLAGS.oam) |
    (config.dontFragment ? TUN_FLAGS.df : 0) |
    (config.checksum ? TUN_FLAGS.csum : 0) |
    (config.outKey !== undefined ? TUN_FLAGS.key : 0);
  flow[WORD.tunIp] = ((flags << 16) | (tos << 8) | ttl) >>> 0;
  if (config.egressMark !== undefined) {
    flow[WORD.pktMark] = config.egressMark;
    ctx.lookAtWords(WORD.pktMark, 1);
  }
  const { version, index, direction, hardware } = config.erspan;
  if (version !== "flow") writeField(flow, "tun_erspan_ver", BigInt(version));
  if (index !== "flow") writeField(flow, "tun_erspan_idx", BigInt(index));
  if (direction !== "flow") writeField(flow, "tun_erspan_dir", BigInt(direction));
  if (hardware !== "flow") writeField(flow, "tun_erspan_hwid", BigInt(hardware));
}

/** Runs the tables of the switch that the outer packet leaves by; output.ts hands it in. */
export type EnterSwitch = (
  ctx: Context,
  into: { readonly sw: SwitchView; readonly port: PortView },
  flow: FlowKey,
  last: boolean,
) => void;

/** Sends the packet by a tunnel port: what the port changes of the flow's tunnel fields is seen by nobody else. */
export function outputTunnel(ctx: Context, port: PortView, last: boolean, enter: EnterSwitch): void {
  const { flow } = ctx;
  const config = port.tunnel;
  if (!config || port.dpPort === undefined) return;
  const before = flow.slice(WORD.tunId, WORD.metadata);
  const packetType = flow[WORD.packetType] as number;
  if (config.mode === "legacy_l3" && packetType === 0)
    flow[WORD.packetType] = (0x10000 | (flow[WORD.ethType] as number)) >>> 0;
  applyConfig(ctx, config);
  if (tunnelDestination(flow) === tunnelDestination(ctx.original))
    ctx.report("warn", "Not tunneling to our own address");
  else {
    ctx.effects.push({ do: "credit-device", port, direction: "tx" });
    ctx.report("detail", "output to native tunnel");
    commit(ctx);
    push(ctx, port, port.dpPort, config, last, enter);
  }
  flow.set(before, WORD.tunId);
  flow[WORD.packetType] = packetType;
  ctx.summary = port.port;
}

/** Where the outer packet goes, as far as routes and neighbours tell. */
function findWay(
  ctx: Context,
): { readonly action: Omit<TunnelPush, "tunnelPort" | "header" | "kind">; readonly ends: Ends } | undefined {
  const { flow, sw } = ctx;
  const { underlay } = sw;
  const destination = tunnelDestination(flow);
  const route = underlay.route(destination, flow[WORD.pktMark] as number);
  const out = route && sw.localPortNamed(route.device);
  if (!route || out?.port.dpPort === undefined) {
    ctx.report("warn", "native tunnel routing failed");
    return undefined;
  }
  const next = route.gateway || destination;
  ctx.report("detail", () => `tunneling to ${formatIp(next)} via ${out.port.name}`);
  const bridge = out.sw.name;
  const mac = underlay.neighbour(bridge, next);
  if (mac === undefined) {
    const how = isIpv4Mapped(next) ? "ARP" : "ND";
    ctx.report("detail", () => `neighbor cache miss for ${formatIp(next)} on bridge ${bridge}, sending ${how} request`);
    const source = underlay.sourceFor(out.port.name, next) ?? route.source;
    ctx.effects.push({ do: "solicit", sw: out.sw, source, target: next });
    return undefined;
  }
  ctx.effects.push({ do: "use-neighbour", bridge, ip: next });
  const from = out.port.mac;
  ctx.report(
    "detail",
    () => `tunneling from ${formatMac(from)} ${formatIp(route.source)} to ${formatMac(mac)} ${formatIp(next)}`,
  );
  return {
    action: { type: "tnl_push", outPort: out.port.dpPort },
    ends: { out, ethSrc: from, ethDst: mac, src: route.source, dst: destination },
  };
}

interface Ends {
  readonly out: { readonly sw: SwitchView; readonly port: PortView };
  readonly ethSrc: number;
  readonly ethDst: number;
  readonly src: IpAddress;
  readonly dst: IpAddress;
}

function headerFor({ flow }: Context, config: TunnelConfig, ends: Ends): Uint8Array | undefined {
  const { kind } = config;
  const tunIp = flow[WORD.tunIp] as number;
  const flags = tunIp >>> 16;
  const type = flow[WORD.packetType] as number;
  const hasKey = tunnelKind(kind).protocol !== 47 || (flags & TUN_FLAGS.key) !== 0;
  const field = (name: "ver" | "idx" | "dir" | "hwid") => Number(readField(flow, `tun_erspan_${name}`));
  return encapsulationHeader({
    kind,
    ethSrc: ends.ethSrc,
    ethDst: ends.ethDst,
    outer: { src: ends.src, dst: ends.dst },
    tos: (tunIp >>> 8) & 0xff,
    ttl: tunIp & 0xff,
    dontFragment: (flags & TUN_FLAGS.df) !== 0,
    checksum: (flags & TUN_FLAGS.csum) !== 0,
    id: hasKey ? readField(flow, "tun_id") : undefined,
    ...(type === 0 ? {} : { carried: type & 0xffff }),
    port: config.dstPort,
    sequence: config.sequence,
    generic: config.generic,
    isControl: (flags & TUN_FLAGS.oam) !== 0,
    ...(isErspan(kind)
      ? { erspan: { version: field("ver"), index: field("idx"), direction: field("dir"), hardware: field("hwid") } }
      : {}),
  });
}

/** The outer packet as the switch that it leaves by sees it: it comes in there at the local port. */
function outerFlow(header: Uint8Array, config: TunnelConfig, ends: Ends): FlowKey {
  const flow = newKey();
  const isIpv4 = isIpv4Mapped(ends.dst);
  writeField(flow, "eth_src", BigInt(ends.ethSrc));
  writeField(flow, "eth_dst", BigInt(ends.ethDst));
  flow[WORD.ethType] = isIpv4 ? 0x0800 : 0x86dd;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [tos, ttl] = isIpv4 ? [header[15] ?? 0, header[22] ?? 0] : [(view.getUint16(14) >>> 4) & 0xff, header[21] ?? 0];
  const { protocol } = tunnelKind(config.kind);
  flow[WORD.ip] = ((protocol << 24) | (tos << 16) | (ttl << 8)) >>> 0;
  if (isIpv4) {
    flow[WORD.nwSrc] = Number(ends.src & 0xffffffffn);
    flow[WORD.nwDst] = Number(ends.dst & 0xffffffffn);
  } else {
    writeField(flow, "ipv6_src", ends.src);
    writeField(flow, "ipv6_dst", ends.dst);
  }
  if (protocol === 17) flow[WORD.tp] = config.dstPort;
  return flow;
}

/** Encapsulates the packet and lets the switch under the tunnel send it; all in a clone, so that nothing else sees it. */
function push(
  ctx: Context,
  port: PortView,
  tunnelPort: DpPort,
  config: TunnelConfig,
  last: boolean,
  enter: EnterSwitch,
): void {
  const way = findWay(ctx);
  if (!way) return;
  const header = headerFor(ctx, config, way.ends);
  if (!header) {
    ctx.report("warn", "native tunnel header build failed");
    return;
  }
  const action: TunnelPush = { ...way.action, tunnelPort, header, kind: config.kind };
  const outer = outerFlow(header, config, way.ends);
  const saved = { actions: ctx.actions, base: ctx.base, mask: ctx.mask };
  const begun = ctx.effects.length;
  const nested: DatapathAction[] = [action];
  // What the outer packet's way depends on is no matter of the packet within.
  Object.assign(ctx, { actions: nested, base: outer.slice(), mask: newMask() });
  ctx.effects.push({ do: "credit-device", port, direction: "tx" });
  enter(ctx, way.ends.out, outer, last);
  Object.assign(ctx, saved);
  const effects: Effect[] = ctx.effects.splice(begun);
  ctx.effects.push({ do: "within", growth: header.length, effects });
  if (nested.length > 1) ctx.actions.push({ type: "clone", actions: nested });
}

/**
 * The tunnels' port that takes a packet which is about to go to the host by `port`, the local one; undefined: the host
 * has it. Answers to questions of ours about neighbours are heard in passing.
 */
export function terminate(ctx: Context, port: PortView): DpPort | undefined {
  const { sw, flow, mask } = ctx;
  if (!sw.hasTunnels) return undefined;
  const found = sw.underlay.endpoint(flow, mask);
  if (found === undefined) {
    snoop(ctx, port);
    return undefined;
  }
  if (!isIp(flow)) return found;
  const ip = flow[WORD.ethType] === 0x0800 ? mapIpv4(flow[WORD.nwSrc] as number) : readField(flow, "ipv6_src");
  ctx.effects.push({ do: "set-neighbour", bridge: sw.name, ip, mac: Number(readField(flow, "eth_src")) });
  return found;
}

const ARP_REPLY = 2;
const ADVERTISEMENT = 136;

/** Remembers what replies of ARP and neighbour discovery for one of our addresses tell. */
function snoop(ctx: Context, port: PortView): void {
  const { flow, sw } = ctx;
  if (flow[WORD.ethType] === 0x0806) {
    ctx.lookAtWords(WORD.nwSrc, 2);
    const gratuitous = flow[WORD.nwSrc] === flow[WORD.nwDst];
    if (!gratuitous && !sw.underlay.isAddressOf(port.name, mapIpv4(flow[WORD.nwDst] as number))) return;
    if (!gratuitous) {
      ctx.lookAt("arp_op");
      if (readField(flow, "arp_op") !== BigInt(ARP_REPLY)) return;
    }
    ctx.lookAt("arp_sha");
    const mac = Number(readField(flow, "arp_sha"));
    if (mac === 0) return;
    ctx.effects.push({ do: "set-neighbour", bridge: sw.name, ip: mapIpv4(flow[WORD.nwSrc] as number), mac });
    return;
  }
  if (flow[WORD.ethType] !== 0x86dd || (flow[WORD.ip] as number) >>> 24 !== 58) return;
  if (!sw.underlay.isAddressOf(port.name, readField(flow, "ipv6_dst")) || !ctx.has("nd_target")) return;
  if ((flow[WORD.tp] as number) >>> 16 !== ADVERTISEMENT) return;
  ctx.lookAt("nd_tll");
  const mac = Number(readField(flow, "nd_tll"));
  if (mac === 0) return;
  for (const field of ["ipv6_src", "ipv6_dst", "nd_target"] as const) ctx.lookAt(field);
  ctx.effects.push({ do: "set-neighbour", bridge: sw.name, ip: readField(flow, "nd_target"), mac });
}
