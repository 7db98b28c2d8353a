import { schemaFromJson } from "./schema/index.ts";

/** The schema of the database in which a server tells about its databases (ovsdb-server(5) _Server). */
export const SERVER_SCHEMA = schemaFromJson({
  name: "_Server",
  version: "1.2.0",
  cksum: "3009684573 744",
  tables: {
    Database: {
      columns: {
        name: { type: "string" },
        model: { type: { key: { type: "string", enum: ["set", ["standalone", "clustered", "relay"]] } } },
        connected: { type: "boolean" },
        leader: { type: "boolean" },
        schema: { type: { key: "string", min: 0, max: 1 } },
        cid: { type: { key: "uuid", min: 0, max: 1 } },
        sid: { type: { key: "uuid", min: 0, max: 1 } },
        index: { type: { key: "integer", min: 0, max: 1 } },
      },
    },
  },
});
