export { type ReconnectActions, ReconnectDriver } from "./driver.ts";
export { FakeStream, fakePair } from "./fake.ts";
export { type ListenOptions, listenStream } from "./listen.ts";
export {
  hostPort,
  needsProbes,
  type PassiveName,
  parseActive,
  parsePassive,
  type StreamName,
  splitRemotes,
  streamKind,
} from "./name.ts";
export { type OpenOptions, openStream } from "./open.ts";
export * from "./reconnect.ts";
export * from "./stream.ts";
export { unlinkSocket, unlinkSockets } from "./unix-path.ts";
