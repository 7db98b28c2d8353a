import { it } from "vitest";
import { datapathCompliance } from "../../compliance.ts";
import { privileged, userspaceLab } from "./veth-lab.ts";

if (privileged) datapathCompliance("userspace, over veth", userspaceLab);
else it.skip("userspace, over veth: needs root", () => {});
