/** What is needed for messages of every kind, apart from the hot file because commands about flows do without. */
export { fullCodec, type PrintOptions, printMessage } from "@vswitch/core/openflow";
