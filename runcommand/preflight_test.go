package runcommand_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// codeOf returns the code that an error has: that of an instance, or that of a refusal.
func codeOf(err error) errors.Code {
	if e, ok := errors.AsType[*errors.InstanceError](err); ok {
		return e.Code
	}
	if e, ok := errors.AsType[*errors.APIError](err); ok {
		return e.Code
	}
	return ""
}

// readinessCodes returns the code of each instance of a preflight, "" for a ready one.
func readinessCodes(p *runcommand.Preflight) map[string]errors.Code {
	codes := make(map[string]errors.Code)
	for _, r := range p.Instances {
		codes[r.InstanceID] = codeOf(r.Err)
	}
	return codes
}

// preflightOf builds the request and asks for its preflight.
func preflightOf(tb testing.TB, client *runcommand.Client, b runcommand.Builder) (*runcommand.Preflight, error) {
	tb.Helper()
	req, err := b.Build()
	require.NoError(tb, err)
	return client.Preflight(tb.Context(), req)
}

// TestPreflightAnswersWhatARunMeets compares the answer of Preflight with what a run then
// meets, on 100 random sets of instances (25 with -short), for the rows 3, 4, 5, 7, 9 and
// 13 of the checklist of preconditions. Each set takes the next three of the commands.
func TestPreflightAnswersWhatARunMeets(t *testing.T) {
	t.Parallel()
	sets := 100
	if testing.Short() {
		sets = 25
	}
	at := time.Now().Add(time.Hour)
	commands := map[string]runcommand.Builder{
		"a plain shell command":       runcommand.Shell("date"),
		"a PowerShell command":        runcommand.PowerShell("date"),
		"a Bat command":               runcommand.Bat("date"),
		"a user":                      runcommand.Shell("date").Username("root"),
		"a schedule of the old kind":  runcommand.Shell("date").Cron("0 0 3 * * ?"),
		"a schedule of the new kind":  runcommand.Shell("date").At(at),
		"a reboot":                    runcommand.Shell("date").OnNextReboot(),
		"a built-in parameter":        runcommand.Shell("echo {{ACS::InvokeId}}").EnableParameter(true),
		"a built-in between blanks":   runcommand.Shell("echo {{ ACS :: CommandId }}").EnableParameter(true),
		"a container":                 runcommand.Shell("date").ContainerName("web"),
		"a resource group":            runcommand.Shell("date").ResourceGroup("rg-1"),
		"a placeholder that is plain": runcommand.Shell("echo {{ACS::InvokeId}}"),
	}
	versions := []string{
		"", "1.0.2.569", "2.2.0.45", "2.2.0.46", "2.4.0.105", "2.2.9.106", "2.2.3.281", "2.4.1.282", "2.3.3.308", "2.2.0.309", "2.2.3.343", "2.2.3.344", "3.0.0.1",
	}
	random := rand.New(rand.NewPCG(20, 26))
	met := make(map[errors.Code]int)
	names := slices.Sorted(maps.Keys(commands))
	for n := range sets {
		srv := runcommandtest.Start(t)
		var ids []string
		for k := range 1 + random.IntN(12) {
			i := runcommandtest.Instance{
				ID: fmt.Sprintf("i-%02d", k), OS: []runcommandtest.OS{runcommandtest.Linux, runcommandtest.Linux, runcommandtest.Linux, runcommandtest.Windows, runcommandtest.FreeBSD}[random.IntN(5)],
				Status:       []runcommandtest.InstanceStatus{"", "", "", "", runcommandtest.InstanceRunning, runcommandtest.InstanceStopped, runcommandtest.InstanceStarting, runcommandtest.InstanceStopping, runcommandtest.InstancePending}[random.IntN(9)],
				NoAgent:      random.IntN(8) == 0,
				Offline:      random.IntN(8) == 0,
				AgentVersion: versions[random.IntN(len(versions))],
			}
			if random.IntN(3) == 0 {
				i.ResourceGroupID = []string{"rg-1", "rg-2"}[random.IntN(2)]
			}
			ids = append(ids, i.ID)
			if random.IntN(10) > 0 { // the others are unknown
				srv.AddInstance(i)
			}
		}
		client := srv.Client()
		for k := range 3 {
			name := names[(3*n+k)%len(names)]
			b := commands[name].Instances(ids...)
			p, err := preflightOf(t, client, b)
			require.NoError(t, err)
			require.Len(t, p.Instances, len(ids))
			for k, r := range p.Instances {
				require.Equal(t, ids[k], r.InstanceID)
				if name == "a container" && r.Agent.OS == runcommand.OSFreeBSD {
					continue // no document says what an agent answers that knows no containers
				}
				alone, err := b.OnlyInstances(r.InstanceID).Build()
				require.NoError(t, err)
				want := codeOf(runOnce(t, client, alone))
				require.Equal(t, want, codeOf(r.Err), "set %d, %s, instance %s: %v", n, name, r.InstanceID, r.Err)
				met[want]++
			}
		}
	}
	t.Logf("verdicts compared: %v", met)
	for _, code := range []errors.Code{
		"", errors.InvalidInstanceNotFound, errors.InvalidInstanceNotMatch, errors.InstanceNotRunning, errors.ClientNotRunning, errors.ClientNotOnline, errors.ClientNeedUpgrade,
	} {
		assert.Positive(t, met[code], "the sets have instances with %q", code)
	}
}

// runOnce runs a request on one instance. It returns the refusal, or the error of the
// instance.
func runOnce(tb testing.TB, client *runcommand.Client, req *runcommand.Request) error {
	tb.Helper()
	inv, err := client.Run(tb.Context(), req)
	if err != nil {
		return err
	}
	s, err := inv.Describe(tb.Context())
	require.NoError(tb, err)
	require.Len(tb, s.Instances, 1)
	if r := s.Instances[0]; r.ErrorCode != "" {
		return &errors.InstanceError{Code: r.ErrorCode}
	}
	return nil
}

func TestPreflightExecutesNothing(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 3, nil)
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.NoError(t, err)
	require.NoError(t, p.Err())
	assert.Equal(t, ids, p.Ready())
	assert.Empty(t, srv.Invocations())
	for _, call := range srv.Calls("") {
		assert.Contains(t, []string{"DescribeInstances", "DescribeCloudAssistantStatus"}, call.Action)
	}
	assert.Len(t, srv.Calls(""), 2)
}

func TestPreflightRefusesWhatRunRefuses(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 1, nil)
	t.Cleanup(func() { assert.Empty(t, srv.Calls("")) }) // after the subtests, which are parallel
	var many []string
	for n := range 101 {
		many = append(many, fmt.Sprintf("i-%d", n))
	}
	for name, tt := range map[string]struct {
		req  *runcommand.Request
		want error
	}{
		"more instances than one request may have": {&runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: many}, errors.InstanceIdsExceedLimit},
		"no instance": {&runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date")}, errors.ErrMissingArgument},
		"no script":   {&runcommand.Request{Type: runcommand.RunShellScript, InstanceIDs: []string{"i-1"}}, errors.ErrMissingArgument},
		"no request":  {nil, errors.ErrMissingArgument},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := client.Preflight(t.Context(), tt.req)
			require.ErrorIs(t, err, tt.want)
			require.NotNil(t, p)
			assert.Empty(t, p.Instances)
		})
	}
}

func TestPreflightResolvesResourceTags(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		tagged int
		ready  int
		want   errors.Code
	}{
		"no instance has the tag":         {0, 0, errors.InvalidResourceTagInstanceNotFound},
		"some instances have it":          {30, 30, ""},
		"as many as one request may have": {100, 100, ""},
		"one too many":                    {101, 0, errors.InstanceIdsExceedLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 120, func(n int, i *runcommandtest.Instance) {
				if n <= tt.tagged {
					i.Tags = map[string]string{"role": "web"}
				}
			})
			req, err := runcommand.Shell("date").ResourceTag("role", "web").Build()
			require.NoError(t, err)
			p, err := client.Preflight(t.Context(), req)
			require.NoError(t, err)
			assert.Len(t, p.Instances, tt.tagged)
			for k, r := range p.Instances {
				assert.Equal(t, ids[k], r.InstanceID)
			}
			assert.Len(t, p.Ready(), tt.ready)
			_, met := client.Run(t.Context(), req)
			assert.Equal(t, tt.want, codeOf(met), "what a run meets")
			if tt.want == "" {
				require.NoError(t, p.Err())
				return
			}
			require.ErrorIs(t, p.Err(), tt.want)
			assert.LessOrEqual(t, len(srv.Calls("DescribeInstances")), 2)
		})
	}
}

func TestPreflightUsesTheLimitOfTheClient(t *testing.T) {
	t.Parallel()
	srv, _, _ := fleetOf(t, 120, func(_ int, i *runcommandtest.Instance) { i.Tags = map[string]string{"role": "web"} })
	client := srv.Client(runcommand.WithLimits(validate.Limits{Instances: 120}))
	p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
	require.NoError(t, err)
	assert.Len(t, p.Ready(), 120)
}

// The service answers a dry run that may list the instances with an error. For logs and observers it is
// an attempt that succeeded.
func TestADryRunThatPassesIsNoFailedAttempt(t *testing.T) {
	t.Parallel()
	recorder := newClientRecorder()
	srv, _ := setup(t)
	client := srv.Client(recorder.options()...)
	req, err := runcommand.Shell("true").Instances("i-1", "i-unknown").Build()
	require.NoError(t, err)
	_, err = client.Preflight(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, 2, recorder.attempts("DescribeInstances"), "the second one is the dry run")
	for _, attempt := range recorder.seen {
		require.NoError(t, attempt.Err)
	}
	assert.NotContains(t, recorder.text.String(), "failed")
}

func TestPreflightTellsAMissingRightFromAnUnknownInstance(t *testing.T) {
	t.Parallel()
	// The service hides instances from a caller without the right, with status 200. A dry
	// run tells why.
	hide := func(srv *runcommandtest.Server, code errors.Code) {
		srv.Control("DescribeInstances", func(c runcommandtest.Call) runcommandtest.Verdict {
			if c.Parameters["DryRun"] == "true" {
				return runcommandtest.Refuse(code)
			}
			return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","TotalCount":0,"Instances":{"Instance":[]}}`)
		})
	}
	t.Run("the right is missing", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := fleetOf(t, 2, nil)
		hide(srv, errors.ForbiddenRAM)
		p, err := preflightOf(t, client, runcommand.Shell("date").Instances("i-0001", "i-nope", "i-0002"))
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.ErrorContains(t, err, "ecs:DescribeInstances")
		assert.Equal(t, map[string]errors.Code{"i-0001": errors.ForbiddenRAM, "i-nope": errors.InvalidInstanceNotFound, "i-0002": errors.ForbiddenRAM}, readinessCodes(p))
		assert.Empty(t, p.Ready(), "it is not known whether they are Running")
		assert.True(t, p.Instances[0].Agent.Online, "the facts about agents need no such right")
	})
	t.Run("the caller has the right", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := fleetOf(t, 1, nil)
		hide(srv, "DryRunOperation")
		p, err := preflightOf(t, client, runcommand.Shell("date").Instances("i-0001"))
		require.NoError(t, err)
		assert.Equal(t, map[string]errors.Code{"i-0001": errors.InvalidInstanceNotFound}, readinessCodes(p))
	})
	t.Run("resource tags without the right", func(t *testing.T) {
		t.Parallel()
		srv, client, _ := fleetOf(t, 1, nil)
		hide(srv, errors.ForbiddenRAM)
		p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Empty(t, p.Instances)
	})
}

func TestARightThatIsMissingDoesNotHideTheOtherFacts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		denied, says string
		want         errors.Code
	}{
		"instances may not be seen": {"DescribeInstances", "ecs:DescribeInstances", errors.ForbiddenRAM},
		"agents may not be seen":    {"DescribeCloudAssistantStatus", "ecs:DescribeCloudAssistantStatus", errors.ForbiddenRAM},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, _ := fleetOf(t, 2, func(n int, i *runcommandtest.Instance) { i.Name = fmt.Sprintf("web-%d", n) })
			srv.Control(tt.denied, func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
			p, err := preflightOf(t, client, runcommand.Shell("date").Instances("i-0001", "i-0002"))
			require.ErrorIs(t, err, errors.ErrPermission)
			assert.ErrorContains(t, err, tt.says)
			require.Len(t, p.Instances, 2)
			assert.Empty(t, p.Ready())
			assert.Equal(t, tt.want, codeOf(p.Instances[0].Err))
			assert.Equal(t, tt.denied != "DescribeInstances", p.Instances[0].Instance.Name == "web-1")
			assert.Equal(t, tt.denied == "DescribeInstances", p.Instances[0].Agent.Online)
		})
	}
}

func TestPreflightWarnsWhereNoMinimumVersionIsDocumented(t *testing.T) {
	t.Parallel()
	const newest = "2.2.3.1064"
	for name, tt := range map[string]struct {
		version string
		command runcommand.Builder
		field   string // of the warning; "": none
	}{
		"a launcher, too old":            {"2.2.3.630", runcommand.Shell("date").Launcher("python3 -u {{ACS::ScriptFileName}}"), "Launcher"},
		"a launcher, new enough":         {"2.2.3.631", runcommand.Shell("date").Launcher("python3 -u {{ACS::ScriptFileName}}"), ""},
		"a process tree, too old":        {"2.4.9.630", runcommand.Shell("date").KillTree(), "TerminationMode"},
		"a process tree, new enough":     {"2.4.0.631", runcommand.Shell("date").KillTree(), ""},
		"outputs in OSS, too old":        {newest, runcommand.Shell("date").OSSOutput("oss://bucket/path/"), "OssOutputDelivery"},
		"outputs in OSS, new enough":     {"2.2.3.1065", runcommand.Shell("date").OSSOutput("oss://bucket/path/"), ""},
		"an old agent, a plain command":  {"1.0.2.569", runcommand.Shell("date"), ""},
		"a version of another form":      {"2.2.3", runcommand.Shell("date").KillTree(), "TerminationMode"},
		"a version that is not a number": {"a.b.c.d", runcommand.Shell("date").KillTree(), "TerminationMode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.AgentVersion = tt.version })
			p, err := preflightOf(t, client, tt.command.Instances(ids...))
			require.NoError(t, err)
			require.NoError(t, p.Err(), "a warning is no error")
			var fields []string
			for _, w := range p.Instances[0].Warnings {
				fields = append(fields, w.Field)
				assert.NotEmpty(t, w.Message)
			}
			if tt.field == "" {
				assert.Empty(t, fields)
				return
			}
			assert.Equal(t, []string{tt.field}, fields)
		})
	}
}

func TestPreflightWarnsOfALock(t *testing.T) {
	t.Parallel()
	_, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.LockReasons = []string{"financial"} })
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.NoError(t, err)
	require.NoError(t, p.Err())
	require.Len(t, p.Instances[0].Warnings, 1)
	assert.Contains(t, p.Instances[0].Warnings[0].Message, "financial")
}

func TestPreflightOfAThousandInstancesIsCheap(t *testing.T) {
	t.Parallel()
	srv, _, ids := fleetOf(t, 450, nil)
	client := srv.Client(runcommand.WithLimits(validate.Limits{Instances: 500}))
	given := append(slices.Clone(ids), "i-unknown", strings.ToUpper(ids[0]))
	req := &runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: given[:451]}
	p, err := client.Preflight(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, ids, p.Ready())
	assert.Len(t, srv.Calls("DescribeInstances"), 5+1, "and one dry run because of the unknown id")
	assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 5)
}

func TestANilPreflightIsNoSuccess(t *testing.T) {
	t.Parallel()
	var p *runcommand.Preflight
	require.ErrorIs(t, p.Err(), errors.ErrInvalidArgument)
	assert.Empty(t, p.Ready())
}
