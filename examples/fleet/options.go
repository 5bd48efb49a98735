package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// options are the settings from the command line.
type options struct {
	// where
	program.Service
	real  bool // a region was given
	serve string

	// what
	script      string
	timeout     time.Duration
	waves       []fleet.Size
	concurrency fleet.Size
	maxFailures fleet.Size
	pause       time.Duration
	skipUnready bool

	// how
	journal string
	resume  bool
	grace   time.Duration

	// the local service
	local localService
}

// mostLocal is the largest number of instances of the local service.
const mostLocal = 100_000

// newOptions returns options that have their default values.
func newOptions() *options {
	return &options{
		script:      "yum -y update",
		waves:       []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)},
		concurrency: fleet.Count(1000),
		maxFailures: fleet.Percent(2),
		local:       localService{instances: 5000, failing: 1, speed: 1},
	}
}

func (o *options) addFlags(f *program.Flags) {
	o.AddFlags(f)
	f.StringVar(&o.serve, "serve", "", "only serve local instances at this loopback `address`, such as 127.0.0.1:8090")
	f.StringVar(&o.script, "script", o.script, "run this shell `script`")
	f.DurationVar(&o.timeout, "timeout", 20*time.Minute, "end the script on an instance after this `time`")
	f.Func("waves", "the `sizes` of the waves, numbers or shares; the last one repeats (default 1,10%,100%)", o.setWaves)
	f.Var(&o.concurrency, "concurrency", "the largest `number` or share of instances that run the script at the same time")
	f.Var(&o.maxFailures, "max-failures", "halt when more than this `number` or share of the instances in the waves so far have failed; none for no limit")
	f.DurationVar(&o.pause, "pause", 0, "pause for this `time` between two waves")
	f.BoolVar(&o.skipUnready, "skip-unready", false, "leave out instances that cannot run the script; they are no failures then")
	f.StringVar(&o.journal, "journal", "", "keep a journal in this `file`, so that the rollout can be resumed; it holds the script")
	f.BoolVar(&o.resume, "resume", false, "resume the rollout of -journal; the plan is in the journal")
	f.DurationVar(&o.grace, "grace", 30*time.Second, "after Ctrl-C stop the commands under way, and wait this `time` for them; 0 lets them run on")
	f.IntVar(&o.local.instances, "local", o.local.instances, "the `number` of local instances, i-local-1 and so on")
	f.Float64Var(&o.local.failing, "failing", o.local.failing, "the `percentage` of local instances on which the script fails")
	f.Float64Var(&o.local.speed, "speed", o.local.speed, "local instances are faster by this `factor`; at 1 the script takes 1 to 3 s")
}

const about = `
Rolls a script out over local instances, or with -region over real ones. The ids of
instances are those of -instances, words, or with - the lines of standard input.`

// parse reads the command line. Its errors are errors in usage.
func parse(args []string, stdin io.Reader, stdout io.Writer) (*options, error) {
	o := newOptions()
	flags := program.NewFlags("fleet", "[flags] [instance ids | -]", about, stdout)
	o.addFlags(flags)
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	given := make(map[string]bool)
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	o.real = o.Region != ""
	for _, check := range []func() error{
		func() error { return o.checkTogether(given, words) },
		o.checkValues,
		func() error { return o.CheckTargets(o.Remote(), "") }, // it checks the endpoint
		func() error { return o.readInstances(words, stdin) },
	} {
		if err := check(); err != nil {
			return nil, program.Misuse("%w", err)
		}
	}
	if !given["max-failures"] && o.resume {
		o.maxFailures = fleet.Size{} // that of the journal
	}
	return o, nil
}

// planFlags lists the flags whose values the journal keeps.
var planFlags = []string{"script", "timeout", "waves", "concurrency", "pause", "skip-unready"}

// checkTogether refuses flags that cannot be used together.
func (o *options) checkTogether(given map[string]bool, words []string) error {
	for _, rule := range []struct {
		applies bool
		refused []string
		reason  string
	}{
		{o.serve != "", slices.Concat(planFlags, []string{"region", "endpoint", "instances", "journal", "resume", "max-failures", "grace"}), "-serve only serves instances"},
		{o.resume, slices.Concat(planFlags, []string{"instances", "local"}), "with -resume the plan is in the journal"},
		{o.real, []string{"local"}, "-region is for real instances: give their ids"},
		{o.Remote(), []string{"failing", "speed"}, "give it to the program with -serve"},
		{len(words) > 0 || len(o.Instances) > 0, []string{"local"}, "the ids say which instances"},
	} {
		for _, name := range rule.refused {
			if rule.applies && given[name] {
				return fmt.Errorf("-%s cannot be used here: %s", name, rule.reason)
			}
		}
	}
	switch {
	case o.serve != "" && len(words) > 0:
		return fmt.Errorf("%q is not a flag; -serve takes no ids", words[0])
	case o.resume && len(words) > 0:
		return fmt.Errorf("%q is not a flag; with -resume the instances are in the journal", words[0])
	case o.resume && o.journal == "":
		return errors.New("-resume needs -journal")
	case o.resume && !o.Remote():
		return errors.New("-resume needs the service that the rollout began with: -region, or the -endpoint of a local service")
	case o.journal != "" && !o.Remote() && o.serve == "":
		return errors.New("-journal needs a service that lives longer than this program: -region, or the -endpoint of a local service that -serve has started")
	case o.real && !o.resume && !given["script"]:
		return errors.New("-region needs -script: say what to run on real instances")
	}
	return nil
}

// checkValues refuses values that the fleet or the service would not name by their flags.
func (o *options) checkValues() error {
	switch {
	case strings.TrimSpace(o.script) == "":
		return errors.New("-script is empty")
	case o.timeout <= 0:
		return fmt.Errorf("-timeout is %v; give a time such as 20m", o.timeout)
	case o.pause < 0:
		return fmt.Errorf("-pause is %v; it may not be negative", o.pause)
	case o.grace < 0:
		return fmt.Errorf("-grace is %v; it may not be negative", o.grace)
	case o.local.instances < 1 || o.local.instances > mostLocal:
		return fmt.Errorf("-local is %d; it may be from 1 to %d", o.local.instances, mostLocal)
	case !(o.local.failing >= 0 && o.local.failing <= 100):
		return fmt.Errorf("-failing is %v; it may be from 0 to 100", o.local.failing)
	case !(o.local.speed >= 0.01 && o.local.speed <= 1000):
		return fmt.Errorf("-speed is %v; it may be from 0.01 to 1000", o.local.speed)
	}
	if o.serve == "" {
		return nil
	}
	addr, err := netip.ParseAddrPort(o.serve)
	if err != nil || !addr.Addr().IsLoopback() {
		return fmt.Errorf("-serve %q is not a loopback address and a port, such as 127.0.0.1:8090", o.serve)
	}
	return nil
}

func (o *options) setWaves(text string) error {
	o.waves = nil
	for part := range strings.SplitSeq(text, ",") {
		size, err := fleet.ParseSize(part)
		if err != nil {
			return err
		}
		o.waves = append(o.waves, size)
	}
	return nil
}

// readInstances adds the ids of the words and, for the word "-", of standard input to those
// of -instances. Empty lines and lines that begin with # are left out there. Without any id
// the instances are those of the local service.
func (o *options) readInstances(words []string, stdin io.Reader) error {
	ids := o.Instances
	for _, word := range words {
		if word != "-" {
			ids = append(ids, word)
			continue
		}
		lines := bufio.NewScanner(stdin)
		before := len(ids)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
				ids = append(ids, line)
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		if len(ids) == before {
			return errors.New("standard input has no ids")
		}
	}
	for _, id := range ids { // a word that is no id is most likely a flag without its hyphen
		if !strings.HasPrefix(id, "i-") && !strings.HasPrefix(id, "mi-") {
			return fmt.Errorf("%.60q is not the id of an instance: it does not begin with i-", id)
		}
	}
	switch {
	case len(ids) == 0 && o.real && !o.resume:
		return errors.New("-region needs the ids of instances: -instances, words, or with - from standard input")
	case len(ids) == 0 && !o.real:
		ids = o.local.ids()
	}
	o.Instances = ids
	return nil
}

// plan returns the plan of a new rollout.
func (o *options) plan() fleet.Plan {
	return fleet.Plan{
		Command:     runcommand.Shell(o.script).Name("rollout").Timeout(o.timeout).KillTree(),
		Instances:   o.Instances,
		Waves:       o.waves,
		Concurrency: o.concurrency,
		MaxFailures: o.maxFailures,
		Pause:       o.pause,
		SkipUnready: o.skipUnready,
	}
}
