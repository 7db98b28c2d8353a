/** Reads pcap files (the classic format of libpcap, pcap-savefile(5)) from memory. */

const HEADER = 24; // octets of the file's header
const RECORD = 16; // octets of a packet's header: seconds, fraction, captured, original

/** Magic numbers, read as big endian, and whether the file is little endian. */
const MAGICS: ReadonlyMap<number, boolean> = new Map([
  [0xa1b2c3d4, false],
  [0xa1b23c4d, false], // nanoseconds
  [0xd4c3b2a1, true],
  [0x4d3cb2a1, true],
]);

/**
 * The packets of a file, each the octets that were captured.
 * @throws Error with the original's words where the file ends too early or is no pcap file
 */
export function* pcapPackets(file: Uint8Array): Generator<Uint8Array> {
  if (file.length < HEADER) throw new Error("end of file reading pcap header");
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const magic = view.getUint32(0);
  const little = MAGICS.get(magic);
  if (little === undefined) {
    throw new Error(`bad magic ${magic} reading pcap file (expected 0xa1b2c3d4, 0xa1b23c4d, 0x4d3cb2a1 or 0xd4c3b2a1)`);
  }
  for (let at = HEADER; at < file.length; ) {
    if (at + RECORD > file.length) throw new Error("end of file within pcap record header");
    const captured = view.getUint32(at + 8, little);
    at += RECORD;
    if (at + captured > file.length) throw new Error("end of file reading pcap packet data");
    yield file.subarray(at, at + captured);
    at += captured;
  }
}
