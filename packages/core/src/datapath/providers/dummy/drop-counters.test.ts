import { expect, it } from "vitest";
import { newKey, newMask, WORD } from "#flow";
import { allCounters, WarpClock } from "#lib";
import { DummyDevices } from "../../../netdev/providers/dummy/index.ts";
import { parseActions } from "../../text/index.ts";
import { DummyDatapath } from "./dummy.ts";

const counts = () => new Map(allCounters().map(({ name, count }) => [name, count]));
const UDP = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 1, 0, 2, 0, 8, 0, 0];
const ethernet = (type: number, ...payload: number[]) =>
  Uint8Array.from([255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 1, type >>> 8, type & 255, ...payload]);

it.each([
  ["99", ethernet(0x0800, ...UDP), "datapath_drop_invalid_port"],
  ["drop", ethernet(0x0800, ...UDP), "drop_action_of_pipeline"],
  ["recirc(7)", ethernet(0x0800, ...UDP), "datapath_drop_upcall_error"],
  ["recirc(0)", ethernet(0x0800, ...UDP), "datapath_drop_recirc_error"],
  ["sample(sample=0%,actions(2))", ethernet(0x0800, ...UDP), "datapath_drop_sample_error"],
  ["sample(sample=0%,actions(2)),2", ethernet(0x0800, ...UDP), undefined],
  ["pop_nsh(),2", ethernet(0x0800, ...UDP), "datapath_drop_nsh_decap_error"],
  ["tnl_pop(99)", ethernet(0x0800, ...UDP), "datapath_drop_invalid_tnl_port"],
  ["lb_output(99)", ethernet(0x0800, ...UDP), "datapath_drop_invalid_bond"],
  ["2", Uint8Array.of(1, 2, 3), "datapath_drop_rx_invalid_packet"],
  ["2", ethernet(0x0800, 0x45, 0), "miniflow_extract_ipv4_pkt_too_short"],
  ["2", ethernet(0x0800, 0x45, 0, 0, 99, ...UDP.slice(4)), "miniflow_extract_ipv4_pkt_len_error"],
  ["2", ethernet(0x86dd, 0x60), "miniflow_extract_ipv6_pkt_too_short"],
  ["2", ethernet(0x86dd, 0x60, 0, 0, 0, 0, 9, ...new Uint8Array(34)), "miniflow_extract_ipv6_pkt_len_error"],
  ["2", ethernet(0x0800, ...UDP), undefined],
])("%s on a packet is counted by its reason (%#)", async (actions, frame, name) => {
  const devices = new DummyDevices();
  const datapath = new DummyDatapath({ clock: new WarpClock("stopped"), devices });
  for (const port of [1, 2]) await datapath.addPort({ name: `p${port}`, type: "dummy", port });
  const [key, mask] = [newKey(), newMask()];
  key[WORD.inPort] = 1;
  mask[WORD.inPort] = mask[WORD.recircId] = 0xffffffff;
  datapath.putFlow({ ufid: "1", key, mask, actions: parseActions(actions) });
  const before = counts();
  devices.find("p1")?.receive(frame);
  const more = [...counts()].filter(([counter, count]) => count > (before.get(counter) ?? 0));
  expect(more).toEqual(name === undefined ? [] : [[name, (before.get(name) ?? 0) + 1]]);
  await datapath[Symbol.asyncDispose]();
});
