import { unwritten } from "@vswitch/cli-kit";

unwritten("brctl");
