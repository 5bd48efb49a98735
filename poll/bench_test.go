package poll_test

import (
	"context"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v4"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// BenchmarkNextBackOff measures one delay of this package, and one delay of the exponential generator
// of the library backoff.
func BenchmarkNextBackOff(b *testing.B) {
	generators := map[string]backoff.BackOff{
		"policy":  poll.Policy{}.NewBackOff(),
		"library": backoff.NewExponentialBackOff(),
	}
	for name, g := range generators {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g.NextBackOff()
			}
		})
	}
}

// BenchmarkUntil measures a wait of ten probes with delays close to zero.
func BenchmarkUntil(b *testing.B) {
	b.ReportAllocs()
	p := poll.Policy{Initial: 1, Max: 1}
	for b.Loop() {
		probes := 0
		_, _ = poll.Until(b.Context(), p, func(context.Context) (int, bool, error) {
			probes++
			return probes, probes == 10, nil
		})
	}
}

// BenchmarkRetry measures what Retry adds to a call that succeeds at once.
func BenchmarkRetry(b *testing.B) {
	b.ReportAllocs()
	r := poll.Retrier{Budget: poll.NewBudget(0)}
	for b.Loop() {
		_, _ = poll.RetryWith(b.Context(), r, func(_ context.Context, attempt int) (int, error) { return attempt, nil })
	}
}

// BenchmarkLimiter measures a turn that comes at once, with an Adaptive and with a bare bucket.
func BenchmarkLimiter(b *testing.B) {
	adaptive := poll.NewAdaptive(1<<30, time.Second)
	b.Run("adaptive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = adaptive.Wait(b.Context())
			adaptive.Done(nil)
		}
	})
	bucket := rate.NewLimiter(1<<30, 1<<30)
	b.Run("bucket", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = bucket.Wait(b.Context())
		}
	})
}
