import { loadPart } from "@vswitch/cli-kit";
import { type Json, RpcPeer } from "@vswitch/core/jsonrpc";
import { errorText, vlog } from "@vswitch/core/lib";
import { type listenStream as ListenStream, openStream, type Stream, streamKind } from "@vswitch/core/stream";
import type { Database } from "./engine.ts";
import { errors } from "./errors.ts";
import type { Options } from "./options.ts";

/** Port of OVSDB where a method names none (IANA). */
const OVSDB_PORT = 6640;
/** Longest pause between two attempts, in milliseconds. */
const MAX_BACKOFF = 8000;

/** The database until the process ends (to close it first takes milliseconds). Connects once, or with `--retry` until it works. A passive method waits for the server to connect to us. */
export async function connectDatabase(options: Options): Promise<Database> {
  const { db } = options;
  if (/^(tcp|ssl):(\[[^\]]*\]|[^:]*)$|^p(tcp|ssl):(:|$)/.test(db)) {
    vlog("stream").warn("The default OVSDB port number has changed from 6632 to 6640");
  }
  if (streamKind(db) === "passive") return overStream(await accept(options), db);
  for (let pause = 1000; ; pause = Math.min(pause * 2, MAX_BACKOFF)) {
    try {
      return overStream(await openStream(db, { defaultPort: OVSDB_PORT, ssl: options.ssl }), db);
    } catch (error) {
      if (!options.retry) throw errors.make("vsctl/connect", { db, why: errorText(error) });
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Listening is rare and drags in TLS servers: it lives in a file of its own beside bin/. */
async function accept({ db, ssl }: Options): Promise<Stream> {
  const { listenStream } = loadPart<{ listenStream: typeof ListenStream }>("listen");
  return new Promise((resolve, reject) => {
    listenStream(db, { defaultPort: OVSDB_PORT, ssl }, resolve).catch((error: unknown) =>
      reject(errors.make("vsctl/connect", { db, why: errorText(error) })),
    );
  });
}

function overStream(stream: Stream, db: string): Database {
  let news = false;
  let wake: (() => void) | undefined;
  let lost: ((error: Error) => void) | undefined;
  let ended: Error | undefined;
  const peer = new RpcPeer(
    stream,
    {
      request: (_method, _params, id) => peer.replyError(id, "unknown method"),
      notification(method) {
        if (method !== "update") return;
        news = true;
        wake?.();
      },
      closed(error) {
        ended = errors.make("vsctl/connect", { db, why: error ? errorText(error) : "End of file" });
        lost?.(ended);
      },
    },
    { name: db },
  );
  return {
    async request(method: string, params: readonly Json[]) {
      try {
        return await peer.call(method, params);
      } catch (error) {
        throw ended ?? error;
      }
    },
    async updated() {
      if (!news) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          lost = reject;
          if (ended) reject(ended);
        });
      }
      news = false;
    },
  };
}
