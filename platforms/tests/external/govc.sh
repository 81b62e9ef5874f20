#!/usr/bin/env bash
# What a user of govc does with a vCenter. Expects GOVC_URL, GOVC_USERNAME, GOVC_PASSWORD, and GOVC_TLS_CA_CERTS.
set -euo pipefail
govc=${GOVC:-govc}
run() {
    echo "+ govc $*" >&2
    "$govc" "$@"
}
expect() {
    grep -F -- "$1" >/dev/null || { echo "expected to read: $1" >&2; exit 1; }
}
# Either of two words, whose letters may be upper or lower case.
expect_one_of() {
    grep -iF -e "$1" -e "$2" >/dev/null || { echo "expected to read: $1, or: $2" >&2; exit 1; }
}
# JSON, whose keys begin with an upper case letter in older versions, and which is indented in newer ones.
expect_json() {
    tr -d ' ' | grep -iF -- "$1" >/dev/null || { echo "expected to read: $1" >&2; exit 1; }
}
refused() {
    local words=$1
    shift
    echo "+ govc $* (is to be refused)" >&2
    if out=$("$govc" "$@" 2>&1); then echo "was not refused: $*" >&2; exit 1; fi
    grep -F -- "$words" >/dev/null <<<"$out" || { echo "expected '$words' in: $out" >&2; exit 1; }
}

# Older versions print the name of the product, newer ones its full name.
run about | expect_one_of 'simulated by mtv-lab' 'VMware vCenter Server'
run ls /DC0/vm | expect '/DC0/vm/mtv-tests-rhel8'
run ls /DC0/host/DC0_C0 | expect 'DC0_C0_H1'
run ls -l /DC0/network | expect 'cnv-test'
run find / -type m -name 'mtv-win*' | expect 'mtv-win2022-ip-3disks'
run datastore.info LocalDS_0 | expect 'LocalDS_0'
run host.info -host DC0_C0_H0 | expect 'mtv-lab'
run vm.info mtv-tests-rhel8 | expect 'Red Hat Enterprise Linux 8 (64-bit)'
run vm.info -json mtv-tests-rhel8 | expect_json '"numCoresPerSocket"'
run vm.info -e mtv-tests-rhel8 | expect 'ctkEnabled'
run device.ls -vm mtv-tests-rhel8 | expect 'ParaVirtualSCSIController'
run device.info -vm mtv-tests-rhel8 ethernet-2 | expect '00:50:56:a1:01:03'
refused "already exists" vm.clone -vm mtv-tests-rhel8 -on=false -ds LocalDS_0 mtv-win2019-79
run vm.clone -vm mtv-tests-rhel8 -on=false -pool Resources -ds LocalDS_1 govc-clone
run vm.info govc-clone | expect 'poweredOff'
run vm.change -vm govc-clone -c 2 -m 4096 -annotation 'changed by govc' -e 'mtv=bdd'
run vm.info -json govc-clone | expect_json '"annotation":"changedbygovc"'
run vm.disk.create -vm govc-clone -name govc-clone/extra -size 1G -ds LocalDS_0 -thick=false
run vm.network.add -vm govc-clone -net 'VM Network' -net.adapter e1000e
run device.ls -vm govc-clone | expect 'ethernet-3'
run device.remove -vm govc-clone ethernet-3
run snapshot.create -vm govc-clone -m=false first
run snapshot.tree -vm govc-clone | expect 'first'
run snapshot.remove -vm govc-clone first
run vm.power -on govc-clone
run vm.ip -wait 1m govc-clone | expect '10.46.'
refused 'Powered on' vm.power -on govc-clone
run vm.power -off govc-clone
run object.collect -s vm/govc-clone runtime.powerState | expect 'poweredOff'
run vm.destroy govc-clone
if run ls /DC0/vm | grep -q govc-clone; then echo 'the clone is still there' >&2; exit 1; fi
GOVC_PASSWORD=wrong refused 'incorrect user name or password' ls
