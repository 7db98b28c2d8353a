import { dir, vlog } from "#lib";

const log = vlog("bridge");

const tidy = (path: string): string => path.replace(/\/+/g, "/");

/** What follows a prefix in a name, doubled slashes counting as one; undefined when the name begins otherwise. */
function restAfter(prefix: string, target: string): string | undefined {
  const [name, allowed] = [tidy(target), tidy(prefix)];
  return name.startsWith(allowed) ? name.slice(allowed.length) : undefined;
}

/**
 * Whether a bridge may have a controller of that target. Sockets of the file system only in the folder of the run
 * time's own: whoever may write to the database must not overwrite files of the host, or talk to its services.
 * A refusal is logged.
 */
export function mayConnect(bridge: string, target: string): boolean {
  const folder = dir("run");
  const always = `"unix:${folder}/${bridge}.mgmt" (which is always available without special configuration).`;
  if (target.startsWith("punix:")) {
    const permitted = `punix:${folder}/${bridge}.`;
    if (restAfter(permitted, target)?.includes("/") === false) return true;
    log.err(
      `bridge ${bridge}: Not adding Unix domain socket controller "${target}" due to possibility of overwriting local files. Instead, specify path in permitted format "${permitted}*" or connect to ${always}`,
    );
    return false;
  }
  if (!target.startsWith("unix:") || !target.includes("/")) return true;
  if (restAfter(`unix:${folder}/`, target) !== undefined) return true;
  log.err(
    `bridge ${bridge}: Not connecting to socket controller "${target}" due to possibility for remote exploit.  Instead, specify socket in permitted directory "unix:${folder}/" or connect to ${always}`,
  );
  return false;
}
