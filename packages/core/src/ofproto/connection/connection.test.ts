import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assert, hex, systemClock } from "#lib";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type Message,
  OFPP,
  parseFlowMod,
  peekHeader,
  type Version,
} from "#openflow";
import { DummyDatapath } from "../../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "../index.ts";

/** A controller's end of a connection. */
class Client {
  #input = Buffer.alloc(0);
  readonly #frames: Frame[] = [];
  #wake: (() => void) | undefined;
  #xid = 100;
  constructor(
    readonly socket: Socket,
    readonly version: Version,
  ) {
    socket.on("data", (data) => {
      this.#input = Buffer.concat([this.#input, data]);
      for (
        let header = peekHeader(this.#input);
        header && this.#input.length >= header.length;
        header = peekHeader(this.#input)
      ) {
        this.#frames.push(decodeFrame(Uint8Array.from(this.#input.subarray(0, header.length))));
        this.#input = this.#input.subarray(header.length);
      }
      this.#wake?.();
    });
    this.send({ type: "hello", versions: [version] });
  }
  send(message: Message): number {
    const xid = this.#xid++;
    this.socket.write(encodeFrame({ version: this.version, xid, message }));
    return xid;
  }
  async next(type: Message["type"]): Promise<Message> {
    for (;;) {
      const at = this.#frames.findIndex(({ message }) => message.type === type);
      if (at >= 0) return (this.#frames.splice(at, 1)[0] as Frame).message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
  get waiting(): readonly string[] {
    return this.#frames.map(({ message }) => message.type);
  }
}

describe("OpenFlow connections", () => {
  const rundir = mkdtempSync(join(tmpdir(), "vs-"));
  const devices = new DummyDevices();
  const ofproto = new Ofproto({
    clock: systemClock,
    rundir,
    openDatapath: (type) => new DummyDatapath({ clock: systemClock, devices, type }),
  });
  const clients: Client[] = [];
  const client = (version: Version): Client => {
    const made = new Client(connect(join(rundir, "br0.mgmt")), version);
    clients.push(made);
    return made;
  };

  beforeAll(async () => {
    const sw = await ofproto.createSwitch({
      ...SWITCH_DEFAULTS,
      name: "br0",
      datapathType: "dummy",
      datapathId: 0x2an,
    });
    for (const name of ["br0", "p1", "p2"]) {
      await sw.addInterface({ name, type: name === "br0" ? "internal" : "dummy", options: {} });
      sw.setPort({ name, interfaces: [name], trunks: [] });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.destroy();
    await ofproto[Symbol.asyncDispose]();
    rmSync(rundir, { recursive: true });
  });

  it.each<Version>([1, 2, 3, 4, 5, 6])("agrees on version %i and answers", async (version) => {
    const c = client(version);
    await c.next("hello");
    c.send({ type: "features_request" });
    expect(await c.next("features_reply")).toMatchObject({ datapathId: 0x2an, tables: 254, buffers: 0 });
    c.send({ type: "echo_request", data: hex("0102") });
    expect(await c.next("echo_reply")).toMatchObject({ data: hex("0102") });
    c.send({ type: "multipart_request", kind: "desc", request: null });
    expect(await c.next("multipart_reply")).toMatchObject({ reply: { mfr: "Nicira, Inc.", sw: "3.1.0", dp: "None" } });
    c.send({ type: "multipart_request", kind: "table", request: null });
    expect(await c.next("multipart_reply")).toMatchObject({ kind: "table" });
    c.send({ type: "barrier_request" });
    expect(await c.next("barrier_reply")).toEqual({ type: "barrier_reply" });
  });

  it("adds, lists and removes flows, with the errors of the original", async () => {
    const c = client(4);
    await c.next("hello");
    const mod = (text: string, command: "add" | "delete" = "add") => c.send(parseFlowMod(text, command).mod);
    const match = parseFlowMod("actions=drop", "add").mod.match;
    mod("table=3,priority=7,in_port=1,actions=output:2");
    mod("table=3,priority=7,send_flow_rem,in_port=2,actions=output:1");
    c.send({
      type: "multipart_request",
      kind: "flow",
      request: { table: 255, match, outPort: 2, outGroup: 0xffffffff, cookie: 0n, cookieMask: 0n },
    });
    expect(await c.next("multipart_reply")).toMatchObject({
      reply: [{ table: 3, priority: 7, actions: [{ type: "output", port: 2 }] }],
    });
    mod("table=3,actions=group:9");
    expect(await c.next("error")).toMatchObject({ error: "OFPBAC_BAD_OUT_GROUP" });
    mod("table=254,actions=drop");
    expect(await c.next("error")).toMatchObject({ error: "OFPBRC_EPERM" });
    mod("check_overlap,table=3,priority=7,ip,actions=drop");
    expect(await c.next("error")).toMatchObject({ error: "OFPFMFC_OVERLAP" });
    c.send({ type: "set_config", fragments: 0, missSendLen: 128 });
    mod("table=3", "delete");
    expect(await c.next("flow_removed")).toMatchObject({ table: 3, priority: 7, reason: 2 });
  });

  it("quotes at least 64 octets of a message that it refuses", async () => {
    const c = client(4);
    await c.next("hello");
    c.send(parseFlowMod("ip,nw_src=192.0.2.1,nw_dst=192.0.2.2,actions=group:9", "add").mod);
    const error = await c.next("error");
    assert(error.type === "error", "asked for an error");
    expect(error.data.length).toBeGreaterThanOrEqual(64);
    expect(error.data[1]).toBe(14);
    expect(error.data.length).toBe(((error.data[2] as number) << 8) | (error.data[3] as number));
  });

  it("sends packets to controllers and from them", async () => {
    const c = client(4);
    await c.next("hello");
    c.send({ type: "set_config", fragments: 0, missSendLen: 128 });
    c.send(
      parseFlowMod("priority=40000,in_port=1,dl_type=0x1234,actions=load:5->NXM_NX_REG0[],controller:32", "add").mod,
    );
    c.send({ type: "barrier_request" });
    await c.next("barrier_reply");
    const frame = hex(`0200000000020200000000011234${"00".repeat(46)}`);
    devices.find("p1")?.receive(frame);
    const packetIn = await c.next("packet_in");
    expect(packetIn).toMatchObject({ reason: 1, table: 0, totalLength: 60 });
    assert(packetIn.type === "packet_in", "asked for a packet-in");
    // Whole, whatever max_len the action named: nothing is buffered.
    expect([...packetIn.packet]).toEqual([...frame]);
    const sent: number[] = [];
    devices.find("p2")?.taps.add((direction, octets) => direction === "tx" && sent.push(octets.length));
    const metadata = parseFlowMod("in_port=1,actions=drop", "add").mod.match;
    c.send({
      type: "packet_out",
      bufferId: 0xffffffff,
      metadata,
      packet: frame,
      actions: [{ type: "output", port: 2, maxLen: 0 }],
    });
    c.send({ type: "barrier_request" });
    await c.next("barrier_reply");
    expect(sent).toEqual([60]);
  });

  it("commits bundles whole or not at all", async () => {
    const c = client(5);
    await c.next("hello");
    const bundle = async (...flows: string[]) => {
      c.send({ type: "bundle_control", bundle: 1, control: "open_request", flags: 1 });
      await c.next("bundle_control");
      for (const text of flows)
        c.send({ type: "bundle_add", bundle: 1, flags: 1, xid: 7, message: parseFlowMod(text, "add").mod });
      c.send({ type: "bundle_control", bundle: 1, control: "commit_request", flags: 1 });
    };
    const sw = ofproto.switchNamed("br0");
    await bundle("table=9,actions=drop", "table=9,priority=5,actions=group:77");
    expect(await c.next("error")).toMatchObject({ error: "OFPBAC_BAD_OUT_GROUP" });
    expect(await c.next("error")).toMatchObject({ error: "OFPBFC_MSG_FAILED" });
    expect(sw?.flows.peek(9)?.size).toBe(0);
    await bundle("table=9,actions=drop", "table=9,priority=5,actions=output:1");
    expect(await c.next("bundle_control")).toMatchObject({ control: "commit_reply" });
    expect(sw?.flows.peek(9)?.size).toBe(2);
    expect(OFPP.any).toBe(0xffffffff);
  });

  it("shows nobody the half of a commit", async () => {
    const [c, d] = [client(5), client(5)];
    await Promise.all([c.next("hello"), d.next("hello")]);
    const add = (text: string) => parseFlowMod(text, "add").mod;
    const flows = Array.from({ length: 1500 }, (_, i) => add(`table=11,priority=${i},actions=output:1`));
    for (const last of ["table=11,actions=group:77", "table=11,priority=4000,actions=drop"]) {
      c.send({ type: "bundle_control", bundle: 3, control: "open_request", flags: 3 });
      for (const message of [...flows, add(last)]) c.send({ type: "bundle_add", bundle: 3, flags: 3, xid: 7, message });
      c.send({ type: "bundle_control", bundle: 3, control: "commit_request", flags: 3 });
      c.send({ type: "barrier_request" });
      const sizes = new Set<number>();
      let over = false;
      const done = c.next("barrier_reply").then(() => {
        over = true;
      });
      const request = { ...add("actions=drop"), table: 11, cookie: 0n, cookieMask: 0n };
      while (!over) {
        d.send({ type: "multipart_request", kind: "aggregate", request });
        const reply = await d.next("multipart_reply");
        if (reply.type === "multipart_reply" && reply.kind === "aggregate") sizes.add(reply.reply.flows);
      }
      await done;
      expect([...sizes].filter((size) => size !== 0 && size !== 1501)).toEqual([]);
    }
  });
});
