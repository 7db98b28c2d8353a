import type { OfprotoDeps } from "../api.ts";
import type { ControllerCookie } from "../backer.ts";
import type { ControllerStatus, SwitchConfig } from "../config.ts";
import type { SwitchPort } from "../port.ts";
import type { Switch, SwitchListener } from "../switch.ts";
import type { Rule } from "../table/rule.ts";

/** The OpenFlow connections of one switch. */
export class Connections implements SwitchListener {
  constructor(
    readonly sw: Switch,
    readonly deps: OfprotoDeps,
  ) {}

  get count(): number {
    return 0;
  }
  flowRemoved(_rule: Rule, _reason: number): void {}
  portStatus(_reason: "add" | "delete" | "modify", _port: SwitchPort): void {}
  wantsPacketInOnMiss(): boolean {
    return false;
  }
  reconfigured(_config: SwitchConfig): void {}
  statuses(): readonly ControllerStatus[] {
    return [];
  }
  packetIn(_cookie: ControllerCookie, _packet: Uint8Array): void {}
  dispose(): void {}
}
