# a second switch daemon on one database: it says so, and --detach returns when the first is gone
start_switch --enable-dummy=override
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=dummy
mkdir second
(
  export OVS_RUNDIR=$PWD/second
  ovs-vswitchd --enable-dummy=override --detach --no-chdir --pidfile --log-file="$PWD/second/log" -vconsole:off "unix:$WORK/../run/db.sock"
  echo "second: $?"
) &
until_true 30 grep -q 'another ovs-vswitchd' second/log
grep -o 'another ovs-vswitchd process is running, disabling this process' second/log
echo waiting
stop ovs-vswitchd
wait
ovs-appctl --target="$PWD/second/ovs-vswitchd.$(cat second/ovs-vswitchd.pid).ctl" version
ovs-appctl --target="$PWD/second/ovs-vswitchd.$(cat second/ovs-vswitchd.pid).ctl" exit
