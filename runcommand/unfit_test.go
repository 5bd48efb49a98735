package runcommand_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestARefusalBecauseAnInstanceDoesNotQualifyRunsNowhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instance runcommandtest.Instance
		code     errors.Code
	}{
		"a stopped instance":        {runcommandtest.Instance{ID: "i-2", Stopped: true}, errors.InstanceNotRunning},
		"an instance without agent": {runcommandtest.Instance{ID: "i-2", NoAgent: true}, errors.ClientNotRunning},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := runcommandtest.Start(t, runcommandtest.WithWholeCallRefusals())
				s.AddInstance(runcommandtest.Instance{ID: "i-1"}, c.instance)
				req, err := runcommand.Shell("true").Instances("i-1", "i-2").Build()
				require.NoError(t, err)
				_, err = s.Client().Run(t.Context(), req)
				require.ErrorIs(t, err, c.code)
				assert.False(t, errors.MayHaveRun(err), "%v", err)
				assert.Zero(t, s.Executions("i-1"))
			})
		})
	}
}

// What a gateway or a failure inside of the service says with such a code proves nothing.
func TestACodeAboutAnInstanceProvesNothingWithOtherStatuses(t *testing.T) {
	t.Parallel()
	for status, mayHaveRun := range map[int]bool{400: false, 403: false, 404: false, 408: true, 499: true, 500: true, 503: true} {
		for _, code := range []errors.Code{
			errors.ClientNotRunning, errors.ClientNotResponse, errors.ClientNotOnline, errors.ClientNetworkBlocked, errors.ClientIsUpgrading,
		} {
			t.Run(fmt.Sprintf("%d %s", status, code), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := runcommandtest.Start(t)
					s.AddInstance(runcommandtest.Instance{ID: "i-1"})
					s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
						return runcommandtest.Answer(status, map[string]any{"RequestId": "00000000-0000-4000-8000-000000000001", "Code": string(code), "Message": "no"})
					})
					req, err := runcommand.Shell("true").Instances("i-1").Build()
					require.NoError(t, err)
					_, err = s.Client().Run(t.Context(), req)
					require.Error(t, err)
					assert.Equal(t, mayHaveRun, errors.MayHaveRun(err), "%v", err)
				})
			})
		}
	}
}
