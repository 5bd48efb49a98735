package runcommandtest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// OS is the operating system of an instance, named as in DescribeCloudAssistantStatus.
// DescribeInstances writes it in lower case. On an instance with any other value no command
// runs: the call is refused with InvalidInstance.NotMatch.
type OS string

// The operating systems of instances. RunShellScript runs on Linux and FreeBSD,
// RunBatScript and RunPowerShellScript on Windows (ECS API reference, RunCommand).
const (
	Linux   OS = "Linux"
	Windows OS = "Windows"
	FreeBSD OS = "FreeBSD"
)

// An Instance is a machine with a Cloud Assistant agent. Only the ID is required. The
// comment of each other field says what its zero value means. [Server.AddInstance] takes a
// copy, and the values are not checked: an instance may be as odd as a test needs it.
//
// The fields say when the instance refuses a command. Such a refusal concerns this
// instance only: the call is accepted, and the row of the instance has the status Aborted
// or Invalid and an error code (ECS API reference, DescribeInvocations, ErrorCode). The
// fields ID, OS, RegionID and ResourceGroupID are different: a command that does not suit
// them is refused as a whole call.
type Instance struct {
	ID   string
	Name string // value of {{ACS::InstanceName}}; empty: the ID
	OS   OS     // empty: Linux

	// AgentVersion is the version of the agent, such as "2.2.3.857"; empty means a recent
	// one. A command with a feature that the version lacks ends with ClientNeedUpgrade. Of
	// the four numbers the first and the last are compared. A version that cannot be read
	// has no such feature. The versions are those of the ECS API reference.
	AgentVersion string

	// RegionID is the region of the instance. Calls in other regions do not find the
	// instance. Empty means that the instance is present in every region.
	RegionID string

	// ResourceGroupID is the resource group; empty means the default one. A RunCommand
	// that names another group is refused with InvalidInstance.NotFound, unless the instance
	// is in the default group. A command that names the group of the instance is shown only
	// to calls that name it too.
	ResourceGroupID string

	Tags map[string]string // tags by which a call finds the instance

	// Status is the status that DescribeInstances shows. Commands on an instance that is
	// not Running end with InstanceNotRunning. Empty means Running, or Stopped when the
	// field Stopped says so. A restart makes it Running.
	Status InstanceStatus

	// These fields are only shown by DescribeInstances and used by its filters.
	HostName           string    // empty: the ID
	Description        string    //
	ZoneID             string    // zone of the region; empty: its zone a, such as "cn-hangzhou-a"
	VPCID              string    // empty: "vpc-local"; there are no instances in a classic network
	VSwitchID          string    // empty: "vsw-local"
	SecurityGroupIDs   []string  // nil: "sg-local"
	ImageID            string    // empty: "local-image"
	InstanceType       string    // empty: "ecs.g7.large"
	KeyPairName        string    // empty: none
	PrivateIPs         []string  // addresses in the VPC
	PublicIPs          []string  // public addresses that are not elastic
	EIP                string    // elastic address; empty: none
	ChargeType         string    // "PrePaid" or "PostPaid"; empty: "PostPaid"
	InternetChargeType string    // "PayByTraffic" or "PayByBandwidth"; empty: "PayByTraffic"
	LockReasons        []string  // such as "financial"; nil: the instance is not locked
	Created            time.Time // zero: when it was added
	Expires            time.Time // zero: never

	// Zone is the time zone for cron expressions without a zone. Nil means
	// Asia/Shanghai, as in the public images, or UTC if this machine has no time zones
	// installed.
	Zone *time.Location

	// Users are the users besides root (on Windows: System); nil: any user exists. A command
	// with another Username ends with AccountNotExists.
	Users []string

	// Directories are the directories besides the default ones of its users; nil: any
	// directory exists. A command with another WorkingDir ends with DirectoryNotExists. Only
	// equal paths are the same directory: a directory below a listed one is not listed.
	Directories []string

	// Containers are the containers on the instance; nil: any container exists and runs. A
	// command in another one ends with ContainerNotFound. Only Linux has containers: others
	// end a command in one with UnsupportedContainerRuntime.
	Containers []Container

	// Concurrency is the largest number of commands that the agent runs at the same
	// time. A further command ends with TaskConcurrencyLimit, and a firing of a schedule is
	// skipped. 0 means no limit: the service has one, but does not publish it.
	Concurrency int

	// Commands on an instance with one of these fields end with the error code named here
	// and the status Aborted, also those that run when [Server.AddInstance] sets the field.
	// Schedules do not run while a field is set. See also [WithWholeCallRefusals].
	Offline bool // the agent sends no heartbeat: ClientNotOnline
	Stopped bool // the machine is not running: InstanceNotRunning
	NoAgent bool // there is no agent: ClientNotRunning
}

// A Container is a container on an instance. A command finds it by its ContainerId, without
// regard to case and to a prefix such as docker://, or by its ContainerName. When both are
// given they must belong to one container, otherwise the command ends with
// ContainerNameAndIdNotMatch. A name of several containers gives ContainerNameDuplicated.
type Container struct {
	ID      string // 64 hexadecimal digits
	Name    string
	Stopped bool // the container is not running; commands end with ContainerStateAbnormal
}

// defaultAgents has, for each operating system, the agent version of an instance
// without AgentVersion.
var defaultAgents = map[OS]string{Linux: "2.2.3.857", Windows: "2.1.3.857", FreeBSD: "2.2.3.857"}

// normal returns a copy of i with the defaults filled in.
func (i Instance) normal() Instance {
	if i.Name == "" {
		i.Name = i.ID
	}
	if i.OS == "" {
		i.OS = Linux
	}
	i.Stopped = i.Stopped || i.Status != "" && i.Status != InstanceRunning
	for _, field := range []struct {
		value        *string
		defaultValue string
	}{
		{&i.HostName, i.ID}, {&i.VPCID, "vpc-local"}, {&i.VSwitchID, "vsw-local"}, {&i.ImageID, "local-image"},
		{&i.InstanceType, "ecs.g7.large"}, {&i.ChargeType, "PostPaid"}, {&i.InternetChargeType, "PayByTraffic"},
	} {
		*field.value = cmp.Or(*field.value, field.defaultValue)
	}
	if i.SecurityGroupIDs == nil {
		i.SecurityGroupIDs = []string{"sg-local"}
	}
	if i.AgentVersion == "" && !i.NoAgent {
		i.AgentVersion = defaultAgents[i.OS]
	}
	if i.Zone == nil {
		i.Zone = defaultZone()
	}
	return i.clone()
}

// clone returns a copy of i that shares no map or slice with it.
func (i Instance) clone() Instance {
	i.Tags = maps.Clone(i.Tags)
	i.Users = slices.Clone(i.Users)
	i.Directories = slices.Clone(i.Directories)
	i.Containers = slices.Clone(i.Containers)
	i.SecurityGroupIDs = slices.Clone(i.SecurityGroupIDs)
	i.PrivateIPs = slices.Clone(i.PrivateIPs)
	i.PublicIPs = slices.Clone(i.PublicIPs)
	i.LockReasons = slices.Clone(i.LockReasons)
	return i
}

// defaultZone returns the time zone of an instance without the field Zone.
func defaultZone() *time.Location {
	if zone, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return zone
	}
	return time.UTC
}

// online reports whether the agent can take a command.
func (i *Instance) online() bool {
	return i.unavailable() == ""
}

// in reports whether calls in a region find the instance.
func (i *Instance) in(region string) bool {
	return i.RegionID == "" || i.RegionID == region
}

// has reports whether the instance has every tag of tags. When a tag has no value, only
// its key is compared.
func (i *Instance) has(tags []tag) bool {
	for _, t := range tags {
		value, ok := i.Tags[t.key]
		if !ok || (t.value != "" && t.value != value) {
			return false
		}
	}
	return true
}

// hasUser reports whether a command can run as the user. Names of Windows's user System
// are compared without regard to case.
func (i *Instance) hasUser(name string) bool {
	if i.Users == nil || slices.Contains(i.Users, name) {
		return true
	}
	if i.OS == Windows {
		return strings.EqualFold(name, "System")
	}
	return name == "root"
}

// A machine is an instance in the store: its description and its state.
type machine struct {
	Instance
	number       uint64            // position in lists; increases with each instance that is added
	rows         map[*row]struct{} // rows on this instance that have not ended
	invocations  int               // commands that have ended a run on this instance
	running      int
	installing   bool      // the next restart installs an agent
	started      time.Time // when the instance last started
	boot         event     // the end of a restart that a script has caused by its exit code
	boots        int       // restarts by exit code while the clock catches up: see leap
	invoked      time.Time // when the last run began
	offlineSince time.Time // when the agent stopped sending heartbeats
}

// heartbeat returns the time of the last heartbeat. Agents send one heartbeat a minute.
func (m *machine) heartbeat(now time.Time) time.Time {
	switch {
	case m.NoAgent:
		return time.Time{}
	case !m.offlineSince.IsZero():
		return m.offlineSince.Truncate(time.Minute)
	}
	return now.Truncate(time.Minute)
}

// countEnd counts the end of a run.
func (m *machine) countEnd(v *run) {
	m.running--
	if v.number == 1 {
		m.invocations++
	}
}

// tasks returns the rows that may still run on this instance, in order of acceptance.
func (m *machine) tasks() []*row {
	return slices.SortedFunc(maps.Keys(m.rows), func(a, b *row) int {
		return cmp.Compare(a.inv.number, b.inv.number)
	})
}
