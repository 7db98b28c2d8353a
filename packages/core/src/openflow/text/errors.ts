import { defineErrors, type SwitchError } from "#lib";

/** Faults in text that a user wrote. What they read is Open vSwitch's wording, given where the fault is found. */
export const errors = defineErrors({
  "openflow/text": { message: (c: { text: string }) => c.text },
});

/** The error of malformed text; `text` is the whole line that the user reads. */
export const textError = (text: string): SwitchError => errors.make("openflow/text", { text });
