package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// manyCallers is the number of goroutines that share one client when throughput is measured.
const manyCallers = 64

// The places where calls are answered. These names are used in the tables.
const (
	inProcess  = "in process"
	loopback   = "loopback"
	concurrent = "64 callers"
)

// A figure is one of the values that are measured for a call.
type figure int

// The figures. The number of a figure is its index in a sample.
const (
	byTime figure = iota // nanoseconds
	byBytes
	byAllocs
)

func (f figure) String() string { return [...]string{"time", "bytes", "allocations"}[f] }

// A sample has the average of each figure for one call in one round.
type sample [3]float64

// A cell holds the measurement of one contender in one scenario at one place.
type cell struct {
	place, scenario, contender string
	callers                    int
	call                       call
	samples                    []sample // one for each round
}

// prepare returns the cells. Cells that are compared are next to each other. For each cell, prepare
// first checks that the contender sends the right request and decodes the whole reply.
func prepare(ctx context.Context, addresses []address) ([]*cell, error) {
	var cells []*cell
	canned := replies()
	for i, s := range scenarios() {
		local := func(check bool) target {
			return target{"service.invalid", &server{scenario: s, replies: canned, check: check}}
		}
		places := []struct {
			name           string
			callers        int
			checked, timed target
		}{
			{inProcess, 1, local(true), local(false)},
			{loopback, 1, target{host: addresses[i].Checked}, target{host: addresses[i].Timed}},
			{concurrent, manyCallers, target{host: addresses[i].Checked}, target{host: addresses[i].Timed}},
		}
		for _, p := range places {
			for _, c := range contenders() {
				if p.callers > 1 && (s.action != actionRun || c.name != ours && c.name != handSigned) {
					continue
				}
				if err := c.check(ctx, s, p.checked); err != nil {
					return nil, fmt.Errorf("%s, %s, %s: %w", p.name, s.name, c.name, err)
				}
				call, err := c.prepare(s, p.timed)
				if err != nil {
					return nil, err
				}
				cells = append(cells, &cell{place: p.name, scenario: s.name, contender: c.name, callers: p.callers, call: call})
			}
		}
	}
	return cells, nil
}

// check makes one call. The server compares the request with the scenario, and
// check compares the decoded reply with the wanted outcome.
func (c contender) check(ctx context.Context, s *scenario, t target) error {
	call, err := c.prepare(s, t)
	if err != nil {
		return err
	}
	got, err := call(ctx)
	if err == nil && got != s.want {
		err = fmt.Errorf("decoded %+v instead of %+v", got, s.want)
	}
	return err
}

// measure makes calls for the time length, at least one call for each caller, and adds a sample.
// Bytes and allocations are measured for the whole process, so they include the work of other
// goroutines of a client.
func (c *cell) measure(ctx context.Context, length time.Duration) error {
	var before, after runtime.MemStats
	runtime.GC() // removes the garbage of the previous cell, so that collecting it is not measured here
	runtime.ReadMemStats(&before)
	began := time.Now()
	calls, err := c.repeat(ctx, began.Add(length))
	elapsed := time.Since(began)
	runtime.ReadMemStats(&after)
	if err != nil {
		return fmt.Errorf("%s, %s, %s: %w", c.place, c.scenario, c.contender, err)
	}
	c.samples = append(c.samples, sample{
		byTime:   float64(elapsed) / calls,
		byBytes:  float64(after.TotalAlloc-before.TotalAlloc) / calls,
		byAllocs: float64(after.Mallocs-before.Mallocs) / calls,
	})
	return nil
}

// repeat lets all callers make calls until the deadline, and returns the number of calls.
func (c *cell) repeat(ctx context.Context, deadline time.Time) (calls float64, err error) {
	var total atomic.Int64
	var failure atomic.Pointer[error]
	var callers sync.WaitGroup
	for range c.callers {
		callers.Go(func() {
			for n := int64(1); ; n++ {
				if _, err := c.call(ctx); err != nil {
					failure.Store(&err)
					return
				}
				if !time.Now().Before(deadline) {
					total.Add(n)
					return
				}
			}
		})
	}
	callers.Wait()
	if failed := failure.Load(); failed != nil {
		return 0, *failed
	}
	return float64(total.Load()), nil
}
