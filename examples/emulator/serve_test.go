package main

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestCommandsTakeTheTimeOfTheFlag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, err := parse([]string{"-takes", "3s"}, io.Discard)
		require.NoError(t, err)
		service := o.service()
		defer service.Close()
		req, err := runcommand.Shell("true").Instances("i-local-1", "i-local-3").Build()
		require.NoError(t, err)
		inv, err := service.Client().Run(t.Context(), req)
		require.NoError(t, err)
		report, err := inv.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 3*time.Second, report.Results[0].Duration())
	})
}

func TestCallsBeyondTheRateAreThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, err := parse([]string{"-rate", "2"}, io.Discard)
		require.NoError(t, err)
		service := o.service()
		defer service.Close()
		req, err := runcommand.Shell("true").Instances("i-local-1").Build()
		require.NoError(t, err)
		began := time.Now()
		for range 3 {
			_, err := service.Client().Run(t.Context(), req)
			require.NoError(t, err)
		}
		assert.Equal(t, errors.ThrottlingUser, service.Calls("RunCommand")[2].Code)
		assert.GreaterOrEqual(t, time.Since(began), 55*time.Second, "the third waited for the next minute")
		assert.Equal(t, 3, service.Executions("i-local-1"))
	})
}
