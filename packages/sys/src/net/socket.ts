import { addressOf, must, native, pinned } from "./call.ts";
import { closeFd } from "./descriptor.ts";

const AF_PACKET = 17;
const AF_INET = 2;
const SOCK_RAW = 3;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_ATTACH_BPF = 50;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_AUXDATA = 8;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
const ETH_P_ALL_BIG_ENDIAN = 0x0300;
/** Octets of kernel memory for frames on their way, each direction. */
const BUFFER = 8 << 20;

function setOption(fd: number, level: number, option: number, value: Uint8Array): number {
  return native("int setsockopt(int, int, int, void *, uint)")(fd, level, option, value, value.length);
}

function int(value: number): Uint8Array {
  const octets = pinned(4);
  new DataView(octets.buffer).setInt32(0, value, true);
  return octets;
}

/**
 * Opens an AF_PACKET socket on a device, promiscuous, with virtio headers in front of frames and the VLAN tags that
 * the kernel took off beside them. Frames that leave by the device are not seen. Non-blocking.
 *
 * @param filter descriptor of a socket filter program that says which frames come
 */
export function openPacketSocket(ifindex: number, filter?: number): number {
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = must("socket", native("int socket(int, int, int)")(AF_PACKET, type, 0));
  try {
    must("setsockopt", setOption(fd, SOL_PACKET, PACKET_VNET_HDR, int(1)));
    must("setsockopt", setOption(fd, SOL_PACKET, PACKET_AUXDATA, int(1)));
    setOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, int(1));
    if (filter !== undefined) must("setsockopt", setOption(fd, SOL_SOCKET, SO_ATTACH_BPF, int(filter)));
    setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, int(BUFFER));
    setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, int(BUFFER));
    const request = pinned(16);
    const member = new DataView(request.buffer);
    member.setInt32(0, ifindex, true);
    member.setUint16(4, PACKET_MR_PROMISC, true);
    must("setsockopt", setOption(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request));
    const address = pinned(20);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, ETH_P_ALL_BIG_ENDIAN, true);
    view.setInt32(4, ifindex, true);
    must("bind", native("int bind(int, void *, uint)")(fd, address, address.length));
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

const SIOCETHTOOL = 0x8946;
const SIOCGIFINDEX = 0x8933;
const IFNAMSIZ = 16;
const IFREQ_SIZE = 40;

/** A device ioctl on a socket of the caller's network namespace. */
function deviceIoctl(request: number, argument: Uint8Array): number {
  const fd = must("socket", native("int socket(int, int, int)")(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const result = ioctl(fd, request, argument);
  closeFd(fd);
  return result;
}

/** A struct ifreq for a device; undefined when the name cannot be one. */
export function ifreq(name: string): Uint8Array | undefined {
  const text = new TextEncoder().encode(name);
  if (text.length === 0 || text.length >= IFNAMSIZ) return undefined;
  const request = pinned(IFREQ_SIZE);
  request.set(text);
  return request;
}

/** ioctl(2) with memory or a number as argument. @returns -1 when it failed */
export function ioctl(fd: number, request: number, argument: Uint8Array | number): number {
  return typeof argument === "number"
    ? native("int ioctl(int, ulong, long)")(fd, request, argument)
    : native("int ioctl(int, ulong, void *)")(fd, request, argument);
}

/** The number of a device of this namespace; undefined when there is none. */
export function ifindexOf(name: string): number | undefined {
  const request = ifreq(name);
  if (!request || deviceIoctl(SIOCGIFINDEX, request) < 0) return undefined;
  return new DataView(request.buffer).getInt32(IFNAMSIZ, true);
}

/** Runs an ethtool command; `data` begins with its number and takes the answer. @returns whether the device knows it */
export function ethtool(name: string, data: Uint8Array): boolean {
  const request = ifreq(name);
  if (!request) return false;
  new DataView(request.buffer).setBigUint64(IFNAMSIZ, BigInt(addressOf(data)), true);
  return deviceIoctl(SIOCETHTOOL, request) === 0;
}
