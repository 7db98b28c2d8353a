import type { Socket } from "node:net";
import { errnoName } from "#lib";
import { systemError } from "./stream.ts";

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
      reject(
        errnoName(error) === "ENOTFOUND" || errnoName(error) === "EAI_AGAIN"
          ? systemError("ENOENT", error.message)
          : error,
      );
    };
    const cancel = () => fail(systemError("ECANCELED"));
    socket.once(event, pass);
    socket.once("error", fail);
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel);
  });
}
