import type { FieldName } from "#flow";
import { vlog } from "#lib";
import { Reader } from "#wire";
import { ofError } from "./errors.ts";
import { wireFieldOf } from "./match/wire-field.ts";
import type { Version } from "./message.ts";

const log = vlog("ofp_table");

/** What a flow may do with actions: those of a list, by number, and the fields that set_field may write. */
export interface ActionFeatures {
  readonly actions: ReadonlySet<number>;
  readonly setFields: ReadonlySet<FieldName>;
}

/** What flows of a table may do, or what the table may do when none matches. */
export interface BranchFeatures {
  readonly nextTables: ReadonlySet<number>;
  readonly instructions: ReadonlySet<number>;
  readonly write: ActionFeatures;
  readonly apply: ActionFeatures;
}

/** What a table can do (OpenFlow 1.3.5 §7.3.5.5). */
export interface TableFeatures {
  readonly table: number;
  readonly name: string;
  readonly metadataMatch: bigint;
  readonly metadataWrite: bigint;
  readonly maxEntries: number;
  /** 1.3 has neither, 1.4 and later tell of them. */
  readonly eviction: boolean | undefined;
  readonly vacancy: boolean | undefined;
  /** OpenFlow 1.5: replace, modify, enable, disable. */
  readonly command: number;
  readonly others: BranchFeatures;
  readonly miss: BranchFeatures;
  readonly matchable: ReadonlySet<FieldName>;
  readonly maskable: ReadonlySet<FieldName>;
  readonly wildcardable: ReadonlySet<FieldName>;
}

/** Octets before the properties. */
const FIXED = 64;
const CAPABILITY = { eviction: 4, vacancy: 8 };
/** Properties that must be there: those of hits, match and wildcards. */
const REQUIRED = [0, 2, 4, 6, 8, 10, 12, 14];
const KNOWN = new Set([...Array.from({ length: 9 }, (_, i) => i), 10, 12, 13, 14, 15]);

function numbers(r: Reader): Set<number> {
  const found = new Set<number>();
  while (r.left >= 4) {
    const type = r.u16("type");
    const length = r.u16("length");
    if (length < 4 || length - 4 > r.left) throw ofError("OFPTFFC_BAD_FEATURES");
    r.skip(length - 4, "pad");
    found.add(type);
  }
  return found;
}

function fields(r: Reader): { readonly all: Set<FieldName>; readonly masked: Set<FieldName> } {
  const all = new Set<FieldName>();
  const masked = new Set<FieldName>();
  while (r.left >= 4) {
    const header = r.u32("header");
    const experimenter = header >>> 16 === 0xffff && r.left >= 4 ? r.u32("experimenter") : 0;
    const found = wireFieldOf(header, experimenter);
    if (!found) continue;
    all.add(found.field);
    if (header & 0x100) masked.add(found.field);
  }
  return { all, masked };
}

function properties(r: Reader): Map<number, Reader> {
  const found = new Map<number, Reader>();
  while (r.left >= 4) {
    const type = r.u16("type");
    const length = r.u16("length");
    if (length < 4 || length - 4 > r.left) throw ofError("OFPTFFC_BAD_FEATURES");
    const body = r.sub(length - 4);
    r.skip(Math.min(r.left, -length & 7), "pad");
    if (!KNOWN.has(type)) throw ofError("OFPTFFC_BAD_FEATURES", `property ${type}`);
    found.set(type, body);
  }
  const missing = REQUIRED.filter((type) => !found.has(type));
  if (missing.length) {
    log.warn(`table features message missing ${missing.length} required properties, including property ${missing[0]}`);
    throw ofError("OFPTFFC_BAD_FEATURES");
  }
  return found;
}

/** One table's entry in a reply, octets with their length. What is said of hits alone goes for misses too. */
export function readTableFeatures(octets: Uint8Array, version: Version): TableFeatures {
  if (octets.length < FIXED) throw ofError("OFPBPC_BAD_LEN");
  const r = new Reader(octets, 2);
  const table = r.u8("table");
  const command = r.u8("command");
  r.skip(4, "pad"); // features that a 1.5 request may ask for
  const name = r.text(32, "name");
  const metadataMatch = r.u64("metadata_match");
  const metadataWrite = r.u64("metadata_write");
  const capabilities = r.u32("capabilities");
  const maxEntries = r.u32("max_entries");
  const found = properties(r);
  const list = <T>(property: number, miss: number, read: (r: Reader) => T): T => {
    const body = (miss ? found.get(property + 1) : undefined) ?? (found.get(property) as Reader);
    return read(new Reader(body.octets.subarray(body.at, body.end), 0));
  };
  const branch = (miss: 0 | 1): BranchFeatures => ({
    instructions: list(0, miss, numbers),
    nextTables: list(2, miss, (body) => {
      const next = new Set<number>();
      while (body.left > 0) next.add(body.u8("table"));
      return next;
    }),
    write: { actions: list(4, miss, numbers), setFields: list(12, miss, fields).all },
    apply: { actions: list(6, miss, numbers), setFields: list(14, miss, fields).all },
  });
  const match = list(8, 0, fields);
  return {
    table,
    name,
    metadataMatch,
    metadataWrite,
    maxEntries,
    eviction: version < 5 ? undefined : (capabilities & CAPABILITY.eviction) !== 0,
    vacancy: version < 5 ? undefined : (capabilities & CAPABILITY.vacancy) !== 0,
    command: version < 6 ? 0 : command,
    others: branch(0),
    miss: branch(1),
    matchable: match.all,
    maskable: match.masked,
    wildcardable: list(10, 0, fields).all,
  };
}
