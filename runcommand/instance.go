package runcommand

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// OS is an operating system. The client returns the names of the constants, whatever the
// letter case in the reply: DescribeInstances writes "linux", and
// DescribeCloudAssistantStatus writes "Linux".
type OS string

// The operating systems that the service documents (ECS API reference, OSType).
const (
	OSLinux   OS = "Linux"
	OSWindows OS = "Windows"
	OSFreeBSD OS = "FreeBSD"
)

// osOf returns the documented spelling of an operating system. It returns another name as
// it is.
func osOf(name string) OS {
	for _, os := range []OS{OSLinux, OSWindows, OSFreeBSD} {
		if strings.EqualFold(name, string(os)) {
			return os
		}
	}
	return OS(name)
}

// InstanceStatus is the status of an instance. The service may send other values.
type InstanceStatus string

// The statuses of instances (ECS API reference, DescribeInstances). Commands run only on
// instances that are Running.
const (
	InstancePending  InstanceStatus = "Pending"
	InstanceStarting InstanceStatus = "Starting"
	InstanceRunning  InstanceStatus = "Running"
	InstanceStopping InstanceStatus = "Stopping"
	InstanceStopped  InstanceStatus = "Stopped"
)

// instanceStatuses are the statuses that the service filters by.
var instanceStatuses = []InstanceStatus{InstancePending, InstanceStarting, InstanceRunning, InstanceStopping, InstanceStopped}

// Instance is one ECS instance, with the facts that matter for commands (ECS API reference,
// DescribeInstances). A field that the service does not send is zero.
type Instance struct {
	ID              string
	Name            string // name of the instance in the console
	HostName        string // name of the machine inside its system
	Status          InstanceStatus
	OS              OS     // the service shows no FreeBSD here; [AgentStatus] does
	OSName          string // such as "Alibaba Cloud Linux 3 64 bit", in English if the service sends that
	ZoneID          string
	ResourceGroupID string    // "" for the default resource group
	Tags            []Tag     // nil for an instance without tags
	Created         time.Time // in UTC, to the minute
	// Locks are the reasons why the instance is locked, such as "financial". The service
	// does not document what a lock means for commands.
	Locks []string
}

// instanceOf converts a row of DescribeInstances. The parameter id is the spelling of the
// id that the caller uses.
func instanceOf(row *wire.Instance, id string) Instance {
	i := Instance{
		ID:              id,
		Name:            row.InstanceName,
		HostName:        row.HostName,
		Status:          InstanceStatus(row.Status),
		OS:              osOf(row.OSType),
		OSName:          row.OSNameEn,
		ZoneID:          row.ZoneID,
		ResourceGroupID: row.ResourceGroupID,
		Created:         wire.Time(row.CreationTime),
	}
	if i.OSName == "" {
		i.OSName = row.OSName
	}
	for _, tag := range row.Tags.Tag {
		i.Tags = append(i.Tags, Tag{Key: tag.TagKey, Value: tag.TagValue})
	}
	for _, lock := range row.OperationLocks.LockReason {
		i.Locks = append(i.Locks, lock.LockReason)
	}
	return i
}
