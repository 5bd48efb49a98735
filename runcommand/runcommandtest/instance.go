package runcommandtest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// OS is the operating system of an instance, in the words of
// DescribeCloudAssistantStatus.
type OS string

// The operating systems of instances.
const (
	Linux   OS = "Linux"
	Windows OS = "Windows"
	FreeBSD OS = "FreeBSD"
)

// An Instance describes a machine with a Cloud Assistant agent. Only the ID is
// needed; every other zero field means what the field's comment says.
type Instance struct {
	ID   string
	Name string // for {{ACS::InstanceName}}; empty: the ID
	OS   OS     // empty: Linux

	// AgentVersion is the version of the agent, empty for a recent one.
	// Features that are newer than it end with ClientNeedUpgrade.
	AgentVersion string

	// RegionID is the region in which calls find the instance; empty means that
	// it is present in every region.
	RegionID string

	// ResourceGroupID is the resource group, empty for the default one. What is
	// run in another group is shown only to calls that name the group.
	ResourceGroupID string

	Tags map[string]string

	// Zone is the time zone of the instance's own clock, in which a cron
	// expression without a zone runs. Nil means Asia/Shanghai, as in the
	// public images, or UTC where no time zones are installed.
	Zone *time.Location

	// Users are the accounts besides root (System on Windows), Directories the
	// directories besides the default one. Nil means that any name is there.
	Users       []string
	Directories []string
	Containers  []Container

	// Concurrency is how many commands the agent runs at a time before it
	// answers TaskConcurrencyLimit; 0 means any number.
	Concurrency int

	Offline bool // the agent sends no heartbeat
	Stopped bool // the machine itself is not running
	NoAgent bool // there is no agent at all
}

// A Container is a container on an instance.
type Container struct {
	ID      string // 64 hexadecimal digits
	Name    string
	Stopped bool
}

// defaultAgents are the agent versions of instances that name none.
var defaultAgents = map[OS]string{Linux: "2.2.3.857", Windows: "2.1.3.857", FreeBSD: "2.2.3.857"}

// normal returns a copy of i with the defaults filled in.
func (i Instance) normal() Instance {
	if i.Name == "" {
		i.Name = i.ID
	}
	if i.OS == "" {
		i.OS = Linux
	}
	if i.AgentVersion == "" && !i.NoAgent {
		i.AgentVersion = defaultAgents[i.OS]
	}
	if i.Zone == nil {
		i.Zone = defaultZone()
	}
	return i.clone()
}

// clone returns a copy of i that shares nothing with it that can be written to.
func (i Instance) clone() Instance {
	i.Tags = maps.Clone(i.Tags)
	i.Users = slices.Clone(i.Users)
	i.Directories = slices.Clone(i.Directories)
	i.Containers = slices.Clone(i.Containers)
	return i
}

func defaultZone() *time.Location {
	if zone, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return zone
	}
	return time.UTC
}

// online reports whether the agent can take a command.
func (i *Instance) online() bool {
	return !i.Offline && !i.Stopped && !i.NoAgent
}

// in reports whether calls in a region find the instance.
func (i *Instance) in(region string) bool {
	return i.RegionID == "" || i.RegionID == region
}

// has reports whether every one of tags is on the instance. A tag without a
// value matches the key alone.
func (i *Instance) has(tags []tag) bool {
	for _, t := range tags {
		value, ok := i.Tags[t.key]
		if !ok || (t.value != "" && t.value != value) {
			return false
		}
	}
	return true
}

func (i *Instance) hasUser(name string) bool {
	if i.Users == nil || slices.Contains(i.Users, name) {
		return true
	}
	if i.OS == Windows {
		return strings.EqualFold(name, "System")
	}
	return name == "root"
}

func (i *Instance) hasDirectory(dir string) bool {
	return i.Directories == nil || slices.Contains(i.Directories, dir)
}

// A machine is an instance as the store keeps it: its description and what has
// happened on it.
type machine struct {
	Instance
	number       uint64            // rising in the order in which instances were added
	rows         map[*row]struct{} // tasks that may still run here
	invocations  int               // commands that have run
	running      int
	boot         event     // the end of a restart that a script asked for
	invoked      time.Time // when the last command was accepted
	offlineSince time.Time // since when the agent sends no heartbeat
}

// heartbeat returns when the agent was last heard of: agents report once a
// minute.
func (m *machine) heartbeat(now time.Time) time.Time {
	switch {
	case m.NoAgent:
		return time.Time{}
	case !m.offlineSince.IsZero():
		return m.offlineSince.Truncate(time.Minute)
	}
	return now.Truncate(time.Minute)
}

// tasks returns the tasks that may still run here, in order of acceptance.
func (m *machine) tasks() []*row {
	return slices.SortedFunc(maps.Keys(m.rows), func(a, b *row) int {
		return cmp.Compare(a.inv.number, b.inv.number)
	})
}
