package fleet

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A Plan says what to run, on which instances, and how carefully. [New] checks it.
//
// Only Command and Instances are required. A plan with no other field runs the command on all
// instances at once, as fast as the limiter of the client admits, whatever fails. A careful one
// tries the command on one instance, then on a tenth, then on the rest, and halts when more
// than 2 % of the instances that had their turn have failed:
//
//	fleet.Plan{
//		Command:     runcommand.Shell("yum -y update").Timeout(20 * time.Minute),
//		Instances:   ids,
//		Waves:       []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)},
//		MaxFailures: fleet.Percent(2),
//		Pause:       10 * time.Minute,
//	}
type Plan struct {
	// Command is what to run, such as runcommand.Shell("yum -y update"). It runs once, or is
	// a dry run. It has no instances, no resource tags and no client token: the fleet sets
	// the instances and the token of each chunk. Two of the 20 tags that a command may have
	// are those of the fleet, see [WithTags]. Its region is that of the client, or unset.
	// The fleet waits for an instance until 2 minutes after the timeout of the command.
	Command runcommand.Builder
	// Instances are the instances to run on, any number of them, in this order: at least
	// one. An id that is given twice counts once. The letter case of an id and blanks around
	// it do not matter.
	Instances []string
	// Waves are the sizes of the waves, in their order. A share is a share of all instances,
	// rounded up, and at least one instance. The last size repeats until all instances have
	// a wave. Without Waves all instances are one wave. For example, Count(1) and
	// Percent(10) divide 1000 instances into waves of 1, 100, 100 and so on; the last wave
	// has 99. A size that is 0, unset or NoLimit is a mistake.
	Waves []Size
	// Concurrency is the largest number of instances that run the command at the same time.
	// A share is a share of all instances, rounded up. Unset means as many as the limiter
	// of the client admits. 0 is a mistake. The next chunk is sent when a whole one fits:
	// with Concurrency 150 and chunks of 100, the second chunk is sent when 50 instances of
	// the first one have ended. With 50, no chunk has more than 50 instances.
	Concurrency Size
	// MaxFailures is how many instances may fail. When more of them fail, the fleet halts:
	// it sends nothing more, and waits for what runs. A share is a share of the instances in
	// the waves that have begun, rounded down. An instance has failed when its result is not
	// Success, when it cannot run the command (but see SkipUnready), and when nothing is
	// known about it after its command must have ended. Unset means no limit. A plan with
	// Waves needs a limit, or [NoLimit]. Count(0) halts the fleet at the first failure.
	// Percent(2) allows no failure in the first wave when it has one instance, and 2
	// failures in the first 101 instances. Chunks that were sent before a failure was seen
	// are not taken back: Concurrency and Waves limit the number of their instances.
	MaxFailures Size
	// Pause is the time between the end of a wave and the begin of the next wave. 0 means no
	// pause, and a negative time is a mistake. A resumed fleet waits for the rest of it.
	Pause time.Duration
	// SkipUnready asks [runcommand.Client.Preflight] about the instances of each wave just
	// before the wave begins. Instances that cannot run the command are reported, get no
	// command, and do not count as failed. The rights are those of Preflight. When Preflight
	// fails, the fleet tries it again for 5 minutes if that can help, and halts otherwise.
	// Without SkipUnready the fleet finds such instances by the refusal of the service, or
	// by their results, and they count as failed.
	SkipUnready bool
}

// A spec is a plan that was checked, in the form in which the journal keeps it.
type spec struct {
	Fleet       string              `json:"fleet"`
	Region      string              `json:"region"`
	Command     *runcommand.Request `json:"command"` // without instances and token
	Instances   []string            `json:"instances"`
	Waves       []Size              `json:"waves,omitempty"`
	Concurrency Size                `json:"concurrency,omitzero"`
	MaxFailures Size                `json:"maxFailures,omitzero"`
	Pause       seconds             `json:"pause,omitempty"`
	SkipUnready bool                `json:"skipUnready,omitempty"`
	Approval    bool                `json:"approval,omitempty"` // the waves need an approval
}

// check returns the checked plan, or an error with every mistake.
func (p *Plan) check(c *runcommand.Client, o *options) (*spec, error) {
	var m mistakes
	s := &spec{
		Fleet:       o.id,
		Region:      c.Region(),
		Command:     p.Command.Draft(),
		Instances:   withoutRepeats(p.Instances),
		Waves:       slices.Clone(p.Waves),
		Concurrency: p.Concurrency,
		MaxFailures: p.MaxFailures,
		Pause:       seconds(p.Pause),
		SkipUnready: p.SkipUnready,
		Approval:    o.approve != nil,
	}
	m.checkCommand(s.Command)
	m.checkSizes(p)
	if len(p.Instances) == 0 {
		m.add("Instances", "the plan has no instances")
	}
	if k := slices.IndexFunc(p.Instances, func(id string) bool { return strings.TrimSpace(id) == "" }); k >= 0 {
		m = append(m, errors.Violation{
			Field: "InstanceId", Code: errors.MissingParamInstanceId, Local: true,
			Message: fmt.Sprintf("has an empty id: number %d in Instances of the plan", k+1),
		})
	}
	m.checkRequests(c, s, o)
	if len(m) > 0 {
		return nil, &errors.ValidationError{Violations: m}
	}
	return s, nil
}

// mistakes collects what is wrong with a plan.
type mistakes []errors.Violation

// add adds a mistake with the code InvalidParameter.
func (m *mistakes) add(field, format string, args ...any) {
	*m = append(*m, errors.Violation{
		Field: field, Code: errors.InvalidParameter, Message: fmt.Sprintf(format, args...), Local: true,
	})
}

// forbidden returns what a fleet does not allow in a command. It is for the command of a plan
// that was read from a journal.
func forbidden(r *runcommand.Request) mistakes {
	var m mistakes
	m.checkCommand(r)
	return m
}

// checkCommand checks what only a fleet forbids.
func (m *mistakes) checkCommand(r *runcommand.Request) {
	if len(r.InstanceIDs) > 0 {
		m.add("Command", "has instances; give them in Instances of the plan")
	}
	if len(r.ResourceTags) > 0 {
		m.add("Command", "has resource tags; give the instances in Instances of the plan (Client.Instances finds them by tags)")
	}
	if r.ClientToken != "" {
		m.add("Command", "has a client token; the fleet makes one for each chunk of instances")
	}
	once := r.RepeatMode == "" || r.RepeatMode == runcommand.RepeatOnce || r.RepeatMode == runcommand.RepeatDryRun
	if !once || !r.Frequency.IsZero() {
		m.add("Command", "runs by a schedule or at a reboot; a fleet runs a command once, or as a dry run")
	}
}

// checkSizes checks Waves, Concurrency, MaxFailures and Pause.
func (m *mistakes) checkSizes(p *Plan) {
	for i, size := range p.Waves {
		field := fmt.Sprintf("Waves.%d", i+1)
		switch {
		case size.Err() != nil:
			m.add(field, "%v", size.Err())
		case !size.isSet():
			m.add(field, `is unset; use a count such as "10" or a share such as "5%%"`)
		case size.unlimited():
			m.add(field, `is without a limit; use "100%%" for all instances`)
		case size.roundDown(largestFleet) == 0:
			m.add(field, "is 0; a wave has at least one instance")
		}
	}
	switch size := p.Concurrency; {
	case size.Err() != nil:
		m.add("Concurrency", "%v", size.Err())
	case size.isSet() && !size.unlimited() && size.roundDown(largestFleet) == 0:
		m.add("Concurrency", "is 0; nothing could run")
	}
	switch size := p.MaxFailures; {
	case size.Err() != nil:
		m.add("MaxFailures", "%v", size.Err())
	case !size.isSet() && len(p.Waves) > 0:
		m.add("MaxFailures", `is unset, and waves are of use only with a limit on failures; "none" (NoLimit) goes on whatever fails`)
	}
	if p.Pause < 0 {
		m.add("Pause", "is negative: %v", p.Pause)
	}
}

// largestFleet is a number of instances. The smallest share that a Size can have, 0.0001 %,
// is one instance of it.
const largestFleet = 1_000_000

// checkRequests checks the requests that the fleet would send, with the limits of the
// client. It reports each mistake once, although many requests may have it.
func (m *mistakes) checkRequests(c *runcommand.Client, s *spec, o *options) {
	tags, err := o.tagging().check()
	if err != nil {
		m.add("Tag", "%v", err)
	}
	// The tags of the last chunk may be longer than those of the first.
	if last := s.request([]string{"i-1"}, o.tagging().of(len(s.Instances)/chunksPerGroup+1, len(s.Instances)), ""); err == nil {
		if v, _ := errors.AsType[*errors.ValidationError](last.ValidateWith(c.Limits())); v != nil {
			*m = append(*m, slices.DeleteFunc(v.Violations, func(v errors.Violation) bool { return !strings.HasPrefix(v.Field, "Tag") })...)
			tags = nil
		}
	}
	size := c.Limits().Instances
	ids := s.Instances
	for first := 0; first == 0 || first < len(ids); first += size {
		r := s.request(ids[first:min(first+size, len(ids))], tags, "")
		v, _ := errors.AsType[*errors.ValidationError](r.ValidateWith(c.Limits()))
		if v == nil {
			continue
		}
		for _, violation := range v.Violations {
			if violation.Code == errors.MissingParamInstanceId {
				continue // check has reported it, with the position in the plan
			}
			onlyHere := violation.Field == "InstanceId" || strings.HasPrefix(violation.Field, "InstanceId.")
			if onlyHere && len(ids) > 0 || !onlyHere && first == 0 {
				*m = append(*m, violation)
			}
		}
	}
	if s.Command.RegionID != "" && s.Command.RegionID != c.Region() {
		*m = append(*m, errors.Violation{
			Field: "RegionId", Code: errors.InvalidRegionIdNotFound, Local: true,
			Message: "is not the region of the client; a fleet is in one region",
		})
	}
}

// request returns the request of one chunk. It shares the script and the parameters with the
// plan, so it must not be changed.
func (s *spec) request(ids []string, tags []runcommand.Tag, token string) *runcommand.Request {
	r := *s.Command
	r.InstanceIDs = ids
	r.Tags = slices.Concat(s.Command.Tags, tags)
	r.ResourceTags = nil
	r.ClientToken = token
	return &r
}

// withoutRepeats returns each id once, in its first spelling.
func withoutRepeats(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	kept := make([]string, 0, len(ids))
	for _, id := range ids {
		id = strings.TrimSpace(id)
		if key := idKey(id); !seen[key] {
			seen[key] = true
			kept = append(kept, id)
		}
	}
	return kept
}
