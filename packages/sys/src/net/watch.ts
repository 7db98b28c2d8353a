import { koffi } from "../koffi.ts";

interface PollHandle {
  close(): void;
}
interface PollingKoffi {
  readonly node: {
    poll(fd: number, options: { readable: boolean }, callback: (status: number, events: number) => void): PollHandle;
  };
}

/** Keeps handles referenced: one that is collected silently stops. */
const watched = new Set<PollHandle>();

/** Calls `ready` on the event loop whenever `fd` has something to read, until disposed. */
export function watchReadable(fd: number, ready: () => void): Disposable {
  const { node } = koffi() as object as PollingKoffi;
  const handle = node.poll(fd, { readable: true }, () => ready());
  watched.add(handle);
  return {
    [Symbol.dispose]: () => {
      if (watched.delete(handle)) handle.close();
    },
  };
}
