package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A fullStore says what fills the store of a benchmark: commands of so many instances, each with an output
// that repeats a text.
type fullStore struct {
	instances, outputBytes int
	text                   string
}

// fullPage returns a page over a store of 256 MiB.
func fullPage(tb testing.TB, full fullStore) *page {
	tb.Helper()
	p := newTestPage(tb)
	ids := make([]string, full.instances)
	for i := range ids {
		ids[i] = instanceID(i)
		p.service.AddInstance(runcommandtest.Instance{ID: ids[i]})
	}
	p.service.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		output := fmt.Appendf(make([]byte, 0, full.outputBytes), "%s %s\n", x.InvocationID, x.InstanceID) // no two are equal
		for len(output) < full.outputBytes {
			output = append(output, full.text...)
		}
		return runcommandtest.Outcome{Output: output[:full.outputBytes]}
	})
	client := p.service.Client(runcommand.WithLimiter("RunCommand", (*poll.Adaptive)(nil)))
	req, err := runcommand.Shell("true").Instances(ids...).Build()
	if err != nil {
		tb.Fatal(err)
	}
	const storeBytes, rowBytes = 256 << 20, 1024 // rowBytes: what the service counts for a row and a run
	for stored := 0; stored < storeBytes; stored += full.instances * (full.outputBytes + rowBytes) {
		if _, err := client.Run(tb.Context(), req); err != nil {
			tb.Fatal(err)
		}
	}
	return p
}

var fullStores = []struct {
	name string
	full fullStore
}{
	{"long outputs", fullStore{11, 24 << 10, "a line of an output\n"}},
	{"outputs that HTML escapes", fullStore{11, 24 << 10, `<"'>&` + "\x1b\xff"}},
	{"many instances", fullStore{100, 4 << 10, "a line of an output\n"}},
	{"many instances and quotes", fullStore{100, 3 << 10, `"`}},
}

// BenchmarkLook reads the page over a full store of 256 MiB: once, as JSON, with a filter, and by eight
// readers at once.
func BenchmarkLook(b *testing.B) {
	for _, x := range fullStores {
		b.Run(x.name, func(b *testing.B) {
			p := fullPage(b, x.full)
			for _, path := range []string{"/", "/state", "/?instance=i-local-1", "/?status=Failed"} {
				b.Run(path, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						look(b, p, path)
					}
				})
			}
			b.Run("eight at once", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					var all sync.WaitGroup
					for range 8 {
						all.Go(func() { look(b, p, "/") })
					}
					all.Wait()
				}
			})
		})
	}
}

// A blackHole is a ResponseWriter that keeps nothing of the body.
type blackHole struct {
	header http.Header
	bytes  int
}

func (w *blackHole) Header() http.Header { return w.header }

func (w *blackHole) WriteHeader(int) {}

func (w *blackHole) Write(p []byte) (int, error) {
	w.bytes += len(p)
	return len(p), nil
}

func look(tb testing.TB, p *page, path string) int {
	tb.Helper()
	w := &blackHole{header: http.Header{}}
	p.ServeHTTP(w, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, path, http.NoBody))
	if w.bytes < 1000 {
		tb.Errorf("%s has %d bytes", path, w.bytes)
	}
	return w.bytes
}
