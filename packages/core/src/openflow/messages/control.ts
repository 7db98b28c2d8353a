import { vlog } from "#lib";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Message, MeterBand, Version } from "../message.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { type Context, form, type MessageForm, type MessageOf, nicira, type } from "../registry.ts";
import { eachProperty, writeProperty } from "./port.ts";

const ROLES = ["nochange", "equal", "primary", "secondary"] as const;
const NICIRA_ROLES = ["equal", "primary", "secondary"] as const;

/** Asks for, or tells, the role of this connection (OpenFlow 1.3.5 §7.3.9; Nicira's has no epoch). */
const ROLE: readonly MessageForm[] = (["role_request", "role_reply"] as const).flatMap((name, i) => [
  form(
    name,
    "1.0+",
    nicira(10 + i),
    (r) => {
      const role = NICIRA_ROLES[r.u32("role")];
      if (!role) throw ofError("OFPRRFC_BAD_ROLE");
      return { type: name, role, generationId: undefined, form: "nicira" };
    },
    (w, m) => w.u32(NICIRA_ROLES.indexOf(m.role as (typeof NICIRA_ROLES)[number])),
    (m, { version }) => m.form === "nicira" || version <= 2,
  ),
  form(
    name,
    "1.2+",
    type(24 + i),
    (r, { version }) => {
      const role = ROLES[r.u32("role")];
      if (!role) throw ofError("OFPRRFC_BAD_ROLE");
      r.skip(4, "pad");
      const generationId = r.u64("generation_id");
      const unknown = name === "role_reply" && generationId === NO_GENERATION;
      void version;
      return { type: name, role, generationId: unknown ? undefined : generationId, form: "standard" };
    },
    (w, m) => {
      w.u32(ROLES.indexOf(m.role));
      w.zeros(4);
      w.u64(m.generationId ?? (m.type === "role_reply" ? NO_GENERATION : 0n));
    },
  ),
]);
const NO_GENERATION = 0xffffffffffffffffn;

type Async = MessageOf<"set_async"> | MessageOf<"get_async_reply">;
type Pair = readonly [number, number];

function readMasks<T extends Async["type"]>(name: T, r: Reader, kind: "standard" | "nicira") {
  const pair = (): Pair => [r.u32("primary"), r.u32("secondary")];
  return { type: name, packetIn: pair(), portStatus: pair(), flowRemoved: pair(), form: kind };
}
function writeMasks(w: Writer, m: Async): void {
  for (const pair of [m.packetIn, m.portStatus, m.flowRemoved]) for (const mask of pair) w.u32(mask);
}
/** Properties of OpenFlow 1.4: secondary's is even, primary's odd. */
const ASYNC = ["packetIn", "portStatus", "flowRemoved"] as const;

function readProperties<T extends Async["type"]>(name: T, r: Reader) {
  const masks: Record<(typeof ASYNC)[number], [number, number]> = {
    packetIn: [0, 0],
    portStatus: [0, 0],
    flowRemoved: [0, 0],
  };
  eachProperty(r, (property, body) => {
    const key = ASYNC[property >>> 1];
    if (key) masks[key][property & 1 ? 0 : 1] = body.u32("mask");
    else if (property > 11) throw ofError("OFPACFC_INVALID", `property ${property}`);
  });
  return { type: name, ...masks, form: "standard" as const };
}
function writeProperties(w: Writer, m: Async): void {
  ASYNC.forEach((key, i) => {
    writeProperty(w, 2 * i, () => w.u32(m[key][1]));
    writeProperty(w, 2 * i + 1, () => w.u32(m[key][0]));
  });
}

/** Which asynchronous messages a controller gets (OpenFlow 1.3.5 §7.3.10). */
const ASYNC_FORMS: readonly MessageForm[] = [
  form(
    "set_async",
    "1.0+",
    nicira(19),
    (r) => readMasks("set_async", r, "nicira"),
    writeMasks,
    (m, { version }) => m.form === "nicira" || version < 4,
  ),
  form("set_async", "1.3", type(28), (r) => readMasks("set_async", r, "standard"), writeMasks),
  form("set_async", "1.4+", type(28), (r) => readProperties("set_async", r), writeProperties),
  form("get_async_reply", "1.3", type(27), (r) => readMasks("get_async_reply", r, "standard"), writeMasks),
  form("get_async_reply", "1.4+", type(27), (r) => readProperties("get_async_reply", r), writeProperties),
];

const BANDS = { drop: 1, dscp_remark: 2 } as const;
const METER_COMMANDS = ["add", "modify", "delete"] as const;

/** A meter's bands up to the end of `r` (OpenFlow 1.5.1 §7.3.4.5). */
export function readBands(r: Reader): MeterBand[] {
  const bands: MeterBand[] = [];
  while (r.left > 0) {
    if (r.left < 4) throw ofError("OFPBRC_BAD_LEN");
    r.mark("band", 16);
    const number = r.u16("type");
    const length = r.u16("length");
    if (length !== 16 || length - 4 > r.left) throw ofError("OFPBRC_BAD_LEN");
    const rate = r.u32("rate");
    const burst = r.u32("burst");
    const precLevel = r.u8("prec_level");
    r.skip(3, "pad");
    if (number !== BANDS.drop && number !== BANDS.dscp_remark) throw ofError("OFPMMFC_BAD_BAND", `band type ${number}`);
    bands.push({ type: number === BANDS.drop ? "drop" : "dscp_remark", rate, burst, precLevel });
  }
  return bands;
}
/** Appends a meter's bands, 16 octets each. */
export function writeBands(w: Writer, bands: readonly MeterBand[]): void {
  for (const band of bands) {
    w.u16(BANDS[band.type]);
    w.u16(16);
    w.u32(band.rate);
    w.u32(band.burst);
    w.u8(band.type === "dscp_remark" ? band.precLevel : 0);
    w.zeros(3);
  }
}

const METER: MessageForm = form(
  "meter_mod",
  "1.3+",
  type(29),
  (r) => {
    const command = METER_COMMANDS[r.u16("command")];
    if (!command) throw ofError("OFPMMFC_BAD_COMMAND");
    const flags = r.u16("flags");
    if (flags & ~15 && command !== "delete") throw ofError("OFPMMFC_BAD_FLAGS");
    const meter = r.u32("meter");
    if (command === "delete") r.at = r.end; // its bands mean nothing
    return { type: "meter_mod", command, config: { meter, flags, bands: readBands(r) } };
  },
  (w, m) => {
    w.u16(METER_COMMANDS.indexOf(m.command));
    w.u16(m.config.flags);
    w.u32(m.config.meter);
    writeBands(w, m.config.bands);
  },
);

const EVICTION = 2;
const VACANCY = 3;

/** Table configuration (OpenFlow 1.3.5 §7.3.4.1): eviction and vacancy properties from 1.4 on. */
const TABLE: MessageForm = form(
  "table_mod",
  "1.1+",
  type(17),
  (r, { version }) => {
    const table = r.u8("table");
    r.skip(3, "pad");
    const config = r.u32("config");
    let eviction: number | undefined;
    let vacancy: { down: number; up: number } | undefined;
    if (version >= 5)
      eachProperty(r, (property, body) => {
        if (property === EVICTION) eviction = body.u32("eviction");
        else if (property === VACANCY) vacancy = { down: body.u8("down"), up: body.u8("up") };
        else throw ofError("OFPBPC_BAD_TYPE", `table property ${property}`);
      });
    return {
      type: "table_mod",
      table,
      config,
      ...(eviction === undefined ? {} : { eviction }),
      ...(vacancy ? { vacancy } : {}),
    };
  },
  (w, m, { version }) => {
    w.u8(m.table);
    w.zeros(3);
    w.u32(m.config);
    if (version < 5) return;
    const { eviction, vacancy } = m;
    if (eviction !== undefined) writeProperty(w, EVICTION, () => w.u32(eviction));
    if (vacancy)
      writeProperty(w, VACANCY, () => {
        w.u8(vacancy.down);
        w.u8(vacancy.up);
        w.zeros(2);
      });
  },
);

/** "This queue has no such rate" (OpenFlow 1.0 §5.3.4). */
const NO_RATE = 0xffff;
const RATES = { min: 1, max: 2 };
type Queue = MessageOf<"queue_get_config_reply">["queues"][number];

function readQueue(r: Reader, version: Version): Queue {
  const queue = r.u32("queue");
  if (version >= 3) r.skip(4, "pad");
  const head = version >= 3 ? 16 : 8;
  const length = r.u16("length");
  r.skip(version >= 3 ? 6 : 2, "pad");
  if (length < head || length - head > r.left) throw ofError("OFPBRC_BAD_LEN");
  const rates = { minRate: NO_RATE, maxRate: NO_RATE };
  eachProperty(r.sub(length - head), (property, body) => {
    if (property !== RATES.min && property !== RATES.max) return;
    body.skip(4, "pad");
    rates[property === RATES.min ? "minRate" : "maxRate"] = body.u16("rate");
  });
  return { queue, ...rates };
}

function writeQueue(w: Writer, q: Queue, port: number, version: Version): void {
  const from = w.length;
  w.u32(q.queue);
  if (version >= 3) w.u32(port);
  const lengthAt = w.length;
  w.zeros(version >= 3 ? 8 : 4);
  for (const [property, rate] of [
    [RATES.min, q.minRate],
    [RATES.max, q.maxRate],
  ] as const) {
    if (rate === NO_RATE) continue;
    writeProperty(w, property, () => {
      w.zeros(4);
      w.u16(rate);
      w.zeros(6);
    });
  }
  w.setU16(lengthAt, w.length - from);
}

const QUEUE: readonly MessageForm[] = (
  [
    ["1.0", 20],
    ["1.1-1.3", 22],
  ] as const
).flatMap(([range, number]) => [
  form(
    "queue_get_config_request",
    range,
    type(number),
    (r, { version }) => {
      const port = version === 1 ? portFrom16(r.u16("port")) : portFrom32(r.u32("port"));
      r.skip(version === 1 ? 2 : 4, "pad");
      return { type: "queue_get_config_request", port, queue: 0xffffffff };
    },
    (w, m, { version }) => {
      if (version === 1) w.u16(portTo16(m.port));
      else w.u32(m.port);
      w.zeros(version === 1 ? 2 : 4);
    },
  ),
  form(
    "queue_get_config_reply",
    range,
    type(number + 1),
    (r, { version }) => {
      const port = version === 1 ? portFrom16(r.u16("port")) : portFrom32(r.u32("port"));
      r.skip(version === 1 ? 6 : 4, "pad");
      const queues: Queue[] = [];
      while (r.left > 0) queues.push(readQueue(r, version));
      return { type: "queue_get_config_reply", port, queues };
    },
    (w, m, { version }) => {
      if (version === 1) w.u16(portTo16(m.port));
      else w.u32(m.port);
      w.zeros(version === 1 ? 6 : 4);
      for (const q of m.queues) writeQueue(w, q, m.port, version);
    },
  ),
]);

/** Packet-in formats: 0 the version's own, 1 NXT_PACKET_IN, 2 NXT_PACKET_IN2. */
const LAST_PACKET_IN_FORMAT = 2;

/** Nicira's settings of one number each. */
const SETTINGS: readonly MessageForm[] = [
  form(
    "nx_set_packet_in_format",
    "1.0+",
    nicira(16),
    (r) => {
      const format = r.u32("format");
      if (format > LAST_PACKET_IN_FORMAT) throw ofError("OFPBRC_EPERM", `packet-in format ${format}`);
      return { type: "nx_set_packet_in_format", format };
    },
    (w, m) => w.u32(m.format),
  ),
  form(
    "nx_set_controller_id",
    "1.0+",
    nicira(20),
    (r) => {
      r.skip(6, "pad");
      return { type: "nx_set_controller_id", id: r.u16("id") };
    },
    (w, m) => {
      w.zeros(6);
      w.u16(m.id);
    },
  ),
  form(
    "nx_flow_age",
    "1.0+",
    nicira(18),
    () => ({ type: "nx_flow_age" }),
    () => {},
  ),
  form(
    "nx_ct_flush_zone",
    "1.0+",
    nicira(29),
    (r) => {
      r.skip(6, "pad");
      return { type: "nx_ct_flush_zone", zone: r.u16("zone") };
    },
    (w, m) => {
      w.zeros(6);
      w.u16(m.zone);
    },
  ),
];

/** Octets of the longest Geneve option (RFC 8926 §3.5), and how many fields there are for options. */
const MAX_OPTION = 124;
const FIELDS_MAX = 64;
const log = vlog("ofp_match");

/** One option of the tunnel metadata table. */
const TLV_MAP = {
  read: (r: Reader) => {
    const optionClass = r.u16("option_class");
    const optionType = r.u8("option_type");
    const optionLength = r.u8("option_length");
    const index = r.u16("index");
    r.skip(2, "pad");
    if (optionLength === 0 || optionLength % 4 || optionLength > MAX_OPTION) {
      log.warn(`tlv table option length (${optionLength}) is not a valid option size`);
      throw ofError("NXTTMFC_BAD_OPT_LEN");
    }
    if (index >= FIELDS_MAX) {
      log.warn(`tlv table field index (${index}) is too large (max ${FIELDS_MAX - 1})`);
      throw ofError("NXTTMFC_BAD_FIELD_IDX");
    }
    return { optionClass, optionType, optionLength, index };
  },
  write: (w: Writer, m: { optionClass: number; optionType: number; optionLength: number; index: number }) => {
    w.u16(m.optionClass);
    w.u8(m.optionType);
    w.u8(m.optionLength);
    w.u16(m.index);
    w.zeros(2);
  },
};
const TLV_COMMANDS = ["add", "delete", "clear"] as const;
const readMaps = (r: Reader) => {
  const maps: ReturnType<typeof TLV_MAP.read>[] = [];
  while (r.left > 0) maps.push(TLV_MAP.read(r));
  return maps;
};

/** Tunnel metadata table: which Geneve option each tun_metadata field is. */
const TLV: readonly MessageForm[] = [
  form(
    "nx_tlv_table_mod",
    "1.0+",
    nicira(24),
    (r) => {
      const command = TLV_COMMANDS[r.u16("command")];
      if (!command) throw ofError("NXTTMFC_BAD_COMMAND");
      r.skip(6, "pad");
      return { type: "nx_tlv_table_mod", command, mappings: readMaps(r) };
    },
    (w, m) => {
      w.u16(TLV_COMMANDS.indexOf(m.command));
      w.zeros(6);
      for (const map of m.mappings) TLV_MAP.write(w, map);
    },
  ),
  form(
    "nx_tlv_table_request",
    "1.0+",
    nicira(25),
    () => ({ type: "nx_tlv_table_request" }),
    () => {},
  ),
  form(
    "nx_tlv_table_reply",
    "1.0+",
    nicira(26),
    (r) => {
      const maxSpace = r.u32("max_space");
      const maxFields = r.u16("max_fields");
      r.skip(10, "pad");
      return { type: "nx_tlv_table_reply", maxSpace, maxFields, mappings: readMaps(r) };
    },
    (w, m) => {
      w.u32(m.maxSpace);
      w.u16(m.maxFields);
      w.zeros(10);
      for (const map of m.mappings) TLV_MAP.write(w, map);
    },
  ),
];

/** Wire forms of what is about the switch and its connections. */
export const CONTROL_FORMS: readonly MessageForm[] = [
  ...ROLE,
  ...ASYNC_FORMS,
  METER,
  TABLE,
  ...QUEUE,
  ...SETTINGS,
  ...TLV,
];
export type { Context, Message };
