package runcommandtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A pendingTB is a testing.TB that records what Start does with it.
type pendingTB struct {
	testing.TB
	failed, skipped bool
	cleanups        []func()
	errors          []string
	log             strings.Builder
}

func (f *pendingTB) Helper()                      {}
func (f *pendingTB) Failed() bool                 { return f.failed }
func (f *pendingTB) Skipped() bool                { return f.skipped }
func (f *pendingTB) Cleanup(fn func())            { f.cleanups = append(f.cleanups, fn) }
func (f *pendingTB) Logf(format string, a ...any) { fmt.Fprintf(&f.log, format, a...) }
func (f *pendingTB) Errorf(format string, a ...any) {
	f.failed = true
	f.errors = append(f.errors, fmt.Sprintf(format, a...))
}

func TestAPendingFaultFailsATestThatUsedStart(t *testing.T) {
	t.Parallel()
	throttled := func(times int) Fault { return Fault{Kind: FaultThrottled, Times: times} }
	const start = "runcommandtest: the test ended while "
	for name, test := range map[string]struct {
		faults  []Fault
		calls   int
		options []Option
		failed  bool
		skipped bool
		want    []string // parts of the error; none: there is no error
	}{
		"no fault":                          {},
		"a fault that happened":             {faults: []Fault{throttled(1)}, calls: 1},
		"a fault that never happened":       {faults: []Fault{throttled(0)}, want: []string{start + "1 fault was pending", "\n  throttled, injected at fault_pending_test.go:"}},
		"a fault that happened too seldom":  {faults: []Fault{throttled(5)}, calls: 2, want: []string{"\n  throttled, 3 times, injected at"}},
		"a fault that happens always":       {faults: []Fault{throttled(-1)}, calls: 1},
		"a fault that could happen always":  {faults: []Fault{throttled(-1)}, want: []string{"1 fault was pending"}},
		"one of two faults":                 {faults: []Fault{throttled(1), {Kind: FaultStopRace, InstanceID: "i-9"}}, calls: 1, want: []string{"1 fault was pending", "\n  stop race on i-9, injected at"}},
		"more faults than can be read":      {faults: make40(throttled(1)), want: []string{"40 faults were pending", "\n  ... and 10 more"}},
		"a pending fault that is allowed":   {faults: []Fault{throttled(1)}, options: []Option{WithPendingFaults()}},
		"a test that failed before its end": {faults: []Fault{throttled(1)}, failed: true},
		"a test that was skipped":           {faults: []Fault{throttled(1)}, skipped: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := &pendingTB{TB: t}
			s := Start(tb, append(test.options, WithCredential(testKey, testSecret))...)
			s.Inject(test.faults...)
			c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: s.Now}
			for range test.calls {
				c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
			}
			tb.failed, tb.skipped = test.failed, test.skipped
			for _, cleanup := range tb.cleanups {
				cleanup()
			}
			if test.want == nil {
				assert.Empty(t, tb.errors)
				assert.Equal(t, test.failed, tb.log.Len() > 0)
				return
			}
			if assert.Len(t, tb.errors, 1) {
				for _, part := range test.want {
					assert.Contains(t, tb.errors[0], part)
				}
			}
			assert.Contains(t, tb.log.String(), " left\n  ", "the state is logged because the test has failed now")
		})
	}
}

// make40 returns 40 copies of a fault.
func make40(f Fault) []Fault {
	list := make([]Fault, 40)
	for i := range list {
		list[i] = f
	}
	return list
}

func TestAServerWithoutATestMayKeepPendingFaults(t *testing.T) {
	t.Parallel()
	s := NewServer()
	s.Inject(Fault{Kind: FaultThrottled})
	s.Close()
	assert.Len(t, s.Pending(), 1)
}
