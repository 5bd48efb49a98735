package runcommandtest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheNumberOfClientTokensIsBounded(t *testing.T) {
	t.Parallel()
	s := newServer(config{})
	defer s.Close()
	now := s.Now()
	for i := range maxTokens + 10 {
		s.remember(strconv.Itoa(i), parameters{}, &runReply{}, now)
	}
	assert.Len(t, s.tokens.entries, maxTokens)
	assert.NotContains(t, s.tokens.entries, tokenKey{token: "9"})
	assert.Contains(t, s.tokens.entries, tokenKey{token: "10"})
	s.remember("", parameters{}, &runReply{}, now)
	assert.Len(t, s.tokens.entries, maxTokens, "no token is no entry")
}

func TestTheCallLogIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	l := callLog{limit: 100}
	big := map[string]string{"CommandContent": string(make([]byte, 1<<20))}
	for range 100 {
		l.add(Call{Action: "small"})
	}
	for range 99 {
		l.add(Call{Action: "big", Parameters: big})
		assert.LessOrEqual(t, l.bytes, maxCallBytes)
	}
	assert.Len(t, l.calls, 63, "what was full of small calls has no room for as many big ones")
	assert.Equal(t, "big", l.calls[0].Action)
	for range 100 {
		l.add(Call{Action: "small"})
	}
	assert.Len(t, l.calls, 100, "and the other way round")
	assert.Equal(t, 100*Call{Action: "small"}.size(), l.bytes)
	l.add(Call{Parameters: map[string]string{"CommandContent": string(make([]byte, 65<<20))}})
	assert.Empty(t, l.calls, "what never fits is not kept")
	assert.Zero(t, l.bytes)
}

func TestManySmallParametersCountTooInTheCallLog(t *testing.T) {
	t.Parallel()
	l, many := callLog{limit: 100}, map[string]string{}
	for i := range maxParameters {
		many[strconv.Itoa(i)] = ""
	}
	for range 100 {
		l.add(Call{Parameters: many})
	}
	assert.Less(t, len(l.calls), 60)
}

func TestExecutionsThatHaveReturnedAreNotAwaited(t *testing.T) {
	t.Parallel()
	s := newServer(config{handler: func(context.Context, Exec) Outcome { return Outcome{} }})
	defer s.Close()
	s.AddInstance(Instance{ID: "i-1"})
	for range 100 {
		s.mu.Lock()
		s.accept(&command{repeat: repeatOnce, timeout: time.Minute}, []*machine{s.store.machines["i-1"]}, s.clock.now())
		s.mu.Unlock()
	}
	s.executing.Wait()
	assert.Equal(t, 100, s.Executions("i-1"), "which does not wait either")
	s.mu.Lock()
	defer s.mu.Unlock()
	assert.Empty(t, s.awaited)
}

func TestOutputAfterTheEndOfARunIsCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(config{maxBytes: 100_000, handler: func(ctx context.Context, x Exec) Outcome {
			<-ctx.Done()
			<-time.After(time.Duration(x.Run) * time.Minute)
			return Outcome{Output: make([]byte, 30_000)}
		}})
		defer s.Close()
		s.AddInstance(Instance{ID: "i-1"})
		for range 10 {
			s.mu.Lock()
			s.accept(&command{repeat: repeatOnce, timeout: time.Second}, []*machine{s.store.machines["i-1"]}, s.clock.now())
			s.mu.Unlock()
		}
		<-time.After(30 * time.Second)
		assert.Len(t, s.Invocations(), 10, "all have timed out without any output")
		<-time.After(time.Hour)
		assert.Len(t, s.Invocations(), 3)
		sum := 0
		for _, inv := range s.store.invocations {
			sum += inv.size()
		}
		assert.Equal(t, sum, s.store.bytes)
		assert.Greater(t, sum, 3*keptOutput)
	})
}

func TestEveryTextOfACommandCountsForTheMemoryOfTheStore(t *testing.T) {
	t.Parallel()
	const long = 100_000
	text := strings.Repeat("x", long)
	all := Limits{Content: 2 * long, Name: long, Description: long, WorkingDir: 2 * long, Username: long, WindowsPasswordName: long, Launcher: long, ContainerName: long}
	for _, p := range []params{
		{"OssOutputDelivery": "oss://b/" + text}, {"ResourceGroupId": text}, // no limits are documented for these two
		{"CommandContent": text}, enabled("{{a}}", `{"a":"`+text+`"}`),
		{"Name": text}, {"Description": text}, {"WorkingDir": "/" + text}, {"Username": text}, {"WindowsPasswordName": text},
		{"Launcher": text}, {"ContainerName": text},
	} {
		s, c := newService(t, config{clock: noon, limits: all})
		c.body = true
		c.run(merge(echo("i-1"), p))
		assert.Greater(t, s.store.bytes, long, slices.Collect(maps.Keys(p)))
	}
	s, c := newService(t, config{clock: noon})
	c.run(merge(echo("i-1"), tags("Tag", 20)))
	assert.Greater(t, s.store.bytes, 20*tagBytes, "each tag is in the index")
}
