package runcommandtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestHistoryHasOneRowPerRun(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{Output: []byte(x.InstanceID + " " + itoa(x.Run)), ExitCode: x.Run % 2, Takes: time.Second}
	}})
	id := c.run(echo("i-1", "i-2").with("Frequency", "rate(1h)", "Tag.1.Key", "k"))
	s.Advance(3*time.Hour + time.Minute)
	type line struct{ instance, output, status, legacy, start, end string }
	var got []line
	for _, row := range c.results(id, "IncludeHistory", "true", "ContentEncoding", "PlainText") {
		got = append(got, line{row["InstanceId"].(string), row["Output"].(string), row["InvocationStatus"].(string),
			row["InvokeRecordStatus"].(string), row["StartTime"].(string), row["FinishedTime"].(string)})
	}
	assert.Equal(t, []line{
		{"i-1", "i-1 3", "Failed", "Finished", "2026-06-01T15:00:00Z", "2026-06-01T15:00:01Z"},
		{"i-1", "i-1 2", "Success", "Finished", "2026-06-01T14:00:00Z", "2026-06-01T14:00:01Z"},
		{"i-1", "i-1 1", "Failed", "Finished", "2026-06-01T13:00:00Z", "2026-06-01T13:00:01Z"},
		{"i-2", "i-2 3", "Failed", "Finished", "2026-06-01T15:00:00Z", "2026-06-01T15:00:01Z"},
		{"i-2", "i-2 2", "Success", "Finished", "2026-06-01T14:00:00Z", "2026-06-01T14:00:01Z"},
		{"i-2", "i-2 1", "Failed", "Finished", "2026-06-01T13:00:00Z", "2026-06-01T13:00:01Z"},
	}, got)

	assert.Len(t, c.results(id), 2, "without it, a row an instance")
	assert.Equal(t, "i-2 3", c.results(id, "ContentEncoding", "PlainText")[1]["Output"], "that shows the latest run")
	assert.Len(t, c.results(id, "IncludeHistory", "true", "InstanceId", "i-2"), 3)
	assert.Len(t, c.results(id, "IncludeHistory", "true", "InvokeRecordStatus", "Success"), 2)
	assert.Empty(t, c.results(id, "IncludeHistory", "true", "Tag.1.Key", "other"))
}

func TestPagesOfHistoryStayStable(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	id := c.run(echo("i-1", "i-2").with("Frequency", "rate(1m)"))
	s.Advance(7 * time.Minute)
	p := params{"RegionId": "cn-hangzhou", "InvokeId": id, "IncludeHistory": "true", "MaxResults": "4"}
	var runs []string
	for {
		a := c.ok("DescribeInvocationResults", p)
		for _, row := range a.at("Invocation", "InvocationResults", "InvocationResult").([]any) {
			fields := row.(map[string]any)
			runs = append(runs, fields["InstanceId"].(string)+" "+itoa(int(fields["Repeats"].(float64))))
		}
		token := a.text("Invocation", "NextToken")
		if token == "" {
			break
		}
		p = p.with("NextToken", token)
		if len(runs) == 4 {
			s.Advance(time.Minute) // a new run is added to the pages that were already read
		}
	}
	assert.Equal(t, []string{
		"i-1 7", "i-1 6", "i-1 5", "i-1 4", "i-1 3", "i-1 2", "i-1 1",
		"i-2 8", "i-2 7", "i-2 6", "i-2 5", "i-2 4", "i-2 3", "i-2 2", "i-2 1",
	}, runs)
}

func TestAStopEndsTheHistory(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	s.Advance(2*time.Minute + 10*time.Second)
	c.stop(id)
	c.stop(id) // the second StopInvocation has no effect
	s.Advance(time.Minute)
	c.stop(id)
	rows := c.results(id, "IncludeHistory", "true")
	assert.Len(t, rows, 2)
	assert.Equal(t, "Terminated", rows[0]["InvocationStatus"])
	assert.Equal(t, "2026-06-01T12:02:10Z", rows[0]["StopTime"])
	assert.Equal(t, "Success", rows[1]["InvocationStatus"])
	assert.Empty(t, rows[1]["StopTime"])
}

func TestDeliveryToOSSIsShownPerRun(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1").with("OssOutputDelivery", "oss://bucket/logs"))
	row := c.result(id)
	assert.Equal(t, "InProgress", row["OssOutputStatus"])
	assert.Empty(t, row["OssOutputUri"])
	s.Advance(time.Minute)
	row = c.result(id)
	assert.Equal(t, "Finished", row["OssOutputStatus"])
	assert.Equal(t, "oss://bucket/logs/"+id+"/i-1", row["OssOutputUri"])
	assert.Equal(t, "oss://bucket/logs", row["OssOutputDelivery"])
}

func TestOutputIsIncludedOnlyForOneInvocationOrInstance(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("x", 0)})
	id := c.run(echo("i-1"))
	s.Advance(time.Minute)
	for _, test := range []struct {
		filter []string
		want   string
	}{
		{[]string{"IncludeOutput", "true"}, ""},
		{[]string{"IncludeOutput", "true", "InvokeId", id}, "eA=="},
		{[]string{"IncludeOutput", "true", "InstanceId", "i-1"}, "eA=="},
		{[]string{"IncludeOutput", "false", "InvokeId", id}, ""},
		{[]string{"InvokeId", id}, ""},
	} {
		a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"}.with(test.filter...))
		assert.Equal(t, test.want, a.text("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance", 0, "Output"), "%v", test.filter)
	}
}

func TestWindowsInstancesRunWindowsScripts(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.AddInstance(Instance{ID: "i-win", OS: Windows}, Instance{ID: "i-bsd", OS: FreeBSD})
	for _, test := range []struct {
		kind, instance string
		ok             bool
	}{
		{"RunShellScript", "i-1", true}, {"RunShellScript", "i-bsd", true}, {"RunShellScript", "i-win", false},
		{"RunBatScript", "i-win", true}, {"RunPowerShellScript", "i-win", true}, {"RunBatScript", "i-1", false}, {"RunPowerShellScript", "i-bsd", false},
	} {
		a := c.call("RunCommand", echo(test.instance).with("Type", test.kind))
		assert.Equal(t, test.ok, a.status == 200, "%s on %s: %s", test.kind, test.instance, a.raw)
	}
	id := c.run(echo("i-win").with("Type", "RunPowerShellScript", "Username", "bob", "WindowsPasswordName", "bobs-password"))
	assert.Equal(t, "Success", c.status(id))
	assert.EqualValues(t, "InvalidInstance.NotMatch", c.call("RunCommand", echo("i-1", "i-win")).code(), "one that does not suit refuses all")
	assert.Equal(t, 1, s.Executions("i-1"))
}
