import { check } from "./error.ts";
import { libc } from "./koffi.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** A Unix domain datagram socket, connected. */
export interface Datagram {
  /** Sends one datagram or drops it; never blocks. */
  send(octets: Uint8Array): void;
  close(): void;
}

/** @throws SysError when there is no such socket */
export function openDatagram(path: string): Datagram {
  const fd = check("socket", libc("int socket(int, int, int)")(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const address = new Uint8Array(110); // sockaddr_un: family:16, then the path
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  new TextEncoder().encodeInto(path, address.subarray(2, 109));
  const close = () => void libc("int close(int)")(fd);
  try {
    check("connect", libc("int connect(int, const uint8_t *, uint32_t)")(fd, address, address.length));
  } catch (error) {
    close();
    throw error;
  }
  const send = libc("ssize_t send(int, const uint8_t *, size_t, int)");
  return { send: (octets) => void send(fd, octets, octets.length, MSG_DONTWAIT | MSG_NOSIGNAL), close };
}
