package runcommandtest

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkView looks at a full store: 256 MiB of outputs, no two of them equal. The
// query is that of the status page of examples/emulator.
func BenchmarkView(b *testing.B) {
	s, c, ids := manyInstances(b, 100, config{handler: func(context.Context, Exec) Outcome {
		output := make([]byte, keptOutput)
		for i := range output {
			output[i] = byte(' ' + rand.IntN(90))
		}
		return Outcome{Output: output}
	}})
	for s.View(ViewQuery{}).Counts.Accepted*10*keptOutput < 260<<20 {
		c.run(echo(ids[:10]...))
	}
	page := ViewQuery{Instances: 60, Invocations: 25, Rows: 60, Calls: 12, Parameters: 40, Bytes: 512 << 10}
	for _, x := range []struct {
		name, instance string
		status         Status
	}{
		{"everything", "", ""}, {"one instance", ids[0], ""}, {"one status", "", statusSuccess}, {"a status that is not there", "", statusFailed},
	} {
		b.Run(x.name, func(b *testing.B) {
			q := page
			q.InstanceID, q.Status = x.instance, x.status
			b.ReportAllocs()
			for b.Loop() {
				s.View(q)
			}
		})
	}
}
