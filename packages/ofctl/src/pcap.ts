/** Capture files of libpcap's old format, either byte order and resolution. */
import { readFileSync } from "node:fs";
import { errorText, vlog } from "@vswitch/core/lib";
import { print } from "./print.ts";

const log = vlog("pcap");

/** Magic numbers as a little-endian reader sees them, with the byte order and resolution they mean. */
const MAGICS: Readonly<Record<number, readonly [little: boolean, perSecond: number]>> = {
  [0xa1b2c3d4]: [true, 1e6],
  [0xa1b23c4d]: [true, 1e9],
  [0xd4c3b2a1]: [false, 1e6],
  [0x4d3cb2a1]: [false, 1e9],
};

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

export interface Captured {
  /** Milliseconds since 1970. */
  readonly when: number;
  readonly octets: Uint8Array;
}

/** errno(3) EPROTO. */
const PROTOCOL_ERROR = 71;

/** Ends the program as the original's test commands do: the exit status is the errno. */
function refuse(file: string, why: string, status: number): never {
  print(2, `ovs-ofctl: ${file}: open failed (${why})\n`);
  process.exit(status);
}

/** All whole packets of a file. @param status the exit status when it cannot be opened; undefined: the errno */
export function readPcap(file: string, status?: number): Captured[] {
  let data: Buffer;
  try {
    data = readFileSync(file);
  } catch (error) {
    const why = errorText(error);
    log.warn(`${file}: failed to open pcap file for reading (${why})`);
    refuse(file, why, status ?? Math.abs((error as { errno?: number }).errno ?? 1));
  }
  const magic = data.length >= 4 ? data.readUInt32LE(0) : 0;
  const kind = MAGICS[magic];
  if (data.length < FILE_HEADER || !kind) {
    if (data.length < FILE_HEADER) log.warn("failed to read pcap header");
    else
      log.warn(
        `bad magic 0x${magic.toString(16).padStart(8, "0")} reading pcap file (expected 0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, or 0x4d3cb2a1)`,
      );
    refuse(file, "Protocol error", status ?? PROTOCOL_ERROR);
  }
  const [little, perSecond] = kind;
  const u32 = (at: number) => (little ? data.readUInt32LE(at) : data.readUInt32BE(at));
  const found: Captured[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= data.length; ) {
    const size = u32(at + 8);
    const from = at + RECORD_HEADER;
    if (from + size > data.length) break;
    found.push({ when: u32(at) * 1000 + (u32(at + 4) * 1000) / perSecond, octets: data.subarray(from, from + size) });
    at = from + size;
  }
  return found;
}

/** A file of one packet, as libpcap writes it on Ethernet. @param when milliseconds since 1970 */
export function onePacketFile(octets: Uint8Array, when: number): Uint8Array {
  const file = Buffer.alloc(FILE_HEADER + RECORD_HEADER);
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(1518, 16);
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(Math.floor(when / 1000), 24);
  file.writeUInt32LE((when % 1000) * 1000, 28);
  file.writeUInt32LE(octets.length, 32);
  file.writeUInt32LE(octets.length, 36);
  return Buffer.concat([file, octets]);
}
