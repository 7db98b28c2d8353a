import { check, closeDescriptor, libc } from "@vswitch/sys";

const AF_PACKET = 17;
const SOCK_RAW = 3;

/** A packet socket that only sends, out of one device (packet(7)). */
export function openRawSocket(ifindex: number): { send(frame: Uint8Array): void; close(): void } {
  const fd = check("socket", libc("int socket(int domain, int type, int protocol)")(AF_PACKET, SOCK_RAW, 0));
  const address = new Uint8Array(20); // struct sockaddr_ll
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setInt32(4, ifindex, true);
  return {
    send: (frame) =>
      void libc("long sendto(int fd, void *data, size_t size, int flags, void *address, uint length)")(
        fd,
        frame,
        frame.length,
        0,
        address,
        address.length,
      ),
    close: () => closeDescriptor(fd),
  };
}
