# The lab of `npm start`, twice: a second run finds everything set up.
holds "npm start" node "$ROOT/scripts/start.mjs"
holds "npm start, again, and left running" node "$ROOT/scripts/start.mjs" --keep
shows "what it says of itself" 'the lab is gone' node "$ROOT/scripts/stop.mjs"
holds "nothing is left" sh -c '! ip netns list | grep -q vsl- && ! test -e /tmp/vswitch-lab'
