package runcommand

import (
	"cmp"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Group holds the instances on which a command ended in the same way: with the same
// status, exit code, error code and output.
//
// When package fmt prints a Group, or log/slog logs it as a separate attribute, the text
// shows the size of the output and not the output, since scripts may print secrets. Its
// JSON is the whole group.
type Group struct {
	Status    Status
	ExitCode  int         // exit code of the script; valid only when Exited is true
	Exited    bool        // true when the script ran to its end
	ErrorCode errors.Code // why the command did not succeed; "" when it succeeded
	Output    []byte      // the output, the same on each instance; it shares memory with the first result
	Dropped   int         // number of bytes of output that the service did not keep on each instance
	// InstanceIDs holds the instances of the group, in the order of the results.
	InstanceIDs []string
}

// Text returns the output of one instance as valid UTF-8, as [Result.Text] does.
func (g Group) Text() string { return Result{Output: g.Output, Dropped: g.Dropped}.Text() }

// Groups puts equal results of the report together: see [GroupResults].
func (r *Report) Groups() []Group {
	if r == nil {
		return nil
	}
	return GroupResults(r.Results)
}

// GroupResults puts results together that have the same status, exit code, error code,
// output and number of dropped bytes. The largest group comes first. Groups of the same
// size keep the order of their first results. Each result is in exactly one group.
func GroupResults(results []Result) []Group {
	// An outcome holds everything in which the results of one group are equal.
	type outcome struct {
		status   Status
		exited   bool
		exitCode int
		code     errors.Code
		output   string
		dropped  int
	}
	var groups []Group
	numbers := make(map[outcome]int) // index in groups
	for _, r := range results {
		key := outcome{r.Status, r.Exited, r.ExitCode, r.ErrorCode, string(r.Output), r.Dropped}
		n, known := numbers[key]
		if !known {
			n = len(groups)
			numbers[key] = n
			groups = append(groups, Group{
				Status: r.Status, ExitCode: r.ExitCode, Exited: r.Exited,
				ErrorCode: r.ErrorCode, Output: r.Output, Dropped: r.Dropped,
			})
		}
		groups[n].InstanceIDs = append(groups[n].InstanceIDs, r.InstanceID)
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Compare(len(b.InstanceIDs), len(a.InstanceIDs))
	})
	return groups
}
