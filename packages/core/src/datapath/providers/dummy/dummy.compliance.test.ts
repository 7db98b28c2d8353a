import { WarpClock } from "#lib";
import { DummyDevices } from "../../../netdev/providers/dummy/index.ts";
import { datapathCompliance } from "../../compliance.ts";
import { DummyDatapath } from "./dummy.ts";

datapathCompliance("dummy", async () => {
  const devices = new DummyDevices();
  const datapath = new DummyDatapath({ clock: new WarpClock("stopped"), devices });
  const names = ["p1", "p2"] as const;
  const sent: Uint8Array[][] = [[], []];
  for (const [i, name] of names.entries()) {
    await datapath.addPort({ name, type: "dummy" });
    devices.find(name)?.taps.add((direction, frame) => {
      if (direction === "tx") sent[i]?.push(frame.slice());
    });
  }
  return {
    datapath,
    ports: [1, 2],
    inject: (device, frame) => devices.find(names[device])?.receive(frame),
    sent: async (device) => sent[device]?.splice(0) ?? [],
    [Symbol.asyncDispose]: () => datapath[Symbol.asyncDispose](),
  };
});
