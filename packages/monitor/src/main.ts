import { unwritten } from "@vswitch/cli-kit";

unwritten("ovsdbmonitor");
