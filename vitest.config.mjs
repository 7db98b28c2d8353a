import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "packages/testkit/fuzz/*.test.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 20_000,
  },
});
