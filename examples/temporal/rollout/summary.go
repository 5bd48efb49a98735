package rollout

import (
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A payload of Temporal has at most 2 MB. So a Summary has counts and examples, and no
// outputs. Runs with -OSSOutput keep whole outputs elsewhere.
const (
	mostFailed = 100
	mostWaves  = 100
	mostGroups = 20
)

// A Summary is the result of a rollout.
type Summary struct {
	Fleet     string `json:"fleet"`     // id of the fleet, as in the tags of its commands
	Instances int    `json:"instances"` // of the plan: the sum of the six counts below
	Succeeded int    `json:"succeeded"`
	Failed    int    `json:"failed"`  // the command ended otherwise than with Success
	Running   int    `json:"running"` // the command was accepted and has not ended as far as is known
	Unready   int    `json:"unready"` // the instance cannot run the command, and got none
	NotSent   int    `json:"notSent"`
	Unknown   int    `json:"unknown"` // it is not known whether the command ran

	Waves            []fleet.Wave `json:"waves,omitempty"`            // the latest 100
	Groups           []Group      `json:"groups,omitempty"`           // equal results, the 20 largest groups
	FailedInstances  []string     `json:"failedInstances,omitempty"`  // the first 100
	UnknownInstances []string     `json:"unknownInstances,omitempty"` // all: a fleet has at most a few hundred
	WaitsForWave     int          `json:"waitsForWave,omitempty"`     // number of the wave that needs an approval; 0 when none does
	Error            string       `json:"error,omitempty"`            // what did not succeed; "" when all did
}

// A Group is a number of instances with the same result.
type Group struct {
	Status   runcommand.Status `json:"status"`
	ExitCode int               `json:"exitCode"`
	Code     errors.Code       `json:"code,omitempty"`
	Count    int               `json:"count"`
}

// groupCounts counts equal results. It keeps no outputs.
type groupCounts map[Group]int

func (g *groupCounts) add(r runcommand.Result) {
	if *g == nil {
		*g = make(groupCounts)
	}
	(*g)[Group{Status: r.Status, ExitCode: r.ExitCode, Code: r.ErrorCode}]++
}

// largest returns the largest groups, the largest one first.
func (g groupCounts) largest(most int) []Group {
	var all []Group
	for group, count := range g {
		group.Count = count
		all = append(all, group)
	}
	slices.SortFunc(all, func(a, b Group) int {
		switch {
		case a.Count != b.Count:
			return b.Count - a.Count
		case a.Status != b.Status && a.Status < b.Status:
			return -1
		case a.Status != b.Status:
			return 1
		}
		return a.ExitCode - b.ExitCode
	})
	return all[:min(len(all), most)]
}

func summaryOf(r *fleet.Report, groups groupCounts) *Summary {
	s := &Summary{
		Fleet: r.ID, Unready: len(r.Unready), NotSent: len(r.NotSent), Unknown: len(r.Unknown),
		Groups: groups.largest(mostGroups), UnknownInstances: r.Unknown,
	}
	for _, result := range r.Results {
		switch {
		case result.Status == runcommand.StatusSuccess:
			s.Succeeded++
		case !result.Status.Terminal():
			s.Running++
		default:
			if s.Failed++; s.Failed <= mostFailed {
				s.FailedInstances = append(s.FailedInstances, result.InstanceID)
			}
		}
	}
	s.Instances = len(r.Results) + s.Unready + s.NotSent + s.Unknown
	s.Waves = r.Waves[max(0, len(r.Waves)-mostWaves):]
	return s
}
