package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "faults", run)
}

func TestWordsSelectFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		faults []string
		err    string
	}{
		{"a word", []string{"quota"}, 0, []string{"quota used up", "quota used up"}, ""},
		{"two words", []string{"quota", "offline"}, 0, []string{"quota used up", "quota used up", "agent offline"}, ""},
		{"a word that no fault has", []string{"magic", "moon"}, 2, nil, "faults: no fault has the word magic or moon\n"},
		{"a region without instances", []string{"-region", "cn-hangzhou"}, 2, nil, "must be given together"},
		{"a flag that is none", []string{"quota", "-x"}, 2, nil, "usage: faults"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs), "%s%s", &out, &errs)
			assert.Equal(t, c.faults, faultsOf(out.String()))
			assert.Contains(t, errs.String(), c.err)
			assert.Equal(t, c.err == "", errs.Len() == 0, "%s", &errs)
		})
	}
}

// faultsOf returns the first column of the table.
func faultsOf(table string) (faults []string) {
	for line := range strings.Lines(table) {
		if line == "\n" {
			break
		}
		if name, _, _ := strings.Cut(line, "  "); name != "FAULT" {
			faults = append(faults, name)
		}
	}
	return faults
}

func TestTheNetworkOfAnotherServiceFails(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	var out, errs bytes.Buffer
	assert.Equal(t, 0, run(t.Context(), append(flags, "-instances", "i-1", "lost"), &out, &errs), "%s", &errs)
	assert.Equal(t, 1, strings.Count(out.String(), "reply lost                once     2      none                   -             -          1\n"), "%s", &out)
	assert.Equal(t, 4, srv.Executions("i-1"), "once for each row")
}

func TestTheNetworkOfAnotherServiceRefusesConnections(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	var out, errs bytes.Buffer
	assert.Equal(t, 0, run(t.Context(), append(flags, "-instances", "i-1", "refused"), &out, &errs), "%s", &errs)
	assert.Contains(t, out.String(), "RunError: unavailable  -             yes        0\n")
	assert.Equal(t, 1, srv.Executions("i-1"), "only of the trial whose second call was sent")
}

func TestASecondExecutionIsAnError(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := printTable(&out, []trial{{fault: "reply lost", happens: "once"}}, []outcome{{attempts: 2, executions: 2}})
	assert.EqualError(t, err, "1 command was executed more than once")
	assert.NoError(t, printTable(&out, []trial{{fault: "reply lost", happens: "once"}}, []outcome{{attempts: 2, executions: 1}}))
}

func TestCtrlCEndsTheTrials(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(ctx, []string{"quota"}, &out, &errs))
	assert.Equal(t, "faults: context canceled\n", errs.String())
}

func TestAnErrorIsNamedByItsTypeAndCode(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"none":                                    nil,
		"RunError: Forbidden.RAM":                 &errors.RunError{Err: &errors.APIError{Code: errors.ForbiddenRAM}},
		"RunError: throttled":                     &errors.RunError{Err: errors.ErrThrottled},
		"RunError: context canceled":              &errors.RunError{Err: context.Canceled},
		"WaitError: unavailable":                  &errors.WaitError{Err: errors.ErrUnavailable},
		"ValidationError: CmdContent.ExceedLimit": &errors.ValidationError{Violations: []errors.Violation{{Code: errors.CmdContentExceedLimit}}},
		"other: not found":                        errors.ErrNotFound,
	} {
		assert.Equal(t, want, shortError(err))
	}
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "faults", run)
}
