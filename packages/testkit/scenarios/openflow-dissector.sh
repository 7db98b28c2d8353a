# Another implementation's dissector reads every OpenFlow message that we write.
shows "packages/testkit/fuzz/dissect.ts" "1[0-9]* messages dissected, 0 malformed" \
  sh -c 'cd "$ROOT" && exec node scripts/run-ts.mjs packages/testkit/fuzz/dissect.ts 800'
