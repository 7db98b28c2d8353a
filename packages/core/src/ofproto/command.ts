/** A remote command as `ovs-appctl list-commands` shows it. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** @returns the text of a success; a SwitchError's message is the text of a failure. */
  readonly run: (args: readonly string[]) => string | Promise<string>;
}
