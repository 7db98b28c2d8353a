import type { SslFiles } from "@vswitch/core/stream";

/** Keys that may be others the next time someone looks: a listener made today takes up what the database says tomorrow. */
export class LiveKeys implements SslFiles {
  constructor(private readonly now: () => SslFiles) {}

  get privateKey(): string | undefined {
    return this.now().privateKey;
  }
  get certificate(): string | undefined {
    return this.now().certificate;
  }
  get caCert(): string | undefined {
    return this.now().caCert;
  }
  get bootstrap(): boolean | undefined {
    return this.now().bootstrap;
  }
  get peerCaCert(): string | undefined {
    return this.now().peerCaCert;
  }
  get protocols(): string | undefined {
    return this.now().protocols;
  }
  get ciphers(): string | undefined {
    return this.now().ciphers;
  }
  get cipherSuites(): string | undefined {
    return this.now().cipherSuites;
  }
  get serverName(): string | undefined {
    return this.now().serverName;
  }
}
