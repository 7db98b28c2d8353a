import { isDeepStrictEqual } from "node:util";
import { memberOrder } from "#jsonrpc";
import type { DesiredBridge, DesiredInterface, DesiredPort } from "./desired.ts";

/** One step from what is to what should be. A list of them can be printed, tested and replayed. */
export type Change =
  | { readonly do: "delete-bridge"; readonly bridge: string }
  | { readonly do: "delete-port"; readonly bridge: string; readonly port: string }
  | { readonly do: "delete-interface"; readonly bridge: string; readonly interface: string }
  | { readonly do: "create-bridge"; readonly desired: DesiredBridge }
  | { readonly do: "change-bridge"; readonly desired: DesiredBridge }
  | { readonly do: "create-interface"; readonly bridge: string; readonly desired: DesiredInterface }
  | { readonly do: "change-interface"; readonly bridge: string; readonly desired: DesiredInterface }
  | { readonly do: "set-port"; readonly bridge: string; readonly desired: DesiredPort }
  | { readonly do: "set-mirrors"; readonly bridge: string; readonly desired: DesiredBridge };

const interfacesOf = (bridge: DesiredBridge | undefined) =>
  new Map(bridge?.ports.flatMap((port) => port.interfaces.map((member) => [member.name, member] as const)));
const portsOf = (bridge: Pick<DesiredBridge, "ports"> | undefined) =>
  new Map(bridge?.ports.map((port) => [port.config.name, port] as const));

/** What of a bridge lies in its switch rather than in its ports. */
const switchPart = ({ config, datapathId, hwaddr }: DesiredBridge) => ({ config, datapathId, hwaddr });
/** What cannot be changed on an open device: it is another one then. */
const isOtherDevice = (a: DesiredInterface, b: DesiredInterface) => a.type !== b.type;
const isOtherInterface = (a: DesiredInterface, b: DesiredInterface) =>
  !isDeepStrictEqual({ ...a, uuid: "", ofportBefore: 0 }, { ...b, uuid: "", ofportBefore: 0 });

/**
 * Steps that turn `before` into `after`, for those bridges that either names. `before` is what was last applied.
 * Deletions first, over all bridges, so that names, devices and port numbers are free again; then what is made.
 */
export function diff(before: ReadonlyMap<string, DesiredBridge>, after: ReadonlyMap<string, DesiredBridge>): Change[] {
  const gone: Change[] = [];
  const made: Change[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(name);
    const now = after.get(name);
    const reborn = old !== undefined && now !== undefined && old.config.datapathType !== now.config.datapathType;
    if (old && (!now || reborn)) gone.push({ do: "delete-bridge", bridge: name });
    if (now) diffBridge(reborn ? undefined : old, now, gone, made);
  }
  return [...gone, ...made];
}

/**
 * Interfaces in the order in which they get their numbers: those that ask for one or had one first,
 * else in the order of the original's table of ports, so that ports of one transaction get the numbers they get there.
 */
function inOrderOfCreation({ ports }: DesiredBridge): DesiredInterface[] {
  const byName = portsOf({ ports });
  const inTable = memberOrder([...byName.keys()]).flatMap((port) => byName.get(port)?.interfaces ?? []);
  const rank = ({ ofportRequest, ofportBefore }: DesiredInterface) =>
    ofportRequest !== undefined ? 0 : ofportBefore !== undefined ? 1 : 2;
  return inTable.sort((a, b) => rank(a) - rank(b));
}

function diffBridge(old: DesiredBridge | undefined, now: DesiredBridge, gone: Change[], made: Change[]): void {
  const bridge = now.name;
  if (!old) made.push({ do: "create-bridge", desired: now });
  else if (!isDeepStrictEqual(switchPart(old), switchPart(now))) made.push({ do: "change-bridge", desired: now });

  const [oldPorts, newPorts] = [portsOf(old), portsOf(now)];
  for (const port of oldPorts.keys()) if (!newPorts.has(port)) gone.push({ do: "delete-port", bridge, port });
  const [oldInterfaces, newInterfaces] = [interfacesOf(old), interfacesOf(now)];
  for (const [name, was] of oldInterfaces) {
    const is = newInterfaces.get(name);
    if (!is || isOtherDevice(was, is)) gone.push({ do: "delete-interface", bridge, interface: name });
  }
  for (const desired of inOrderOfCreation(now)) {
    const was = oldInterfaces.get(desired.name);
    if (!was || isOtherDevice(was, desired)) made.push({ do: "create-interface", bridge, desired });
    else if (isOtherInterface(was, desired)) made.push({ do: "change-interface", bridge, desired });
  }
  for (const [name, desired] of newPorts) {
    const was = oldPorts.get(name);
    if (!was || !isDeepStrictEqual(was.config, desired.config)) made.push({ do: "set-port", bridge, desired });
  }
  if (!isDeepStrictEqual(old?.mirrors ?? [], now.mirrors)) made.push({ do: "set-mirrors", bridge, desired: now });
}
