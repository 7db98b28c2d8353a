import { defineErrors } from "#lib";

/** What goes wrong in asking a switch, by users; what OpenFlow peers ask wrong is an `ofError` of #openflow. */
export const ofprotoErrors = defineErrors({
  "ofproto/no-datapath": { message: (c: { type: string }) => `could not open datapath of type ${c.type}` },
  "ofproto/switch-exists": { message: (c: { name: string }) => `${c.name}: bridge exists` },
  "ofproto/text": { message: (c: { text: string }) => c.text },
});

/** A failure whose text a user reads as it is. */
export const failure = (text: string) => ofprotoErrors.make("ofproto/text", { text });
