import { closeSync, openSync, writeSync } from "node:fs";

/** Capture files of dummies (options pcap, tx_pcap, rxq_pcap): the classic libpcap format in the machine's order. */
const MAGIC = 0xa1b2c3d4;
/** As Open vSwitch writes it; frames are kept whole all the same. */
const SNAPLEN = 1518;
const LINKTYPE_ETHERNET = 1;

/** A capture file (magic a1b2c3d4, version 2.4, Ethernet) that is written frame by frame. */
export class PcapFile {
  readonly #fd: number;

  /** Begins a new file in place of what was there. */
  constructor(file: string) {
    this.#fd = openSync(file, "w");
    const header = new DataView(new ArrayBuffer(24));
    header.setUint32(0, MAGIC, true);
    header.setUint16(4, 2, true);
    header.setUint16(6, 4, true);
    header.setUint32(16, SNAPLEN, true);
    header.setUint32(20, LINKTYPE_ETHERNET, true);
    writeSync(this.#fd, header);
  }

  /** @param wall milliseconds since 1970 */
  write(frame: Uint8Array, wall: number): void {
    const record = new Uint8Array(16 + frame.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, Math.floor(wall / 1000), true);
    view.setUint32(4, Math.floor((wall % 1000) * 1000), true);
    view.setUint32(8, frame.length, true);
    view.setUint32(12, frame.length, true);
    record.set(frame, 16);
    writeSync(this.#fd, record);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Which file each direction goes to. */
export interface PcapOptions {
  readonly rx: string | undefined;
  readonly tx: string | undefined;
}

/** `pcap` takes both directions; it stands for the two others. */
export function pcapOptions(options: Readonly<Record<string, string>>): PcapOptions {
  const both = options["pcap"];
  return both === undefined ? { rx: options["rxq_pcap"], tx: options["tx_pcap"] } : { rx: both, tx: both };
}
