import type { Action, ActionType } from "../../actions/action.ts";

/** What faults call an action, where that is not its type. */
const NAMES: Partial<Record<ActionType, string>> = {
  set_eth_src: "mod_dl_src",
  set_eth_dst: "mod_dl_dst",
  set_ipv4_src: "mod_nw_src",
  set_ipv4_dst: "mod_nw_dst",
  set_ip_dscp: "mod_nw_tos",
  set_ip_ecn: "mod_nw_ecn",
  set_ip_ttl: "mod_nw_ttl",
  set_l4_src_port: "mod_tp_src",
  set_l4_dst_port: "mod_tp_dst",
};

/** The word that begins an action's text; a plain `controller` is an output. */
export function actionName(action: Action): string {
  if (action.type === "controller" && !action.extended) return "output";
  return NAMES[action.type] ?? action.type;
}
