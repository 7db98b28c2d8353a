import type { OfPort } from "#lib";
import type { Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { OFPP, PORT_END } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import {
  type ActionRow,
  begin,
  beginNx,
  end,
  fieldHeader,
  nx,
  of,
  ofsNbits,
  row,
  subfield,
  writeHeader,
  zero,
} from "./row.ts";

function outputPort(port: OfPort): OfPort {
  if (port === OFPP.any || (port >= PORT_END && port < 0xfffffff8))
    throw ofError("OFPBAC_BAD_OUT_PORT", `port ${port}`);
  return port;
}

function writeOutput(w: Writer, port: OfPort, maxLen: number, version: Version): void {
  const from = begin(w, 0);
  if (version === 1) w.u16(portTo16(port));
  else w.u32(port);
  w.u16(maxLen);
  end(w, from);
}

/** Octets of a packet that go to the controller when an output says nothing of it. */
const MAX_LEN = 0xffff;

/** 16 bits that fill the 32 of their property. */
function wide(w: Writer, value: number): void {
  w.u16(value);
  w.zeros(2);
}

/** Actions that send the packet somewhere. */
export const OUTPUT_ROWS: readonly ActionRow[] = [
  row(
    "output",
    [
      of("1.0", 0, (r) => ({ type: "output", port: outputPort(portFrom16(r.u16("port"))), maxLen: r.u16("max_len") })),
      of("1.1+", 0, (r) => {
        const port = outputPort(portFrom32(r.u32("port")));
        const maxLen = r.u16("max_len");
        r.skip(6, "pad");
        return { type: "output", port, maxLen };
      }),
    ],
    (w, a, version) => writeOutput(w, a.port, a.maxLen, version),
  ),
  row(
    "output_reg",
    [
      nx(15, (r) => {
        const word = r.u16("ofs_nbits");
        const src = subfield(word, fieldHeader(r));
        const maxLen = r.u16("max_len");
        zero(r, 6);
        return { type: "output_reg", src, maxLen };
      }),
      nx(32, (r) => {
        const word = r.u16("ofs_nbits");
        const maxLen = r.u16("max_len");
        const src = subfield(word, fieldHeader(r));
        zero(r, r.left);
        return { type: "output_reg", src, maxLen };
      }),
    ],
    (w, a, version) => {
      const from = beginNx(w, 15);
      w.u16(ofsNbits(a.src));
      writeHeader(w, a.src.field, Math.min(version, 2) as Version);
      w.u16(a.maxLen);
      w.zeros(6);
      end(w, from);
    },
  ),
  row(
    "output_trunc",
    [nx(39, (r) => ({ type: "output_trunc", port: outputPort(portFrom16(r.u16("port"))), maxLen: r.u32("max_len") }))],
    (w, a) => {
      const from = beginNx(w, 39);
      w.u16(portTo16(a.port));
      w.u32(a.maxLen);
      end(w, from);
    },
  ),
  row(
    "controller",
    [
      nx(20, (r) => {
        const maxLen = r.u16("max_len");
        const controllerId = r.u16("controller_id");
        const reason = r.u8("reason");
        zero(r, 1);
        return { type: "controller", maxLen, reason, controllerId };
      }),
      nx(37, (r) => {
        zero(r, 6);
        let maxLen = MAX_LEN;
        let controllerId = 0;
        let reason = 1;
        let userdata: Uint8Array | undefined;
        let pause = false;
        let meter: number | undefined;
        while (r.left > 0) {
          if (r.left < 4) throw ofError("OFPBPC_BAD_LEN");
          const from = r.at;
          const type = r.u16("type");
          const length = r.u16("length");
          r.mark("property", length, from);
          if (length < 4 || length - 4 > r.left) throw ofError("OFPBPC_BAD_LEN");
          const body = r.sub(length - 4);
          r.skip(Math.min(r.left, -length & 7), "pad");
          if (type === 0) maxLen = body.u16("max_len");
          else if (type === 1) controllerId = body.u16("controller_id");
          else if (type === 2) reason = body.u8("reason");
          else if (type === 3) userdata = body.rest("userdata");
          else if (type === 4) pause = true;
          else if (type === 5) meter = body.u32("meter");
          else throw ofError("OFPBPC_BAD_TYPE", `controller property ${type}`);
        }
        return {
          type: "controller",
          maxLen,
          reason,
          controllerId,
          ...(userdata ? { userdata } : {}),
          ...(pause ? { pause } : {}),
          ...(meter === undefined ? {} : { meter }),
          extended: true,
        };
      }),
    ],
    (w, a) => {
      if (!a.userdata?.length && !a.pause && a.meter === undefined && !a.extended) {
        const from = beginNx(w, 20);
        w.u16(a.maxLen);
        w.u16(a.controllerId);
        w.u8(a.reason);
        w.zeros(1);
        return end(w, from);
      }
      const from = beginNx(w, 37);
      w.zeros(6);
      const property = (type: number, body: () => void) => {
        const at = w.length;
        w.u16(type);
        w.u16(0);
        body();
        w.setU16(at + 2, w.length - at);
        w.pad(8, at);
      };
      if (a.maxLen !== MAX_LEN) property(0, () => wide(w, a.maxLen));
      if (a.controllerId !== 0) property(1, () => wide(w, a.controllerId));
      if (a.reason !== 1) property(2, () => w.u8(a.reason));
      if (a.userdata?.length) property(3, () => w.bytes(a.userdata ?? new Uint8Array()));
      if (a.pause) property(4, () => {});
      if (a.meter !== undefined) property(5, () => w.u32(a.meter ?? 0));
      end(w, from);
    },
  ),
  row(
    "enqueue",
    [
      of("1.0", 11, (r) => {
        const port = portFrom16(r.u16("port"));
        if (port >= PORT_END && port !== OFPP.in_port && port !== OFPP.local) throw ofError("OFPBAC_BAD_OUT_PORT");
        zero(r, 6);
        return { type: "enqueue", port, queue: r.u32("queue") };
      }),
    ],
    (w, a, version) => {
      if (version === 1) {
        const from = begin(w, 11);
        w.u16(portTo16(a.port));
        w.zeros(6);
        w.u32(a.queue);
        return end(w, from);
      }
      const set = begin(w, 21);
      w.u32(a.queue);
      end(w, set);
      writeOutput(w, a.port, a.port === OFPP.controller ? 0 : MAX_LEN, version);
      end(w, beginNx(w, 5));
    },
  ),
  row(
    "group",
    [
      of("1.1+", 22, (r) => ({ type: "group", group: r.u32("group") })),
      nx(40, (r) => {
        r.skip(2, "pad");
        return { type: "group", group: r.u32("group") };
      }),
    ],
    (w, a, version) => {
      const from = version === 1 ? beginNx(w, 40) : begin(w, 22);
      if (version === 1) w.zeros(2);
      w.u32(a.group);
      end(w, from);
    },
  ),
];
