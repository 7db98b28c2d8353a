// Both ends of the lab's measured transfers: `transfer.mjs tcp-sink|udp-sink ADDRESS`, `tcp-source ADDRESS MEBIOCTETS`,
// `udp-source ADDRESS SIZE COUNT`. A source prints one line and fails when something was lost.
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

const PORT = 5201;
const [role, address, ...numbers] = process.argv.slice(2);
const [first = 0, second = 0] = numbers.map(Number);
const fail = (text) => {
  console.log(text);
  process.exit(1);
};

const roles = {
  "tcp-sink"() {
    createServer((socket) => {
      let octets = 0;
      socket.on("data", (chunk) => {
        octets += chunk.length;
      });
      socket.on("end", () => socket.end(String(octets)));
    }).listen(PORT, address);
  },
  "tcp-source"() {
    const total = first * 2 ** 20;
    const chunk = Buffer.alloc(2 ** 18);
    const begin = performance.now();
    const socket = connect(PORT, address);
    let left = total;
    const push = () => {
      while (left > 0) {
        left -= chunk.length;
        if (!socket.write(chunk)) return void socket.once("drain", push);
      }
      socket.end();
    };
    socket.on("connect", push);
    socket.on("error", (error) => fail(String(error)));
    socket.setTimeout(15_000, () => fail("TCP stalled"));
    socket.on("data", (text) => {
      if (Number(text) !== total) fail(`${text} of ${total} octets arrived`);
      console.log(
        `${first} MiB in ${((performance.now() - begin) / 1000).toFixed(2)} s, ${((total * 8) / (performance.now() - begin) / 1e6).toFixed(1)} Gbit/s`,
      );
    });
  },
  "udp-sink"() {
    const socket = createSocket("udp4");
    let got = 0;
    socket.on("message", (message, from) => {
      if (message.length > 1) got++;
      else socket.send(String(got), from.port, from.address);
    });
    socket.bind(PORT, address);
  },
  "udp-source"() {
    const socket = createSocket("udp4");
    const payload = Buffer.alloc(first, 0x5a);
    let sent = 0;
    // A few at a time, each time until the receiver has counted them: its socket's buffer is not what is to be measured.
    const more = () => {
      for (let i = 0; i < 20 && sent < second; i++, sent++) socket.send(payload, PORT, address);
      socket.send("?", PORT, address);
    };
    more();
    setTimeout(() => fail("no report from the receiver"), 10_000).unref();
    socket.on("message", (text) => {
      if (Number(text) !== sent) fail(`${text} of ${sent} datagrams arrived`);
      if (sent < second) return more();
      socket.close();
      console.log(`${second} datagrams of ${first} octets, none lost`);
    });
  },
};
const chosen = roles[role];
if (!chosen) fail(`unknown role: ${role}`);
chosen();
