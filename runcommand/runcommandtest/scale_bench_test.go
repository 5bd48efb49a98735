package runcommandtest

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// scaleStore returns a server that keeps n ended invocations of ten instances, and the id
// of one in the middle. All have the tag fleet, every tenth has the status Failed.
func scaleStore(tb testing.TB, n int) (*caller, string) {
	tb.Helper()
	s, c, ids := manyInstances(tb, 100, config{clock: noon, maxInvocations: n, maxBytes: 4 << 30})
	var middle string
	for i := range n {
		cmd := &command{
			region: "cn-hangzhou", kind: "RunShellScript", repeat: repeatOnce, timeout: time.Minute, name: "job-" + strconv.Itoa(i%7),
			content: []byte("echo hello"), tags: []tag{{"fleet", "all"}, {"job", strconv.Itoa(i)}},
		}
		if i%10 == 0 {
			cmd.enableParameter, cmd.content = true, []byte("{{ACS::Unknown}}")
		}
		s.mu.Lock()
		inv := s.accept(cmd, []*machine{s.store.machines[ids[i%100]]}, s.clock.now())
		s.mu.Unlock()
		if i == n/2 {
			middle = inv.id
		}
	}
	require.Len(tb, s.store.invocations, n)
	return c, middle
}

// scaleLooks are the calls of BenchmarkDescribeScale, with filters of both operations.
func scaleLooks(id string) []struct {
	name   string
	filter params
} {
	return []struct {
		name   string
		filter params
	}{
		{"by id", params{"InvokeId": id}},
		{"by the first page", params{}},
		{"by a late page", params{"PageNumber": "1900", "PageSize": "50"}},
		{"by token", params{"MaxResults": "50"}},
		{"by a common tag", params{"Tag.1.Key": "fleet", "Tag.1.Value": "all"}},
		{"by a rare tag", params{"Tag.1.Key": "job", "Tag.1.Value": "77777"}},
		{"by name", params{"CommandName": "job-3"}},
		{"by status", params{"InvokeStatus": "Invalid", "InvokeRecordStatus": "Invalid"}},
		{"by name, status and tag", params{
			"CommandName": "job-3", "InvokeStatus": "Success", "InvokeRecordStatus": "Success", "Tag.1.Key": "fleet",
		}},
		{"by instance", params{"InstanceId": "i-fleet00042", "PageSize": "50"}},
		{"by what nothing matches", params{"InvokeStatus": "Stopping", "InvokeRecordStatus": "Stopping"}},
	}
}

// BenchmarkDescribeScale looks at 100,000 kept invocations. Each look takes less than 5
// milliseconds.
func BenchmarkDescribeScale(b *testing.B) {
	c, id := scaleStore(b, 100_000)
	for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults"} {
		for _, look := range scaleLooks(id) {
			b.Run(action+"/"+look.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.ok(action, look.filter.with("RegionId", "cn-hangzhou"))
				}
			})
		}
	}
}

// BenchmarkDescribeChanging looks at 100,000 invocations. Between two looks one invocation
// ends.
func BenchmarkDescribeChanging(b *testing.B) {
	c, _ := scaleStore(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		c.run(echo("i-1"))
		c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeStatus": "Success"})
	}
}

// BenchmarkManyInstances looks at the agents of 10,000 instances and removes them all.
func BenchmarkManyInstances(b *testing.B) {
	s, c, ids := manyInstances(b, 10_000, config{clock: noon})
	b.Run("a page of agents", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.ok("DescribeCloudAssistantStatus", params{"RegionId": "cn-hangzhou", "MaxResults": "50"})
		}
	})
	b.Run("Instances", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Instances()
		}
	})
	for name, from := range map[string]func(i int) int{
		"in order":       func(i int) int { return i },
		"in reverse":     func(i int) int { return len(ids) - 1 - i },
		"in any order":   func(i int) int { return i * 7919 % len(ids) },
		"with a command": func(i int) int { return i },
	} {
		b.Run("remove "+name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, _, ids := manyInstances(b, 10_000, config{clock: noon, limits: Limits{Instances: 10_000}})
				if name == "with a command" {
					s.mu.Lock()
					targets := make([]*machine, len(ids))
					for i, id := range ids {
						targets[i] = s.store.machines[id]
					}
					s.accept(&command{region: "cn-hangzhou", repeat: repeatReboots, timeout: time.Minute}, targets, s.clock.now())
					s.mu.Unlock()
				}
				b.StartTimer()
				for i := range ids {
					s.RemoveInstance(ids[from(i)])
				}
			}
		})
	}
}
