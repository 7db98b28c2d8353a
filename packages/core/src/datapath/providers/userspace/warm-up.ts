import { newKey, newMask, WORD } from "#flow";
import { hex } from "#lib";
import { Packet, type PacketMemory, type PacketPort } from "#netdev";
import { Engine, EnginePort } from "./engine.ts";
import { COUNTERS } from "./flow.ts";

/** Ordinary frames, by what they are. */
const FRAMES = {
  arp: "ffffffffffff02000000000108060001080006040001 020000000001 0a000001 000000000000 0a000002",
  icmp: "020000000002020000000001 0800 4500001c000740004001 26dc 0a0000010a000002 0800f7ff00000000",
  udp: "020000000002020000000001 0800 4500002100070000401166c3 0a0000010a000002 03e80035000da3e268656c6c6f",
  tcp: "020000000002020000000001 0800 4500002d00070000400666c2 0a0000010a000002 03e8005000000001000000025018020051b8000068656c6c6f",
} as const;
const ROUNDS = 400;

/** Port numbers that no real port is likely to have; the engine is thrown away in any case. */
const [FROM, TO] = [1, 2];

/**
 * Sends ordinary packets through an engine of its own that leads nowhere, so that the first real packet does not wait
 * for its code to be read and compiled: some milliseconds. Takes a few milliseconds itself.
 */
export function warmUp(memory: PacketMemory & { reset(): void }): void {
  const port: PacketPort = { offloads: true, send: () => true, flush: () => 0, close() {} };
  const engine = new Engine({ memory, random: () => 0, upcall: () => {} });
  const ports = [FROM, TO].map((number) => new EnginePort(number, port));
  for (const one of ports) engine.ports[one.number] = one;
  const frames = Object.values(FRAMES).map((text) => hex(text));
  const packet = new Packet(memory);
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 8) putFlow(engine);
    for (const frame of frames) {
      packet.load(frame);
      engine.receive(ports[0] as EnginePort, packet);
    }
    engine.flush();
    memory.reset();
  }
}

function putFlow(engine: Engine): void {
  const key = newKey();
  const mask = newMask();
  key[WORD.inPort] = FROM;
  mask[WORD.inPort] = mask[WORD.recircId] = 0xffffffff;
  engine.putFlow({ ufid: "1", key, mask, actions: [{ type: "output", port: TO }] }, new Float64Array(COUNTERS.size), 0);
}
