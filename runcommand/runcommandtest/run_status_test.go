package runcommandtest

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// documentedOverall is the documented rule for the overall status. It follows the list
// in the ECS API reference (DescribeInvocations) and nothing else.
func documentedOverall(rows []Status) Status {
	in := func(set ...Status) func(Status) bool {
		return func(s Status) bool { return slices.Contains(set, s) }
	}
	for _, first := range []Status{"Pending", "Scheduled", "Running", "Stopping"} {
		if slices.Contains(rows, first) {
			return first
		}
	}
	failed := slices.ContainsFunc(rows, in("Invalid", "Aborted", "Failed", "Timeout", "Error"))
	good := slices.ContainsFunc(rows, in("Success"))
	switch {
	case !failed && !good:
		return "Stopped"
	case !failed:
		return "Success"
	case !good:
		return "Failed"
	}
	return "PartialFailed"
}

// documentedLegacy is the documented rule for the legacy overall status.
func documentedLegacy(rows []Status) Status {
	count := map[Status]int{}
	for _, s := range rows {
		count[s]++
	}
	n := len(rows)
	switch {
	case count["Running"] > 0:
		return "Running"
	case count["Stopping"] > 0:
		return "Stopping"
	case count["Stopped"] == n:
		return "Stopped"
	case count["Failed"]+count["Stopped"] == n:
		return "Failed"
	case count["Finished"]+count["Stopped"] == n:
		return "Finished"
	}
	return "PartialFailed"
}

func TestOverallStatusesFollowTheDocumentedRule(t *testing.T) {
	t.Parallel()
	statuses := slices.Sorted(maps.Keys(statusClasses))
	assert.Len(t, statuses, 13)
	for _, a := range statuses {
		for _, b := range statuses {
			for _, c := range statuses {
				rows := []Status{a, b, c}
				count, legacy := map[Status]int{}, map[Status]int{}
				var old []Status
				for _, s := range rows {
					count[s]++
					legacy[statusClasses[s].legacy]++
					old = append(old, statusClasses[s].legacy)
				}
				assert.Equal(t, documentedOverall(rows), overall(count), "%v", rows)
				assert.Equal(t, documentedLegacy(old), legacyOverall(legacy), "%v", old)
			}
		}
	}
}

func TestOnlyEndedStatusesAreTerminal(t *testing.T) {
	t.Parallel()
	var terminal []Status
	for s := range statusClasses {
		if s.Terminal() {
			terminal = append(terminal, s)
		}
	}
	slices.Sort(terminal)
	assert.Equal(t, []Status{"Aborted", "Cancelled", "Error", "Failed", "Invalid", "Stopped", "Success", "Terminated", "Timeout"}, terminal)
	assert.True(t, statusPartialFailed.Terminal())
	assert.False(t, Status("Hibernating").Terminal(), "an unknown status is not the end")
}

func TestEveryCodeEndsARunWithATerminalStatus(t *testing.T) {
	t.Parallel()
	for code, e := range endings {
		assert.True(t, e.status.Terminal(), code)
		assert.NotEqual(t, statusSuccess, e.status, code)
		assert.Regexp(t, `^[A-Z].*\.$`, e.info, code)
	}
}
