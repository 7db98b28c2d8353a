import { dir, errorText, vlog } from "@vswitch/core/lib";
import { pidfileOwner } from "@vswitch/daemon-kit/pidfile";
import { errors } from "./errors.ts";

/**
 * The control socket of a target: a path is one already; a name is a program whose pidfile stands in the run
 * directory.
 * @throws SwitchError "appctl/pidfile"
 */
export function controlSocket(target: string): string {
  if (target.startsWith("/")) return target;
  const base = `${dir("run")}/${target}`;
  const pidfile = `${base}.pid`;
  let pid: number | undefined;
  try {
    pid = pidfileOwner(pidfile);
  } catch (error) {
    vlog("daemon_unix").warn(`${pidfile}: open: ${errorText(error)}`);
    throw errors.make("appctl/pidfile", { pidfile, text: errorText(error) });
  }
  if (pid === undefined) throw errors.make("appctl/pidfile", { pidfile, text: "No such process" });
  return `${base}.${pid}.ctl`;
}
