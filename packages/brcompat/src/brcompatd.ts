import { unwritten } from "@vswitch/cli-kit";

unwritten("ovs-brcompatd");
