// libexec/listen.cjs: passive connection methods (`--db=ptcp:…`), apart from the hot files because few runs listen.
export { listenStream } from "@vswitch/core/stream";
