package fleet

import (
	"log/slog"
	"maps"
	"reflect"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// Progress says how far a fleet is, see [OnProgress]. The program that gets it may keep and
// change it. Done is between 0 and Total, and Failed is never more than Done. In a resumed
// fleet, both also count the instances that ended before, as the journal says.
type Progress struct {
	Wave    int  // number of the latest wave that has begun; 0 before the first
	Waves   int  // number of waves of the plan, at least 1
	Current Wave // the latest wave that has begun, with its counts; zero before the first
	Done    int  // number of instances on which nothing more will happen, failed ones included
	Failed  int  // number of instances that count as failed, see [Plan]
	Total   int  // number of instances of the plan
	// ByStatus holds the number of instances in each status that the service has shown,
	// terminal ones included. It does not count instances that got no command, instances
	// that are not ready or Unknown, and instances whose status was not shown yet.
	ByStatus map[runcommand.Status]int
}

// progress returns the counts. It does not go through the instances. The caller holds the
// lock of the fleet.
func (l *ledger) progress() Progress {
	p := Progress{
		Wave: l.begun, Waves: len(l.waves), Done: l.settled, Failed: l.failed, Total: len(l.members),
		ByStatus: make(map[runcommand.Status]int),
	}
	if l.begun > 0 {
		p.Current = l.wave(l.begun - 1)
	}
	for s, n := range l.byStatus {
		if n > 0 {
			p.ByStatus[s] = n
		}
	}
	return p
}

// reportProgress calls the function of OnProgress when its counts have changed. The lock of the
// fleet is free meanwhile, so that the function can ask for a report.
func (r *run) reportProgress() {
	f := r.fleet.options.progress
	if f == nil || !r.dirty {
		return
	}
	r.dirty = false
	var p Progress
	r.locked(func() { p = r.ledger.progress() })
	if reflect.DeepEqual(p, r.shown) {
		return
	}
	r.shown = p
	r.shown.ByStatus = maps.Clone(p.ByStatus) // the program may change the map that it gets
	if err := guard("the function of OnProgress", func() error { f(p); return nil }); err != nil {
		r.log(slog.LevelError, err.Error())
	}
}
