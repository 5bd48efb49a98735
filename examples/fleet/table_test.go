package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestAReportListsEveryKindOfInstance(t *testing.T) {
	t.Parallel()
	report := &fleet.Report{
		Results: []runcommand.Result{
			{InstanceID: "i-1", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("\nfine\n")},
			{InstanceID: "i-2", Status: runcommand.StatusSuccess, Exited: true, Output: []byte("\nfine\n")},
			{InstanceID: "i-3", Status: runcommand.StatusRunning},
			{InstanceID: "i-4", Status: runcommand.StatusAborted, ErrorCode: errors.ClientNotOnline, ErrorInfo: "the agent is offline"},
		},
		Unready: []runcommand.Readiness{{InstanceID: "i-5", Err: errors.New("no\nanswer")}},
		NotSent: []string{"i-6"},
		Unknown: []string{"i-7", "i-8"},
		Waves:   []fleet.Wave{{Number: 1, Instances: 8, Done: 4, Failed: 2}},
	}
	var out bytes.Buffer
	printReport(&out, report)
	assert.Equal(t, `
INSTANCES  STATUS     EXIT CODE  FIRST LINE OF OUTPUT
2          Success    0          fine
1          Running    -          -
1          Aborted    -          ClientNotOnline
1          not ready  -          -
2          unknown    -          -
1          not sent   -          -

Failed, 1 instance:
  i-4  Aborted: the agent is offline

Not ready, so no command was sent, 1 instance:
  i-5  no answer

Unknown, since the command may or may not have run there, 2 instances:
  i-7
  i-8

Not sent, 1 instance:
  i-6

WAVE  INSTANCES  DONE  FAILED
1     8          4     2

`, out.String())
}

func TestLongPartsOfAReportAreCut(t *testing.T) {
	t.Parallel()
	report := &fleet.Report{}
	for n := 1; n <= 12; n++ {
		report.Results = append(report.Results, runcommand.Result{
			InstanceID: fmt.Sprintf("i-%d", n), Status: runcommand.StatusFailed, Exited: true, ExitCode: n,
		})
		report.Waves = append(report.Waves, fleet.Wave{Number: n, Instances: 1000, Done: 900, Failed: n})
	}
	var out bytes.Buffer
	printReport(&out, report)
	assert.Contains(t, out.String(), "1          Failed            10         -\n2          in 2 more groups  -          -\n")
	assert.Contains(t, out.String(), "  i-10  Failed, exit code 10\n  and 2 more\n")
	assert.Contains(t, out.String(), "WAVE    INSTANCES  DONE   FAILED\n1 to 2  2,000      1,800  3\n3       1,000      900    3\n")
}
