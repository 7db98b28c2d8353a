import { WORD } from "#flow";
import type { DpPort } from "#lib";
import type { FieldWrite } from "../../action.ts";
import type { DatapathFlow } from "../../datapath.ts";
import { STEP, STEP_SIZE, STEPS_MAX } from "./layout.ts";
import { patchesOf } from "./patch.ts";

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

/** A flow's actions as the programs in the kernel run them, and where they send to. */
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

/** Steps as they are written, and what they send. */
class Writer {
  readonly octets = new Uint8Array(STEPS_MAX * STEP_SIZE);
  readonly #view = new DataView(this.octets.buffer);
  readonly sends: Sending[] = [];
  count = 0;
  /** Octets that the packet has more than when it came. */
  growth = 0;

  /** @param data up to 8 octets */
  step(what: number, argument: number, data: readonly number[] = []): void {
    const at = this.count++ * STEP_SIZE;
    if (this.count > STEPS_MAX) return;
    this.#view.setUint32(at, what, true);
    this.#view.setUint32(at + 4, argument, true);
    this.octets.set(data, at + 8);
  }
}

/** Actions of a flow as steps, or what keeps them in user space. Pure. */
export function compileSteps(
  { key, mask, actions }: DatapathFlow,
  target: (port: DpPort) => StepTarget | undefined,
): Steps | Refusal {
  const to = new Writer();
  // a second tag goes into the packet and moves what is behind it
  const untagged = mask[WORD.vlan0] === 0xffffffff && key[WORD.vlan0] === 0;
  let moved = false;
  for (const action of actions) {
    switch (action.type) {
      case "output": {
        const device = target(action.port);
        if (!device) return { refused: "output to a port without a device" };
        to.step(device.own ? STEP.deliver : STEP.output, device.ifindex);
        to.sends.push({ port: action.port, growth: to.growth });
        break;
      }
      case "push_vlan":
        to.step(STEP.pushVlan, ((action.tpid << 16) | (action.tci & ~VLAN_PRESENT)) >>> 0);
        to.growth += TAG_SIZE;
        moved ||= !untagged || to.growth > TAG_SIZE;
        break;
      case "pop_vlan":
        to.step(STEP.popVlan, 0);
        to.growth -= TAG_SIZE;
        break;
      case "set":
        for (const write of action.writes)
          if (!addWrite(to, write, moved ? undefined : { key, mask })) return { refused: `set ${write.field}` };
        break;
      case "drop":
        break;
      default:
        return { refused: action.type };
    }
  }
  const { octets, count, sends } = to;
  return count > STEPS_MAX ? { refused: `more than ${STEPS_MAX} steps` } : { octets, count, sends };
}

/** Adds the steps of a write. @returns false when the kernel lacks it */
function addWrite(to: Writer, write: FieldWrite, flow: Pick<DatapathFlow, "key" | "mask"> | undefined): boolean {
  const address = ADDRESS_AT[write.field];
  if (address !== undefined) {
    if ((write.mask & WHOLE_ADDRESS) !== WHOLE_ADDRESS) return false;
    to.step(
      STEP.store,
      address,
      [40n, 32n, 24n, 16n, 8n, 0n].map((shift) => Number((write.value >> shift) & 0xffn)),
    );
    return true;
  }
  const patches = flow && patchesOf(write, flow.key, flow.mask);
  if (!patches) return false;
  for (const { argument, value, mask } of patches)
    to.step(STEP.patch, argument, [value >>> 8, value & 0xff, mask >>> 8, mask & 0xff]);
  return true;
}
