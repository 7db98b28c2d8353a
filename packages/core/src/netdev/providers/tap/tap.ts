import { closeFd, openTap, setTapPersistent } from "@vswitch/sys/net";
import { errors } from "../../errors.ts";
import type { NetdevProvider } from "../../netdev.ts";
import { type Host, HostNetdev, why } from "../linux/index.ts";

/**
 * Tap devices: the host's end of a port of ours. The device is made here, persistent, so that it is there before the
 * datapath reads from it and when a daemon dies; the datapath opens its own queue to it. What the host counts as sent
 * is what the port received.
 */
export function tapNetdevs(host: Host, types: readonly string[] = ["tap"]): NetdevProvider {
  return {
    types,
    async open(name, type) {
      const link = ensureTap(host, name);
      return new HostNetdev(host, type, link, true);
    },
  };
}

/** The tap of that name, made when it is not there. @throws SwitchError */
export function ensureTap(host: Host, name: string) {
  try {
    if (host.rtnl.link({ name })?.kind !== "tun") {
      closeFd(openTap(name, true));
      const made = host.rtnl.link({ name });
      if (made && host.owner !== undefined) host.rtnl.change(made.ifindex, { alias: host.owner });
    }
  } catch (error) {
    throw errors.make("netdev/cannot-open", { name, why: why(error) }, { cause: error });
  }
  const link = host.rtnl.link({ name });
  if (!link) throw errors.make("netdev/cannot-open", { name, why: "No such device" });
  return link;
}

/** Names of the taps that this owner made, now or in an earlier life. */
export const ownTaps = (host: Host): readonly string[] =>
  host.rtnl
    .links()
    .flatMap(({ name, kind, alias }) => (kind === "tun" && alias !== undefined && alias === host.owner ? name : []));

/** Takes a tap away. No error when it is gone already or is no tap. */
export function removeTap(host: Host, name: string): void {
  if (host.rtnl.link({ name })?.kind !== "tun") return;
  try {
    const fd = openTap(name, false);
    setTapPersistent(fd, false);
    closeFd(fd);
  } catch {
    // Another process holds it; it is not ours to take then.
  }
}
