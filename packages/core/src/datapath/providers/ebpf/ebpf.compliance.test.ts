import { it } from "vitest";
import { systemClock } from "#lib";
import { datapathCompliance } from "../../compliance.ts";
import { UserspaceDatapath } from "../userspace/userspace.ts";
import { privileged, vethLab } from "../userspace/veth-lab.ts";
import { EbpfDatapath } from "./ebpf.ts";

const open = (worker: string) => {
  const slow = () => new UserspaceDatapath({ clock: systemClock, worker, type: "system" });
  const datapath = EbpfDatapath.open(slow, () => systemClock.now());
  if (!datapath) throw new Error("no eBPF here");
  return datapath;
};

if (privileged) datapathCompliance("ebpf, over veth", () => vethLab(open));
else it.skip("ebpf, over veth: needs root", () => {});
