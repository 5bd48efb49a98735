package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// badSchedule is the text of a schedule that is none, and why.
type badSchedule struct {
	text string
	err  error
}

// parseSchedule reads a schedule, or keeps the text and the reason why it is
// none.
func parseSchedule(text string) (frequency.Schedule, badSchedule) {
	s, err := frequency.Parse(text)
	if err != nil {
		return frequency.Schedule{}, badSchedule{text, err}
	}
	return s, badSchedule{}
}

// frequencyErr is why the schedule that was asked for is none. A Frequency
// that was put into the field afterwards takes its place.
func (r *Request) frequencyErr() error {
	if r.Frequency.IsZero() {
		return r.schedule.err
	}
	return nil
}
