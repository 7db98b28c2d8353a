import type { Socket } from "node:net";
import { errnoName } from "#lib";
import { systemError } from "./stream.ts";

/** Whether the error says that a host's name is none. */
export function isUnresolved(error: unknown): boolean {
  return ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NONAME"].includes(errnoName(error) ?? "");
}

/** Settles when the socket has connected, failed, or been given up. */
export function connected(socket: Socket, event: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      socket.off(event, pass);
      socket.off("error", fail);
      signal?.removeEventListener("abort", cancel);
    };
    const pass = () => {
      done();
      resolve();
    };
    const fail = (error: Error) => {
      done();
      socket.on("error", () => {});
      socket.destroy();
      reject(isUnresolved(error) ? systemError("EAFNOSUPPORT", error.message) : error);
    };
    const cancel = () => fail(systemError("ECANCELED"));
    socket.once(event, pass);
    socket.once("error", fail);
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel);
  });
}
