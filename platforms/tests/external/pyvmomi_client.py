"""What a user of pyVmomi does with a vCenter: `pyvmomi_client.py HOST PORT USER PASSWORD`."""

import ssl
import sys

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

host, port, user, password = sys.argv[1:5]
context = ssl._create_unverified_context()

try:
    SmartConnect(host=host, port=int(port), user=user, pwd="wrong", sslContext=context)
    sys.exit("a wrong password was accepted")
except vim.fault.InvalidLogin as fault:
    assert "incorrect user name or password" in fault.msg, fault.msg

service = SmartConnect(host=host, port=int(port), user=user, pwd=password, sslContext=context)
content = service.RetrieveContent()
assert "simulated by mtv-lab" in content.about.fullName
assert content.authorizationManager.description.privilege
assert service.CurrentTime()

view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
vms = {vm.name: vm for vm in view.view}
source = vms["mtv-tests-rhel8"]

# Everything that a managed entity has is read as its declared type.
for kind in (vim.VirtualMachine, vim.HostSystem, vim.ClusterComputeResource, vim.Datastore, vim.Network, vim.Folder,
             vim.Datacenter, vim.ResourcePool, vim.dvs.VmwareDistributedVirtualSwitch):
    objects = content.viewManager.CreateContainerView(content.rootFolder, [kind], True).view
    assert objects, kind
    for thing in objects:
        for attribute in thing._GetPropertyList():
            try:
                getattr(thing, attribute.name)
            except (vmodl.query.InvalidProperty, vmodl.fault.MethodNotFound):
                pass  # newer than the simulated version

assert source.config.hardware.numCPU == 4
spec = vim.vm.CloneSpec(location=vim.vm.RelocateSpec(transform="flat"), powerOn=False, template=False)
spec.config = vim.vm.ConfigSpec(annotation="cloned by pyVmomi")
spec.config.extraConfig = [vim.option.OptionValue(key="ctkEnabled", value="true")]
spec.config.deviceChange = []
for device in source.config.hardware.device:
    if isinstance(device, vim.vm.device.VirtualEthernetCard):
        device.addressType, device.macAddress = "generated", None
        spec.config.deviceChange.append(vim.vm.device.VirtualDeviceSpec(operation="edit", device=device))
task = source.CloneVM_Task(source.parent, "pyvmomi-clone", spec)
WaitForTask(task)
clone = task.info.result
assert clone.name == "pyvmomi-clone" and clone.config.annotation == "cloned by pyVmomi"
macs = [d.macAddress for d in clone.config.hardware.device if isinstance(d, vim.vm.device.VirtualEthernetCard)]
assert len(set(macs)) == 3 and not any(mac.startswith("00:50:56:a1") for mac in macs), macs
WaitForTask(clone.PowerOn())
try:
    WaitForTask(clone.PowerOn())
    sys.exit("a running VM was powered on")
except vim.fault.InvalidPowerState as fault:
    assert fault.existingState == "poweredOn"
WaitForTask(clone.CreateSnapshot_Task("one", "", False, False))
assert [tree.name for tree in clone.snapshot.rootSnapshotList] == ["one"]
WaitForTask(clone.RemoveAllSnapshots_Task())
WaitForTask(clone.PowerOff())
WaitForTask(clone.Destroy_Task())
try:
    clone.name
    sys.exit("a destroyed VM still has a name")
except Exception as fault:
    assert "ManagedObjectNotFound" in type(fault).__name__, fault
Disconnect(service)
print("pyVmomi is content")
