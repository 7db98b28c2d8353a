import { defineErrors } from "@vswitch/core/lib";

/** What goes wrong in ovs-ofctl beyond the text of flows, in the original's words. */
export const errors = defineErrors({
  "ofctl/fatal": { message: (c: { text: string }) => c.text },
  "ofctl/not-a-bridge": { message: (c: { name: string }) => `${c.name} is not a bridge or a socket` },
  "ofctl/open-socket": { message: (c: { name: string; why: string }) => `${c.name}: failed to open socket (${c.why})` },
  "ofctl/connect": { message: (c: { name: string; why: string }) => `connecting to ${c.name} (${c.why})` },
  "ofctl/connect-socket": {
    message: (c: { name: string; why: string }) => `${c.name}: failed to connect to socket (${c.why})`,
  },
  "ofctl/talking": { message: (c: { name: string; why: string }) => `talking to ${c.name} (${c.why})` },
  "ofctl/missing-command": { message: () => "missing command name; use --help for help" },
  "ofctl/unknown-command": { message: (c: { name: string }) => `unknown command '${c.name}'; use --help for help` },
  "ofctl/too-few": {
    message: (c: { name: string; least: number }) => `'${c.name}' command requires at least ${c.least} arguments`,
  },
  "ofctl/too-many": {
    message: (c: { name: string; most: number }) => `'${c.name}' command takes at most ${c.most} arguments`,
  },
  "ofctl/read-only": { message: (c: { name: string }) => `'${c.name}' command does not work in read only mode` },
});

/** The line that ends the program, whole. */
export const fatal = (text: string) => errors.make("ofctl/fatal", { text });
