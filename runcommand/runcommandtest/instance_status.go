package runcommandtest

import (
	"cmp"
	"strings"
	"time"
)

// An InstanceStatus is the status of an instance, in the words of DescribeInstances. Cloud
// Assistant runs commands only on Running instances. Any other value is shown as it is, and
// no command runs on the instance.
type InstanceStatus string

// The statuses of instances (ECS API reference, DescribeInstances, Status). Only
// [Server.AddInstance] and [Server.Reboot] change Pending, Starting and Stopping into
// another status.
const (
	InstancePending  InstanceStatus = "Pending"
	InstanceStarting InstanceStatus = "Starting"
	InstanceRunning  InstanceStatus = "Running"
	InstanceStopping InstanceStatus = "Stopping"
	InstanceStopped  InstanceStatus = "Stopped"
)

// status returns the present status. The field Stopped says whether the instance is
// running, the field Status why it is not.
func (i *Instance) status() InstanceStatus {
	switch {
	case !i.Stopped:
		return InstanceRunning
	case i.Status == "" || i.Status == InstanceRunning:
		return InstanceStopped
	}
	return i.Status
}

// zoneID returns the zone of the instance, as calls in a region show it.
func (i *Instance) zoneID(region string) string {
	return cmp.Or(i.ZoneID, cmp.Or(i.RegionID, region)+"-a")
}

// family returns the family of an instance type: "ecs.g7" for "ecs.g7.large".
func family(instanceType string) string {
	if dot := strings.LastIndexByte(instanceType, '.'); dot > 0 {
		return instanceType[:dot]
	}
	return instanceType
}

// minuteLayout is the form of times in DescribeInstances.
const minuteLayout = "2006-01-02T15:04Z"

// minuteStamp formats a time as DescribeInstances does: in UTC, with minutes. It is
// empty for no time.
func minuteStamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(minuteLayout)
}
