import { errorNamed, errorNumbers, ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { form, type MessageForm, type } from "../registry.ts";
import { VERSIONS } from "../versions.ts";

/** Hello element "version bitmap" (OpenFlow 1.3.1 §A.5.1). */
const BITMAP = 1;

/** All versions from 1.0 up to one. */
export const versionsUpTo = (version: number): Version[] => VERSIONS.filter((v) => v <= version);

/** Vendor errors of OpenFlow 1.0 and 1.1 stand under this type (Nicira's NXET_VENDOR); from 1.2 on under 0xffff. */
const NXET_VENDOR = 0xb0c2;
const EXPERIMENTER = 0xffff;

type Empty = "features_request" | "get_config_request" | "barrier_request" | "barrier_reply" | "get_async_request";
/** A message that is nothing but its header. */
export const empty = (name: Empty, range: string, number: number): MessageForm =>
  form(
    name,
    range,
    type(number),
    () => ({ type: name }),
    () => {},
  );

/** What every connection says: hello, errors, echoes, barriers. */
export const LIFE_FORMS: readonly MessageForm[] = [
  form(
    "hello",
    "1.0+",
    type(0),
    (r, { version }) => {
      let offered: Version[] | undefined;
      while (r.left >= 4) {
        const from = r.at;
        const element = r.u16("type");
        const length = r.u16("length");
        r.mark("element", length, from);
        if (length < 4 || length - 4 > r.left) break;
        const body = r.sub(length - 4);
        r.skip(Math.min(r.left, -length & 7), "pad");
        if (element !== BITMAP || body.left < 4 || offered) continue;
        const bits = body.u32("bits");
        offered = VERSIONS.filter((v) => bits & (1 << v));
      }
      r.at = r.end;
      return { type: "hello", versions: offered ?? versionsUpTo(version) };
    },
    (w, m, { version }) => {
      if (m.versions.length === version && m.versions.every((v, i) => v === i + 1)) return;
      w.u16(BITMAP);
      w.u16(8);
      w.u32(m.versions.reduce((bits, v) => bits | (1 << v), 0));
    },
  ),
  form(
    "error",
    "1.0+",
    type(1),
    (r, { version }) => {
      const errType = r.u16("type");
      const errCode = r.u16("code");
      let numbers = { vendor: 0, type: errType, code: errCode };
      if (errType === NXET_VENDOR && version <= 2) {
        numbers = { vendor: r.u32("vendor"), type: r.u16("type"), code: r.u16("code") };
      } else if (errType === EXPERIMENTER && version >= 3) {
        numbers = { vendor: r.u32("vendor"), type: errCode, code: 0 };
      }
      const error = errorNamed(numbers, version) ?? "";
      const data = r.rest("data");
      return { type: "error", error, vendor: numbers.vendor, errType: numbers.type, errCode: numbers.code, data };
    },
    (w, m, { version }) => {
      const known = m.error ? errorNumbers(m.error, version) : undefined;
      const numbers =
        known ??
        (m.error || m.errType === undefined
          ? errorNumbers("NXBRC_UNENCODABLE_ERROR", version)
          : { vendor: m.vendor ?? 0, type: m.errType, code: m.errCode ?? 0 });
      if (!numbers) throw ofError("NXBRC_UNENCODABLE_ERROR");
      if (numbers.vendor === 0) {
        w.u16(numbers.type);
        w.u16(numbers.code);
      } else if (version <= 2) {
        w.u16(NXET_VENDOR);
        w.u16(0);
        w.u32(numbers.vendor);
        w.u16(numbers.type);
        w.u16(numbers.code);
      } else {
        w.u16(EXPERIMENTER);
        w.u16(numbers.type);
        w.u32(numbers.vendor);
      }
      w.bytes(m.data);
    },
  ),
  ...(["echo_request", "echo_reply"] as const).map((name, i) =>
    form(
      name,
      "1.0+",
      type(2 + i),
      (r) => ({ type: name, data: r.rest("data") }),
      (w, m) => w.bytes(m.data),
    ),
  ),
  empty("barrier_request", "1.0", 18),
  empty("barrier_reply", "1.0", 19),
  empty("barrier_request", "1.1+", 20),
  empty("barrier_reply", "1.1+", 21),
];
