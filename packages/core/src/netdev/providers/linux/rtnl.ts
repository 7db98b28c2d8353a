import { SysError } from "@vswitch/sys";
import { NetlinkSocket, watchReadable } from "@vswitch/sys/net";
import {
  decodeLink,
  decodeMessages,
  encodeDumpLinks,
  encodeGetLink,
  encodeSetLink,
  type Link,
  type LinkChange,
  type LinkEvent,
  type LinkRef,
  messageError,
  NLMSG,
  RTMGRP_LINK,
} from "#netlink";

/** Asks and orders the kernel about devices of this namespace; each call is answered before it returns. */
export class Rtnl {
  readonly #socket = new NetlinkSocket();
  #sequence = 0;

  /** The device; undefined when there is none. */
  link(ref: LinkRef): Link | undefined {
    try {
      return this.#ask((sequence) => encodeGetLink(sequence, ref)).at(0);
    } catch (error) {
      if (error instanceof SysError && error.code !== "EPERM") return undefined;
      throw error;
    }
  }

  links(): Link[] {
    return this.#ask(encodeDumpLinks);
  }

  /** @throws SysError */
  change(ifindex: number, change: LinkChange): void {
    this.#ask((sequence) => encodeSetLink(sequence, ifindex, change));
  }

  /** Sends any request with an acknowledgement. @throws SysError */
  request(encode: (sequence: number) => Uint8Array): void {
    this.#ask(encode);
  }

  close(): void {
    this.#socket.close();
  }

  #ask(encode: (sequence: number) => Uint8Array): Link[] {
    const sequence = ++this.#sequence;
    const request = encode(sequence);
    this.#socket.send(request);
    const dump = ((request[7] as number) & 3) === 3;
    const links: Link[] = [];
    for (;;) {
      const datagram = this.#socket.receive();
      if (datagram === undefined) throw new SysError("rtnetlink", 110);
      if (datagram === "overrun") continue;
      for (const message of decodeMessages(datagram)) {
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG.done) return links;
        const error = messageError(message);
        if (error) throw new SysError("rtnetlink", error);
        if (error === 0) return links;
        const event = decodeLink(message);
        if (event) links.push(event.link);
        if (event && !dump) return links;
      }
    }
  }
}

/** One change of a device, or "all" when some were lost and everything must be looked at again. */
export type LinkWatcher = (event: LinkEvent | "all") => void;

/** Hears of changes of devices and hands them on. */
export class LinkMonitor {
  readonly #socket = new NetlinkSocket(RTMGRP_LINK);
  readonly #watching = watchReadable(this.#socket.fd, () => this.#drain());
  readonly #watchers = new Set<LinkWatcher>();

  watch(watcher: LinkWatcher): Disposable {
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  close(): void {
    this.#watching[Symbol.dispose]();
    this.#socket.close();
  }

  #drain(): void {
    for (let datagram = this.#socket.receive(); datagram !== undefined; datagram = this.#socket.receive()) {
      const events = datagram === "overrun" ? ["all" as const] : decodeMessages(datagram).map(decodeLink);
      for (const event of events) if (event) for (const watcher of [...this.#watchers]) watcher(event);
    }
  }
}
