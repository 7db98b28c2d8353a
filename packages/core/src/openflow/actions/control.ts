import { vlog } from "#lib";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { OFPP, TABLE_ALL } from "../port.ts";
import { portFrom16, portTo16 } from "../port-number.ts";
import type { Action } from "./action.ts";
import {
  type ActionRow,
  begin,
  beginNx,
  end,
  fieldHeader,
  mustBeWritable,
  nx,
  of,
  ofsNbits,
  row,
  subfield,
  writeHeader,
  zero,
} from "./row.ts";

const nxm = (version: Version): Version => Math.min(version, 2) as Version;

function readStack(r: Reader) {
  const offset = r.u16("offset");
  const header = fieldHeader(r, "OFPBMC_BAD_FIELD");
  const bits = r.u16("bits");
  zero(r, r.left);
  if (bits === 0 || offset + bits > header.bits) throw ofError("OFPBAC_BAD_ARGUMENT");
  return { field: header.field, offset, bits };
}
function writeStack(
  w: Writer,
  subtype: number,
  s: { field: Parameters<typeof writeHeader>[1]; offset: number; bits: number },
  version: Version,
) {
  const from = beginNx(w, subtype);
  w.u16(s.offset);
  writeHeader(w, s.field, nxm(version));
  w.u16(s.bits);
  w.zeros(6);
  end(w, from);
}
function six(w: Writer, subtype: number): void {
  const from = beginNx(w, subtype);
  w.zeros(6);
  end(w, from);
}

function readSample(r: Reader, form: 29 | 38 | 41): Action {
  const probability = r.u16("probability");
  const collectorSetId = r.u32("collector_set_id");
  const obsDomainId = r.u32("obs_domain_id");
  const obsPointId = r.u32("obs_point_id");
  const samplingPort = form === 29 ? OFPP.any : portFrom16(r.u16("sampling_port"));
  const direction = form === 41 ? r.u8("direction") : 0;
  zero(r, r.left);
  if (probability === 0 || direction > 2) throw ofError("OFPBAC_BAD_ARGUMENT");
  return {
    type: "sample",
    probability,
    collectorSetId,
    obsDomainId,
    obsPointId,
    samplingPort,
    direction: direction === 1 ? "ingress" : direction === 2 ? "egress" : "default",
  };
}

function readResubmit(r: Reader, ct: boolean): Action {
  const port = portFrom16(r.u16("port"));
  const table = r.u8("table");
  for (let i = 0; i < 3; i++) if (r.u8("pad") !== 0) throw ofError("OFPBAC_BAD_ARGUMENT", "resubmit");
  return { type: "resubmit", port, table, ...(ct ? { ct } : {}), wire: "resubmit_table" };
}

/** Actions that steer the pipeline or keep something for later. */
export const CONTROL_ROWS: readonly ActionRow[] = [
  row(
    "resubmit",
    [
      nx(1, (r) => ({ type: "resubmit", port: portFrom16(r.u16("port")), table: TABLE_ALL, wire: "resubmit" })),
      nx(14, (r) => readResubmit(r, false)),
      nx(44, (r) => readResubmit(r, true)),
    ],
    (w, a) => {
      const plain = a.table === TABLE_ALL && a.wire !== "resubmit_table" && !a.ct;
      const from = beginNx(w, plain ? 1 : a.ct ? 44 : 14);
      w.u16(portTo16(a.port));
      w.u8(plain ? 0 : a.table);
      w.zeros(3);
      end(w, from);
    },
  ),
  row(
    "set_tunnel",
    [
      nx(2, (r) => {
        r.skip(2, "pad");
        return { type: "set_tunnel", id: BigInt(r.u32("id")), wire: "set_tunnel" };
      }),
      nx(9, (r) => {
        r.skip(6, "pad");
        return { type: "set_tunnel", id: r.u64("id"), wire: "set_tunnel64" };
      }),
    ],
    (w, a, version) => {
      if (version >= 3) {
        const from = begin(w, 25);
        const f = writeHeader(w, "tun_id", version);
        w.uint(a.id, f.octets);
        return end(w, from);
      }
      const small = a.id <= 0xffffffffn && a.wire !== "set_tunnel64";
      const from = beginNx(w, small ? 2 : 9);
      w.zeros(small ? 2 : 6);
      if (small) w.u32(Number(a.id));
      else w.u64(a.id);
      end(w, from);
    },
  ),
  row(
    "set_queue",
    [
      of("1.1+", 21, (r) => ({ type: "set_queue", queue: r.u32("queue") })),
      nx(4, (r) => {
        r.skip(2, "pad");
        return { type: "set_queue", queue: r.u32("queue") };
      }),
    ],
    (w, a, version) => {
      const from = version === 1 ? beginNx(w, 4) : begin(w, 21);
      if (version === 1) w.zeros(2);
      w.u32(a.queue);
      end(w, from);
    },
  ),
  row("pop_queue", [nx(5, () => ({ type: "pop_queue" }))], (w) => six(w, 5)),
  row("exit", [nx(17, () => ({ type: "exit" }))], (w) => six(w, 17)),
  row("ct_clear", [nx(43, () => ({ type: "ct_clear" }))], (w) => six(w, 43)),
  row("debug_slow", [nx(254, () => ({ type: "debug_slow" }))], (w) => six(w, 254)),
  row("debug_recirc", [nx(255, () => ({ type: "debug_recirc" }))], (w) => six(w, 255)),
  row("push", [nx(27, (r) => ({ type: "push", src: readStack(r) }))], (w, a, version) =>
    writeStack(w, 27, a.src, version),
  ),
  row("pop", [nx(28, (r) => ({ type: "pop", dst: readStack(r) }))], (w, a, version) =>
    writeStack(w, 28, a.dst, version),
  ),
  row("note", [nx(8, (r) => ({ type: "note", octets: r.rest("octets") }))], (w, a) => {
    const from = beginNx(w, 8);
    w.bytes(a.octets);
    end(w, from);
  }),
  row("fin_timeout", [nx(19, (r) => ({ type: "fin_timeout", idle: r.u16("idle"), hard: r.u16("hard") }))], (w, a) => {
    const from = beginNx(w, 19);
    w.u16(a.idle);
    w.u16(a.hard);
    w.zeros(2);
    end(w, from);
  }),
  row(
    "conjunction",
    [
      nx(34, (r) => {
        const clause = r.u8("clause");
        const clauses = r.u8("clauses");
        const id = r.u32("id");
        if (clause >= clauses || clauses < 2 || clauses > 64) throw ofError("NXBAC_BAD_CONJUNCTION");
        return { type: "conjunction", id, clause, clauses };
      }),
    ],
    (w, a) => {
      const from = beginNx(w, 34);
      w.u8(a.clause);
      w.u8(a.clauses);
      w.u32(a.id);
      end(w, from);
    },
  ),
  row(
    "sample",
    [nx(29, (r) => readSample(r, 29)), nx(38, (r) => readSample(r, 38)), nx(41, (r) => readSample(r, 41))],
    (w, a) => {
      const form = a.direction !== "default" ? 41 : a.samplingPort !== OFPP.any ? 38 : 29;
      const from = beginNx(w, form);
      w.u16(a.probability);
      w.u32(a.collectorSetId);
      w.u32(a.obsDomainId);
      w.u32(a.obsPointId);
      if (form !== 29) w.u16(portTo16(a.samplingPort));
      if (form === 41) w.u8(a.direction === "ingress" ? 1 : 2);
      if (form !== 29) w.zeros(form === 41 ? 5 : 6);
      end(w, from);
    },
  ),
  row(
    "check_pkt_larger",
    [
      nx(49, (r) => {
        const size = r.u16("size");
        const offset = r.u16("offset");
        const header = fieldHeader(r, "OFPBMC_BAD_FIELD");
        zero(r, r.left);
        mustBeWritable(header.field);
        return { type: "check_pkt_larger", size, dst: subfield(offset << 6, header) };
      }),
    ],
    (w, a, version) => {
      const from = beginNx(w, 49);
      w.u16(a.size);
      w.u16(a.dst.offset);
      writeHeader(w, a.dst.field, nxm(version));
      w.pad(8, from);
      while (w.length - from < 24) w.zeros(8);
      end(w, from);
    },
  ),
  row(
    "delete_field",
    [
      nx(50, (r) => {
        const { field } = fieldHeader(r);
        zero(r, r.left);
        if (!field.startsWith("tun_metadata")) throw ofError("OFPBAC_BAD_ARGUMENT", field);
        return { type: "delete_field", field };
      }),
    ],
    (w, a, version) => {
      const from = beginNx(w, 50);
      writeHeader(w, a.field, nxm(version));
      w.zeros(10);
      end(w, from);
    },
  ),
  row(
    "encap",
    [
      nx(
        46,
        (r) => {
          r.skip(2, "pad");
          const packetType = r.u32("packet_type");
          const props: { class: number; type: number; value: Uint8Array }[] = [];
          while (r.left > 0) {
            if (r.left < 4) throw ofError("OFPBAC_BAD_LEN");
            const propClass = r.u16("prop_class");
            const type = r.u8("type");
            const length = r.u8("length");
            if (length < 4 || length - 4 > r.left) throw ofError("OFPBAC_BAD_LEN");
            props.push({ class: propClass, type, value: r.bytes(length - 4, "value") });
            r.skip(Math.min(r.left, -length & 7), "pad");
          }
          return { type: "encap", packetType, props };
        },
        "1.3+",
      ),
    ],
    (w, a) => {
      const from = beginNx(w, 46);
      w.u16(0);
      w.u32(a.packetType);
      for (const prop of a.props) {
        const at = w.length;
        w.u16(prop.class);
        w.u8(prop.type);
        w.u8(prop.value.length + 4);
        w.bytes(prop.value);
        w.pad(8, at);
      }
      end(w, from);
    },
  ),
  row(
    "decap",
    [
      nx(
        47,
        (r) => {
          r.skip(2, "pad");
          const packetType = r.u32("packet_type");
          return packetType === DECAP_NEXT ? { type: "decap" } : { type: "decap", packetType };
        },
        "1.3+",
      ),
    ],
    (w, a) => {
      const from = beginNx(w, 47);
      w.zeros(2);
      w.u32(a.packetType ?? DECAP_NEXT);
      end(w, from);
    },
  ),
];

/** Packet type "what the header taken off says" (OpenFlow 1.5 §7.2.3.11, type 0xfffe of namespace 0). */
const DECAP_NEXT = 0x0000fffe;

/** Actions that compute: hashes over members and links. */
export const HASH_FIELDS: readonly string[] = [
  ...["eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp"],
  ...["nw_src", "nw_dst", "symmetric_l3"],
];
/** Words of bundle's algorithms, by number on the wire (NX_BD_ALG_*). */
export const BUNDLE_ALGORITHMS: readonly string[] = ["active_backup", "hrw"];
/** Words of multipath's algorithms, by number on the wire (NX_MP_ALG_*). */
export const MULTIPATH_ALGORITHMS: readonly string[] = ["modulo_n", "hash_threshold", "hrw", "iter_hash"];
/** The header of NXM_OF_IN_PORT: members of a bundle are OpenFlow ports. */
const MEMBER_TYPE = 0x00000002;

function named(names: readonly string[], number: number): string {
  const name = names[number];
  if (name === undefined) throw ofError("OFPBAC_BAD_ARGUMENT", `number ${number}`);
  return name;
}

function readBundle(r: Reader, load: boolean): Action {
  const algorithm = named(BUNDLE_ALGORITHMS, r.u16("algorithm"));
  const fields = named(HASH_FIELDS, r.u16("fields"));
  const basis = r.u16("basis");
  const memberType = r.u32("member_type");
  const count = r.u16("count");
  const word = r.u16("ofs_nbits");
  let dst: ReturnType<typeof subfield> | undefined;
  if (load) dst = subfield(word, fieldHeader(r));
  else if (r.u32("must_be_zero") !== 0 || word !== 0) throw ofError("OFPBAC_BAD_ARGUMENT");
  zero(r, 4);
  if (memberType !== MEMBER_TYPE || count > 2048) throw ofError("OFPBAC_BAD_ARGUMENT");
  if (count * 2 > r.left) throw ofError("OFPBAC_BAD_LEN");
  const members = Array.from({ length: count }, () => portFrom16(r.u16("port")));
  if (dst && dst.bits < 16) {
    vlog("ofp_actions").warn("bundle_load action requires at least 16 bit destination.");
    throw ofError("OFPBAC_BAD_ARGUMENT");
  }
  return { type: "bundle", fields, basis, algorithm, members, ...(dst ? { dst } : {}) };
}

/** Actions that choose by a hash of the packet. */
export const HASH_ROWS: readonly ActionRow[] = [
  row("bundle", [nx(12, (r) => readBundle(r, false)), nx(13, (r) => readBundle(r, true))], (w, a, version) => {
    const from = beginNx(w, a.dst ? 13 : 12);
    w.u16(BUNDLE_ALGORITHMS.indexOf(a.algorithm));
    w.u16(HASH_FIELDS.indexOf(a.fields));
    w.u16(a.basis);
    w.u32(MEMBER_TYPE);
    w.u16(a.members.length);
    w.u16(a.dst ? ofsNbits(a.dst) : 0);
    if (a.dst) writeHeader(w, a.dst.field, nxm(version));
    else w.u32(0);
    w.zeros(4);
    for (const member of a.members) w.u16(portTo16(member));
    end(w, from);
  }),
  row(
    "multipath",
    [
      nx(10, (r) => {
        const fields = named(HASH_FIELDS, r.u16("fields"));
        const basis = r.u16("basis");
        zero(r, 2);
        const algorithm = named(MULTIPATH_ALGORITHMS, r.u16("algorithm"));
        const links = r.u16("links") + 1;
        const arg = r.u32("arg");
        zero(r, 2);
        const word = r.u16("ofs_nbits");
        const dst = subfield(word, fieldHeader(r));
        if (dst.bits < 16 && links > 1 << dst.bits) throw ofError("OFPBAC_BAD_ARGUMENT");
        return { type: "multipath", fields, basis, algorithm, links, arg, dst };
      }),
    ],
    (w, a, version) => {
      const from = beginNx(w, 10);
      w.u16(HASH_FIELDS.indexOf(a.fields));
      w.u16(a.basis);
      w.zeros(2);
      w.u16(MULTIPATH_ALGORITHMS.indexOf(a.algorithm));
      w.u16(a.links - 1);
      w.u32(a.arg);
      w.zeros(2);
      w.u16(ofsNbits(a.dst));
      writeHeader(w, a.dst.field, nxm(version));
      end(w, from);
    },
  ),
];
