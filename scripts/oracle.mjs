// `npm run test:oracle [SCENARIO...]`: sets up the reference, then packages/testkit/oracle. Root only.
import { count, needAll } from "./setup.mjs";

if (process.getuid?.() !== 0) {
  console.log("the oracle makes network namespaces, which only root can: skipped");
  count("oracle", { passed: 0, failed: 0, skipped: 1 });
  process.exit(0);
}
needAll("lab", "test", "oracle");
const { runOracle } = await import("../packages/testkit/oracle/run.mjs");
const { passed, failed } = await runOracle(process.argv.slice(2));
count("oracle", { passed, failed });
process.exitCode = failed ? 1 : 0;
