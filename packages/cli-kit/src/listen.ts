// libexec/listen.cjs: passive connection methods (`--db=ptcp:…`), apart from the hot files because few runs listen.
import { errorText, type LogSink, setDefaultLevel, setLogSink, vlog } from "@vswitch/core/lib";
import { type ListenOptions, listenStream, type Stream, unlinkSockets } from "@vswitch/core/stream";

/** Longest pause between two attempts to listen, in milliseconds; the first is a second. */
const MAX_BACKOFF = 8000;

/** What `awaitPeer` takes beside the name. */
export interface AwaitOptions extends ListenOptions {
  /** Takes the lines of this part, which has loggers of its own. */
  readonly log: LogSink;
}

/**
 * Listens at a passive connection method until a peer comes: the first is the one. Where it cannot listen it tries
 * again and again. The file of a Unix domain socket goes when the process ends.
 */
export async function awaitPeer(name: string, { log: sink, ...options }: AwaitOptions): Promise<Stream> {
  setDefaultLevel("console", "dbg");
  setLogSink("console", sink);
  process.once("exit", unlinkSockets);
  for (const signal of ["SIGALRM", "SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.once(signal, () => {
      unlinkSockets();
      process.kill(process.pid, signal);
    });
  }
  const log = vlog("reconnect");
  for (let pause = 1000; ; pause = Math.min(pause * 2, MAX_BACKOFF)) {
    try {
      return await firstPeer(name, options);
    } catch (error) {
      log.info(`${name}: listening...`);
      log.info(`${name}: listen attempt failed (${errorText(error)})`);
      if (pause > 1000) log.info(`${name}: waiting ${pause / 1000} seconds before trying to listen again`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function firstPeer(name: string, options: ListenOptions): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const log = vlog("reconnect");
    listenStream(name, options, (stream) => {
      log.info(`${name}: listening...`);
      log.info(`${name}: connected`);
      resolve(stream);
    }).then(() => log.info(`${name}: listening...`), reject);
  });
}
