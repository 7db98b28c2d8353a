import { errors } from "../../errors.ts";
import type { NetdevProvider } from "../../netdev.ts";
import { type Host, HostNetdev } from "./host.ts";

/** Devices that the host has: physical ones, veth, VLAN, and so on. They must exist when they are opened. */
export function linuxNetdevs(host: Host): NetdevProvider {
  return {
    types: ["system", ""],
    async open(name, type) {
      const link = host.rtnl.link({ name });
      if (!link || link.name !== name) throw errors.make("netdev/cannot-open", { name, why: "No such device" });
      return new HostNetdev(host, type || "system", link);
    },
  };
}
