import { ERRNO, errno, must, native, pinned } from "./call.ts";

/** Closes a descriptor; one that is closed already is no error. */
export function closeFd(fd: number): void {
  native("int close(int)")(fd);
}

const EFD_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2000000;

/** Makes an eventfd(2): a counter that wakes who polls it. */
export function openEvent(): number {
  return must("eventfd", native("int eventfd(uint, int)")(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

/** Wakes who polls the eventfd. */
export function signalEvent(fd: number): void {
  native("long write(int, void *, size_t)")(fd, ONE, 8);
}
const ONE = pinned(8);
ONE[0] = 1;
const COUNT = pinned(8);

/** Sets the eventfd's counter to 0. */
export function drainEvent(fd: number): void {
  native("long read(int, void *, size_t)")(fd, COUNT, 8);
}

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CLOEXEC = 0o2000000;

/** Bits of epoll events (epoll_ctl(2)). */
export const EPOLL = { in: 1, out: 4, error: 8, hangup: 16 } as const;
/** struct epoll_event is packed on x86-64 alone. */
const EVENT_SIZE = process.arch === "x64" ? 12 : 16;
const EVENTS_MAX = 256;

/** Waits for many descriptors at once (epoll(7), level-triggered). */
export class Poller {
  readonly #fd = must("epoll_create1", native("int epoll_create1(int)")(EPOLL_CLOEXEC));
  readonly #events = pinned(EVENTS_MAX * EVENT_SIZE);
  readonly #view = new DataView(this.#events.buffer);
  readonly #wait = native("int epoll_wait(int, void *, int, int)");

  /** Watches `fd` for something to read; `tag` names it in results. */
  add(fd: number, tag: number): void {
    const event = pinned(16);
    const view = new DataView(event.buffer);
    view.setUint32(0, EPOLL.in, true);
    view.setUint32(EVENT_SIZE - 8, tag, true);
    must("epoll_ctl", native("int epoll_ctl(int, int, int, void *)")(this.#fd, EPOLL_CTL_ADD, fd, event));
  }

  remove(fd: number): void {
    native("int epoll_ctl(int, int, int, void *)")(this.#fd, EPOLL_CTL_DEL, fd, null);
  }

  /** Blocks until something is ready or `ms` passed (-1: without end). @returns how many results there are */
  wait(ms: number): number {
    const count = this.#wait(this.#fd, this.#events, EVENTS_MAX, ms);
    if (count >= 0) return count;
    if (errno() === ERRNO.EINTR) return 0;
    return must("epoll_wait", count);
  }

  /** The tag of result `i`. */
  tag(i: number): number {
    return this.#view.getUint32(i * EVENT_SIZE + EVENT_SIZE - 8, true);
  }

  /** The EPOLL bits of result `i`. */
  events(i: number): number {
    return this.#view.getUint32(i * EVENT_SIZE, true);
  }

  close(): void {
    closeFd(this.#fd);
  }
}
