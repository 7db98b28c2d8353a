import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import { PORT_CONFIG, PORT_FEATURES, PORT_STATE, type PortDesc, type Version } from "../message.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { form, type MessageForm, type } from "../registry.ts";

/** Configuration bits that only OpenFlow 1.0 has; in neutral form they carry 0x10000 too. */
const ONLY_10 = (PORT_CONFIG.no_stp | PORT_CONFIG.no_recv_stp | PORT_CONFIG.no_flood) & 0xffff;
const SINCE_11 = PORT_CONFIG.port_down | PORT_CONFIG.no_recv | PORT_CONFIG.no_fwd | PORT_CONFIG.no_packet_in;

const configFrom10 = (bits: number): number => (bits & 0x7f) | (bits & ONLY_10 ? 0x10000 : 0);
const configTo = (config: number, version: Version): number => (version === 1 ? config & 0x7f : config & SINCE_11);

/** Link modes of 1.0: those of copper and above begin four bits lower, and nothing is faster than 10 Gbit/s. */
const featuresFrom10 = (bits: number): number => (bits & 0x7f) | ((bits & 0xf80) << 4);
const featuresTo10 = (bits: number): number => (bits & 0x7f) | ((bits >>> 4) & 0xf80);

/** kbit/s of the fastest mode in a set of link modes; 0: none of them has a speed. */
export function speedOf(features: number): number {
  const speeds: readonly (readonly [bits: number, mbps: number])[] = [
    [PORT_FEATURES["1TB-FD"], 1_000_000],
    [PORT_FEATURES["100GB-FD"], 100_000],
    [PORT_FEATURES["40GB-FD"], 40_000],
    [PORT_FEATURES["10GB-FD"], 10_000],
    [PORT_FEATURES["1GB-FD"] | PORT_FEATURES["1GB-HD"], 1000],
    [PORT_FEATURES["100MB-FD"] | PORT_FEATURES["100MB-HD"], 100],
    [PORT_FEATURES["10MB-FD"] | PORT_FEATURES["10MB-HD"], 10],
  ];
  return (speeds.find(([bits]) => features & bits)?.[1] ?? 0) * 1000;
}

function readDesc10(r: Reader): PortDesc {
  const port = portFrom16(r.u16("port"));
  const mac = r.u48("mac");
  const name = r.text(16, "name");
  const config = configFrom10(r.u32("config"));
  const state = r.u32("state") & (PORT_STATE.link_down | PORT_STATE.stp_block);
  const current = featuresFrom10(r.u32("current"));
  const advertised = featuresFrom10(r.u32("advertised"));
  const supported = featuresFrom10(r.u32("supported"));
  const peer = featuresFrom10(r.u32("peer"));
  const speeds = { currentSpeed: speedOf(current), maxSpeed: speedOf(supported) };
  return { port, mac, name, config, state, current, advertised, supported, peer, ...speeds };
}

/** Ethernet part of a port: what 1.1 to 1.3 have at the end and 1.4 in a property. */
function readEthernet(r: Reader) {
  return {
    current: r.u32("current"),
    advertised: r.u32("advertised"),
    supported: r.u32("supported"),
    peer: r.u32("peer"),
    currentSpeed: r.u32("current_speed"),
    maxSpeed: r.u32("max_speed"),
  };
}
type Ethernet = ReturnType<typeof readEthernet>;
const NO_ETHERNET: Ethernet = { current: 0, advertised: 0, supported: 0, peer: 0, currentSpeed: 0, maxSpeed: 0 };

function readDesc14(r: Reader): PortDesc {
  const from = r.at;
  const port = portFrom32(r.u32("port"));
  const length = r.u16("length");
  if (length < 40 || length - 6 > r.left) throw ofError("OFPBRC_BAD_LEN", "port description");
  r.skip(2, "pad");
  const mac = r.u48("mac");
  r.skip(2, "pad");
  const name = r.text(16, "name");
  const config = r.u32("config") & SINCE_11;
  const state = r.u32("state") & 7;
  let ethernet = NO_ETHERNET;
  eachProperty(r.sub(length - (r.at - from)), (property, body) => {
    if (property !== 0) return;
    body.skip(4, "pad");
    ethernet = readEthernet(body);
  });
  return { port, mac, name, config, state, ...ethernet };
}

/** Properties of OpenFlow 1.4: type:16 length:16 and a body, each padded to 8 octets. */
export function eachProperty(r: Reader, visit: (property: number, body: Reader) => void): void {
  while (r.left > 0) {
    if (r.left < 4) throw ofError("OFPBPC_BAD_LEN");
    const from = r.at;
    const property = r.u16("type");
    const length = r.u16("length");
    r.mark("property", length, from);
    if (length < 4 || length - 4 > r.left) throw ofError("OFPBPC_BAD_LEN");
    visit(property, r.sub(length - 4));
    r.skip(Math.min(r.left, -length & 7), "pad");
  }
}

/** Appends a property: type, length, what `body` writes, padding to 8 octets. */
export function writeProperty(w: Writer, property: number, body: () => void): void {
  const from = w.length;
  w.u16(property);
  w.u16(0);
  body();
  w.setU16(from + 2, w.length - from);
  w.pad(8, from);
}

/** A port as features replies, port descriptions and port status have it. */
export function readPortDesc(r: Reader, version: Version): PortDesc {
  if (version === 1) return readDesc10(r);
  if (version >= 5) return readDesc14(r);
  const port = portFrom32(r.u32("port"));
  r.skip(4, "pad");
  const mac = r.u48("mac");
  r.skip(2, "pad");
  const name = r.text(16, "name");
  const config = r.u32("config") & SINCE_11;
  const state = r.u32("state") & 7;
  return { port, mac, name, config, state, ...readEthernet(r) };
}

/** Appends a port's description (ofp_port) in the form of a version. */
export function writePortDesc(w: Writer, p: PortDesc, version: Version): void {
  if (version === 1) {
    w.u16(portTo16(p.port));
    w.u48(p.mac);
    w.text(p.name, 16);
    w.u32(configTo(p.config, 1));
    w.u32(p.state & (PORT_STATE.link_down | PORT_STATE.stp_block));
    for (const features of [p.current, p.advertised, p.supported, p.peer]) w.u32(featuresTo10(features));
    return;
  }
  w.u32(p.port);
  if (version >= 5) w.u16(72);
  w.zeros(version >= 5 ? 2 : 4);
  w.u48(p.mac);
  w.zeros(2);
  w.text(p.name, 16);
  w.u32(configTo(p.config, version));
  w.u32(p.state & 7);
  const ethernet = () => {
    for (const n of [p.current, p.advertised, p.supported, p.peer, p.currentSpeed, p.maxSpeed]) w.u32(n);
  };
  if (version < 5) {
    ethernet();
    return;
  }
  writeProperty(w, 0, () => {
    w.zeros(4);
    ethernet();
  });
}

const REASONS = ["add", "delete", "modify"] as const;

/** Ports: what they are and how they are configured (OpenFlow 1.3.5 §7.2.1, §7.3.4.3, §7.4.3). */
export const PORT_FORMS: readonly MessageForm[] = [
  form(
    "port_status",
    "1.0+",
    type(12),
    (r, { version }) => {
      const reason = REASONS[r.u8("reason")];
      if (!reason) throw ofError("NXBRC_BAD_REASON");
      r.skip(7, "pad");
      return { type: "port_status", reason, port: readPortDesc(r, version) };
    },
    (w, m, { version }) => {
      w.u8(REASONS.indexOf(m.reason));
      w.zeros(7);
      writePortDesc(w, m.port, version);
    },
  ),
  form(
    "port_mod",
    "1.0",
    type(15),
    (r) => {
      const port = portFrom16(r.u16("port"));
      const mac = r.u48("mac");
      const config = configFrom10(r.u32("config"));
      const mask = configFrom10(r.u32("mask"));
      const advertise = featuresFrom10(r.u32("advertise"));
      r.skip(4, "pad");
      return { type: "port_mod", port, mac, config, mask, advertise };
    },
    (w, m) => {
      w.u16(portTo16(m.port));
      w.u48(m.mac);
      w.u32(configTo(m.config, 1));
      w.u32(configTo(m.mask, 1));
      w.u32(featuresTo10(m.advertise));
      w.zeros(4);
    },
  ),
  form(
    "port_mod",
    "1.1+",
    type(16),
    (r, { version }) => {
      const port = portFrom32(r.u32("port"));
      r.skip(4, "pad");
      const mac = r.u48("mac");
      r.skip(2, "pad");
      const config = r.u32("config") & SINCE_11;
      const mask = r.u32("mask") & SINCE_11;
      let advertise = 0;
      if (version < 5) {
        advertise = r.u32("advertise");
        r.skip(4, "pad");
      } else {
        eachProperty(r, (property, body) => {
          if (property !== 0) throw ofError("OFPBPC_BAD_TYPE", `port property ${property}`);
          advertise = body.u32("advertise");
        });
      }
      return { type: "port_mod", port, mac, config, mask, advertise };
    },
    (w, m, { version }) => {
      w.u32(m.port);
      w.zeros(4);
      w.u48(m.mac);
      w.zeros(2);
      w.u32(configTo(m.config, version));
      w.u32(configTo(m.mask, version));
      if (version < 5) {
        w.u32(m.advertise);
        w.zeros(4);
      } else if (m.advertise) writeProperty(w, 0, () => w.u32(m.advertise));
    },
  ),
];
