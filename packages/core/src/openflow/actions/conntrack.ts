import { RateLimit, type SwitchError, vlog } from "#lib";
import type { Reader } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { OfErrorName } from "../of-errors.ts";
import type { Action, NatArgs } from "./action.ts";
import { ipv4Of, ipv4Text, ipv6Of, ipv6Text } from "./address.ts";
import {
  type ActionOf,
  type ActionRow,
  beginNx,
  end,
  fieldHeader,
  NICIRA,
  nested,
  nx,
  ofsNbits,
  row,
  subfield,
  writeHeader,
} from "./row.ts";

/** Lines about what peers send wrong: five, then one a minute. */
const limit = new RateLimit(1, 5);
const log = vlog("ofp_actions");

const COMMIT = 1;
const FORCE = 2;
/** Table number of ct() that says "do not recirculate". */
const NO_TABLE = 0xff;
const NAT = { src: 1, dst: 2, persistent: 4, hash: 8, random: 16 } as const;
const RANGE = { ipv4Min: 1, ipv4Max: 2, ipv6Min: 4, ipv6Max: 8, portMin: 16, portMax: 32 } as const;
const NXAST_NAT = 36;

/** Whether the next action is nat(), which stands only inside ct(). */
const isNat = (r: Reader): boolean =>
  r.left >= 10 &&
  r.view.getUint16(r.at) === 0xffff &&
  r.view.getUint32(r.at + 4) === NICIRA &&
  r.view.getUint16(r.at + 8) === NXAST_NAT;

function readNat(r: Reader): NatArgs {
  r.skip(2, "pad");
  const flags = r.u16("flags");
  const range = r.u16("range");
  if (flags & ~31 || (flags & 3) === 3 || (flags & 24) === 24 || range & ~63)
    throw ofError("OFPBAC_BAD_ARGUMENT", "nat");
  if (!(flags & 3) && (flags || range)) throw ofError("OFPBAC_BAD_ARGUMENT", "nat without direction");
  const has = (bit: number) => (range & bit) !== 0;
  const minAddress = has(RANGE.ipv4Min) ? ipv4Text(r.u32("min_address")) : undefined;
  const maxAddress = has(RANGE.ipv4Max) ? ipv4Text(r.u32("max_address")) : undefined;
  const min6 = has(RANGE.ipv6Min) ? ipv6Text(r.uint(16, "min_address")) : undefined;
  const max6 = has(RANGE.ipv6Max) ? ipv6Text(r.uint(16, "max_address")) : undefined;
  const minPort = has(RANGE.portMin) ? r.u16("min_port") : undefined;
  const maxPort = has(RANGE.portMax) ? r.u16("max_port") : undefined;
  if (minAddress !== undefined && min6 !== undefined) throw ofError("OFPBAC_BAD_ARGUMENT", "nat with both families");
  if ((maxAddress && !minAddress) || (max6 && !min6) || (maxPort !== undefined && minPort === undefined))
    throw ofError("OFPBAC_BAD_ARGUMENT", "nat range");
  if (maxPort !== undefined && minPort !== undefined && maxPort < minPort)
    throw ofError("OFPBAC_BAD_ARGUMENT", "nat ports");
  if (minAddress && maxAddress && ipv4Of(maxAddress) < ipv4Of(minAddress))
    throw ofError("OFPBAC_BAD_ARGUMENT", "nat range");
  if (min6 && max6 && ipv6Of(max6) < ipv6Of(min6)) throw ofError("OFPBAC_BAD_ARGUMENT", "nat range");
  const min = minAddress ?? min6;
  const max = maxAddress ?? max6;
  return {
    ...(flags & NAT.src ? { direction: "src" as const } : flags & NAT.dst ? { direction: "dst" as const } : {}),
    ...(min === undefined ? {} : { minAddress: min }),
    ...(max === undefined ? {} : { maxAddress: max }),
    ...(minPort === undefined ? {} : { minPort }),
    ...(maxPort === undefined ? {} : { maxPort }),
    ...(flags & NAT.persistent ? { persistent: true } : {}),
    ...(flags & NAT.hash ? { hash: true } : {}),
    ...(flags & NAT.random ? { random: true } : {}),
  };
}

function writeNat(w: Parameters<typeof beginNx>[0], nat: NatArgs): void {
  const from = beginNx(w, NXAST_NAT);
  const v6 = nat.minAddress?.includes(":") === true;
  const flag = (on: boolean | undefined, bit: number) => (on ? bit : 0);
  w.zeros(2);
  w.u16(
    flag(nat.direction === "src", NAT.src) |
      flag(nat.direction === "dst", NAT.dst) |
      flag(nat.persistent, NAT.persistent) |
      flag(nat.hash, NAT.hash) |
      flag(nat.random, NAT.random),
  );
  const max = nat.maxAddress !== undefined && nat.maxAddress !== nat.minAddress ? nat.maxAddress : undefined;
  const maxPort = nat.maxPort !== undefined && nat.maxPort !== nat.minPort ? nat.maxPort : undefined;
  w.u16(
    flag(nat.minAddress !== undefined, v6 ? RANGE.ipv6Min : RANGE.ipv4Min) |
      flag(max !== undefined, v6 ? RANGE.ipv6Max : RANGE.ipv4Max) |
      flag(nat.minPort !== undefined, RANGE.portMin) |
      flag(maxPort !== undefined, RANGE.portMax),
  );
  for (const address of [nat.minAddress, max]) {
    if (address === undefined) continue;
    if (v6) w.uint(ipv6Of(address), 16);
    else w.u32(ipv4Of(address));
  }
  for (const port of [nat.minPort, maxPort]) if (port !== undefined) w.u16(port);
  end(w, from);
}

/** The error, after a line in the log that says why. */
function refused(name: OfErrorName, why: string): SwitchError {
  log.limited(limit, "warn", why);
  return ofError(name, why);
}

function readCt(r: Reader, version: Version, depth: number): ActionOf<"ct"> {
  const flags = r.u16("flags");
  if (flags & ~3 || (flags & FORCE && !(flags & COMMIT))) throw ofError("OFPBAC_BAD_ARGUMENT", "ct flags");
  const zoneHeader = r.u32("zone_header");
  let zone: ActionOf<"ct">["zone"];
  if (zoneHeader === 0) zone = r.u16("zone");
  else {
    r.at -= 4;
    const header = fieldHeader(r);
    const word = r.u16("zone_ofs_nbits");
    zone = subfield(word, header);
    if (zone.bits !== 16)
      throw refused("OFPBAC_BAD_SET_LEN", `zone n_bits ${zone.bits} not within valid range [16..16]`);
  }
  const table = r.u8("table");
  r.skip(3, "pad");
  const alg = r.u16("alg");
  const exec: Action[] = [];
  let nat: NatArgs | undefined;
  while (r.left > 0) {
    if (isNat(r)) {
      if (nat) throw ofError("OFPBAC_BAD_ARGUMENT", "more than one nat");
      const length = r.view.getUint16(r.at + 2);
      if (length < 16 || length % 8 || length > r.left) throw ofError("OFPBAC_BAD_LEN");
      const body = r.sub(length);
      body.skip(10, "pad");
      nat = readNat(body);
      continue;
    }
    const action = nested.read(r, version, depth + 1);
    if (action.type !== "set_field" && action.type !== "move")
      throw ofError("OFPBAC_BAD_ARGUMENT", `${action.type} inside ct`);
    exec.push(action);
  }
  if (!(flags & COMMIT) && (exec.length || nat?.direction))
    throw refused(
      "OFPBAC_BAD_ARGUMENT",
      "CT action requires commit flag if actions other than NAT without arguments are specified.",
    );
  return {
    type: "ct",
    commit: (flags & COMMIT) !== 0,
    force: (flags & FORCE) !== 0,
    zone,
    table: table === NO_TABLE ? undefined : table,
    ...(alg ? { alg } : {}),
    ...(nat ? { nat } : {}),
    exec,
  };
}

/** Connection tracking; and actions that hold others. */
export const CONNTRACK_ROWS: readonly ActionRow[] = [
  row("ct", [nx(35, readCt)], (w, a, version) => {
    const from = beginNx(w, 35);
    w.u16((a.commit ? COMMIT : 0) | (a.force ? FORCE : 0));
    if (typeof a.zone === "number") {
      w.u32(0);
      w.u16(a.zone);
    } else {
      writeHeader(w, a.zone.field, Math.min(version, 2) as Version);
      w.u16(ofsNbits(a.zone));
    }
    w.u8(a.table ?? NO_TABLE);
    w.zeros(3);
    w.u16(a.alg ?? 0);
    if (a.nat) writeNat(w, a.nat);
    nested.write(w, a.exec, version);
    end(w, from);
  }),
  row(
    "clone",
    [
      nx(42, (r, version, depth) => {
        r.skip(6, "pad");
        const actions: Action[] = [];
        while (r.left > 0) actions.push(nested.read(r, version, depth + 1));
        return { type: "clone", actions };
      }),
    ],
    (w, a, version) => {
      const from = beginNx(w, 42);
      w.zeros(6);
      nested.write(w, a.actions, version);
      end(w, from);
    },
  ),
];
