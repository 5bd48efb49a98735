package program_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// Everything of a report comes from the service or from an instance.
func TestAReportIsPrintedWithoutControlsOfATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	program.PrintReport(&out, &runcommand.Report{Results: []runcommand.Result{
		{InstanceID: "i-\x1b[1m", Status: "Odd\x1b[2m", ErrorCode: "Code\x1b[3m", ErrorInfo: "info\x1b[4m"},
		{InstanceID: "i-2", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("a\x1b[5m\r\nb"), Dropped: 7},
		{InstanceID: "i-3\x1b[6m", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("a\x1b[5m\r\nb"), Dropped: 7},
	}})
	assert.Equal(t, `2 instances: Success, exit code 0
  | a^[[5m
  | b
  (The service kept 8 bytes and dropped 7, usually from the middle.)

i-^[[1m: Odd^[[2m, Code^[[3m: info^[[4m
`, strings.ReplaceAll(out.String(), "  i-2, i-3^[[6m\n", ""))
	assert.Contains(t, out.String(), "\n  i-2, i-3^[[6m\n")
}

// The code of such an instance only says that the exit code is not 0.
func TestAReportHasTheExitCodeOrTheErrorCode(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	program.PrintReport(&out, &runcommand.Report{Results: []runcommand.Result{
		{InstanceID: "i-1", Status: runcommand.StatusFailed, Exited: true, ExitCode: 7, ErrorCode: errors.ExitCodeNonzero, ErrorInfo: "the exit code is not 0"},
		{InstanceID: "i-2", Status: runcommand.StatusTimeout},
	}})
	assert.Equal(t, "i-1: Failed, exit code 7\n\ni-2: Timeout\n", out.String())
}

func TestAReportOfNothingIsEmpty(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	program.PrintReport(&out, nil)
	program.PrintReport(&out, &runcommand.Report{})
	assert.Empty(t, out.String())
}

func TestNumbersAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int{"0 instances": 0, "1 instance": 1, "2 instances": 2} {
		assert.Equal(t, want, program.Count(n, "instance"))
	}
}
