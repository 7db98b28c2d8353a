import { createSocket } from "node:dgram";
import { openDatagram } from "@vswitch/sys";

/** A way to the system log; lines that it cannot take are lost. */
export interface SyslogSocket {
  send(line: string): void;
  close(): void;
}

const encoder = new TextEncoder();

/** Opens "unix:FILE" or "udp:IP:PORT" (RFC 3164 datagrams). */
export function openSyslog(method: string): SyslogSocket {
  if (method.startsWith("unix:")) {
    const socket = openDatagram(method.slice("unix:".length));
    return { send: (line) => socket.send(encoder.encode(line)), close: () => socket.close() };
  }
  const [, host = "127.0.0.1", port = "514"] = /^udp:(.*?)(?::(\d+))?$/.exec(method) ?? [];
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4").unref();
  socket.on("error", () => {});
  return {
    send: (line) => socket.send(line, Number(port), host.replace(/^\[|\]$/g, "")),
    close: () => void socket.close(),
  };
}
