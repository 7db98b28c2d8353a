# a few worlds of the packet engine's fuzzer (packages/testkit/fuzz): random tables, random packets traced
start_switch --enable-dummy=override
node "$ORACLE/../fuzz/answers.mjs" 20 2
