import { SysError } from "@vswitch/sys";
import { NetlinkSocket, watchReadable } from "@vswitch/sys/net";
import {
  type DeviceAddress,
  decodeAddress,
  decodeLink,
  decodeMessages,
  decodeRoute,
  encodeDumpAddresses,
  encodeDumpLinks,
  encodeDumpRoutes,
  encodeGetLink,
  encodeSetLink,
  type HostRoute,
  type Link,
  type LinkChange,
  type LinkEvent,
  type LinkRef,
  messageError,
  NLMSG,
  type RawMessage,
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

  /** All addresses of devices. */
  addresses(): DeviceAddress[] {
    return this.#collect(encodeDumpAddresses, decodeAddress);
  }

  /** All routes. */
  routes(): HostRoute[] {
    return this.#collect(encodeDumpRoutes, decodeRoute);
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
    return this.#collect(encode, (message) => decodeLink(message)?.link);
  }

  /** Sends a request and reads what comes of it, each message by `decode`. @throws SysError */
  #collect<T>(encode: (sequence: number) => Uint8Array, decode: (message: RawMessage) => T | undefined): T[] {
    const sequence = ++this.#sequence;
    const request = encode(sequence);
    this.#socket.send(request);
    const dump = ((request[7] as number) & 3) === 3;
    const found: T[] = [];
    for (;;) {
      const datagram = this.#socket.receive();
      if (datagram === undefined) throw new SysError("rtnetlink", 110);
      if (datagram === "overrun") continue;
      for (const message of decodeMessages(datagram)) {
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG.done) return found;
        const error = messageError(message);
        if (error) throw new SysError("rtnetlink", error);
        if (error === 0) return found;
        const one = decode(message);
        if (one) found.push(one);
        if (one && !dump) return found;
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
  readonly #byName = new Map<string, Set<LinkWatcher>>();
  readonly #byIndex = new Map<number, Set<LinkWatcher>>();

  /** All devices. */
  watch(watcher: LinkWatcher): Disposable {
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  /** One device, by number and by name: it may be renamed, or another may take its name. */
  watchDevice(
    { ifindex, name }: { readonly ifindex: number; readonly name: string },
    watcher: LinkWatcher,
  ): Disposable {
    add(this.#byIndex, ifindex, watcher);
    add(this.#byName, name, watcher);
    return {
      [Symbol.dispose]: () => {
        remove(this.#byIndex, ifindex, watcher);
        remove(this.#byName, name, watcher);
      },
    };
  }

  close(): void {
    this.#watching[Symbol.dispose]();
    this.#socket.close();
  }

  #drain(): void {
    for (let datagram = this.#socket.receive(); datagram !== undefined; datagram = this.#socket.receive()) {
      const events = datagram === "overrun" ? ["all" as const] : decodeMessages(datagram).map(decodeLink);
      for (const event of events) if (event) for (const watcher of this.#concerned(event)) watcher(event);
    }
  }

  #concerned(event: LinkEvent | "all"): Set<LinkWatcher> {
    if (event === "all")
      return new Set([...this.#watchers, ...[...this.#byName.values()].flatMap((some) => [...some])]);
    const { ifindex, name } = event.link;
    return new Set([...this.#watchers, ...(this.#byIndex.get(ifindex) ?? []), ...(this.#byName.get(name) ?? [])]);
  }
}

function add<K>(map: Map<K, Set<LinkWatcher>>, key: K, watcher: LinkWatcher): void {
  const found = map.get(key);
  if (found) found.add(watcher);
  else map.set(key, new Set([watcher]));
}

function remove<K>(map: Map<K, Set<LinkWatcher>>, key: K, watcher: LinkWatcher): void {
  const found = map.get(key);
  if (found?.delete(watcher) && found.size === 0) map.delete(key);
}
