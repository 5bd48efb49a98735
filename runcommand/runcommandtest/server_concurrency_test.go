package runcommandtest

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
)

func TestTheInstancesOfACommandRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var together sync.WaitGroup
		together.Add(100)
		_, c, ids := manyInstances(t, 100, config{handler: func(context.Context, Exec) Outcome {
			together.Done()
			together.Wait() // returns when all hundred runs have begun
			return Outcome{}
		}})
		start := time.Now()
		id := c.run(echo(ids...))
		assert.Equal(t, [2]string{"Success", "Finished"}, c.overall(id))
		assert.Zero(t, time.Since(start))
	})
}

func TestOneTokenSentByManyRunsOnce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	ids := make([]string, 50)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() { ids[i] = c.run(echo("i-1").with("ClientToken", "t")) })
	}
	all.Wait()
	for _, id := range ids {
		assert.Equal(t, ids[0], id)
	}
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestARateHoldsForAllCallersTogether(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{clock: noon, rateLimits: map[string]rate{"RunCommand": {calls: 10, per: time.Minute}}})
	var accepted atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if c.call("RunCommand", echo("i-1")).status == http.StatusOK {
				accepted.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 10, accepted.Load())
}

func TestAFaultHappensAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultThrottled, Times: 17})
	var refused atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"}).status == http.StatusBadRequest {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 17, refused.Load())
	assert.Empty(t, s.Pending())
}

func TestAFunctionMayCallTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s *Server
		var c *caller
		s, c = newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
			if x.InstanceID == "i-2" {
				return Outcome{Output: []byte("inner")}
			}
			inner := c.run(echo("i-2"))
			row := c.result(inner, "ContentEncoding", "PlainText")
			s.AddInstance(Instance{ID: "i-new"})
			s.Advance(time.Second)
			return Outcome{Output: []byte("outer saw " + row["Output"].(string))}
		}})
		row := c.result(c.run(echo("i-1")), "ContentEncoding", "PlainText")
		if row["InvocationStatus"] == "Running" { // the outer run still waited for the inner run
			<-time.After(time.Second)
			row = c.result(row["InvokeId"].(string), "ContentEncoding", "PlainText")
		}
		assert.Equal(t, "outer saw inner", row["Output"])
		assert.Len(t, s.Instances(), 4)
	})
}

func TestManyCallersSeeOneState(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 20, config{handler: func(context.Context, Exec) Outcome {
		return Outcome{Output: []byte("ok")}
	}})
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 50 {
				id := c.run(echo(ids[(n+i)%20]))
				row := c.result(id)
				assert.Equal(t, "Success", row["InvocationStatus"])
				assert.Equal(t, "b2s=", row["Output"])
				if i%10 == 0 {
					assert.Contains(t, s.String(), "0 faults left")
				}
			}
		})
	}
	all.Wait()
	total := 0
	for _, id := range ids {
		total += s.Executions(id)
	}
	assert.Equal(t, 400, total)
}

func TestAClockMayGoBack(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(noon().Unix())
	s, c := newService(t, config{clock: func() time.Time { return time.Unix(now.Load(), 0).UTC() }, handler: takes(10 * time.Second)})
	id := c.run(echo("i-1"))
	now.Add(20)
	assert.Equal(t, "Success", c.status(id))
	now.Add(-3600)
	assert.Equal(t, "Success", c.status(id), "what has happened stays")
	again := c.run(echo("i-1"))
	assert.Equal(t, "Running", c.status(again))
	now.Add(10)
	assert.Equal(t, "Success", c.status(again))
	require.Equal(t, 2, s.Executions("i-1"))
}
