import type { PacketPort } from "#netdev";

/** The packet side of tunnels' ports: nothing is sent or received there, what is encapsulated leaves by other ports. */
export const tunnelIo: PacketPort = {
  offloads: true,
  send: () => false,
  flush: () => 0,
  close: () => {},
};
