import { expect, it } from "vitest";
import { flowBetween, readLearned } from "./hosts.ts";

// fdb/show of a bridge with a host each on ports 1 and 2, and two hosts on port 3.
const LEARNED = readLearned(` port  VLAN  MAC                Age
    1     0  50:54:00:00:00:01    3
    2     9  50:54:00:00:00:02   12
    3     0  50:54:00:00:00:03    1
    3     0  50:54:00:00:00:04  static
LOCAL     0  50:54:00:00:00:0f    0
`);
const numberOf = (name: string) => ({ p1: "1", p2: "2", p3: "3", br0: "LOCAL" })[name];
const ask = (question: string) => flowBetween(question, LEARNED, numberOf);

it.each([
  ["by ports", "p1 > p2", "in_port=1,dl_src=50:54:00:00:00:01,dl_dst=50:54:00:00:00:02"],
  ["by numbers of ports", "1>2", "in_port=1,dl_src=50:54:00:00:00:01,dl_dst=50:54:00:00:00:02"],
  [
    "by MAC addresses",
    "50:54:00:00:00:02 > 50:54:00:00:00:03",
    "in_port=2,dl_src=50:54:00:00:00:02,dl_dst=50:54:00:00:00:03",
  ],
  ["a port of many hosts", "p3 > p1", "in_port=3,dl_dst=50:54:00:00:00:01"],
  ["the bridge itself", "br0 > p1", "in_port=LOCAL,dl_src=50:54:00:00:00:0f,dl_dst=50:54:00:00:00:01"],
  [
    "by ports and addresses",
    "p1/10.0.0.1 > p2/10.0.0.2",
    "in_port=1,ip,dl_src=50:54:00:00:00:01,dl_dst=50:54:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64",
  ],
  [
    "a service",
    "50:54:00:00:00:01/10.0.0.1 > 10.0.0.2:80",
    "in_port=1,tcp,dl_src=50:54:00:00:00:01,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,tcp_dst=80",
  ],
  [
    "IPv6 with services",
    "p1/[fe80::1]:5000 > [fe80::2]:80",
    "in_port=1,tcp6,dl_src=50:54:00:00:00:01,ipv6_src=fe80::1,ipv6_dst=fe80::2,nw_ttl=64,tcp_src=5000,tcp_dst=80",
  ],
  [
    "more of the packet",
    "p1 > p2, dl_vlan=7,udp,tp_dst=53",
    "in_port=1,dl_src=50:54:00:00:00:01,dl_dst=50:54:00:00:00:02,dl_vlan=7,udp,tp_dst=53",
  ],
])("asks %s", (_what, question, flow) => expect(ask(question)).toBe(flow));

it.each([
  ["p1", `"p1" is no question: write 'A > B' or 'A > B, FLOW'`],
  ["p1 >", `"p1 >" is no question: write 'A > B' or 'A > B, FLOW'`],
  ["10.0.0.1 > p2", "nobody knows the port of 10.0.0.1: write it before the address, as p1/10.0.0.1"],
  [
    "50:54:00:00:00:99 > p2",
    "nobody knows the port of 50:54:00:00:00:99: write it before the address, as p1/50:54:00:00:00:99",
  ],
  ["p1/ > p2", '"p1/" is no host: write PORT, MAC, IP[:SERVICE] or some of them, as p1/10.0.0.1'],
  ["p1/10.0.0.1 > fe80::1", "one host has an IPv4 address, the other IPv6"],
])("refuses %s", (question, line) => expect(() => ask(question)).toThrow(line));
