package realaccount

import (
	"context"
	"maps"
	"slices"
	"time"
)

// A Question is something that the documents of the service leave open.
type Question struct {
	ID        string
	Sources   string // the pages and sections that leave it open
	Asks      string // the question
	Documents string // what the documents say
	Assumed   string // the answer that the client and the local service assume
	Where     string // the file of this repository that assumes it

	// Closed says why no program can find out. It is empty for a question that has a probe.
	Closed string

	Needs string        // what must be given besides one instance; empty: nothing
	Calls int           // about how many calls the probe makes
	Runs  int           // how many times a harmless command runs, at most
	Takes time.Duration // about how long the probe takes; 0: seconds
	Long  bool          // asked only with Config.Long, which bounds the time

	actions []string // the actions that the probe uses; nil: RunCommand alone
	ask     probe
}

// A probe asks one question.
type probe func(context.Context, *session) (answer, error)

// An answer is what a probe found out. The value is compared with Question.Assumed. The detail is for
// readers only: a measured time, a number of bytes.
type answer struct{ value, detail string }

// Questions returns every question in the order in which they are asked. The first one finds out where
// the service reads parameters. Those that take long come after the others, and those that are not asked
// come last.
func Questions() []Question {
	all := slices.Concat(requestQuestions(), tokenQuestions(), targetQuestions(), scheduleQuestions(), lifeQuestions(), listingQuestions(),
		instanceQuestions(), closedQuestions())
	slices.SortStableFunc(all, func(a, b Question) int { return a.turn() - b.turn() })
	return all
}

// turn says in which part of the day a question comes.
func (q *Question) turn() int {
	switch {
	case q.ask == nil:
		return 2
	case q.Long:
		return 1
	}
	return 0
}

// Actions returns the actions that the probes of the questions use, sorted. Each needs the right of
// the same name.
func Actions(questions []Question) []string {
	used := map[string]bool{}
	for _, q := range questions {
		for _, action := range q.usedActions() {
			used[action] = true
		}
	}
	return slices.Sorted(maps.Keys(used))
}

func (q *Question) usedActions() []string {
	if q.ask == nil {
		return nil
	}
	if q.actions == nil {
		return []string{runCommand}
	}
	return q.actions
}

// Names of the actions.
const (
	runCommand          = "RunCommand"
	describeInvocations = "DescribeInvocations"
	describeResults     = "DescribeInvocationResults"
	stopInvocation      = "StopInvocation"
	describeAgents      = "DescribeCloudAssistantStatus"
	describeInstances   = "DescribeInstances"
	installAgent        = "InstallCloudAssistant"
)

// The actions of probes that also look at the command that they began, and of those that stop it, too.
var (
	runAndLook = []string{runCommand, describeInvocations}
	runAndStop = []string{runCommand, describeInvocations, stopInvocation}
)
