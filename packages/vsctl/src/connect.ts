import { listenPart } from "@vswitch/cli-kit";
import { type Json, RpcPeer } from "@vswitch/core/jsonrpc";
import { errorText, type LogSink, vlog } from "@vswitch/core/lib";
import { askAbout, unfit } from "@vswitch/core/ovsdb";
import { openStream, type Stream, splitRemotes, streamKind } from "@vswitch/core/stream";
import type { Database as EngineDatabase } from "./engine.ts";
import { errors } from "./errors.ts";
import type { Options } from "./options.ts";

/** The database over one connection. */
export interface Database extends EngineDatabase {
  close(): void;
}

/** Port of OVSDB where a method names none (IANA). */
const OVSDB_PORT = 6640;
/** Shortest and longest pause between two attempts, in milliseconds. */
const FIRST_BACKOFF = 1000;
const MAX_BACKOFF = 8000;

/**
 * The database until the process ends (to close it first takes milliseconds). Connects once, or with `--retry` until
 * it works. A passive method waits for the server to connect to us.
 */
export async function connectDatabase(options: Options): Promise<Database> {
  const { db } = options;
  const log = vlog("reconnect");
  if (streamKind(db) === "passive") return overStream(await acceptOne(options), db);
  const remotes = serversOf(options);
  const retry = options.retry || remotes.length > 1;
  for (let turn = 0, pause = FIRST_BACKOFF; ; turn++) {
    const remote = remotes[turn % remotes.length] as string;
    try {
      log.info(`${remote}: connecting...`);
      const database = overStream(await openStream(remote, { defaultPort: OVSDB_PORT, ssl: options.ssl }), remote);
      log.info(`${remote}: connected`);
      const reason = remote.startsWith("unix:") && remotes.length === 1 ? undefined : await leaveFor(database, options);
      if (reason === undefined) return database;
      vlog("ovsdb_cs").info(`${remote}: ${reason}`);
      database.close();
    } catch (error) {
      const why = errorText(error);
      log.info(`${remote}: connection attempt failed (${why})`);
      if (!retry) throw errors.make("vsctl/connect", { db, why });
    }
    if ((turn + 1) % remotes.length) continue; // the others first
    if (pause > FIRST_BACKOFF) log.info(`${remote}: waiting ${pause / 1000} seconds before reconnect`);
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

function acceptOne({ db, ssl }: Options): Promise<Stream> {
  const log: LogSink = ({ module, level, text }) => vlog(module).log(level, text);
  return listenPart().awaitPeer(db, { defaultPort: OVSDB_PORT, ssl, log });
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
