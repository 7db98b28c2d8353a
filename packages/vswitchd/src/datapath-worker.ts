/** The thread in which a datapath in user space switches packets: libexec/datapath-worker.cjs. */
import { runDatapathWorker } from "@vswitch/core/datapath/providers/userspace";

runDatapathWorker();
