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

// drawFaults composes up to eight mishaps. A refusal mostly ends a Run, so that most
// are of the other kinds.
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

// drawOptions sends over the road, with any number of attempts, sometimes
// through a narrow limiter or with slow or missing credentials.
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

// drawContext returns a context that lasts for ever, until a deadline or until
// somebody cancels it.
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

// drawDuration is log-uniform over a millisecond to four minutes.
func drawDuration(rng *rand.Rand) time.Duration {
	return time.Duration(float64(time.Millisecond) * math.Exp(rng.Float64()*math.Log(240_000)))
}
