import { loadPart } from "@vswitch/cli-kit";
import { type Json, RpcPeer } from "@vswitch/core/jsonrpc";
import { errorText, vlog } from "@vswitch/core/lib";
import { askAbout, unfit } from "@vswitch/core/ovsdb";
import {
  type listenStream as ListenStream,
  openStream,
  type Stream,
  splitRemotes,
  streamKind,
} from "@vswitch/core/stream";
import type { Database as EngineDatabase } from "./engine.ts";
import { errors } from "./errors.ts";
import type { Options } from "./options.ts";

/** The database over one connection. */
export interface Database extends EngineDatabase {
  close(): void;
}

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
  const remotes = serversOf(options);
  const retry = options.retry || remotes.length > 1;
  for (let turn = 0, pause = 1000; ; turn++) {
    const remote = remotes[turn % remotes.length] as string;
    let why: string;
    try {
      const database = overStream(await openStream(remote, { defaultPort: OVSDB_PORT, ssl: options.ssl }), remote);
      const reason = remote.startsWith("unix:") && remotes.length === 1 ? undefined : await leaveFor(database, options);
      if (reason === undefined) return database;
      vlog("ovsdb_cs").info(`${remote}: ${reason}`);
      database.close();
      why = "";
    } catch (error) {
      why = errorText(error);
      if (!retry) throw errors.make("vsctl/connect", { db, why });
    }
    if ((turn + 1) % remotes.length) continue; // the others first
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, MAX_BACKOFF);
  }
}

/** Whether `--db` names several servers: one that is lost is made up for by another. */
export const hasSeveral = ({ db }: Options): boolean => splitRemotes(db).length > 1;

function serversOf({ db, shuffle }: Options): string[] {
  const remotes = splitRemotes(db);
  return shuffle ? remotes.sort(() => Math.random() - 0.5) : remotes;
}

/** Why another server is to be tried. */
async function leaveFor(database: Database, { leaderOnly }: Options): Promise<string | undefined> {
  const answer = await database.request("transact", askAbout("Open_vSwitch")).catch((error: unknown) => {
    if (errors.is(error, "vsctl/connect")) throw error;
    return null; // a server that does not tell of itself is of no cluster
  });
  return unfit(answer, leaderOnly);
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
    close: () => peer.abort(),
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
