import type { FlowKey } from "#flow";

/** Options of a Geneve header that a flow's tun_metadata fields make. */
export function readOptions(_flow: FlowKey): Uint8Array {
  return new Uint8Array();
}
