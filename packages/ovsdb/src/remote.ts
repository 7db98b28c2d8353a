// One connection method of a database server, as the rest of the server sees it.
import type { Clock } from "@vswitch/core/lib";
import type { DatabaseServer } from "@vswitch/core/ovsdb";
import type { SslFiles } from "@vswitch/core/stream";

/** Port of OVSDB where a remote names none (IANA). */
export const OVSDB_PORT = 6640;

/** How a remote is to be treated; a row of Manager may say. */
export interface RemoteOptions {
  /** Milliseconds of silence before a probe; 0: none. */
  readonly probeInterval?: number | undefined;
  /** Longest wait between attempts to connect, in milliseconds. */
  readonly maxBackoff?: number | undefined;
  /** Its clients may not write. Fixed when the remote is opened, as is `role`. */
  readonly readOnly?: boolean | undefined;
  /** The role of its clients; undefined: they may do all. */
  readonly role?: string | undefined;
}

/** What the Manager row of a remote shows. */
export interface RemoteStatus {
  readonly connected: boolean;
  readonly status: Readonly<Record<string, string>>;
}

/** One connection method in use. */
export interface Remote {
  /** Takes other options; connections stay. */
  update(options: RemoteOptions): void;
  close(): void;
  status(): RemoteStatus;
  /** Drops its connections, so that clients connect anew. */
  reconnect(reason: string): void;
}

/** What the server's remotes work with; `ssl` is asked for each connection, so that new keys are taken up. */
export interface RemotesOptions {
  readonly server: DatabaseServer;
  readonly clock: Clock;
  readonly ssl: () => SslFiles;
}
