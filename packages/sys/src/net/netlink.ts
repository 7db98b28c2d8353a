import { SysError } from "../error.ts";
import { ERRNO, errno, must, native, pinned } from "./call.ts";
import { closeFd } from "./descriptor.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_RCVBUFFORCE = 33;
const NETLINK_ROUTE = 0;
const RECEIVE_SIZE = 256 << 10;

/** A netlink socket of the routing family (rtnetlink(7)): whole datagrams in and out. */
export class NetlinkSocket {
  readonly fd: number;
  readonly #buffer = pinned(RECEIVE_SIZE);

  /**
   * @param groups bits of the multicast groups to hear (RTMGRP_*); with none, `receive` blocks for up to a second,
   * else it never blocks
   */
  constructor(groups = 0) {
    const type = SOCK_RAW | SOCK_CLOEXEC | (groups ? SOCK_NONBLOCK : 0);
    this.fd = must("socket", native("int socket(int, int, int)")(AF_NETLINK, type, NETLINK_ROUTE));
    const address = pinned(12);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_NETLINK, true);
    view.setUint32(8, groups, true);
    must("bind", native("int bind(int, void *, uint)")(this.fd, address, address.length));
    const option = native("int setsockopt(int, int, int, void *, uint)");
    const size = pinned(16);
    new DataView(size.buffer).setInt32(0, 4 << 20, true);
    option(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4);
    if (groups) return;
    const timeout = pinned(16);
    timeout[0] = 1;
    option(this.fd, SOL_SOCKET, SO_RCVTIMEO, timeout, 16);
  }

  send(message: Uint8Array): void {
    const length = native("long send(int, void *, size_t, int)")(this.fd, message, message.length, 0);
    must("send", length);
  }

  /** The next datagram; undefined when there is none; "overrun" when some were lost. */
  receive(): Uint8Array | "overrun" | undefined {
    for (;;) {
      const length = native("long recv(int, void *, size_t, int)")(this.fd, this.#buffer, RECEIVE_SIZE, 0);
      if (length >= 0) return this.#buffer.slice(0, length);
      const error = errno();
      if (error === ERRNO.EINTR) continue;
      if (error === ERRNO.EAGAIN) return undefined;
      if (error === ERRNO.ENOBUFS) return "overrun";
      throw new SysError("recv", error);
    }
  }

  close(): void {
    closeFd(this.fd);
  }
}
