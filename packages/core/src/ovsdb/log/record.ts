// Records of the log file: `OVSDB JSON LENGTH SHA1\n`, then LENGTH octets of JSON (ovsdb(5)).
import { isJsonObject, type JsonObject, parseJson } from "#jsonrpc";
import { SwitchError } from "#lib";
import { OvsdbError } from "../error.ts";

/** The kind of file: "JSON" is a standalone database, "CLUSTER" one of Raft. */
export type LogMagic = "JSON" | "CLUSTER";
/** The kinds of files that can be told apart by their first line. */
export const LOG_MAGICS: readonly LogMagic[] = ["JSON", "CLUSTER"];

/** SHA-1 of octets, as 40 lower-case hexadecimal digits: by argument, the way all of the system comes in. */
export type Sha1 = (octets: Uint8Array) => string;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NEWLINE = 0x0a;
/** Longest header line, in octets. */
const MAX_HEADER = 128;

/** The line before a record's data, of `length` octets and with the SHA-1 given. */
export function recordHeader(length: number, hash: string, magic: LogMagic = "JSON"): Uint8Array {
  return encoder.encode(headerLine(length, hash, magic));
}

/** (ASCII alone.) */
const headerLine = (length: number, hash: string, magic: LogMagic) => `OVSDB ${magic} ${length} ${hash}\n`;

/** The octets of a record that holds `json` text. */
export function formatRecord(json: string, sha1: Sha1, magic: LogMagic = "JSON"): Uint8Array {
  // the header's length is known last: room is left for the longest
  const room = new Uint8Array(MAX_HEADER + json.length * 3 + 1);
  return fillRecord(room, json, sha1, magic);
}

const scratch = new Uint8Array(1 << 16);

/** As formatRecord, in memory that the next call uses again where the record is small: most are, and soon written. */
export function formatRecordShortly(json: string, sha1: Sha1): Uint8Array {
  const fits = MAX_HEADER + json.length * 3 + 1 <= scratch.length;
  return fits ? fillRecord(scratch, json, sha1, "JSON") : formatRecord(json, sha1);
}

function fillRecord(room: Uint8Array, json: string, sha1: Sha1, magic: LogMagic): Uint8Array {
  const { written } = encoder.encodeInto(json, room.subarray(MAX_HEADER));
  const end = MAX_HEADER + written + 1;
  room[end - 1] = NEWLINE;
  const header = headerLine(written + 1, sha1(room.subarray(MAX_HEADER, end)), magic);
  const start = MAX_HEADER - header.length;
  for (let i = 0; i < header.length; i++) room[start + i] = header.charCodeAt(i);
  return room.subarray(start, end);
}

/** A record as it was read, its SHA-1 found right. */
export interface LogRecord {
  readonly json: JsonObject;
  /** Where it starts and ends in the file, in octets. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the records of a log file's octets one after the other.
 * @throws OvsdbError at the first that is wrong; `end` then says up to where the file is good.
 */
export class LogReader {
  /** End of the last good record. */
  end = 0;
  readonly #octets: Uint8Array;

  constructor(
    readonly name: string,
    octets: Uint8Array,
    readonly sha1: Sha1,
    readonly magic: LogMagic = "JSON",
  ) {
    this.#octets = octets;
  }

  next(): LogRecord | undefined {
    const start = this.end;
    const octets = this.#octets;
    if (start >= octets.length) return undefined;
    const newline = octets.subarray(start, start + MAX_HEADER).indexOf(NEWLINE);
    const headerEnd = newline < 0 ? octets.length : start + newline + 1;
    const header = decoder.decode(octets.subarray(start, headerEnd));
    const [, magic, digits = "", expected = ""] = /^OVSDB (\S+) (\d+) ([0-9a-f]{40})\n$/.exec(header) ?? [];
    const length = Number(digits);
    if (magic !== this.magic || !Number.isSafeInteger(length) || length === 0) {
      const line = /^OVSDB (?:JSON|CLUSTER)(?= )/.exec(header)?.[0] ?? header.replace(/\n$/, "");
      throw new OvsdbError("syntax error", `${this.name}: parse error at offset ${start} in header line "${line}"`);
    }
    if (headerEnd + length > octets.length) {
      const details = `${this.name}: error reading ${length} bytes starting at offset ${headerEnd}`;
      throw new OvsdbError("I/O error", details, undefined, "End of file");
    }
    const data = octets.subarray(headerEnd, headerEnd + length);
    const json = this.#parse(data, headerEnd, expected);
    this.end = headerEnd + length;
    return { json, start, end: this.end };
  }

  #parse(data: Uint8Array, at: number, expected: string): JsonObject {
    const where = `${this.name}: ${data.length} bytes starting at offset ${at}`;
    const actual = this.sha1(data);
    if (actual !== expected) {
      const details = `${where} have SHA-1 hash ${actual} but should have hash ${expected}`;
      throw new OvsdbError("syntax error", details);
    }
    let json: ReturnType<typeof parseJson>;
    try {
      json = parseJson(decoder.decode(data));
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      throw new OvsdbError("syntax error", `${where} are not valid JSON (${error.message})`);
    }
    if (!isJsonObject(json)) throw new OvsdbError("syntax error", `${where} are not a JSON object`);
    return json;
  }
}
