import { ethtool, pinned } from "@vswitch/sys/net";
import type { NetdevState } from "../../netdev.ts";

/** What ethtool ioctls tell of a device (linux/ethtool.h). */
const ETHTOOL_GSET = 1;
const ETHTOOL_GDRVINFO = 3;
const SETTINGS_SIZE = 44;
const DRIVER_SIZE = 196;

const text = (octets: Uint8Array, at: number, size: number): string => {
  const field = octets.subarray(at, at + size);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
};

function command(name: string, number: number, size: number): Uint8Array | undefined {
  const data = pinned(size);
  data[0] = number;
  return ethtool(name, data) ? data : undefined;
}

/** Speed and duplex; a part that the device cannot tell is left out. */
export function linkSettings(name: string): Pick<NetdevState, "speed" | "duplex"> {
  const data = command(name, ETHTOOL_GSET, SETTINGS_SIZE);
  if (!data) return {};
  const view = new DataView(data.buffer);
  const megabits = view.getUint16(12, true) + view.getUint16(28, true) * 0x10000;
  const known = megabits !== 0 && megabits !== 0xffff && megabits !== 0xffffffff;
  const duplex = ({ 0: "half", 1: "full" } as const)[data[14] as number];
  return { ...(known && { speed: BigInt(megabits) * 1_000_000n }), ...(duplex && { duplex }) };
}

/** Driver name and versions; undefined when the device does not tell. */
export function driver(name: string): NetdevState["driver"] {
  const data = command(name, ETHTOOL_GDRVINFO, DRIVER_SIZE);
  return data && { name: text(data, 4, 32), version: text(data, 36, 32), firmware: text(data, 68, 32) };
}
