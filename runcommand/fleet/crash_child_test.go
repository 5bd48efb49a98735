package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// childVariable is the environment variable that makes the test binary a process that runs
// a fleet. It holds a childTask as JSON.
const childVariable = "RUNCOMMAND_FLEET_CHILD"

// TestMain runs the tests, or the fleet of a child process.
func TestMain(m *testing.M) {
	text := os.Getenv(childVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var task childTask
	err := json.Unmarshal([]byte(text), &task)
	if err == nil {
		err = task.do()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A childTask says what a child process does.
type childTask struct {
	URL       string // address of the service in the parent process
	Journal   string // path of the journal
	Instances []string
	KillAt    int64 // the process asks to be killed at the entry with this number; 0: it does not ask
	Stored    bool  // true: the process asks after the entry was stored; false: before
	Prepare   string
}

// A childReport is what a child process prints at its end.
type childReport struct {
	Results, Unready, NotSent, Unknown []string
	Halted                             bool
	Err                                string
}

// childVisibility replaces the minute for which the service may hide an invocation.
const childVisibility = 300 * time.Millisecond

// do runs the fleet, and prints its report.
func (task *childTask) do() error {
	if prepare := preparations[task.Prepare]; prepare != nil {
		if err := prepare(); err != nil {
			return err
		}
	}
	report, err := task.run()
	if report == nil {
		return json.NewEncoder(os.Stdout).Encode(childReport{Err: err.Error()})
	}
	printed := childReport{NotSent: report.NotSent, Unknown: report.Unknown, Halted: report.Halted}
	for _, r := range report.Results {
		printed.Results = append(printed.Results, r.InstanceID)
	}
	for _, u := range report.Unready {
		printed.Unready = append(printed.Unready, u.InstanceID)
	}
	if err != nil {
		printed.Err = err.Error()
	}
	return json.NewEncoder(os.Stdout).Encode(printed)
}

// run runs a new fleet when the journal is empty, and resumes the fleet of the journal
// otherwise.
func (task *childTask) run() (*fleet.Report, error) {
	quick := poll.Policy{Initial: 5 * time.Millisecond, Max: 30 * time.Millisecond}
	client, err := runcommand.NewClient(runcommandtest.Region,
		runcommand.WithEndpoint(task.URL),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""),
		runcommand.WithLimits(validate.Limits{Instances: 8}),
		runcommand.WithRetry(quick, 4),
		runcommand.WithLimiter("DescribeInvocations", poll.NewAdaptive(100, time.Second)),
		runcommand.WithLimiter("DescribeInvocationResults", poll.NewAdaptive(100, time.Second)),
	)
	if err != nil {
		return nil, err
	}
	file, err := fleet.OpenJournal(task.Journal)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	options := []fleet.Option{fleet.WithVisibilityDelay(childVisibility), fleet.PollEvery(quick)}
	journal := &childJournal{file: file, task: task}
	empty := true
	for range journal.Entries(context.Background()) {
		empty = false
		break
	}
	var f *fleet.Fleet
	if empty {
		f, err = fleet.New(client, fleet.Plan{
			Command: command(), Instances: task.Instances, Concurrency: fleet.Count(48), Pause: 20 * time.Millisecond,
			Waves: []fleet.Size{fleet.Count(10), fleet.Percent(40), fleet.Percent(100)}, MaxFailures: fleet.NoLimit(),
		}, append(options, fleet.WithJournal(journal))...)
	} else {
		f, err = fleet.Resume(client, journal, options...)
	}
	if err != nil {
		return nil, err
	}
	return f.Run(context.Background())
}

// A childJournal is a journal in a file. At one entry it asks the parent process for
// SIGKILL.
type childJournal struct {
	file *fleet.FileJournal
	task *childTask
}

// Append implements [fleet.Journal].
func (j *childJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if n == j.task.KillAt && !j.task.Stored {
		j.askForDeath(ctx)
	}
	err := j.file.Append(ctx, n, entry)
	if n == j.task.KillAt && j.task.Stored {
		j.askForDeath(ctx)
	}
	return err
}

// Entries implements [fleet.Journal].
func (j *childJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return j.file.Entries(ctx)
}

// askForDeath waits for SIGKILL. The other goroutines go on until it arrives.
func (j *childJournal) askForDeath(ctx context.Context) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, j.task.URL+killPath, http.NoBody)
	if err != nil {
		panic(err)
	}
	_, err = http.DefaultClient.Do(ask)
	panic(fmt.Sprint("the process is still alive: ", err))
}
