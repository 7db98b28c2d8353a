import { constants } from "node:fs";
import { must, native } from "./call.ts";
import { closeFd } from "./descriptor.ts";
import { ifreq, ioctl } from "./socket.ts";

const TUNSETIFF = 0x400454ca;
const TUNSETPERSIST = 0x400454cb;
const TUNSETOFFLOAD = 0x400454d0;
const O_CLOEXEC = 0o2000000;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
const IFF_VNET_HDR = 0x4000;
/** Offloads that we take over from the host: checksum, TSO over IPv4 and IPv6, with ECN, and (Linux 6.2) USO. */
const OFFLOADS = 0x1 | 0x2 | 0x4 | 0x8;
const OFFLOADS_UDP = 0x20 | 0x40;

/**
 * Opens the tap device of that name, made when it is not there, with virtio headers in front of frames.
 * Non-blocking. A persistent device stays when its descriptor is closed.
 */
export function openTap(name: string, persistent: boolean): number {
  const request = ifreq(name);
  if (!request) throw new RangeError(`not a device name: ${name}`);
  const flags = constants.O_RDWR | constants.O_NONBLOCK | O_CLOEXEC;
  const fd = must("open", native("int open(const char *, int, int)")("/dev/net/tun", flags, 0));
  try {
    new DataView(request.buffer).setUint16(16, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, true);
    must("TUNSETIFF", ioctl(fd, TUNSETIFF, request));
    must("TUNSETPERSIST", ioctl(fd, TUNSETPERSIST, persistent ? 1 : 0));
    if (ioctl(fd, TUNSETOFFLOAD, OFFLOADS | OFFLOADS_UDP) < 0)
      must("TUNSETOFFLOAD", ioctl(fd, TUNSETOFFLOAD, OFFLOADS));
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** Has a tap vanish when its descriptor is closed, or stay. */
export function setTapPersistent(fd: number, persistent: boolean): void {
  ioctl(fd, TUNSETPERSIST, persistent ? 1 : 0);
}
