package runcommand_test

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// drawFaults draws up to eight faults. Refusals come less often than other faults, because
// most of them end a Run.
func drawFaults(rng *rand.Rand) []attemptFault {
	list := make([]attemptFault, rng.IntN(9))
	for i := range list {
		list[i] = drawFault(rng)
		if list[i].proof == denied && rng.IntN(3) > 0 {
			list[i] = drawFault(rng)
		}
	}
	return list
}

func drawFault(rng *rand.Rand) attemptFault {
	k := rng.IntN(len(attemptFaults) + len(middlewareFaults))
	if k < len(attemptFaults) {
		return attemptFaults[k]
	}
	return middlewareFaults[k-len(attemptFaults)]
}

// drawOptions makes client options with the transport in the parameter way and a random
// number of attempts. Sometimes it adds a slow limiter, slow or missing credentials, or an
// observer that panics.
func drawOptions(rng *rand.Rand, way http.RoundTripper) []runcommand.Option {
	options := []runcommand.Option{
		runcommand.WithHTTPClient(&http.Client{Transport: way}),
		runcommand.WithRetry(poll.Policy{Jitter: -1}, rng.IntN(10)),
	}
	switch rng.IntN(14) {
	case 0:
		options = append(options, runcommand.WithLimiter("RunCommand", poll.NewAdaptive(1+rng.IntN(20), time.Minute)))
	case 1, 2:
		takes := drawDuration(rng)
		options = append(options, runcommand.WithCredential(runcommand.CredentialFunc(func(ctx context.Context) (runcommand.Credential, error) {
			timer := time.NewTimer(takes)
			defer timer.Stop()
			select {
			case <-timer.C:
				return runcommand.Credential{AccessKeyID: runcommandtest.AccessKeyID, AccessKeySecret: runcommandtest.AccessKeySecret}, nil
			case <-ctx.Done():
				return runcommand.Credential{}, ctx.Err()
			}
		})))
	case 4:
		options = append(options, runcommand.WithLogger(slog.New(slog.DiscardHandler)), runcommand.WithObserver(runcommand.Observer{
			Attempt: func(context.Context, runcommand.Attempt) { blowUp() },
		}))
	case 3:
		options = append(options, runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{}, errors.New("the vault is closed")
		})))
	}
	return options
}

// drawContext returns a context that never ends, has a deadline, or is cancelled after a
// while.
func drawContext(t *testing.T, rng *rand.Rand) (context.Context, context.CancelFunc) {
	switch rng.IntN(6) {
	case 0:
		return context.WithTimeout(t.Context(), drawDuration(rng))
	case 1:
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(drawDuration(rng), cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}
	return context.WithCancel(t.Context())
}

// drawDuration returns a random duration from 1 ms to 4 min. Short durations are as
// frequent as long ones: the logarithm of the duration is evenly distributed.
func drawDuration(rng *rand.Rand) time.Duration {
	return time.Duration(float64(time.Millisecond) * math.Exp(rng.Float64()*math.Log(240_000)))
}
