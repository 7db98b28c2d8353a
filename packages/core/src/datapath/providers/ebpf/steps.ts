import type { DpPort } from "#lib";
import type { DatapathAction, FieldWrite } from "../../action.ts";
import { STEP, STEP_SIZE, STEPS_MAX } from "./layout.ts";

/** A device as steps name it. */
export interface StepTarget {
  readonly ifindex: number;
  /** A device whose host end we feed: packets are delivered to the host, not sent. */
  readonly own: boolean;
}

/** What a flow sends out of a port: copies, and octets that each has more than the packet that came. */
export interface Sending {
  readonly port: DpPort;
  readonly growth: number;
}

export interface Steps {
  /** Steps in the form that programs read, `count` of them. */
  readonly octets: Uint8Array;
  readonly count: number;
  readonly sends: readonly Sending[];
}

/** Why a flow stays in user space: the first action that the kernel's programs lack. */
export interface Refusal {
  readonly refused: string;
}

/** Where whole Ethernet addresses are written. */
const ADDRESS_AT: Readonly<Record<string, number>> = { eth_dst: 0, eth_src: 6 };
const WHOLE_ADDRESS = 0xffff_ffff_ffffn;
const VLAN_PRESENT = 0x1000;
const TAG_SIZE = 4;

/** Actions as steps, or what keeps them in user space. Pure. */
export function compileSteps(
  actions: readonly DatapathAction[],
  target: (port: DpPort) => StepTarget | undefined,
): Steps | Refusal {
  const octets = new Uint8Array(STEPS_MAX * STEP_SIZE);
  const view = new DataView(octets.buffer);
  const sends: Sending[] = [];
  let count = 0;
  let growth = 0;
  const step = (what: number, argument: number): number => {
    const at = count++ * STEP_SIZE;
    if (count > STEPS_MAX) return -1;
    view.setUint32(at, what, true);
    view.setUint32(at + 4, argument, true);
    return at + 8;
  };
  for (const action of actions) {
    switch (action.type) {
      case "output": {
        const device = target(action.port);
        if (!device) return { refused: "output to a port without a device" };
        step(device.own ? STEP.deliver : STEP.output, device.ifindex);
        sends.push({ port: action.port, growth });
        break;
      }
      case "push_vlan":
        step(STEP.pushVlan, ((action.tpid << 16) | (action.tci & ~VLAN_PRESENT)) >>> 0);
        growth += TAG_SIZE;
        break;
      case "pop_vlan":
        step(STEP.popVlan, 0);
        growth -= TAG_SIZE;
        break;
      case "set": {
        for (const write of action.writes) {
          const at = wholeAddress(write);
          if (at === undefined) return { refused: `set ${write.field}` };
          const place = step(STEP.store, at);
          if (place >= 0)
            for (let i = 0; i < 6; i++) octets[place + i] = Number((write.value >> BigInt(40 - 8 * i)) & 0xffn);
        }
        break;
      }
      case "drop":
        break;
      default:
        return { refused: action.type };
    }
  }
  return count > STEPS_MAX ? { refused: `more than ${STEPS_MAX} steps` } : { octets, count, sends };
}

/** Where a write of a whole Ethernet address goes; undefined for any other. */
const wholeAddress = ({ field, mask }: FieldWrite): number | undefined =>
  (mask & WHOLE_ADDRESS) === WHOLE_ADDRESS ? ADDRESS_AT[field] : undefined;
