/** What a stream tells its owner. No call comes before `listen` returned, none after `closed`. */
export interface StreamSink {
  /** Octets that came; the sink's only while the call lasts. */
  data(octets: Uint8Array): void;
  /** The stream ended: without an error the peer closed it in order. Not called after our own `close`. */
  closed(error?: Error): void;
  /** All that was sent has been taken by the system. */
  drained?(): void;
}

/** A byte stream to a peer, already connected. */
export interface Stream {
  /** As the original calls it: "unix:/run/db.sock", "tcp:10.0.0.1:6640", "unix#3" for one accepted. */
  readonly name: string;
  /** Octets handed to `send` that the system has not taken yet. */
  readonly pending: number;
  /** Address of the peer without port, for the streams that have one. */
  readonly remoteAddress?: string | undefined;
  /** The common name in the certificate that the peer showed; undefined where it showed none. */
  readonly peerId?: string | undefined;
  /** Starts delivery; at most once. */
  listen(sink: StreamSink): void;
  /**
   * Queues octets, which must not change afterwards, or text, which leaves as UTF-8; several in one write where the
   * system has that. Never blocks; nothing happens after the end.
   */
  send(...chunks: readonly (Uint8Array | string)[]): void;
  /** Stops and restarts delivery, so that a peer can be held back. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes. */
  close(): void;
  /** Closes at once; what is queued is lost. */
  abort(): void;
}

/** Accepts streams until closed. */
export interface PassiveStream {
  readonly name: string;
  /** TCP port it listens on, 1…65535; 0 for Unix domain sockets. */
  readonly port: number;
  /** Stops accepting and removes the socket's file. */
  close(): void;
}

/** Keys of SSL streams, by file name; read when a stream is made, so that renewed ones are seen. */
export interface SslFiles {
  readonly privateKey?: string | undefined;
  readonly certificate?: string | undefined;
  /** Certificates we believe; "none" believes any peer. */
  readonly caCert?: string | undefined;
  /** Makes the CA file from the first peer's certificate chain when it is not there. */
  readonly bootstrap?: boolean | undefined;
  /** More certificates to show to peers, so that they can bootstrap. */
  readonly peerCaCert?: string | undefined;
  /** For example "TLSv1.2,TLSv1.3". */
  readonly protocols?: string | undefined;
  readonly ciphers?: string | undefined;
  /** Suites of TLSv1.3, in OpenSSL's words; all of the library's when absent. */
  readonly cipherSuites?: string | undefined;
  /** Name sent to a server (RFC 6066 §3); when absent the host of the target, where it is a name. */
  readonly serverName?: string | undefined;
}

/** Key files, or what tells them when a stream is made: they may change at any time. */
export type SslSource = SslFiles | (() => SslFiles | undefined);

/** An error of the system by name, as Node makes them. */
export function systemError(code: string, message = code): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}
