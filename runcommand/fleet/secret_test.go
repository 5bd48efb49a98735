package fleet_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	sdkerrors "github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// secretMarker is in everything that is secret.
const secretMarker = "Kq7ZsecretW9"

// secretPlan returns a plan with the marker in its script and in a parameter.
func secretPlan(ids []string) fleet.Plan {
	return fleet.Plan{
		Command:   runcommand.Shell("echo "+secretMarker+"-script {{name}}").Parameter("name", secretMarker+"-value").Timeout(time.Minute),
		Instances: ids, Waves: []fleet.Size{fleet.Count(3), fleet.Percent(100)}, MaxFailures: fleet.Count(2),
	}
}

// secretTask is a fleet that ends in some way.
type secretTask struct {
	faults  []runcommandtest.Fault
	options []fleet.Option
	fail    func(n int64, entry []byte) error // error of the journal
	cancel  time.Duration
	plan    func(fleet.Plan) fleet.Plan
}

// echoJournal is a journal whose errors repeat the entry, as those of some databases do.
type echoJournal struct {
	keptJournal
	fail   func(n int64, entry []byte) error
	tokens []string // of the chunks that were announced, or that were to be
}

func (j *echoJournal) Append(ctx context.Context, n int64, entry []byte) error {
	var e struct{ Token string }
	if err := json.Unmarshal(entry, &e); err == nil && e.Token != "" {
		j.tokens = append(j.tokens, e.Token)
	}
	if j.fail != nil {
		if err := j.fail(n, entry); err != nil {
			return err
		}
	}
	return j.keptJournal.Append(ctx, n, entry)
}

// A rowError has the row that was to be stored, and does not say so in its text.
type rowError struct{ row string }

func (rowError) Error() string { return "disk full" }

func always(kind runcommandtest.FaultKind, code sdkerrors.Code) runcommandtest.Fault {
	return runcommandtest.Fault{Kind: kind, Action: "RunCommand", Code: code, Times: -1}
}

// TestAFleetPrintsNoSecret proves P9 of internal/DESIGN.md for fleets. Only the journal holds
// the script, as its documentation says.
func TestAFleetPrintsNoSecret(t *testing.T) {
	t.Parallel()
	echo := func(at int64) func(int64, []byte) error {
		return func(n int64, entry []byte) error {
			if n != at {
				return nil
			}
			return fmt.Errorf("INSERT INTO journal VALUES (%d, '%s'): disk full", n, entry)
		}
	}
	begin := func(_ int64, entry []byte) error { // some databases repeat only the first bytes
		script := base64.StdEncoding.EncodeToString([]byte("echo " + secretMarker))
		end := strings.Index(string(entry), script[:len(script)-4]) + len(script)
		return fmt.Errorf("the value %s... is too long", entry[:end])
	}
	middle := func(_ int64, entry []byte) error { // others repeat a part of the script within an address
		script := base64.StdEncoding.EncodeToString([]byte("echo " + secretMarker))
		at := strings.Index(string(entry), script[:len(script)-4])
		return fmt.Errorf("POST /entries?value=%s: 413", url.QueryEscape(string(entry[at+4:at+len(script)-4])))
	}
	for name, task := range map[string]secretTask{
		"a fleet that ends":                 {},
		"a quota":                           {faults: []runcommandtest.Fault{always(runcommandtest.FaultRefusal, "Invocation.ExceedQuota")}},
		"a right that is missing":           {faults: []runcommandtest.Fault{always(runcommandtest.FaultPermission, "")}},
		"replies that are lost":             {faults: []runcommandtest.Fault{always(runcommandtest.FaultCutReply, "")}},
		"replies of a proxy":                {faults: []runcommandtest.Fault{always(runcommandtest.FaultHTMLReply, "")}},
		"bad instances":                     {faults: []runcommandtest.Fault{always(runcommandtest.FaultBadInstance, "")}},
		"failed instances":                  {faults: []runcommandtest.Fault{always(runcommandtest.FaultInstanceError, "")}},
		"a cancellation":                    {cancel: 3 * time.Second},
		"a cancellation that stops":         {cancel: 3 * time.Second, options: []fleet.Option{fleet.StopOnCancel(5 * time.Second)}},
		"an approval that is refused":       {options: []fleet.Option{fleet.WithApproval(func(context.Context, fleet.Wave) error { return errors.New("no") })}},
		"a journal that repeats the plan":   {fail: echo(1)},
		"a journal that repeats the begin":  {fail: begin},
		"a journal that repeats the middle": {fail: middle},
		"a journal that repeats a chunk":    {fail: echo(3)},
		"a journal that repeats an outcome": {fail: echo(4)},
		"a journal whose error has the row": {fail: func(_ int64, entry []byte) error { return rowError{string(entry)} }},
		"a plan with mistakes in its command": {plan: func(p fleet.Plan) fleet.Plan {
			p.Command = p.Command.Parameter("", secretMarker).ClientToken(secretMarker)
			return p
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { task.run(t) })
		})
	}
}

func (task *secretTask) run(t *testing.T) {
	s := runcommandtest.Start(t, runcommandtest.WithSTS("key-id", secretMarker+"-key", secretMarker+"-sts"), runcommandtest.WithPendingFaults())
	ids := instanceIDs(9)
	for _, id := range ids {
		s.AddInstance(runcommandtest.Instance{ID: id})
	}
	s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Takes: 10 * time.Second}
	})
	s.Inject(task.faults...)
	var logs bytes.Buffer
	level := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	client := s.Client(runcommand.WithLogger(slog.New(slog.NewJSONHandler(&logs, level))), runcommand.WithLimits(validate.Limits{Instances: 3}))
	plan := secretPlan(ids)
	if task.plan != nil {
		plan = task.plan(plan)
	}
	journal := &echoJournal{fail: task.fail}
	options := append(task.options, fleet.WithJournal(journal))
	printed := []any{plan, &plan, options}
	f, err := fleet.New(client, plan, options...)
	printed = append(printed, f, err)
	if err == nil {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if task.cancel > 0 {
			defer time.AfterFunc(task.cancel, cancel).Stop()
		}
		report, err := f.Run(ctx)
		var halt *fleet.HaltError
		var failed *fleet.FailedError
		errors.As(err, &halt)
		errors.As(err, &failed)
		printed = append(printed, f, report, *report, report.Err(), err, halt, failed, f.ID())
		if len(journal.entries) > 0 {
			assert.Contains(t, string(journal.entries[0]), secretMarker, "the journal holds the parameters")
			resumed, err := fleet.Resume(client, journal)
			printed = append(printed, resumed, err)
		}
		for _, cause := range tree(err) {
			printed = append(printed, cause)
		}
		for _, v := range []any{report, err} {
			data, err := json.Marshal(v)
			require.NoError(t, err)
			assertNoMarker(t, string(data))
		}
	}
	for _, v := range printed {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			text := fmt.Sprintf(format, v)
			assertNoMarker(t, text)
			for _, token := range journal.tokens {
				assert.NotContains(t, text, token, format)
			}
		}
	}
	assertNoMarker(t, logs.String())
}

// tree returns an error and all errors that it wraps.
func tree(err error) []error {
	if err == nil {
		return nil
	}
	all := []error{err}
	switch x := err.(type) {
	case interface{ Unwrap() error }:
		all = append(all, tree(x.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, cause := range x.Unwrap() {
			all = append(all, tree(cause)...)
		}
	}
	return all
}

func assertNoMarker(t *testing.T, text string) {
	t.Helper()
	encoded := base64.StdEncoding.EncodeToString([]byte("echo " + secretMarker))
	for _, secret := range []string{secretMarker, encoded[:len(encoded)-4]} {
		if i := strings.Index(text, secret); i >= 0 {
			assert.Fail(t, "a secret is printed", "...%s...", text[max(i-300, 0):min(i+100, len(text))])
		}
	}
}

// TestAJournalFileIsForItsOwnerOnly checks the mode of the file that holds the script, and
// that a printed journal shows only its path.
func TestAJournalFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := fleet.OpenJournal(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	require.NoError(t, j.Append(t.Context(), 1, []byte(`{"type":"plan","script":"`+secretMarker+`"}`)))
	info, err := os.Stat(path)
	require.NoError(t, err)
	if os.PathSeparator == '/' {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assertNoMarker(t, fmt.Sprintf(format, j))
		assert.Contains(t, fmt.Sprintf(format, j), filepath.Base(path))
	}
	assertNoMarker(t, fmt.Sprint(j.Append(t.Context(), 7, []byte(`"`+secretMarker+`"`))))
	assertNoMarker(t, fmt.Sprint(j.Append(t.Context(), 2, []byte("not JSON "+secretMarker))))
}
