# docs/parity.md is what the programs answer.
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
holds "docs/parity.md" node "$ROOT/scripts/parity.mjs" --check
