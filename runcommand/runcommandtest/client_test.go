package runcommandtest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestTheClientOfAServerHasNoRateLimitUnlessOneIsGiven(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options func() []runcommand.Option
		takes   time.Duration
	}{
		"by default": {func() []runcommand.Option { return nil }, 0},
		"with the limit of the real service": {
			func() []runcommand.Option {
				return []runcommand.Option{runcommand.WithLimiter("RunCommand", poll.NewAdaptive(1000, time.Minute))}
			},
			time.Minute / 900 * 1100, // 100 of 1,000 calls may be sent at once; the others are sent in a minute
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := start(t)
				client, req := srv.Client(test.options()...), request(t, "i-1")
				began := time.Now()
				for range 1200 {
					_, err := client.Run(t.Context(), req)
					require.NoError(t, err)
				}
				assert.InDelta(t, test.takes, time.Since(began), float64(time.Second))
				assert.Equal(t, 1200, srv.Executions("i-1"))
			})
		})
	}
}

func TestTheClientOfAServerWithARateLimitIsRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, runcommandtest.WithRateLimit("RunCommand", 2, time.Hour))
	client := srv.Client(runcommand.WithRetry(noPolicy, 1))
	for range 2 {
		_, err := client.Run(t.Context(), request(t, "i-1"))
		require.NoError(t, err)
	}
	_, err := client.Run(t.Context(), request(t, "i-1"))
	assert.ErrorIs(t, err, errors.ErrThrottled)
}

func TestTheClientOfAServerObeysTheContext(t *testing.T) {
	t.Parallel()
	srv := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := srv.Client().Run(ctx, request(t, "i-1"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, srv.Calls(""))
}
