package validate_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func BenchmarkCheckTypical(b *testing.B) {
	benchmark(b, &validate.Command{
		Type: "RunShellScript", Content: []byte("df -h {{dir}}"), Name: "disk-usage", Timeout: 30 * time.Second,
		EnableParameter: true, Parameters: map[string]string{"dir": "/var"},
		InstanceIDs: []string{"i-bp185dy2o3o6neg0001", "i-bp185dy2o3o6neg0002"},
	})
}

func BenchmarkCheckFull(b *testing.B) { benchmark(b, fullCommand()) }

func BenchmarkCheckEverythingWrong(b *testing.B) {
	c := everythingWrong()
	b.ReportAllocs()
	for b.Loop() {
		if len(validate.Limits{}.Check(c)) == 0 {
			b.Fatal("no violation")
		}
	}
}

func benchmark(b *testing.B, c *validate.Command) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if v := (validate.Limits{}).Check(c); v != nil {
			b.Fatal(v)
		}
	}
}

// fullCommand returns a valid command near every limit: 100 ids, 20 tags, 10 parameters, 16 KB of
// script and a cron schedule.
func fullCommand() *validate.Command {
	c := &validate.Command{
		RegionID: "cn-hangzhou", Type: "RunShellScript", Name: "nightly maintenance", Description: "rotates, compresses and uploads",
		WorkingDir: "/srv/app", Username: "app", Timeout: 5 * time.Minute, EnableParameter: true, Parameters: map[string]string{},
		RepeatMode: "Period", Frequency: frequency.MustParse("0 0/30 9-17 * * ? Asia/Shanghai"), ResourceGroupID: "rg-1",
		ClientToken: "7d9f2c1e-5b1a-4f0e-9b57-2a3c8f1d6e40", TerminationMode: "ProcessTree",
		Launcher: "python3 -u {{ACS::ScriptFileName|Ext(\".py\")}}", OSSOutputDelivery: "oss://bucket/prefix",
	}
	for i := range 100 {
		c.InstanceIDs = append(c.InstanceIDs, fmt.Sprintf("i-bp185dy2o3o6neg%04d", i))
	}
	for i := range 20 {
		c.Tags = append(c.Tags, validate.Tag{Key: fmt.Sprintf("label-number-%02d", i), Value: "some value of a tag"})
	}
	var script bytes.Buffer
	for i := range 10 {
		name := fmt.Sprintf("paramName-%d", i)
		fmt.Fprintf(&script, "echo {{ %s }}\n", name)
		c.Parameters[name] = "a value that says something"
	}
	for script.Len() < 16<<10 {
		script.WriteString("rsync --archive --delete /srv/app/current/ backup:/srv/app/\n")
	}
	c.Content = script.Bytes()[:16<<10]
	return c
}
