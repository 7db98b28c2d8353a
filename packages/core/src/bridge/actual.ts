import type { MacAddr, OfPort } from "#lib";
import type { Netdev } from "#netdev";
import type { SwitchApi } from "#ofproto";
import type { DesiredBridge, DesiredInterface } from "./desired.ts";

/** An interface as it came out: with a number, or with the error that goes to its row. */
export interface ActualInterface {
  desired: DesiredInterface;
  /** The type that was really opened (a dummy may stand in for a system device). */
  type: string;
  netdev: Netdev | undefined;
  ofport: OfPort | undefined;
  /** Text of the row's `error` column; undefined: none. A reserved name fails without one. */
  error: string | undefined;
  watch: Disposable | undefined;
  /** Its port was taken out of the datapath from outside: the next pass makes it anew. */
  taken: boolean;
  /** Its device vanished: the port keeps its number and waits for a device of that name. */
  gone: boolean;
  /** Carrier changes of devices that stood here before. */
  resetsBefore: number;
  /** The pass that last tried to make it. */
  triedIn: number;
}

/** A bridge as it came out. A bridge that could not be made has no switch and is tried again at each change. */
export interface ActualBridge {
  desired: DesiredBridge;
  switch: SwitchApi | undefined;
  /** The address of the local port. */
  mac: MacAddr;
  datapathId: bigint;
  readonly interfaces: Map<string, ActualInterface>;
  /** Numbers by interface name, as they were after the last pass, with the row that they were of. */
  numbers: ReadonlyMap<string, { readonly uuid: string; readonly ofport: OfPort | undefined }>;
  /** The pass that last tried to make it. */
  triedIn: number;
}
