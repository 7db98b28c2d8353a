import { it } from "vitest";
import { datapathCompliance } from "../../compliance.ts";
import { privileged, vethLab } from "./veth-lab.ts";

if (privileged) datapathCompliance("userspace, over veth", vethLab);
else it.skip("userspace, over veth: needs root", () => {});
