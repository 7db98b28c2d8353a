import type { MacAddr } from "#lib";
import { errors } from "../../errors.ts";
import type { NetdevProvider, NetdevState } from "../../netdev.ts";

/** What is wrong with a patch port's options, in the original's words. */
function optionFault(name: string, options: Readonly<Record<string, string>>): string | undefined {
  if (Object.keys(options).some((key) => key !== "peer")) return "patch type takes only a 'peer' argument";
  if (!options["peer"]) return "patch type requires valid 'peer' argument";
  return options["peer"] === name ? "patch peer must not be self" : undefined;
}

/**
 * Patch ports have no device: their packets never leave the pipeline. The state is what Open vSwitch shows of them; the
 * counters are the pipeline's to keep.
 *
 * @param randomMac makes a locally administered unicast address
 */
export function patchNetdevs(randomMac: () => MacAddr): NetdevProvider {
  return {
    types: ["patch"],
    async open(name, type, options) {
      const fault = optionFault(name, options);
      if (fault) throw errors.make("netdev/bad-options", { name, fault });
      let state: NetdevState = {
        name,
        ifindex: 0,
        mac: randomMac(),
        mtu: 0,
        adminUp: true,
        carrier: true,
        carrierResets: 0,
      };
      return {
        type,
        state: () => state,
        stats: () => ({ rxPackets: 0n, rxBytes: 0n, txPackets: 0n, txBytes: 0n }),
        setMac(mac) {
          state = { ...state, mac };
        },
        setMtu() {},
        setAdminUp() {},
        watch: () => ({ [Symbol.dispose]() {} }),
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}
