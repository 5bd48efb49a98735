package runcommandtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A modelled invocation says how one command on one instance should look. It is
// computed only from the time of acceptance, the duration, the timeout and the time of
// the first stop.
type modelled struct {
	id       string
	accepted time.Time
	takes    time.Duration
	timeout  time.Duration
	stopped  time.Time
	broken   bool          // the instance restarted while the invocation was open
	gap      time.Duration // time between two firings of the schedule; 0: the command runs once
}

const stopDelay = 200 * time.Millisecond

// natural returns the expected end and last status of a run that is not stopped.
func (m modelled) natural(start time.Time) (time.Time, string) {
	end, status := start.Add(m.takes), "Success"
	if m.takes > m.timeout {
		end, status = start.Add(m.timeout), "Timeout ExecutionTimeout"
	}
	return end, status
}

// once returns the expected status, at the time now, of a command that runs once.
func (m modelled) once(now time.Time) string {
	end, status := m.natural(m.accepted)
	open := "Running"
	if !m.stopped.IsZero() && m.stopped.Before(end) {
		end, status, open = m.stopped.Add(stopDelay), "Terminated", "Stopping"
	}
	switch {
	case m.broken:
		return "Error InstanceRestarted"
	case now.Before(end):
		return open
	}
	return status
}

// fired returns the expected number of firings until the time now. In this model runs
// do not overlap, because the gap is longer than a run.
func (m modelled) fired(now time.Time) int {
	if !m.stopped.IsZero() && m.stopped.Before(now) {
		now = m.stopped
	}
	return int(now.Sub(m.accepted) / m.gap)
}

func TestTheServerFollowsAModelOfOneInstance(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 7))
		var takes time.Duration
		s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome {
			return Outcome{Takes: takes}
		}})
		var all []*modelled
		var trace []string
		for range 40 {
			switch random.IntN(6) {
			case 0:
				takes = time.Duration(random.IntN(120)) * time.Second
				m := &modelled{accepted: s.Now(), takes: takes, timeout: time.Duration(10+random.IntN(90)) * time.Second}
				m.id = c.run(echo("i-1").with("Timeout", itoa(int(m.timeout/time.Second))))
				c.status(m.id) // this call makes sure that the run has begun
				all = append(all, m)
				trace = append(trace, fmt.Sprintf("run %s takes %s timeout %s", m.id, m.takes, m.timeout))
			case 1:
				if len(all) > 0 {
					m := all[random.IntN(len(all))]
					c.stop(m.id)
					if end, _ := m.natural(m.accepted); m.stopped.IsZero() && s.Now().Before(end) {
						m.stopped = s.Now()
					}
					trace = append(trace, "stop "+m.id)
				}
			case 2:
				if random.IntN(4) == 0 {
					s.Reboot("i-1")
					for _, m := range all {
						status := m.once(s.Now())
						m.broken = m.broken || status == "Running" || status == "Stopping"
					}
					trace = append(trace, "reboot")
				}
			default:
				d := time.Duration(random.IntN(400)) * 100 * time.Millisecond
				s.Advance(d)
				trace = append(trace, "advance "+d.String())
			}
			for i, inv := range s.Invocations() {
				got := string(inv.Instances[0].Status)
				if code := inv.Instances[0].Code; code != "" {
					got += " " + string(code)
				}
				require.Equal(t, all[i].once(s.Now()), got, "seed %d: %s\n%q", seed, inv.ID, trace)
			}
		}
	}
}

func TestTheServerFollowsAModelOfASchedule(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 11))
		s, c := newService(t, config{clock: noon, handler: takes(20 * time.Second)})
		s.Advance(time.Duration(random.IntN(1000)) * time.Millisecond)
		m := modelled{accepted: s.Now(), gap: time.Duration(1+random.IntN(9)) * time.Minute}
		m.id = c.run(echo("i-1").with("Frequency", fmt.Sprintf("rate(%dm)", m.gap/time.Minute)))
		for range 30 {
			if m.stopped.IsZero() && random.IntN(25) == 0 {
				c.stop(m.id)
				m.stopped = s.Now()
			} else {
				s.Advance(time.Duration(random.IntN(300)) * time.Second)
			}
			row := c.result(m.id)
			require.EqualValues(t, m.fired(s.Now()), row["Repeats"], "seed %d", seed)
			require.Equal(t, m.fired(s.Now()), s.Executions("i-1"))
			running := m.fired(s.Now()) > 0 && s.Now().Sub(m.accepted)%m.gap < 20*time.Second
			switch status := row["InvocationStatus"]; {
			case m.stopped.IsZero() && running:
				require.Equal(t, "Running", status)
			case m.stopped.IsZero():
				require.Equal(t, "Scheduled", status)
			case m.fired(s.Now()) == 0:
				require.Equal(t, "Cancelled", status)
			default:
				require.Contains(t, []any{"Stopping", "Terminated"}, status)
			}
		}
	}
}
