package runcommandtest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// manyInstances returns a server with n instances and their ids.
func manyInstances(tb testing.TB, n int, opts config) (*Server, *caller, []string) {
	tb.Helper()
	s, c := newService(tb, opts)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-fleet%05d", i)
		s.AddInstance(Instance{ID: ids[i]})
	}
	return s, c, ids
}

// pages follows NextToken to the end and returns the instance ids of each page.
func (c *caller) pages(id string, size int) [][]string {
	c.tb.Helper()
	var pages [][]string
	p := params{"RegionId": "cn-hangzhou", "InvokeId": id, "MaxResults": itoa(size)}
	for {
		a := c.ok("DescribeInvocationResults", p)
		var page []string
		for _, row := range a.at("Invocation", "InvocationResults", "InvocationResult").([]any) {
			page = append(page, row.(map[string]any)["InstanceId"].(string))
		}
		pages = append(pages, page)
		token := a.text("Invocation", "NextToken")
		if token == "" {
			return pages
		}
		require.Less(c.tb, len(pages), 100)
		p = p.with("NextToken", token)
	}
}

func flat(pages [][]string) []string {
	var all []string
	for _, page := range pages {
		all = append(all, page...)
	}
	return all
}

func TestTokensLeadThroughEveryRowOnce(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 100, config{})
	id := c.run(echo(ids...))
	for _, size := range []int{1, 7, 10, 49, 50} {
		pages := c.pages(id, size)
		assert.Len(t, pages, (100+size-1)/size)
		assert.Equal(t, ids, flat(pages))
	}
}

func TestNextTokensStayValidWhileTheListChanges(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxInvocations: 10})
	var want []string
	for range 10 {
		want = append([]string{c.run(echo("i-1"))}, want...)
	}
	p := params{"RegionId": "cn-hangzhou", "MaxResults": "3"}
	var got []string
	for {
		a := c.ok("DescribeInvocations", p)
		for _, inv := range a.at("Invocations", "Invocation").([]any) {
			got = append(got, inv.(map[string]any)["InvokeId"].(string))
		}
		if a.text("NextToken") == "" {
			break
		}
		p = p.with("NextToken", a.text("NextToken"))
		c.run(echo("i-2")) // adds a newer invocation, so the server forgets the oldest
	}
	assert.Equal(t, want[:len(got)], got)
	assert.Len(t, got, 8, "the two oldest were forgotten in between")
	assert.Len(t, s.Invocations(), 10)
}

func TestPagesHaveNumbersToo(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 25, config{})
	id := c.run(echo(ids...))
	for number, want := range map[int]int{1: 10, 2: 10, 3: 5, 4: 0} {
		a := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeId": id, "PageNumber": itoa(number)})
		assert.Len(t, a.at("Invocation", "InvocationResults", "InvocationResult"), want)
		assert.EqualValues(t, 25, a.at("Invocation", "TotalCount"))
		assert.EqualValues(t, number, a.at("Invocation", "PageNumber"))
		assert.EqualValues(t, 10, a.at("Invocation", "PageSize"))
	}
	a := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeId": id, "PageNumber": "2", "PageSize": "20", "MaxResults": "15"})
	assert.Len(t, a.at("Invocation", "InvocationResults", "InvocationResult"), 15, "with MaxResults page numbers do not count")
	assert.EqualValues(t, 0, a.at("Invocation", "TotalCount"), "and mean nothing in the reply")
}

func TestBadPagingIsRefused(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 25, config{})
	id := c.run(echo(ids...))
	base := params{"RegionId": "cn-hangzhou", "InvokeId": id}
	token := c.ok("DescribeInvocationResults", base.with("MaxResults", "5")).text("Invocation", "NextToken")
	for _, test := range []struct {
		action string
		add    []string
		code   errors.Code
	}{
		{"DescribeInvocationResults", []string{"MaxResults", "0"}, errors.InvalidParameterMaxResults},
		{"DescribeInvocationResults", []string{"MaxResults", "51"}, errors.InvalidParameterMaxResults},
		{"DescribeInvocations", []string{"MaxResults", "many"}, errors.InvalidParameterMaxResults},
		{"DescribeInvocations", []string{"PageNumber", "0"}, errors.InvalidParamPageNumber},
		{"DescribeCloudAssistantStatus", []string{"PageSize", "51"}, errors.InvalidParamPageSize},
		{"DescribeInvocationResults", []string{"NextToken", "made up"}, errors.InvalidParameterNextToken},
		{"DescribeInvocationResults", []string{"NextToken", "A" + token[1:]}, errors.InvalidParameterNextToken},
		{"DescribeInvocationResults", []string{"NextToken", token, "InstanceId", "i-1"}, errors.InvalidParameterNextToken},
		{"DescribeInvocations", []string{"NextToken", token}, errors.InvalidParameterNextToken},
		{"DescribeInvocationResults", []string{"IncludeHistory", "true", "InvokeId", "-"}, "MissingInvokeId"},
		{"DescribeInvocationResults", []string{"IncludeHistory", "true"}, errors.InvalidParameter},
		{"DescribeInvocationResults", []string{"IncludeHistory", "yes"}, errors.InvalidParameterFormat},
		{"DescribeInvocations", []string{"Tag.1.Value", "v"}, errors.MissingParameterTagKey},
	} {
		a := c.call(test.action, base.with(test.add...))
		assert.Equal(t, test.code, a.code(), "%s %v: %s", test.action, test.add, a.raw)
		assert.Equal(t, 400, a.status)
	}
	assert.Equal(t, 200, c.call("DescribeInvocationResults", base.with("NextToken", token)).status, "the token itself is good")
}

func TestAgentsComeInPages(t *testing.T) {
	t.Parallel()
	_, c, _ := manyInstances(t, 97, config{}) // 97 instances and the three that newService adds
	p := params{"RegionId": "cn-hangzhou", "MaxResults": "40"}
	for _, want := range []int{40, 40, 20} {
		a := c.ok("DescribeCloudAssistantStatus", p)
		assert.Len(t, a.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), want)
		p = p.with("NextToken", a.text("NextToken"))
	}
	assert.Empty(t, p["NextToken"])
}

func TestPagesOfAgentsStayStableWhileInstancesChange(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 9, config{})
	p := params{"RegionId": "cn-hangzhou", "MaxResults": "5"}
	var got []string
	for {
		a := c.ok("DescribeCloudAssistantStatus", p)
		for _, row := range a.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus").([]any) {
			got = append(got, row.(map[string]any)["InstanceId"].(string))
		}
		if a.text("NextToken") == "" {
			break
		}
		p = p.with("NextToken", a.text("NextToken"))
		if len(got) == 5 {
			s.RemoveInstance("i-1")
			s.RemoveInstance("i-2")
			s.AddInstance(Instance{ID: "i-2"}) // a new instance with the same ID, now last in the list
		}
	}
	assert.Equal(t, slices.Concat([]string{"i-1", "i-2", "i-3"}, ids, []string{"i-2"}), got)
}

func TestPagingParametersDoNotCutNamedAgents(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 30, config{})
	for _, test := range []struct {
		named                     []string
		rows, total, number, size int
		add                       []string
	}{
		{[]string{"i-1"}, 1, 1, 1, 10, nil},
		{[]string{"i-2", "i-1", "i-2", "i-2"}, 2, 2, 1, 10, nil},
		{ids, 30, 30, 1, 30, nil},
		{ids, 30, 30, 1, 40, []string{"PageSize", "40"}},
		{ids, 30, 0, 0, 0, []string{"MaxResults", "5"}},
	} {
		a := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou"}.to(test.named...).with(test.add...))
		assert.Len(t, a.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), test.rows)
		assert.EqualValues(t, test.total, a.at("TotalCount"))
		assert.EqualValues(t, test.number, a.at("PageNumber"))
		assert.EqualValues(t, test.size, a.at("PageSize"))
		assert.Empty(t, a.text("NextToken"))
	}
}

func TestNamedAgentsComeInOnePage(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 100, config{})
	a := c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou", "MaxResults": "5"}.to(ids...))
	assert.Len(t, a.at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), 100)
	assert.Empty(t, a.text("NextToken"))
}

func TestFiltersSelectInvocations(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{ExitCode: int(x.Script[0] - '0')}
	}})
	s.AddInstance(Instance{ID: "i-win", OS: Windows})
	good := c.run(echo("i-1", "i-2").with("CommandContent", "0", "Name", "good", "Tag.1.Key", "team", "Tag.1.Value", "a"))
	bad := c.run(echo("i-2").with("CommandContent", "1", "Name", "bad", "ResourceGroupId", "rg-1", "Tag.1.Key", "team", "Tag.1.Value", "b"))
	timed := c.run(echo("i-3").with("CommandContent", "0", "Frequency", "rate(1h)"))
	done := c.run(echo("i-3").with("CommandContent", "0", "Frequency", "at(2026-06-01 12:30:00)"))
	bat := c.run(echo("i-win").with("CommandContent", "0", "Type", "RunBatScript"))
	s.Advance(time.Hour)
	command := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": bad}).text("Invocations", "Invocation", 0, "CommandId")
	tests := []struct {
		filter []string
		want   []string
	}{
		{nil, []string{bat, done, timed, bad, good}},
		{[]string{"InvokeId", good}, []string{good}},
		{[]string{"InvokeId", "t-404"}, nil},
		{[]string{"InvokeId", good, "InstanceId", "i-3"}, nil},
		{[]string{"InstanceId", "i-2"}, []string{bad, good}},
		{[]string{"CommandId", command}, []string{bad}},
		{[]string{"CommandName", "good"}, []string{good}},
		{[]string{"CommandName", "good", "InstanceId", "i-2"}, []string{bad, good}},
		{[]string{"CommandType", "RunBatScript"}, []string{bat}},
		{[]string{"RepeatMode", "Period"}, []string{done, timed}},
		{[]string{"ResourceGroupId", "rg-1"}, []string{bad}},
		{[]string{"Tag.1.Key", "team"}, []string{bad, good}},
		{[]string{"Tag.1.Key", "team", "Tag.1.Value", "b"}, []string{bad}},
		{[]string{"Timed", "true"}, []string{timed}},
		{[]string{"Timed", "false"}, []string{bat, done, bad, good}},
		{[]string{"InvokeStatus", "Scheduled"}, []string{timed}},
		{[]string{"InvokeStatus", "Failed"}, []string{bad}},
		{[]string{"InvokeStatus", "Success"}, []string{bat, done, good}},
		{[]string{"InvokeStatus", "Finished"}, []string{bat, bad, good}},
		{[]string{"InvokeStatus", "PartialFailed", "InstanceId", "i-1"}, []string{good}},
		{[]string{"InvokeStatus", "PartialFailed"}, nil},
	}
	for _, test := range tests {
		a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"}.with(test.filter...))
		var got []string
		for _, inv := range a.at("Invocations", "Invocation").([]any) {
			got = append(got, inv.(map[string]any)["InvokeId"].(string))
		}
		assert.Equal(t, test.want, got, "%v", test.filter)
		assert.EqualValues(t, len(test.want), a.at("TotalCount"))
	}
	rows := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeRecordStatus": "Failed"})
	assert.Len(t, rows.at("Invocation", "InvocationResults", "InvocationResult"), 1)
	one := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": good, "InstanceId": "i-1"})
	assert.Len(t, one.at("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance"), 1, "of its instances the one asked for")
}

func TestPageNumbersHaveNoEffectBesideMaxResultsAndNextToken(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 20, config{})
	for range 3 {
		c.run(echo(ids...))
	}
	pages := []params{
		{"PageNumber": "x"}, {"PageNumber": "0"}, {"PageNumber": "99999999999999999999"}, {"PageSize": "1"},
		{"PageSize": "51"}, {"PageSize": "-1"}, {"PageSize": "ten", "PageNumber": "2"},
	}
	for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults", "DescribeCloudAssistantStatus", "DescribeInstances"} {
		p := params{"RegionId": "cn-hangzhou", "MaxResults": "2"}
		first := c.ok(action, p)
		token := regexp.MustCompile(`"NextToken":"([^"]+)"`).FindStringSubmatch(first.raw)
		require.NotNil(t, token, action)
		second := c.ok(action, params{"RegionId": "cn-hangzhou", "NextToken": token[1]})
		for _, page := range pages {
			both, next := p, params{"RegionId": "cn-hangzhou", "NextToken": token[1]}
			for name, value := range page {
				both, next = both.with(name, value), next.with(name, value)
			}
			assert.Equal(t, first.golden(), c.ok(action, both).golden(), "%s %v", action, page)
			assert.Equal(t, second.golden(), c.ok(action, next).golden(), "%s %v", action, page)
		}
		assert.Equal(t, errors.InvalidParamPageNumber, c.call(action, params{"RegionId": "cn-hangzhou", "PageNumber": "x"}).code(), action)
		assert.Equal(t, errors.InvalidParameterMaxResults, c.call(action, p.with("MaxResults", "x", "PageNumber", "x")).code(), action)
		assert.Equal(t, errors.InvalidParamPageNumber,
			c.call(action, params{"RegionId": "cn-hangzhou", "PageNumber": "x", "MaxResults": "", "NextToken": ""}).code(), "%s: empty is absent", action)
	}
}
