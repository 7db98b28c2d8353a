/** A client of the server's locks (RFC 7047 §4.1.8). */
export interface LockClient {
  /** The lock is now its. */
  locked(name: string): void;
  /** Another took it by force; it stays in the queue unless it had come by force itself. */
  stolen(name: string): void;
}

interface Waiter {
  readonly client: LockClient;
  /** Whether it came by force: robbed in its turn, it does not wait. */
  readonly thief: boolean;
}

/** Named locks: the first in each queue is the owner. */
export class Locks {
  readonly #queues = new Map<string, Waiter[]>();

  holds(client: LockClient, name: string): boolean {
    return this.#queues.get(name)?.[0]?.client === client;
  }

  /** Puts the client into the queue, in front of all when it steals. @returns whether it is the owner. */
  request(client: LockClient, name: string, steal: boolean): boolean {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    if (!steal) {
      queue.push({ client, thief: false });
      return queue.length === 1;
    }
    const [victim] = queue;
    if (victim?.thief) queue.shift();
    queue.unshift({ client, thief: true });
    victim?.client.stolen(name);
    return true;
  }

  /** Takes the client out of the queue. The first of those who are left is told that it is the owner, even if it was. */
  release(client: LockClient, name: string): void {
    const queue = this.#queues.get(name);
    const at = queue?.findIndex((waiter) => waiter.client === client) ?? -1;
    if (!queue || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#queues.delete(name);
    else queue[0]?.client.locked(name);
  }
}
