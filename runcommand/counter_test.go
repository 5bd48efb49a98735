package runcommand_test

import (
	"context"
	"math"
	"sync"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// callCounter counts the attempts of a client, for each action of the service.
type callCounter struct {
	mu     sync.Mutex
	counts map[string]int
}

// option returns the client option that counts the attempts in c.
func (c *callCounter) option() runcommand.Option {
	c.counts = make(map[string]int)
	return runcommand.WithObserver(runcommand.Observer{Attempt: func(_ context.Context, a runcommand.Attempt) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.counts[a.Action]++
	}})
}

func (c *callCounter) of(action string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[action]
}

func (c *callCounter) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for _, n := range c.counts {
		sum += n
	}
	return sum
}

// sample collects the values of one measurement that is repeated in many waits.
type sample struct{ n, sum, squares, worst float64 }

func (s *sample) add(x float64) {
	s.n++
	s.sum += x
	s.squares += x * x
	s.worst = max(s.worst, x)
}

func (s *sample) mean() float64 { return s.sum / s.n }

// certain returns the mean minus four times the standard error. A test that compares this
// value with a limit fails by chance about once in 30,000 runs.
func (s *sample) certain() float64 {
	variance := s.squares/s.n - s.mean()*s.mean()
	return s.mean() - 4*math.Sqrt(variance/s.n)
}
