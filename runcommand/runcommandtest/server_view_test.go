package runcommandtest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// viewAll is a query whose limits no test reaches.
func viewAll() ViewQuery {
	return ViewQuery{Instances: 1000, Invocations: 1000, Rows: 1000, Calls: 1000, Parameters: 1000, Bytes: 1 << 20}
}

func TestAViewShowsWhatInvocationsAndInstancesShow(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("output", 3)})
	c.run(echo("i-1", "i-2").with("Name", "first", "Timeout", "90"))
	c.run(echo("i-3").with("Frequency", "rate(1h)"))
	s.Advance(time.Minute)
	v := s.View(viewAll())
	assert.Equal(t, s.Now(), v.Now)
	assert.Equal(t, s.Instances(), v.Instances)
	all := s.Invocations()
	require.Len(t, v.Invocations, 2)
	assert.Equal(t, all[1], v.Invocations[0].Invocation, "the newest first")
	assert.Equal(t, all[0], v.Invocations[1].Invocation)
	assert.Equal(t, noon().Add(time.Hour), v.Invocations[0].Instances[0].Next.UTC())
	assert.Zero(t, v.Invocations[1].Instances[0].Next)
	assert.Equal(t, ViewCounts{Instances: 3, Selected: 2, Invocations: 2, Accepted: 2, Calls: 2, Received: 2}, v.Counts)
}

func TestAViewOfNothingHasOnlyCounts(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxInvocations: 2, maxCalls: 3})
	for range 5 {
		c.run(echo("i-1"))
	}
	want := View{Now: noon(), Counts: ViewCounts{Instances: 3, Selected: 2, Invocations: 2, Accepted: 5, Calls: 3, Received: 5}}
	assert.Equal(t, want, s.View(ViewQuery{}))
	assert.Equal(t, want, s.View(ViewQuery{Instances: -1, Invocations: -1, Rows: -1, Calls: -1, Parameters: -1, Bytes: -1}))
}

func TestAViewTellsTheNextFiringOfAllRows(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	for i, east := range []int{-3, 5, 1} {
		s.AddInstance(Instance{ID: name("i", i), Zone: time.FixedZone("", east*3600)})
	}
	c.run(echo("i.0", "i.1", "i.2").with("Frequency", "0 0 3 * * ?"))
	for _, x := range []struct {
		name string
		q    ViewQuery
		want time.Time
	}{
		{"the earliest of all", ViewQuery{Invocations: 1, Rows: 1}, noon().Add(10 * time.Hour)},
		{"that of one instance", ViewQuery{Invocations: 1, InstanceID: "i.0"}, noon().Add(18 * time.Hour)},
	} {
		assert.Equal(t, x.want, s.View(x.q).Invocations[0].Next.UTC(), x.name)
	}
	c.stop(s.Invocations()[0].ID)
	assert.Zero(t, s.View(ViewQuery{Invocations: 1}).Invocations[0].Next, "of a task that was stopped")
}

func TestAViewIsLimited(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 10, config{clock: noon, handler: exited(strings.Repeat("x", 100), 0)})
	for range 5 {
		c.run(echo(ids...))
	}
	s.Advance(time.Minute)
	v := s.View(ViewQuery{Instances: 4, Invocations: 3, Rows: 2, Calls: 1, Parameters: 2, Bytes: 10 + 100 + 10 + 50 + 10})
	assert.Len(t, v.Instances, 4)
	require.Len(t, v.Invocations, 3)
	assert.Len(t, v.Calls, 1)
	assert.Len(t, v.Calls[0].Parameters, 2)
	assert.Equal(t, 11, v.Calls[0].Others)
	var texts []string
	for _, inv := range v.Invocations {
		assert.Equal(t, []int{10, 10, 10}, []int{inv.ScriptBytes, inv.Selected, inv.Rows})
		require.Len(t, inv.Instances, 2)
		texts = append(texts, string(inv.Script))
		for _, r := range inv.Instances {
			texts = append(texts, fmt.Sprintf("%d+%d", len(r.Output), r.Withheld))
		}
	}
	assert.Equal(t, []string{
		"echo hello", "100+0", "0+100", "echo hello", "0+100", "0+100", "echo hello", "0+100", "0+100",
	}, texts, "what fits is shown, the newest first")
}

func TestAViewSelectsByInstanceAndStatus(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		script, _, _ := strings.Cut(string(x.Script), " ")
		switch {
		case script == "mixed" && x.InstanceID == "i-2":
			return Outcome{ExitCode: 1}
		case script == "late":
			return Outcome{Code: errors.ExecutionTimeout}
		case script == "slow":
			return Outcome{Takes: time.Hour}
		}
		return Outcome{}
	}})
	for _, script := range []string{"mixed", "late", "good", "slow"} {
		instances := []string{"i-1", "i-2"}
		if script == "slow" {
			instances = []string{"i-3"}
		}
		c.run(echo(instances...).with("CommandContent", script+" script", "Name", script, "Timeout", "7200"))
	}
	for _, x := range []struct {
		name, instance string
		status         Status
		want           []string
	}{
		{"everything", "", "", []string{"slow i-3", "good i-1 i-2", "late i-1 i-2", "mixed i-1 i-2"}},
		{"one instance", "i-2", "", []string{"good i-2", "late i-2", "mixed i-2"}},
		{"an instance that is not there", "i-9", "", nil},
		{"a status of instances", "", "Success", []string{"good i-1 i-2", "mixed i-1"}},
		{"a status that an invocation and an instance of another have", "", "Failed", []string{"late i-1 i-2", "mixed i-2"}},
		{"a status that only instances have", "", "Timeout", []string{"late i-1 i-2"}},
		{"a status that only invocations have", "", "PartialFailed", []string{"mixed i-1 i-2"}},
		{"a status that is not there", "", "Stopped", nil},
		{"a status that does not exist", "", "success", nil},
		{"an instance with a status", "i-1", "Success", []string{"good i-1", "mixed i-1"}},
		{"an instance with a status of its invocation only", "i-1", "Failed", nil},
		{"an instance in an invocation that failed partly", "i-1", "PartialFailed", []string{"mixed i-1"}},
		{"a run that goes on", "i-3", "Running", []string{"slow i-3"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			q := viewAll()
			q.InstanceID, q.Status = x.instance, x.status
			v := s.View(q)
			var got []string
			for _, inv := range v.Invocations {
				line := []string{inv.Name}
				for _, r := range inv.Instances {
					line = append(line, r.InstanceID)
				}
				got = append(got, strings.Join(line, " "))
				assert.Equal(t, len(inv.Instances), inv.Selected)
			}
			assert.Equal(t, x.want, got)
			assert.Equal(t, len(x.want), v.Counts.Selected)
			assert.Equal(t, 4, v.Counts.Invocations)
			q.Invocations = 1
			v = s.View(q)
			assert.Len(t, v.Invocations, min(1, len(x.want)))
			assert.Equal(t, len(x.want), v.Counts.Selected, "whatever the limit is")
			var instances []string
			for _, i := range v.Instances {
				instances = append(instances, i.ID)
			}
			switch x.instance {
			case "":
				assert.Equal(t, []string{"i-1", "i-2", "i-3"}, instances)
			case "i-9":
				assert.Empty(t, instances)
			default:
				assert.Equal(t, []string{x.instance}, instances)
			}
		})
	}
}

func TestAViewSaysWhereOutputIsMissing(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		switch x.InstanceID {
		case "i-1":
			return Outcome{Output: []byte(strings.Repeat("x", keptOutput+5))}
		case "i-2":
			return Outcome{Output: []byte("short"), Dropped: 7}
		}
		return Outcome{Output: []byte("whole")}
	}})
	c.run(echo("i-1", "i-2", "i-3"))
	var got [][3]int
	for _, r := range s.View(viewAll()).Invocations[0].Instances {
		got = append(got, [3]int{len(r.Output), r.Dropped, r.DroppedAt})
	}
	assert.Equal(t, [][3]int{{keptOutput, 5, keptHead}, {5, 7, 5}, {5, 0, 0}}, got)
}

func TestViewsMayBeWrittenTo(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("output", 0)})
	s.AddInstance(Instance{ID: "i-1", Tags: map[string]string{"role": "web"}})
	c.run(echo("i-1"))
	s.Advance(time.Minute)
	for range 2 { // the second round must not see what the first round has written
		v := s.View(viewAll())
		inv := v.Invocations[0]
		assert.Equal(t, "echo hello", string(inv.Script))
		assert.Equal(t, "output", string(inv.Instances[0].Output))
		assert.Equal(t, "web", v.Instances[0].Tags["role"])
		assert.Equal(t, "CommandContent", v.Calls[0].Parameters[0].Name)
		clear(inv.Script)
		clear(inv.Instances[0].Output)
		v.Instances[0].Tags["role"] = "changed"
		clear(v.Calls[0].Parameters)
	}
}

func TestPollingCallsAreFolded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		began := time.Now()
		list, results := params{"RegionId": "cn-hangzhou"}, params{"RegionId": "cn-hangzhou", "InvokeId": "t-1"}
		second := func() { <-time.After(time.Second) }
		c.ok("DescribeInvocations", list) // call 1, at 0 s
		second()
		c.run(echo("i-1")) // 2
		c.run(echo("i-1")) // 3
		second()
		for range 3 {
			c.ok("DescribeInvocations", list)                              // 4, 7 and 10, at 2, 3 and 4 s
			c.ok("DescribeInvocationResults", results)                     // 5, 8 and 11
			c.call("DescribeInvocations", list.with("MaxResults", "none")) // 6, 9 and 12: refused
			second()
		}
		got := func(limit int) []string {
			var lines []string
			for _, v := range s.View(ViewQuery{Calls: limit}).Calls {
				lines = append(lines, fmt.Sprintf("%d %s %d×%d %v to %v", v.Number, v.Action, v.Status, v.Count, v.Since.Sub(began), v.At.Sub(began)))
			}
			return lines
		}
		all := []string{
			"6 DescribeInvocations 400×3 2s to 4s",
			"5 DescribeInvocationResults 200×3 2s to 4s",
			"4 DescribeInvocations 200×3 2s to 4s",
			"3 RunCommand 200×1 1s to 1s",
			"2 RunCommand 200×1 1s to 1s",
			"1 DescribeInvocations 200×1 0s to 0s",
		}
		for limit := range len(all) + 2 {
			assert.Equal(t, append([]string(nil), all[:min(limit, len(all))]...), got(limit), "%d entries", limit)
		}
	})
}

func TestAViewMasksParametersThatCanHoldASecret(t *testing.T) {
	t.Parallel()
	const marker = "a-marked-secret"
	s, c := newService(t, config{clock: noon})
	c.run(echo("i-1").with(
		"CommandContent", "echo {{password}} "+marker, "EnableParameter", "true", "Parameters", `{"password":"`+marker+`"}`,
		"Username", marker, "WindowsPasswordName", marker, "ClientToken", marker, "Description", marker, "Launcher", "sh "+marker,
		"Tag.1.Key", "team", "Tag.1.Value", marker, "Name", "deploy", "Timeout", "120", "Passwd", marker, marker, "1",
	))
	c.secret = marker // the calls that follow are refused, and keep the parameters of the signature
	c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InstanceId.x": marker, "Tag.1." + marker: "1", "InstanceId.1." + marker: "1"})
	query := url.Values{}
	for name, value := range signV1(http.MethodGet, params{"Action": "StopInvocation", "SecurityToken": marker}, marker, marker, noon()) {
		query.Set(name, value)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+testHost+"/?"+query.Encode(), http.NoBody)
	require.NoError(t, err)
	_, err = send(t, c.http, r)
	require.NoError(t, err)
	v := s.View(viewAll())
	require.Len(t, v.Calls, 3)
	assert.NotContains(t, fmt.Sprintf("%+v", v.Calls), marker)

	assert.Equal(t, 3, v.Calls[1].Others, "names that no operation has")
	assert.Equal(t, []ParameterView{
		{Name: "ClientToken", Bytes: 15, Masked: true},
		{Name: "CommandContent", Bytes: 33, Masked: true},
		{Name: "Description", Bytes: 15, Masked: true},
		{Name: "EnableParameter", Value: "true", Bytes: 4},
		{Name: "InstanceId.1", Value: "i-1", Bytes: 3},
		{Name: "Launcher", Bytes: 18, Masked: true},
		{Name: "Name", Value: "deploy", Bytes: 6},
		{Name: "Parameters", Bytes: 30, Masked: true},
		{Name: "RegionId", Value: "cn-hangzhou", Bytes: 11},
		{Name: "Tag.1.Key", Value: "team", Bytes: 4},
		{Name: "Tag.1.Value", Bytes: 15, Masked: true},
		{Name: "Timeout", Value: "120", Bytes: 3},
		{Name: "Type", Value: "RunShellScript", Bytes: 14},
		{Name: "Username", Bytes: 15, Masked: true},
		{Name: "WindowsPasswordName", Bytes: 15, Masked: true},
	}, v.Calls[2].Parameters)
	assert.Equal(t, 2, v.Calls[2].Others)
}

func TestParametersAreCutAndInOrder(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 30, config{clock: noon})
	c.call("RunCommand", echo(ids...).with("Name", strings.Repeat("名", 100)))
	q := viewAll()
	q.Parameters = 12
	call := s.View(q).Calls[0]
	var names []string
	for _, p := range call.Parameters {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{
		"CommandContent", "InstanceId.1", "InstanceId.2", "InstanceId.3", "InstanceId.4", "InstanceId.5", "InstanceId.6",
		"InstanceId.7", "InstanceId.8", "InstanceId.9", "InstanceId.10", "InstanceId.11",
	}, names)
	assert.Equal(t, 34-12, call.Others)
	for _, p := range s.View(viewAll()).Calls[0].Parameters {
		if p.Name == "Name" {
			assert.Equal(t, strings.Repeat("名", maxShownValue/3), p.Value)
			assert.Equal(t, 300, p.Bytes)
		}
	}
}
