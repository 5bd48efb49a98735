package runcommandtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAFunctionMayReuseTheMemoryOfItsOutput(t *testing.T) {
	t.Parallel()
	var buffer [8]byte
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{Output: append(buffer[:0], x.InstanceID...), Takes: time.Second}
	}})
	first := c.run(echo("i-1"))
	s.Advance(500 * time.Millisecond) // the first run ends half a second later
	second := c.run(echo("i-2"))
	s.Advance(time.Hour)
	assert.Equal(t, "i-1", c.result(first, "ContentEncoding", "PlainText")["Output"])
	assert.Equal(t, "i-2", c.result(second, "ContentEncoding", "PlainText")["Output"])
}

func TestAFunctionMayWriteToItsScript(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
		seen := append(x.Script[:0:0], x.Script...)
		copy(x.Script, "gone")
		return Outcome{Output: seen}
	}})
	s.AddInstance(
		Instance{ID: "i-1", Tags: map[string]string{"role": "web"}, Users: []string{"bob"}},
		Instance{ID: "i-2", Tags: map[string]string{"role": "web"}, Users: []string{"bob"}},
	)
	id := c.run(echo("i-1", "i-2").with("Username", "bob"))
	for _, row := range c.results(id, "ContentEncoding", "PlainText") {
		assert.Equal(t, "echo hello", row["Output"])
	}
	assert.Equal(t, "echo hello", string(s.Invocations()[0].Script))
	assert.Equal(t, "web", s.Instances()[0].Tags["role"])
	assert.Equal(t, []string{"bob"}, s.Instances()[0].Users)
}

func TestSnapshotsMayBeWrittenTo(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("output", 0)})
	inst := Instance{
		ID: "i-1", Tags: map[string]string{"role": "web"}, Users: []string{"bob"}, Directories: []string{"/srv"},
		Containers: []Container{{Name: "web"}},
	}
	s.AddInstance(inst)
	c.run(echo("i-1"))
	s.Advance(time.Minute)
	for range 2 { // the second round must not see the bytes that the first round has written
		inv, info := s.Invocations()[0], s.Instances()[0]
		assert.Equal(t, "echo hello", string(inv.Script))
		assert.Equal(t, "output", string(inv.Instances[0].Output))
		assert.Equal(t, inst.Tags, info.Tags)
		assert.Equal(t, []string{"bob"}, info.Users)
		assert.Equal(t, []string{"/srv"}, info.Directories)
		assert.Equal(t, "web", info.Containers[0].Name)
		clear(inv.Script)
		clear(inv.Instances[0].Output)
		info.Tags["role"] = "changed"
		clear(info.Users)
		clear(info.Directories)
		clear(info.Containers)
	}
}
