import { type Clock, vlog } from "#lib";
import { OFPP } from "#openflow";
import type { Switch } from "../switch.ts";
import { REMOVED } from "../table/flow-mod.ts";
import type { Rule } from "../table/rule.ts";

const log = vlog("fail_open");

/** Above all that controllers can say. */
const PRIORITY = 0xf0f0f0;
const STILL = 60_000;

/** What fail mode needs to know of a bridge's controllers. */
export interface ControllersView {
  /** A controller takes part in fail mode: there is one. */
  readonly any: boolean;
  readonly anyConnected: boolean;
  /** Longest probe interval of them, in milliseconds. */
  readonly maxProbe: number;
}

/**
 * A standalone switch whose controllers are all gone for three probe intervals becomes an ordinary bridge, until one
 * is back (fail_mode in ovs-vswitchd.conf.db(5)).
 */
export class FailOpen {
  #since: number;
  #rule: Rule | undefined;
  #told = 0;

  constructor(
    private readonly clock: Clock,
    private readonly sw: Switch,
  ) {
    this.#since = clock.now();
  }

  get isActive(): boolean {
    return this.#rule !== undefined;
  }

  /** Looks at the controllers; called each second, and when one comes or goes. */
  check({ any, anyConnected, maxProbe }: ControllersView): void {
    const now = this.clock.now();
    if (!any || this.sw.config.failMode !== "standalone") {
      this.#since = now;
      this.#recover(false);
      return;
    }
    if (anyConnected) {
      this.#since = now;
      this.#recover(true);
      return;
    }
    const away = now - this.#since;
    const seconds = Math.floor(away / 1000);
    if (away < maxProbe * 3 || maxProbe === 0) return;
    if (!this.#rule) {
      log.warn(
        `Could not connect to controller (or switch failed controller's post-connection admission control policy) for ${seconds} seconds, failing open`,
      );
      this.#told = now;
      this.sw.flushFlows();
      this.#fall();
    } else if (now - this.#told > STILL) {
      this.#told = now;
      log.info(`Still in fail-open mode after ${seconds} seconds disconnected from controller`);
    }
  }

  #fall(): void {
    this.#rule = this.sw.flows.addOwn(PRIORITY, [{ type: "output", port: OFPP.normal, maxLen: 0 }]);
  }

  /** All flows were taken out of the tables: puts the hidden one back. */
  flushed(): void {
    if (this.#rule) this.#fall();
  }

  #recover(tell: boolean): void {
    if (!this.#rule) return;
    if (tell) log.warn("No longer in fail-open mode");
    this.sw.flows.remove([this.#rule], REMOVED.delete);
    this.#rule = undefined;
  }
}
