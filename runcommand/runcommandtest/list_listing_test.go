package runcommandtest

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listedByScan returns the ids that a Describe call should return, found by a look at
// every invocation and row. With rows the ids are those of invocation and instance.
func listedByScan(s *Server, p params, rows bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []string{}
	for inv := s.store.newest; inv != nil; inv = inv.older {
		cmd := inv.cmd
		fits := p["RegionId"] == cmd.region && !inv.visible.After(s.clock.now())
		for name, value := range map[string]string{
			"InvokeId": inv.id, "CommandId": cmd.id, "CommandName": cmd.name, "CommandType": cmd.kind, "RepeatMode": cmd.repeat,
			"ResourceGroupId": cmd.resourceGroup, "Timed": strconv.FormatBool(cmd.timed() && inv.open > 0),
		} {
			ignored := rows && slices.Contains([]string{"CommandName", "CommandType", "RepeatMode", "Timed"}, name)
			fits = fits && (ignored || p[name] == "" || p[name] == value)
		}
		fits = fits && (p["ResourceGroupId"] != "" || !inv.needsGroup)
		fits = fits && (p["InstanceId"] == "" || inv.row(p["InstanceId"]) != nil)
		if key := p["Tag.1.Key"]; key != "" {
			fits = fits && slices.ContainsFunc(cmd.tags, func(have tag) bool {
				return have.key == key && (p["Tag.1.Value"] == "" || have.value == p["Tag.1.Value"])
			})
		}
		if !fits {
			continue
		}
		if !rows {
			inv.counted = false // so that the statuses are counted again
			if status, legacy := inv.status(); p["status"] == "" || p["status"] == string(status) || p["status"] == string(legacy) {
				found = append(found, inv.id)
			}
			continue
		}
		for _, r := range inv.rows {
			if (p["InstanceId"] == "" || p["InstanceId"] == r.machine.ID) &&
				(p["status"] == "" || p["status"] == string(r.status) || p["status"] == string(r.legacy())) {
				found = append(found, inv.id+" "+r.machine.ID)
			}
		}
	}
	return found
}

// listedByCalls returns what Describe calls return, page by page.
func (c *caller) listedByCalls(p params, rows, byToken bool) []string {
	found, total := []string{}, -1
	action, status := "DescribeInvocations", "InvokeStatus"
	if rows {
		action, status = "DescribeInvocationResults", "InvokeRecordStatus"
	}
	p = p.with("status", "-", status, p["status"])
	if byToken {
		p = p.with("MaxResults", "7")
	} else {
		p = p.with("PageNumber", "1", "PageSize", "7")
	}
	for number := 1; ; number++ {
		path := []any{}
		if rows {
			path = append(path, "Invocation")
		}
		a := c.ok(action, p)
		token, _ := a.at(append(path, "NextToken")...).(string)
		if rows {
			for _, item := range a.at("Invocation", "InvocationResults", "InvocationResult").([]any) {
				row := item.(map[string]any)
				found = append(found, row["InvokeId"].(string)+" "+row["InstanceId"].(string))
			}
		} else {
			for _, item := range a.at("Invocations", "Invocation").([]any) {
				found = append(found, item.(map[string]any)["InvokeId"].(string))
			}
		}
		if !byToken {
			total = int(a.at(append(path, "TotalCount")...).(float64))
		}
		switch {
		case token == "":
			if !byToken {
				assert.Len(c.tb, found, total, "%v", p)
			}
			return found
		case byToken:
			p = p.with("NextToken", token)
		default:
			p = p.with("PageNumber", strconv.Itoa(number+1))
		}
	}
}

// listedFilter returns a random filter.
func listedFilter(random *rand.Rand, ids []string) params {
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	p := params{"RegionId": pick("cn-hangzhou", "cn-hangzhou", "cn-beijing")}
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"InvokeId", ids},
		{"CommandId", append([]string{"c-404", "404"}, ids...)},
		{"CommandName", []string{"a", "b", "none"}},
		{"CommandType", []string{"RunShellScript", "RunBatScript"}},
		{"RepeatMode", []string{"Once", "Period", "EveryReboot"}},
		{"Timed", []string{"true", "false"}},
		{"ResourceGroupId", []string{"rg-1", "rg-2"}},
		{"InstanceId", []string{"i-1", "i-2", "i-404"}},
		{"Tag.1.Key", []string{"k", "l"}},
		{"status", []string{"Success", "Finished", "Failed", "PartialFailed", "Running", "Scheduled", "Stopped", "Terminated", "Stopping"}},
	} {
		if random.IntN(6) == 0 {
			p[f.name] = pick(f.values...)
		}
	}
	if p["InstanceId"] != "" { // with an instance the service ignores these filters
		delete(p, "CommandName")
		delete(p, "RepeatMode")
		if p["status"] == "PartialFailed" {
			delete(p, "status")
		}
	}
	if id := p["CommandId"]; len(id) > 5 {
		p["CommandId"] = "c" + id[1:]
	}
	if p["Tag.1.Key"] != "" && random.IntN(2) == 0 {
		p["Tag.1.Value"] = pick("v", "w")
	}
	return p
}

// TestEveryListIsWhatAScanFinds changes a store at random and compares lists by the index
// with a scan.
func TestEveryListIsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 5))
			pick := func(values ...string) string { return values[random.IntN(len(values))] }
			opts := config{clock: noon, maxInvocations: 60, resourceGroups: []ResourceGroup{{ID: "rg-1"}, {ID: "rg-2"}}, handler: func(_ context.Context, x Exec) Outcome {
				n := int(x.InvocationID[len(x.InvocationID)-1]) + int(x.InstanceID[2]) + x.Run
				return Outcome{ExitCode: n % 2, Takes: time.Duration(n%3) * 20 * time.Second}
			}}
			if seed%3 == 0 {
				opts.visibilityDelay = 5 * time.Second
			}
			s, c := newService(t, opts)
			s.AddInstance(Instance{ID: "i-3", ResourceGroupID: "rg-2"})
			ids := []string{"t-404"}
			for range 150 {
				switch random.IntN(8) {
				case 0:
					c.call("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": pick(ids...)})
				case 1:
					s.Advance(time.Duration(random.IntN(120)) * time.Second)
				case 2:
					s.Reboot(pick("i-1", "i-2"))
				default:
					p := echo("i-1", "i-2", "i-3").with("RegionId", pick("cn-hangzhou", "cn-beijing"), "Name", pick("a", "b", ""))
					p = p.with(name("InstanceId", 1+random.IntN(2)), "i-1", name("InstanceId", 3), pick("i-2", "i-3"))
					if random.IntN(3) == 0 {
						p = p.with("Tag.1.Key", "k", "Tag.1.Value", pick("v", "w"), "Tag.2.Key", "l", "Tag.2.Value", "v")
					}
					if random.IntN(4) == 0 {
						p = p.with("ResourceGroupId", "rg-2")
					}
					switch random.IntN(5) {
					case 0:
						p = p.with("Frequency", pick("rate(1m)", "at(2026-06-01 13:00:00)"), "Timeout", "30")
					case 1:
						p = p.with("RepeatMode", "EveryReboot")
					}
					if a := c.call("RunCommand", p); a.status == 200 {
						ids = append(ids, a.text("InvokeId"))
					}
				}
				filter, rows := listedFilter(random, ids), random.IntN(2) == 0
				got := c.listedByCalls(filter, rows, random.IntN(2) == 0)
				require.Equal(t, listedByScan(s, filter, rows), got, "%v, rows: %t", filter, rows)
			}
		})
	}
}

func TestTheIndexForgetsWhatTheStoreForgets(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxInvocations: 10, handler: takes(time.Second)})
	for n := range 1000 {
		c.run(echo("i-1", "i-2").with("Name", "n"+itoa(n), "Tag.1.Key", "k"+itoa(n), "Tag.1.Value", "v"))
		s.Advance(time.Second) // and no call reads the index
	}
	l := &s.store.listing
	assert.LessOrEqual(t, len(l.invocations.sets), 60, "the sets of forgotten names and tags are gone")
	assert.LessOrEqual(t, len(l.rows.sets), 60)
	assert.LessOrEqual(t, len(l.invocations.entries), 2)
	assert.LessOrEqual(t, len(l.rows.entries), 2)
	assert.Less(t, len(l.changed), maxChanged)
}

func TestInvocationsThatAreForgottenBeforeTheyAreVisibleStayHidden(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxInvocations: 1, visibilityDelay: time.Minute})
	c.run(echo("i-1"))
	kept := c.run(echo("i-1"))
	region := params{"RegionId": "cn-hangzhou"}
	assert.Empty(t, c.ok("DescribeInvocations", region).at("Invocations", "Invocation"))
	s.Advance(time.Minute)
	list := c.ok("DescribeInvocations", region).at("Invocations", "Invocation").([]any)
	require.Len(t, list, 1)
	assert.Equal(t, kept, list[0].(map[string]any)["InvokeId"])
}

func TestAWideInvocationIsPagedByItsRows(t *testing.T) {
	t.Parallel()
	_, c, ids := manyInstances(t, 300, config{clock: noon, limits: Limits{Instances: 300}, handler: exited("x", 0)})
	c.run(echo(ids[:150]...))
	id := c.run(echo(ids...).with("Frequency", "rate(1m)"))
	assert.Equal(t, ids, flat(c.pages(id, 41)))
	a := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeId": id, "PageNumber": "7", "PageSize": "50"})
	assert.Empty(t, a.at("Invocation", "InvocationResults", "InvocationResult"))
	assert.EqualValues(t, 300, a.at("Invocation", "TotalCount"))
}

func TestATaskThatEndsIsFoundAsSuchWhenManyRowsHaveChanged(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(time.Second)})
	task := c.run(echo("i-2").with("Frequency", "rate(1h)"))
	for range maxChanged - 1 {
		c.run(echo("i-1"))
	}
	s.Advance(time.Second)
	require.Len(t, s.store.listing.changed, maxChanged-1)
	c.stop(task)
	assert.Empty(t, c.listedByCalls(params{"RegionId": "cn-hangzhou", "Timed": "true"}, false, false))
	assert.Contains(t, c.listedByCalls(params{"RegionId": "cn-hangzhou", "Timed": "false"}, false, false), task)
}
