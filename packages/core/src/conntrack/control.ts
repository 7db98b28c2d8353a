import { FRAGMENT_BOUNDS, type FragmentStatus, type Fragments, type IpVersion } from "./fragment.ts";
import { type ConnectionInfo, infoOf } from "./info.ts";
import type { LimitsInfo } from "./limit.ts";
import { exactTuple, matches, type TuplePattern } from "./parse.ts";
import type { ConnectionTable } from "./table.ts";
import type { TimeoutPolicy } from "./timeout.ts";

/** Bits that count, and what they have to be. */
export interface Masked {
  readonly value: bigint;
  readonly mask: bigint;
}

/** What is asked of a connection tracker or told to it: plain data, which may cross between threads. */
export type ConntrackRequest =
  /** Connections, of a zone or of all. */
  | { readonly do: "list"; readonly zone?: number | undefined }
  /** Forgets those whose ends fit; of all when no pattern is given. */
  | {
      readonly do: "flush";
      readonly zone?: number | undefined;
      readonly original?: TuplePattern | undefined;
      readonly reply?: TuplePattern | undefined;
      /** Bits of the mark and of the label that must be so. */
      readonly mark?: Masked | undefined;
      readonly labels?: Masked | undefined;
    }
  | { readonly do: "settings" }
  | { readonly do: "setMax"; readonly max: number }
  | { readonly do: "checkSequence"; readonly on: boolean }
  | { readonly do: "limits"; readonly zones?: readonly number[] | undefined }
  /** Zone undefined: the default. */
  | {
      readonly do: "setLimits";
      readonly limits: readonly { readonly zone?: number | undefined; readonly limit: number }[];
    }
  | { readonly do: "deleteLimits"; readonly zones: readonly number[] }
  | { readonly do: "fragments" }
  | { readonly do: "reassemble"; readonly version: IpVersion; readonly on: boolean }
  | { readonly do: "setMinFragment"; readonly version: IpVersion; readonly size: number }
  | { readonly do: "setMaxFragments"; readonly max: number }
  /** All as it was at first. */
  | { readonly do: "renew" }
  /** Policy undefined: there is none of that number any more. */
  | { readonly do: "setTimeouts"; readonly id: number; readonly policy: TimeoutPolicy | undefined };

/** The answer: what was asked for; `refused` with the reason in the words of the system's errors. */
export interface ConntrackReply {
  readonly connections?: readonly ConnectionInfo[];
  readonly settings?: { readonly max: number; readonly count: number; readonly checkSequence: boolean };
  readonly limits?: LimitsInfo;
  readonly fragments?: FragmentStatus;
  readonly refused?: "Operation not permitted" | "No such file or directory";
}

/** Does what is asked; `now` in milliseconds. */
export function controlConntrack(
  table: ConnectionTable,
  fragments: Fragments<unknown>,
  request: Exclude<ConntrackRequest, { do: "renew" }>,
  now: number,
): ConntrackReply {
  switch (request.do) {
    case "list": {
      const { zone } = request;
      const all = table.connections(now);
      const some = zone === undefined ? all : all.filter((connection) => connection.zone === zone);
      return { connections: some.map((connection) => infoOf(connection, now)) };
    }
    case "flush":
      return flush(table, request, now);
    case "settings": {
      const count = table.connections(now).length;
      return { settings: { max: table.max, count, checkSequence: table.checkSequence } };
    }
    case "setMax":
      table.max = request.max;
      return {};
    case "checkSequence":
      table.checkSequence = request.on;
      return {};
    case "limits":
      table.connections(now);
      return { limits: table.limits.info(request.zones) };
    case "setLimits":
      for (const { zone, limit } of request.limits) table.limits.set(zone, limit);
      return {};
    case "deleteLimits":
      for (const zone of request.zones) table.limits.delete(zone);
      return {};
    case "setTimeouts":
      table.timeouts.set(request.id, request.policy);
      return {};
    default:
      return controlFragments(fragments, request, now);
  }
}

type FragmentRequest = Extract<
  ConntrackRequest,
  { do: "fragments" | "reassemble" | "setMinFragment" | "setMaxFragments" }
>;

function controlFragments(fragments: Fragments<unknown>, request: FragmentRequest, now: number): ConntrackReply {
  switch (request.do) {
    case "fragments":
      fragments.purge(now);
      return { fragments: fragments.status() };
    case "reassemble":
      fragments.rules[request.version].enabled = request.on;
      return {};
    case "setMinFragment":
      if (request.size < FRAGMENT_BOUNDS.minSize) return { refused: "Operation not permitted" };
      fragments.rules[request.version].minSize = request.size;
      return {};
    case "setMaxFragments":
      if (request.max > FRAGMENT_BOUNDS.max) return { refused: "Operation not permitted" };
      fragments.max = request.max;
      return {};
  }
}

/** One connection when all of its ends are given, else those that fit; only the first can be missed. */
function flush(
  table: ConnectionTable,
  { zone, original, reply, mark, labels }: Extract<ConntrackRequest, { do: "flush" }>,
  now: number,
): ConntrackReply {
  table.connections(now);
  const exact = original && !reply && !mark && !labels && exactTuple(original);
  if (!exact) {
    table.flush(
      zone,
      (connection) =>
        (!original || matches(original, connection.original)) &&
        (!reply || matches(reply, connection.reply)) &&
        fits(mark, BigInt(connection.mark)) &&
        fits(
          labels,
          connection.label.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n),
        ),
    );
    return {};
  }
  const found = table.find(zone ?? 0, exact, now);
  if (!found) return { refused: "No such file or directory" };
  table.flush(undefined, (connection) => connection === found);
  return {};
}

const fits = (wanted: Masked | undefined, value: bigint): boolean =>
  !wanted || (value & wanted.mask) === (wanted.value & wanted.mask);
