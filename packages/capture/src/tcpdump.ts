import { unwritten } from "@vswitch/cli-kit";

unwritten("ovs-tcpdump");
