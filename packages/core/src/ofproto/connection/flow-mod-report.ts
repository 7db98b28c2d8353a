import { type Clock, type Timer, vlog } from "#lib";
import type { FlowModCommand } from "#openflow";

const log = vlog("connmgr");

/** Milliseconds from the first flow mod to the line about it and those that followed. */
const AFTER = 10_000;

/** Tells the log now and then how many flows a connection changed. */
export class FlowModReport {
  #adds = 0;
  #deletes = 0;
  #modifies = 0;
  #first = 0;
  #last = 0;
  #timer: Timer | undefined;

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
  ) {}

  count(command: FlowModCommand): void {
    this.#last = this.clock.now();
    if (!this.#timer) {
      this.#first = this.#last;
      this.#timer = this.clock.after(AFTER, () => this.#tell());
    }
    if (command === "add") this.#adds++;
    else if (command.startsWith("delete")) this.#deletes++;
    else this.#modifies++;
  }

  /** The connection ends: what was not told is told now. */
  end(): void {
    if (this.#timer) this.#tell();
  }

  #tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const ago = Math.floor((this.clock.now() - this.#first) / 1000);
    const interval = Math.floor((this.#last - this.#first) / 1000);
    const total = this.#adds + this.#deletes + this.#modifies;
    const when =
      interval === ago
        ? `in the last ${ago} s`
        : interval
          ? `in the ${interval} s starting ${ago} s ago`
          : `${ago} s ago`;
    const parts = [
      this.#adds ? `${this.#adds} adds` : "",
      this.#deletes ? `${this.#deletes} deletes` : "",
      this.#modifies ? `${this.#modifies} modifications` : "",
    ].filter((part) => part !== "");
    log.info(`${this.name}: ${total} flow_mods ${when} (${parts.join(", ")})`);
    this.#adds = 0;
    this.#deletes = 0;
    this.#modifies = 0;
  }
}
