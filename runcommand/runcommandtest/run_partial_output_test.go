package runcommandtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// partial returns what the row of an invocation shows: its status, its output in both
// Describe operations and in the snapshot, which must be equal, and the dropped bytes.
func (c *caller) partial(id string) (status, output string, dropped int) {
	c.tb.Helper()
	row := c.result(id)
	instance := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": id, "IncludeOutput": "true"}).
		at("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance", 0).(map[string]any)
	assert.Equal(c.tb, row["Output"], instance["Output"])
	assert.Equal(c.tb, row["Dropped"], instance["Dropped"])
	text, err := base64.StdEncoding.DecodeString(row["Output"].(string))
	require.NoError(c.tb, err)
	for _, inv := range c.server.Invocations() {
		if inv.ID == id {
			assert.Equal(c.tb, string(text), string(inv.Instances[0].Output))
		}
	}
	return row["InvocationStatus"].(string), string(text), int(row["Dropped"].(float64))
}

func TestARunningRowShowsWhatWasPrinted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
			for step := range 3 {
				fmt.Fprintf(Output(ctx), "step %d\n", step+1)
				<-time.After(10 * time.Second)
			}
			return Outcome{Output: []byte("done\n"), ExitCode: 4}
		}})
		id := c.run(echo("i-1"))
		const printed = "step 1\nstep 2\nstep 3\ndone\n"
		for _, want := range []string{"Running step 1\n", "Running step 1\nstep 2\n", "Running step 1\nstep 2\nstep 3\n", "Failed " + printed} {
			synctest.Wait()
			status, output, _ := c.partial(id)
			assert.Equal(t, want, status+" "+output)
			<-time.After(10 * time.Second)
		}
	})
}

func TestWrittenOutputIsKeptHoweverARunEnds(t *testing.T) {
	t.Parallel()
	blocks := func(ctx context.Context, _ Exec) Outcome {
		_, _ = io.WriteString(Output(ctx), "before ")
		<-ctx.Done()
		_, _ = io.WriteString(Output(ctx), "after ")
		return Outcome{Output: []byte("end"), Code: errors.ExecutionInterrupted}
	}
	for _, tt := range []struct {
		name   string
		act    func(context.Context, Exec) Outcome
		end    func(s *Server, c *caller, id string)
		output string
		status string
	}{
		{"it times out", blocks, func(*Server, *caller, string) { <-time.After(time.Minute) }, "before after end", "Timeout ExecutionTimeout"},
		{"the clock is advanced past its timeout", blocks, func(s *Server, _ *caller, _ string) { s.Advance(time.Hour) },
			"before after end", "Timeout ExecutionTimeout"},
		{"it is stopped", blocks, func(_ *Server, c *caller, id string) {
			c.stop(id)
			<-time.After(time.Second)
		}, "before after end", "Terminated"},
		{"its instance restarts", blocks, func(s *Server, _ *caller, _ string) { s.Reboot("i-1") }, "before after end", "Error InstanceRestarted"},
		{"its instance is stopped", blocks, func(s *Server, _ *caller, _ string) { s.AddInstance(Instance{ID: "i-1", Stopped: true}) },
			"before after end", "Aborted InstanceNotRunning"},
		{"its function panics", func(ctx context.Context, _ Exec) Outcome {
			_, _ = io.WriteString(Output(ctx), "before ")
			panic("oh no")
		}, func(*Server, *caller, string) {}, "before ", "Error ExecutionException"},
		{"it is stopped after its function has returned", func(ctx context.Context, _ Exec) Outcome {
			_, _ = io.WriteString(Output(ctx), "before ")
			return Outcome{Output: []byte("never"), Takes: 30 * time.Second}
		}, func(_ *Server, c *caller, id string) {
			c.stop(id)
			<-time.After(time.Second)
		}, "before ", "Terminated"},
		{"it takes longer than its function", func(ctx context.Context, _ Exec) Outcome {
			_, _ = io.WriteString(Output(ctx), "before ")
			return Outcome{Output: []byte("end"), Takes: 30 * time.Second}
		}, func(*Server, *caller, string) { <-time.After(30 * time.Second) }, "before end", "Success"},
		{"its end and its stop race", blocks, func(s *Server, c *caller, id string) {
			s.Inject(Fault{Kind: FaultStopRace})
			c.stop(id)
		}, "before after end", "Success"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, c := newService(t, config{handler: tt.act})
				id := c.run(echo("i-1").with("Timeout", "50"))
				_, output, _ := c.partial(id)
				assert.Equal(t, "before ", output)
				tt.end(s, c, id)
				assert.Equal(t, tt.status, c.status(id))
				_, output, _ = c.partial(id)
				assert.Equal(t, tt.output, output)
			})
		})
	}
}

func TestARunThatHasEndedShowsWhatAFunctionPrintedThatGoesOn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Server, *caller, string){
		"Timeout":    func(s *Server, _ *caller, _ string) { s.Advance(time.Hour) },
		"Error":      func(s *Server, _ *caller, _ string) { s.Reboot("i-1") },
		"Aborted":    func(s *Server, _ *caller, _ string) { s.AddInstance(Instance{ID: "i-1", Stopped: true}) },
		"Terminated": func(_ *Server, c *caller, id string) { c.stop(id) },
		"Success": func(s *Server, c *caller, id string) {
			s.Inject(Fault{Kind: FaultStopRace})
			c.stop(id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ends := make(chan struct{})
				s, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
					_, _ = io.WriteString(Output(ctx), "before ")
					<-ends // in spite of ctx
					_, _ = io.WriteString(Output(ctx), "after ")
					return Outcome{Output: []byte("end")}
				}})
				id := c.run(echo("i-1"))
				end(s, c, id)
				_, output, _ := c.partial(id)
				assert.Equal(t, "before ", output)
				close(ends)
				<-time.After(time.Second)
				status, output, _ := c.partial(id)
				assert.Equal(t, name+" before after end", status+" "+output)
			})
		})
	}
}

func TestLongWrittenOutputIsCutLikeAnyOther(t *testing.T) {
	t.Parallel()
	all := numbered(1 << 20)
	want, wantDropped := cut(all)
	for name, split := range map[string]int{"all is written": len(all), "half is returned": len(all) / 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
				for piece := all[:split]; len(piece) > 0; {
					n, _ := Output(ctx).Write(piece[:min(len(piece), 1000)])
					piece = piece[n:]
				}
				return Outcome{Output: all[split:]}
			}})
			_, output, dropped := c.partial(c.run(echo("i-1")))
			assert.Equal(t, wantDropped, dropped)
			assert.Equal(t, string(want), output, "the first 6,000 and the last bytes are kept")
		})
	}
}

func TestOutputIsWrittenConcurrently(t *testing.T) {
	t.Parallel()
	late := make(chan io.Writer, 1)
	_, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
		late <- Output(ctx)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 100 {
					fmt.Fprintln(Output(ctx), "line")
				}
			})
		}
		wg.Wait()
		return Outcome{}
	}})
	id := c.run(echo("i-1"))
	_, output, _ := c.partial(id)
	assert.Equal(t, strings.Repeat("line\n", 800), output)

	_, err := io.WriteString(<-late, "too late")
	assert.ErrorIs(t, err, io.ErrClosedPipe)
	_, output, _ = c.partial(id)
	assert.Equal(t, strings.Repeat("line\n", 800), output)
	n, err := io.WriteString(Output(t.Context()), "nowhere")
	assert.NoError(t, err)
	assert.Equal(t, len("nowhere"), n)
}

func TestEqualWrittenOutputsShareTheirMemory(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{handler: func(ctx context.Context, _ Exec) Outcome {
		_, _ = io.WriteString(Output(ctx), "the same")
		return Outcome{}
	}})
	c.results(c.run(echo("i-1", "i-2")))
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.store.newest.rows
	assert.Same(t, &rows[0].last.output[0], &rows[1].last.output[0])
}
