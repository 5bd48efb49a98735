package fleet_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A countingTransport lets each call take a second. It records how many calls of each action
// were under way at the same time.
type countingTransport struct {
	next     http.RoundTripper
	mu       sync.Mutex
	underWay map[string]int
	most     map[string]int
}

func (c *countingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	action := req.Header.Get("x-acs-action")
	c.mu.Lock()
	c.underWay[action]++
	c.most[action] = max(c.most[action], c.underWay[action])
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.underWay[action]--
		c.mu.Unlock()
	}()
	<-time.After(time.Second)
	return c.next.RoundTrip(req)
}

// Without tags each chunk is polled by itself, so there are many calls to make.
func TestAFleetMakesOnlyAFewCallsOfOneKindAtTheSameTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 30, 3*time.Minute)
		c := &countingTransport{next: s.Transport(), underWay: map[string]int{}, most: map[string]int{}}
		client := s.Client(runcommand.WithHTTPClient(&http.Client{Transport: c}), runcommand.WithLimits(validate.Limits{Instances: 1}))
		options := []fleet.Option{fleet.WithTags(func(string, string) []runcommand.Tag { return nil }), fleet.StopOnCancel(time.Minute)}
		journal := &keptJournal{}
		plan := fleet.Plan{Command: command(), Instances: ids, SkipUnready: true}
		f, err := fleet.New(client, plan, append(options, fleet.WithJournal(journal))...)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string]int{
			"DescribeInstances": 4, "DescribeCloudAssistantStatus": 4, "RunCommand": 4, "DescribeInvocations": 4, "DescribeInvocationResults": 4,
		}, c.most)
		assert.Len(t, s.Calls("DescribeInvocationResults"), 30, "one for each chunk")

		clear(c.most)
		f, err = fleet.Resume(client, journal, options...)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"DescribeInvocationResults": 4}, c.most, "a resume that reads the outputs again")

		assert.Len(t, s.Calls("DescribeInvocationResults"), 60, "one more for each chunk")

		plan.SkipUnready = false // with Preflight only four chunks are sent at the same time
		f, err = fleet.New(client, plan, options...)
		require.NoError(t, err)
		_, _, err = runFor(t, f, 2*time.Minute)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 8, c.most["RunCommand"])
		assert.Equal(t, 8, c.most["StopInvocation"])
	})
}

// lateSecond is a limiter that lets the second call wait for four minutes.
type lateSecond struct{ calls atomic.Int32 }

func (l *lateSecond) Wait(context.Context) error {
	if l.calls.Add(1) == 2 {
		<-time.After(4 * time.Minute)
	}
	return nil
}

func TestAChunkThatIsPolledRarelyDoesNotHoldUpAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, 0)
		var mu sync.Mutex
		var last time.Time
		s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			mu.Lock()
			defer mu.Unlock()
			if last.IsZero() {
				last = time.Now()
				return runcommandtest.Outcome{Takes: 9 * time.Minute}
			}
			last = time.Now()
			return runcommandtest.Outcome{}
		})
		client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 1}), runcommand.WithLimiter("RunCommand", &lateSecond{}))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids},
			fleet.WithTags(func(string, string) []runcommand.Tag { return nil }), fleet.PollEvery(poll.Policy{Initial: 170 * time.Second, Max: 170 * time.Second, Jitter: -1}))
		require.NoError(t, err)
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			assert.Less(t, time.Since(last), 20*time.Second, "the short command")
			break
		}
	})
}

func TestAPollComesWhenTheServiceSaysThatItMayComeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInvocations", RetryAfter: 100 * time.Second})
		client := s.Client(runcommand.WithRetry(poll0(), 1), runcommand.WithLimiter("DescribeInvocations", slowLimiter(0)))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		calls := s.Calls("DescribeInvocations")
		require.GreaterOrEqual(t, len(calls), 2)
		assert.GreaterOrEqual(t, calls[1].At.Sub(calls[0].At), 100*time.Second)
	})
}
