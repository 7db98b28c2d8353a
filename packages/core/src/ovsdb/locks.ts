/** A client of the server's locks (RFC 7047 §4.1.8). */
export interface LockClient {
  /** The lock is now its. */
  locked(name: string): void;
  /** Another took it by force; it stays in the queue. */
  stolen(name: string): void;
}

/** Named locks: the first in each queue is the owner. */
export class Locks {
  readonly #queues = new Map<string, LockClient[]>();

  holds(client: LockClient, name: string): boolean {
    return this.#queues.get(name)?.[0] === client;
  }

  /** Puts the client into the queue, in front of all when it steals. @returns whether it is the owner. */
  request(client: LockClient, name: string, steal: boolean): boolean {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    if (!steal) {
      queue.push(client);
      return queue.length === 1;
    }
    const [victim] = queue;
    queue.unshift(client);
    victim?.stolen(name);
    return true;
  }

  /** Takes the client out of the queue. The first of those who are left is told that it is the owner, even if it was. */
  release(client: LockClient, name: string): void {
    const queue = this.#queues.get(name);
    const at = queue?.indexOf(client) ?? -1;
    if (!queue || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#queues.delete(name);
    else queue[0]?.locked(name);
  }
}
