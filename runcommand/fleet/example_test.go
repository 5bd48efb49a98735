package fleet_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// exampleService returns a client of a local service with n instances, and their ids. The command fails on the instances
// of the list failing.
func exampleService(n int, failing ...string) (*runcommand.Client, []string, func()) {
	s := runcommandtest.NewServer()
	ids := instanceIDs(n)
	for _, id := range ids {
		s.AddInstance(runcommandtest.Instance{ID: id})
	}
	s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		for _, id := range failing {
			if id == x.InstanceID {
				return runcommandtest.Outcome{Output: []byte("no space left on device\n"), ExitCode: 1}
			}
		}
		return runcommandtest.Outcome{Output: []byte("upgraded\n")}
	})
	return s.Client(), ids, s.Close
}

// How to run a command on more instances than a request may have.
func ExampleFleet_Run() {
	client, ids, closeService := exampleService(250)
	defer closeService()

	f, err := fleet.New(client, fleet.Plan{
		Command:   runcommand.Shell("yum -y update").Timeout(20 * time.Minute),
		Instances: ids,
	})
	if err != nil {
		log.Fatal(err) // every mistake of the plan
	}
	report, err := f.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range report.Groups() {
		fmt.Printf("%d instances: %s, exit code %d, %q\n", len(g.InstanceIDs), g.Status, g.ExitCode, g.Text())
	}
	// Output:
	// 250 instances: Success, exit code 0, "upgraded\n"
}

// How to try a change on one instance, then on a tenth, and halt when it fails on too many.
func ExamplePlan_waves() {
	bad := instanceIDs(100)[20:26]
	client, ids, closeService := exampleService(1000, bad...)
	defer closeService()

	f, err := fleet.New(client, fleet.Plan{
		Command:     runcommand.Shell("yum -y update"),
		Instances:   ids,
		Waves:       []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)},
		MaxFailures: fleet.Percent(2),
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := f.Run(context.Background())
	fmt.Println(err)
	for _, w := range report.Waves {
		fmt.Printf("wave %d: %d of %d done, %d failed\n", w.Number, w.Done, w.Instances, w.Failed)
	}
	if halt, ok := errors.AsType[*fleet.HaltError](err); ok {
		fmt.Println(halt.NotSent, "instances got no command")
	}
	// Output:
	// halted in wave 2: 6 of 101 failed, limit 2 %; 899 not sent
	// wave 1: 1 of 1 done, 0 failed
	// wave 2: 100 of 100 done, 6 failed
	// 899 instances got no command
}

// How to go on after a crash, a cancellation or a used-up quota, without running anything twice.
func ExampleResume() {
	client, ids, closeService := exampleService(300)
	defer closeService()
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "upgrade.journal")

	approved := errors.New("it is late; go on tomorrow")
	approve := fleet.WithApproval(func(context.Context, fleet.Wave) error { return approved })

	// The first process halts after its first wave.
	journal, err := fleet.OpenJournal(path)
	if err != nil {
		log.Fatal(err)
	}
	f, err := fleet.New(client, fleet.Plan{
		Command:     runcommand.Shell("yum -y update"),
		Instances:   ids,
		Waves:       []fleet.Size{fleet.Count(100)},
		MaxFailures: fleet.Count(0),
	}, fleet.WithJournal(journal), approve)
	if err != nil {
		log.Fatal(err)
	}
	_, err = f.Run(context.Background())
	fmt.Println(err)
	_ = journal.Close()

	// The second process opens the journal and goes on.
	journal, err = fleet.OpenJournal(path)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = journal.Close() }()
	approved = nil
	f, err = fleet.Resume(client, journal, approve, fleet.WithVisibilityDelay(0)) // 0: the local service hides nothing
	if err != nil {
		log.Fatal(err)
	}
	report, err := f.Run(context.Background())
	fmt.Println(len(report.Results), "done,", err)
	// Output:
	// halted in wave 1: 0 of 100 failed, limit 0; 200 not sent: wave 2 was not approved: it is late; go on tomorrow
	// 300 done, <nil>
}

// How to handle results as they come, with memory that does not grow with the outputs.
func ExampleFleet_Results() {
	client, ids, closeService := exampleService(120, "i-bp000000000000000007")
	defer closeService()

	f, err := fleet.New(client, fleet.Plan{Command: runcommand.Shell("yum -y update"), Instances: ids})
	if err != nil {
		log.Fatal(err)
	}
	for result, err := range f.Results(context.Background()) {
		if err != nil {
			log.Fatal(err) // the fleet halted
		}
		if result.Err() != nil {
			fmt.Printf("%s: exit code %d: %s", result.InstanceID, result.ExitCode, result.Text())
		}
	}
	// Output:
	// i-bp000000000000000007: exit code 1: no space left on device
}
