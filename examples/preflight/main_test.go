package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "preflight", run)
}

func TestAnotherServiceIsCalled(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2", Offline: true})
	srv.AddInstance(runcommandtest.Instance{ID: "i-3", Name: "\x1b[2Jcleared"})
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(t.Context(), append(flags, "-instances", "i-1,i-2,i-3"), &out, &errs))
	assert.Contains(t, out.String(), "\n2 of 3 instances can run the command.\n")
	assert.Contains(t, out.String(), "?[2Jcleared")
	assert.Empty(t, errs.String())
	out.Reset()
	assert.Equal(t, 0, run(t.Context(), append(flags, "-instances", "i-1"), &out, &errs))
	assert.Contains(t, out.String(), "\n1 of 1 instance can run the command.\n")
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    []string
		err    string
	}{
		{"nothing: seven local instances", nil, 1, []string{
			"INSTANCE      NAME      STATUS    SYSTEM                AGENT      VERDICT\n",
			"i-local-1     web-1     Running   Local Linux 64 bit    2.2.3.857  ready\n",
			"i-local-2     web-2     Stopped   Local Linux 64 bit    -          not running: start it\n",
			"Starting  Local Linux 64 bit    -          not running yet: wait with -wait\n",
			"db-1      Running   Local Linux 64 bit    -          no agent: start it there, or use -install",
			"2.2.0.45   ready\n",
			"Local Windows 64 bit  2.1.3.857  wrong system: use -type powershell or bat for Windows",
			"i-local-gone  -         -         -                     -          not found: check the id and the region\n",
			"check the id and the region\nWarning for i-local-5: InstanceId: is locked (financial)",
			"\n2 of 7 instances can run the command.\n",
		}, ""},
		{"a feature that an agent is too old for", []string{"-user", "app"}, 1, []string{"agent too old: the agent needs build 106 or later for a user name", "1 of 7"}, ""},
		{"another type of command", []string{"-type", "powershell"}, 1, []string{"2.1.3.857  ready\n", "1 of 7"}, ""},
		{"Bat, too", []string{"-type=bat"}, 1, []string{"2.1.3.857  ready\n", "1 of 7"}, ""},
		{"a container on Windows", []string{"-type", "bat", "-container", "web"}, 2, nil, "containers run shell scripts on Linux only"},
		{"an installation alone", []string{"-install"}, 1, []string{"installed at the next restart of i-local-4. Restart them now."}, ""},
		{"a wait alone", []string{"-wait", "500ms"}, 1, []string{"Waiting for i-local-3, i-local-4, at most 500ms.\n  0 of 2 ready after 0s\n  1 of 2 ready", "3 of 7 instances"}, ""},
		{"an installation and a wait", []string{"-wait", "1m", "-install"}, 1, []string{"2 of 2 ready", "4 of 7 instances"}, ""},
		{"a user name that is too long", []string{"-user", strings.Repeat("u", 256)}, 2, nil, "Username"},
		{"a region without instances", []string{"-region", "cn-hangzhou"}, 2, nil, "must be given together"},
		{"instances without a region", []string{"-instances", "i-1"}, 2, nil, "must be given together"},
		{"a tag without a region", []string{"-tag", "role=web"}, 2, nil, "must be given together"},
		{"instances and a tag", []string{"-region", "cn-hangzhou", "-instances", "i-1", "-tag", "a=b"}, 2, nil, "not both"},
		{"a tag without a key", []string{"-tag", "=web"}, 2, nil, "it has no key"},
		{"a type that is none", []string{"-type", "python"}, 2, nil, "shell, powershell or bat"},
		{"a negative wait", []string{"-wait", "-1s"}, 2, nil, "may not be negative"},
		{"a word", []string{"i-1"}, 2, nil, `"i-1" is not a flag`},
		{"a word between flags", []string{"-user", "app", "i-1", "-install"}, 2, nil, `"i-1" is not a flag`},
		{"a word after two dashes", []string{"--", "-install"}, 2, nil, `"-install" is not a flag`},
		{"a flag that is none, after a word", []string{"i-1", "-x"}, 2, nil, "usage: preflight"},
		{"a region that is none", []string{"-region", "cn/../hangzhou", "-instances", "i-1"}, 2, nil, "region"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs), "%s%s", &out, &errs)
			for _, want := range c.out {
				assert.Contains(t, out.String(), want)
			}
			assert.Contains(t, errs.String(), c.err)
			assert.Equal(t, c.err == "", errs.Len() == 0, "%s", &errs)
		})
	}
}

// programOf returns a program for a service with three instances of the tag role=web.
func programOf(t *testing.T, args ...string) (*runcommandtest.Server, *inspection, *bytes.Buffer) {
	t.Helper()
	o, err := parse(append([]string{"-region", "cn-hangzhou"}, args...), io.Discard)
	require.NoError(t, err)
	srv := runcommandtest.Start(t)
	for n := 1; n <= 3; n++ {
		srv.AddInstance(runcommandtest.Instance{ID: fmt.Sprintf("i-%d", n), Name: fmt.Sprintf("web-%d", n), Tags: map[string]string{"role": "web"}})
	}
	out := &bytes.Buffer{}
	return srv, &inspection{options: *o, client: srv.Client(), stdout: out}, out
}

func TestInstancesByIDOrTag(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args  []string
		ready bool
		want  string
	}{
		"by id":              {[]string{"-instances", "i-1, i-3,"}, true, "2 of 2 instances can run the command."},
		"by tag":             {[]string{"-tag", "role=web"}, true, "3 of 3 instances can run the command."},
		"by a tag of no one": {[]string{"-tag", "role=db"}, false, "No instance has these tags."},
		"by two tags":        {[]string{"-tag", "role=web", "-tag", "env=test"}, false, "No instance has these tags."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, p, out := programOf(t, tt.args...)
			ready, err := p.run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.ready, ready)
			assert.Contains(t, out.String(), tt.want)
		})
	}
}

func TestAMissingRightIsNamedAndTheTableShowsTheRest(t *testing.T) {
	t.Parallel()
	srv, p, out := programOf(t, "-instances", "i-1")
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
	_, err := p.run(t.Context())
	var errs bytes.Buffer
	program.Fail(&errs, "preflight", err)
	assert.Contains(t, errs.String(), "ecs:DescribeInstances")
	assert.Contains(t, errs.String(), "The README lists the rights of each method.")
	assert.Contains(t, out.String(), "2.2.3.857  not known: the right ecs:DescribeInstances is missing")
}

func TestNoTableWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	srv, p, out := programOf(t, "-tag", "role=web")
	srv.Control("", func(runcommandtest.Call) runcommandtest.Verdict {
		return runcommandtest.Answer(http.StatusOK, "not JSON")
	})
	p.client = srv.Client(runcommand.WithRetry(poll.Policy{}, 1))
	_, err := p.run(t.Context())
	require.ErrorIs(t, err, errors.ErrUnavailable)
	assert.Empty(t, out.String())
}

func TestTheWaitEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*runcommandtest.Server)
		after  time.Duration
		ready  bool
	}{
		"when all are ready": {func(srv *runcommandtest.Server) {
			time.AfterFunc(30*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-2"}) })
		}, 40 * time.Second, true},
		"at its longest": {func(*runcommandtest.Server) {}, 2 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, p, out := programOf(t, "-instances", "i-1,i-2", "-wait", "2m")
				srv.AddInstance(runcommandtest.Instance{ID: "i-2", Offline: true})
				tt.change(srv)
				began := time.Now()
				ready, err := p.run(t.Context())
				require.NoError(t, err)
				assert.Equal(t, tt.ready, ready)
				assert.LessOrEqual(t, time.Since(began), tt.after)
				assert.Equal(t, 2, strings.Count(out.String(), "VERDICT"), "the table comes again")
				assert.Contains(t, out.String(), "agent offline: wait with -wait")
			})
		})
	}
}

func TestAWaitThatIsInterruptedIsAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, p, _ := programOf(t, "-instances", "i-1", "-wait", "2m")
		srv.AddInstance(runcommandtest.Instance{ID: "i-1", Offline: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := p.run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestALongListIsCounted(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a, b, c", list([]string{"a", "b", "c"}))
	assert.Equal(t, "a, b, c and 2 others", list([]string{"a", "b", "c", "d", "e"}))
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "preflight", run)
}
