# a few worlds of the packet engine's fuzzer (packages/testkit/fuzz): random tables, random packets traced
# seconds: 25
start_switch --enable-dummy=override
node "$ORACLE/../fuzz/answers.mjs" 20 2
