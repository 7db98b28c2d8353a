export { addressOf, ERRNO, errno, must, native, pinned } from "./call.ts";
export { closeFd, drainEvent, EPOLL, openEvent, Poller, signalEvent } from "./descriptor.ts";
export { BATCH_MAX, ReceiveBatch, SendBatch } from "./message.ts";
export { NetlinkSocket } from "./netlink.ts";
export { ethtool, ifindexOf, ifreq, ioctl, openPacketSocket } from "./socket.ts";
export { openTap, setTapPersistent } from "./tap.ts";
export { watchReadable } from "./watch.ts";
