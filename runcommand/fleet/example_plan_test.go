package fleet_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// How to leave out the instances that cannot run a command, such as stopped ones.
func ExamplePlan_skipUnready() {
	client, ids, closeService := exampleService(3)
	defer closeService()

	f, err := fleet.New(client, fleet.Plan{
		Command:     runcommand.Shell("yum -y update"),
		Instances:   append(ids, "i-released"),
		SkipUnready: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := f.Run(context.Background())
	fmt.Println(len(report.Results), "done,", err)
	for _, u := range report.Unready {
		if e, ok := errors.AsType[*errors.InstanceError](u.Err); ok {
			fmt.Println(u.InstanceID, e.Code)
		}
	}
	// Output:
	// 3 done, <nil>
	// i-released InvalidInstance.NotFound
}

// How to show how far a fleet is.
func ExampleOnProgress() {
	client, ids, closeService := exampleService(20)
	defer closeService()

	var last fleet.Progress
	f, err := fleet.New(client, fleet.Plan{
		Command:   runcommand.Shell("yum -y update"),
		Instances: ids, Waves: []fleet.Size{fleet.Count(5)}, MaxFailures: fleet.NoLimit(),
	}, fleet.OnProgress(func(p fleet.Progress) { last = p })) // or draw a bar
	if err != nil {
		log.Fatal(err)
	}
	if _, err := f.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("wave %d of %d, %d of %d done, %d failed, %v\n", last.Wave, last.Waves, last.Done, last.Total, last.Failed, last.ByStatus)
	// Output:
	// wave 4 of 4, 20 of 20 done, 0 failed, map[Success:20]
}

// How to read sizes from flags: a number, a share, or no limit.
func ExampleSize() {
	var maxFailures fleet.Size
	flags := flag.NewFlagSet("rollout", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Var(&maxFailures, "max-failures", "how many instances may fail, such as 10, 5% or none")
	for _, text := range []string{"10", "0.5 %", "none", "ten"} {
		err := flags.Parse([]string{"-max-failures", text})
		fmt.Printf("%s %t\n", maxFailures, err == nil)
	}
	// Output:
	// 10 true
	// 0.5% true
	// none true
	// none false
}

// What to do with instances on which the command may or may not have run: look there, and
// tell the fleet.
func ExampleFleet_Decide() {
	client, ids, closeService := exampleService(3)
	defer closeService()

	// A process that announced a chunk, died, and was not resumed within five minutes.
	journal := &keptJournal{} // a Journal in memory
	for entry := range strings.Lines(`{"type":"plan","time":"2026-01-02T03:00:00Z","plan":{"fleet":"fleet-1","region":"cn-hangzhou","command":{"Type":"RunShellScript","CommandContent":"cmVpbmRleA=="},"instances":["i-bp000000000000000001","i-bp000000000000000002","i-bp000000000000000003"]}}
{"type":"wave","time":"2026-01-02T03:00:00Z","wave":1}
{"type":"send","time":"2026-01-02T03:00:00Z","wave":1,"chunk":1,"group":1,"token":"t","tags":[{"Key":"runcommand-fleet-group","Value":"fleet-1-1"},{"Key":"runcommand-fleet-chunk","Value":"1"}],"instances":["i-bp000000000000000001","i-bp000000000000000002"]}
{"type":"unknown","time":"2026-01-02T03:06:00Z","chunk":1}`) {
		journal.entries = append(journal.entries, []byte(strings.TrimSpace(entry)))
	}

	f, err := fleet.Resume(client, journal, fleet.WithVisibilityDelay(0)) // 0: the local service hides nothing
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("unknown:", f.Report().Unknown)
	if err := f.Decide(ids[:1], true); err != nil { // a person has found its new index there
		log.Fatal(err)
	}
	if err := f.Decide(ids[1:2], false); err != nil { // and none here: it gets its command now
		log.Fatal(err)
	}
	report, err := f.Run(context.Background())
	fmt.Println(len(report.Results), "done,", err)
	// Output:
	// unknown: [i-bp000000000000000001 i-bp000000000000000002]
	// 3 done, <nil>
}
