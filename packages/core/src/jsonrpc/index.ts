export { ControlClient, type ControlCommand, type ControlReply, ControlServer } from "./control.ts";
export * from "./errors.ts";
export { JsonFramer, MAX_MESSAGE } from "./frame.ts";
export * from "./json.ts";
export { unescapeJson } from "./json-parser.ts";
export { MemberOrder, memberOrder } from "./member-order.ts";
export { MAX_BACKLOG, type PeerHandlers, RpcError, RpcPeer } from "./peer.ts";
export { RpcSession, type SessionHandlers, type SessionOptions } from "./session.ts";
