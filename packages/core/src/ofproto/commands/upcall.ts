import type { Backer } from "../backer.ts";
import type { Command } from "../command.ts";
import type { Ofproto } from "../ofproto.ts";
import { looseNumber } from "./args.ts";

function show(backer: Backer): string {
  const { datapath } = backer;
  return `${datapath.type}@${datapath.name}:
  flows         : (current ${backer.load.current}) (avg ${backer.load.average}) (max ${backer.load.max}) (limit ${backer.flowLimit})
  dump duration : ${backer.load.duration}ms
  ufid enabled : ${backer.ufids}

  5: (keys ${backer.flowCount})
`;
}

/** Upcalls and the revalidator. */
export function upcallCommands(ofproto: Ofproto): readonly Command[] {
  const plain = (name: string, run: () => string | Promise<string>): Command => ({
    name,
    usage: "",
    minArgs: 0,
    maxArgs: 0,
    run,
  });
  const each = (act: (backer: Backer) => void, text: string) => () => {
    for (const backer of ofproto.backers()) act(backer);
    return text;
  };
  return [
    plain("upcall/show", () => ofproto.backers().map(show).join("")),
    plain(
      "upcall/disable-megaflows",
      each((backer) => {
        backer.megaflows = false;
        void backer.purge();
      }, "megaflows disabled\n"),
    ),
    plain(
      "upcall/enable-megaflows",
      each((backer) => {
        backer.megaflows = true;
        void backer.purge();
      }, "megaflows enabled\n"),
    ),
    plain(
      "upcall/disable-ufid",
      each((backer) => {
        backer.ufids = false;
      }, "Datapath dumping tersely using UFID disabled\n"),
    ),
    plain(
      "upcall/enable-ufid",
      each((backer) => {
        backer.ufids = true;
      }, "Datapath dumping tersely using UFID enabled for supported datapaths\n"),
    ),
    {
      name: "upcall/set-flow-limit",
      usage: "flow-limit-number",
      minArgs: 1,
      maxArgs: 1,
      run: ([text = ""]) => {
        const limit = looseNumber(text);
        for (const backer of ofproto.backers()) backer.load.override = limit;
        return ofproto
          .backers()
          .map(() => `set flow_limit to ${limit}\n`)
          .join("");
      },
    },
    plain("revalidator/wait", async () => {
      await ofproto.settle();
      return "";
    }),
    plain("revalidator/purge", async () => {
      for (const backer of ofproto.backers()) await backer.purge();
      return "";
    }),
  ];
}
