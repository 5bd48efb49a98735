package runcommand_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// The sign of kelvin is another letter than k, although its small letter is k.
func TestIdsThatDifferInALetterOutsideOfASCIIAreTwoInstances(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ids := []string{"i-k1", "i-\u212a1"}
		s := runcommandtest.Start(t)
		s.AddInstance(runcommandtest.Instance{ID: ids[0]}, runcommandtest.Instance{ID: ids[1]})
		s.Handle(runcommandtest.ByInstance(map[string]runcommandtest.Handler{
			ids[0]: runcommandtest.Always(runcommandtest.Outcome{Output: []byte("first")}),
			ids[1]: runcommandtest.Always(runcommandtest.Outcome{Output: []byte("second")}),
		}, nil))
		req, err := runcommand.Shell("true").Instances(ids...).Build()
		require.NoError(t, err)
		report, err := s.Client().RunAndWait(t.Context(), req)
		require.NoError(t, err)
		require.Len(t, report.Results, 2)
		for spelling, want := range map[string]string{"I-K1": "first", ids[1]: "second"} {
			result, ok := report.Result(spelling)
			require.True(t, ok)
			assert.Equal(t, want, result.Text(), spelling)
		}
	})
}
