import type { OfPort } from "#lib";
import { ofError } from "./errors.ts";
import type { OfErrorName } from "./of-errors.ts";
import { OFPP, PORT_END } from "./port.ts";

/** A 16-bit port of OpenFlow 1.0 and of Nicira's extensions: the reserved ones are the low half of the 32-bit ones. */
export const portFrom16 = (port: number): OfPort => (port >= PORT_END ? port + 0xffff0000 : port) as OfPort;

/** The 16-bit form of a port; fails for one between the ordinary and the reserved numbers. */
export function portTo16(port: OfPort, error: OfErrorName = "OFPBAC_BAD_OUT_PORT"): number {
  if (port < PORT_END) return port;
  if (port >= OFPP.max) return port - 0xffff0000;
  throw ofError(error, `port ${port} is outside the supported range 0 to 0xfeff or 0xffffff00 to 0xffffffff`);
}

/** A 32-bit port as OpenFlow 1.1 and later carry it; Open vSwitch has ports up to 0xfeff only. */
export function portFrom32(port: number, error: OfErrorName = "OFPBAC_BAD_OUT_PORT"): OfPort {
  if (port >= PORT_END && port < OFPP.max)
    throw ofError(error, `port ${port} is outside the supported range 0 to 0xfeff or 0xffffff00 to 0xffffffff`);
  return port as OfPort;
}
