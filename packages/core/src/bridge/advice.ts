import type { MirrorConfig } from "#ofproto";
import { formatMac, parseMac } from "#packet";
import { isMulticast } from "./mac.ts";

/** A mirror as a Mirror row has it: with both outputs, if it names both. */
export type MirrorFault = Pick<MirrorConfig, "name" | "outputPort" | "outputVlan">;

/**
 * What is wrong with a Bridge row and what hangs on it, yet keeps nothing else from working: lines for the log, in
 * the original's words, told each time the configuration is read.
 *
 * @param hwaddr other_config:hwaddr as it stands
 */
export function adviceOn(bridge: string, hwaddr: string | undefined, mirrors: readonly MirrorFault[]): string[] {
  const lines: string[] = [];
  const mac = hwaddr === undefined ? undefined : parseMac(hwaddr);
  if (mac !== undefined && isMulticast(mac))
    lines.push(`cannot set MAC address to multicast address ${formatMac(mac)}`);
  for (const { name, outputPort, outputVlan } of mirrors) {
    if (outputPort === undefined && outputVlan === undefined)
      lines.push(`mirror ${name} does not specify output; ignoring`);
    if (outputPort !== undefined && outputVlan !== undefined)
      lines.push(`mirror ${name} specifies both output port and output vlan; ignoring output vlan`);
  }
  return lines.map((line) => `bridge ${bridge}: ${line}`);
}
