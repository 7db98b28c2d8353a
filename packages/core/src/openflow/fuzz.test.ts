import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hex, SwitchError, toHex } from "#lib";
import { errorName } from "./errors.ts";
import { decodeFrame, encodeFrame } from "./full.ts";

const SECONDS = Number(process.env["FUZZ_SECONDS"] ?? 3);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20261124);

/** Numbers that look random and are the same each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const GOLDEN = ["flow-mods.txt", "messages.txt"].flatMap((name) =>
  readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => hex(line.split("\t")[1] as string)),
);

/** Flips, cuts, repeats or overwrites some octets; the length field stays right three times out of four. */
function mutate(octets: Uint8Array, next: () => number): Uint8Array {
  const pick = (n: number) => Math.floor(next() * n);
  let out = octets.slice();
  for (let n = 1 + pick(3); n > 0; n--) {
    const at = pick(out.length);
    const kind = pick(5);
    if (kind === 0) out[at] = (out[at] as number) ^ (1 << pick(8));
    else if (kind === 1) out[at] = pick(2) ? 0xff : 0;
    else if (kind === 2) out[at] = pick(256);
    else if (kind === 3) out = out.slice(0, Math.max(8, at));
    else out = Uint8Array.from([...out.slice(0, at), ...out.slice(at, at + 8), ...out.slice(at)]);
  }
  if (pick(4)) {
    out[2] = out.length >> 8;
    out[3] = out.length & 0xff;
  }
  return out;
}

it(
  `refuses hostile octets with an OpenFlow error, and can say again what it took (seed ${SEED})`,
  () => {
    const next = random(SEED);
    const end = performance.now() + SECONDS * 1000;
    let rounds = 0;
    for (; performance.now() < end; rounds++) {
      const octets = mutate(GOLDEN[Math.floor(next() * GOLDEN.length)] as Uint8Array, next);
      try {
        const frame = decodeFrame(octets);
        if (frame.message.type !== "hello") encodeFrame(frame);
      } catch (error) {
        if (error instanceof SwitchError && errorName(error)) continue;
        throw new Error(`${toHex(octets)}: ${error}`, { cause: error });
      }
    }
    expect(rounds).toBeGreaterThan(100);
  },
  (SECONDS + 20) * 1000,
);
