import type { MacAddr } from "#lib";
import type { NetdevProvider, NetdevState } from "../../netdev.ts";

/**
 * Patch ports have no device: their packets never leave the pipeline. The state is what Open vSwitch shows of them; the
 * counters are the pipeline's to keep.
 *
 * @param randomMac makes a locally administered unicast address
 */
export function patchNetdevs(randomMac: () => MacAddr): NetdevProvider {
  return {
    types: ["patch"],
    async open(name, type) {
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
