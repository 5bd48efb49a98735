// Command resume shows that a rollout goes on after its process was killed, and that no
// instance runs the script twice.
//
//	go run ./examples/resume
//
// Without flags it starts the local service, and a second process that begins a rollout. It
// kills this process (SIGKILL on Unix) at the worst moment: the service has accepted
// commands, and the process does not know it yet. Then it resumes the rollout from the
// journal, and counts the executions.
//
// With a region or an endpoint it begins a rollout that you can kill yourself. Without
// -instances it resumes the rollout of the journal:
//
//	go run ./examples/resume -region cn-hangzhou -journal upgrade.journal -instances i-bp1…,i-bp2… 'yum -y update'
//	go run ./examples/resume -region cn-hangzhou -journal upgrade.journal
//
// Its exit status is 0 when the script succeeded on every instance, 1 when it did not or
// the rollout halted, and 2 for wrong arguments or a plan that breaks a limit.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := program.NewFlags("resume", "[flags] [script]", `
Begins a rollout in a process, kills the process, resumes the rollout, and counts how often
local instances executed the script. With -region or -endpoint it begins the rollout of a
script on the instances of -instances, or without them resumes that of the journal. Quote a
script that has words that begin with a dash, or write -- before it.`, stdout)
	r := &rollout{}
	r.AddFlags(flags)
	flags.StringVar(&r.journal, "journal", "", "keep the journal of the rollout in this `file`; it holds the script")
	flags.DurationVar(&r.hidden, "hidden", time.Minute, "a resumed rollout sends nothing for this `time`: so long the service may hide new commands; the local service hides none, so take 0 for it")
	words, err := flags.Parse(args)
	if err == nil {
		r.script = strings.Join(words, " ")
		err = r.start(ctx, stdout)
	}
	return program.Fail(stderr, "resume", err)
}

// A rollout is a fleet with a journal. Without instances it is that of the journal.
type rollout struct {
	program.Service

	journal string
	script  string
	hidden  time.Duration
}

// start checks the arguments and runs the rollout, or shows that of a process that is killed.
func (r *rollout) start(ctx context.Context, stdout io.Writer) error {
	begin := len(r.Instances) > 0
	switch err := r.CheckTargets(r.journal != "", "-journal"); {
	case err != nil:
		return err
	case begin != (r.script != ""):
		return program.Misuse("-instances and a script must be given together; without both the rollout of -journal is resumed")
	case begin && !r.Remote():
		return program.Misuse("-instances need -region or -endpoint, and -journal")
	case !r.Remote():
		return killAndResume(ctx, stdout)
	}
	file, err := os.Stat(r.journal)
	switch written := err == nil && file.Size() > 0; {
	case !begin && !written: // OpenJournal would make a new file
		return program.Misuse("there is no journal %s; a rollout begins with -instances and a script", r.journal)
	case begin && written:
		return program.Misuse("the journal %s holds a rollout; leave out -instances and the script to resume it, or take a new file", r.journal)
	}
	client, err := r.Client()
	if err != nil {
		return err
	}
	if err = r.run(ctx, client, stdout); ctx.Err() != nil && err != nil {
		return fmt.Errorf("%w\nthe same command without -instances and script resumes the rollout", err)
	}
	return err
}

// run begins the rollout, or resumes that of the journal.
func (r *rollout) run(ctx context.Context, client *runcommand.Client, stdout io.Writer) error {
	journal, err := fleet.OpenJournal(r.journal)
	if err != nil {
		return err
	}
	defer func() { _ = journal.Close() }() // every entry is on the disk already
	var f *fleet.Fleet
	if len(r.Instances) == 0 {
		f, err = fleet.Resume(client, journal, fleet.WithVisibilityDelay(r.hidden))
	} else {
		f, err = fleet.New(client, fleet.Plan{
			Command:     runcommand.Shell(r.script).Name("resume").Timeout(20 * time.Minute),
			Instances:   r.Instances,
			Waves:       []fleet.Size{fleet.Percent(25), fleet.Percent(100)},
			MaxFailures: fleet.Percent(2),
		}, fleet.WithJournal(journal))
	}
	if err != nil {
		return err
	}
	before := f.Report()
	fmt.Fprintf(stdout, "  %s got the script for sure, %d perhaps, %d not yet.\n",
		program.Count(len(before.Results), "instance"), len(before.Unknown), len(before.NotSent))
	report, err := f.Run(ctx)
	for _, g := range report.Groups() {
		fmt.Fprintf(stdout, "  %s: %s\n", program.Count(len(g.InstanceIDs), "instance"), program.Printable(string(g.Status)))
	}
	return err
}

// killAndResume begins a rollout in another process, kills this process, resumes the
// rollout, and counts the executions.
func killAndResume(ctx context.Context, stdout io.Writer) error {
	folder, err := os.MkdirTemp("", "resume")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	journal := filepath.Join(folder, "upgrade.journal")

	server := runcommandtest.NewServer()
	defer server.Close()
	ids := make([]string, 400)
	for n := range ids {
		ids[n] = fmt.Sprintf("i-local-%d", n+1)
		server.AddInstance(runcommandtest.Instance{ID: ids[n]})
	}
	for n := 100; n < len(ids); n += 100 { // the three requests of the second wave are accepted, and get no reply
		server.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultSilent, Action: "RunCommand", InstanceID: ids[n]})
	}
	first, kill := context.WithCancel(ctx)
	defer kill()
	var executed atomic.Int32
	server.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		if executed.Add(1) == int32(len(ids)) {
			kill()
		}
		return runcommandtest.Outcome{}
	})

	fmt.Fprintln(stdout, "Process 1 begins a rollout.")
	if err := runUntil(first, stdout, "-endpoint", server.URL(), "-journal", journal, "-instances", strings.Join(ids, ","), "yum -y update"); err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	fmt.Fprint(stdout, "Process 1 was killed. The service has accepted all its requests, and replied to the first one.\n\nProcess 2 resumes the rollout.\n")
	if err := (&rollout{journal: journal}).run(ctx, server.Client(), stdout); err != nil {
		return err
	}
	var times [3]int
	for _, id := range ids {
		times[min(server.Executions(id), 2)]++
	}
	fmt.Fprintf(stdout, "\n%d instances executed the script once, %d more often, %d never.\n", times[1], times[2], times[0])
	if times[1] != len(ids) {
		return errors.New("not every instance executed the script once")
	}
	return nil
}

// runUntil runs this program with other arguments as another process, and kills it with
// SIGKILL when the context ends.
func runUntil(ctx context.Context, stdout io.Writer, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	process := exec.CommandContext(ctx, self, args...)
	var failure bytes.Buffer
	process.Stdout, process.Stderr = stdout, &failure
	process.Env = append(os.Environ(), "ALIBABA_CLOUD_ACCESS_KEY_ID="+runcommandtest.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET="+runcommandtest.AccessKeySecret, "ALIBABA_CLOUD_SECURITY_TOKEN=")
	if err := process.Run(); ctx.Err() == nil {
		return fmt.Errorf("process 1 was not killed, and ended: %w: %s", err, failure.String())
	}
	return nil
}
