import { expect, it } from "vitest";
import { neighbour, routes } from "./next-hop.ts";

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
br0\t00000000\tFE0200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
br0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
br0\t000300C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0
`;
const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.254      0x1         0x2         02:00:00:00:00:fe     *        br0
192.0.2.7        0x1         0x0         00:00:00:00:00:00     *        br0
`;

it("reads the routes that are up", () => {
  expect(routes(ROUTES)).toEqual([
    { destination: 0, gateway: 0xc00002fe, mask: 0 },
    { destination: 0xc0000200, gateway: 0, mask: 0xffffff00 },
  ]);
});

it.each([
  [0xc00002fe, 0x0200000000fe],
  [0xc0000207, undefined],
  [0xc0000208, undefined],
])("knows the neighbour %d as %s", (ip, mac) => expect(neighbour(ARP, ip)).toBe(mac));
