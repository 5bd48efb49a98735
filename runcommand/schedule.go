package runcommand

import (
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// badSchedule is the text of a schedule that did not parse, with the error of the parser.
type badSchedule struct {
	text string
	err  error
}

// parseSchedule parses a schedule. When that fails, it returns the text and the error.
func parseSchedule(text string) (frequency.Schedule, badSchedule) {
	s, err := frequency.Parse(text)
	if err != nil {
		return frequency.Schedule{}, badSchedule{text, err}
	}
	return s, badSchedule{}
}

// frequencyErr returns the error of a schedule that did not parse. It returns nil when
// the program has later set the field Frequency to a schedule.
func (r *Request) frequencyErr() error {
	if r.Frequency.IsZero() {
		return r.schedule.err
	}
	return nil
}
