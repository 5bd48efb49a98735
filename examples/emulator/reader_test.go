package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestReadersWhoAskTogetherShareARendering(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rs, release, renderings := newReaders(), make(chan struct{}), atomic.Int32{}
		render := func(document) ([]byte, error) {
			n := renderings.Add(1)
			<-release
			return []byte{byte(n)}, nil
		}
		home, other := document{path: "/"}, document{path: "/", filter: filter{Status: "Failed"}}
		var all sync.WaitGroup
		got := map[document][]byte{}
		var mu sync.Mutex
		ask := func(d document, readers int) {
			for range readers {
				all.Go(func() {
					body, err := rs.read(d, render)
					assert.NoError(t, err)
					mu.Lock()
					defer mu.Unlock()
					got[d] = append(got[d], body...)
				})
			}
			synctest.Wait()
		}
		ask(home, 1)
		ask(home, 100) // these must not get the rendering that has begun before they asked
		ask(other, 100)
		assert.EqualValues(t, 1, renderings.Load(), "one at a time")
		close(release)
		all.Wait()
		assert.EqualValues(t, 3, renderings.Load())
		assert.Len(t, got[home], 101)
		assert.Len(t, got[other], 100)
		assert.NotContains(t, got[other], byte(1))
		count := map[byte]int{}
		for _, n := range got[home] {
			count[n]++
		}
		assert.Equal(t, 1, count[1], "only the first reader gets the first rendering")
		assert.Len(t, count, 2)
		assert.Empty(t, rs.waiting)

		_, err := rs.read(home, render)
		require.NoError(t, err)
		assert.EqualValues(t, 4, renderings.Load(), "nothing is kept for later readers")
	})
}

func TestARenderingThatPanicsFailsItsReadersOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rs, release := newReaders(), make(chan struct{})
		busy := func(document) ([]byte, error) { <-release; return nil, nil }
		panics := func(document) ([]byte, error) { panic("by the test") }
		var all sync.WaitGroup
		all.Go(func() { _, _ = rs.read(document{path: "/busy"}, busy) })
		synctest.Wait()
		all.Go(func() { assert.Panics(t, func() { _, _ = rs.read(document{path: "/"}, panics) }) })
		synctest.Wait()
		all.Go(func() {
			_, err := rs.read(document{path: "/"}, panics)
			assert.ErrorIs(t, err, errNotRendered)
		})
		synctest.Wait()
		close(release)
		all.Wait()
		body, err := rs.read(document{path: "/"}, func(document) ([]byte, error) { return []byte("again"), nil })
		assert.NoError(t, err)
		assert.Equal(t, "again", string(body))
	})
}

func TestAReaderThatStallsIsDisconnected(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/state", "/page.css"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newTestPage(t)
				web := newWebServer(guard(p, false), io.Discard)
				listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
				served := make(chan error)
				go func() { served <- web.Serve(listener) }()
				client, server := net.Pipe()
				listener.conns <- server
				began := time.Now()
				_, err := io.WriteString(client, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
				require.NoError(t, err)
				head := make([]byte, 1)
				_, err = client.Read(head)
				require.NoError(t, err)
				<-time.After(stalledTime + time.Second)
				rest, _ := io.ReadAll(client) // the error is ignored: it only says how the connection ended
				assert.Less(t, len(rest), 5000, "what was sent before the end")
				assert.Less(t, time.Since(began), 2*stalledTime)
				require.NoError(t, web.Close())
				assert.ErrorIs(t, <-served, http.ErrServerClosed)
			})
		})
	}
}

// A pipeListener accepts the connections that a test gives it.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// The test compares the memory that the whole process takes. So it is not parallel.
func TestALookAtAFullStoreCostsLittle(t *testing.T) {
	p := fullPage(t, fullStores[0].full)
	cost := func(path string, readers int) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var all sync.WaitGroup
		for range readers {
			all.Go(func() { look(t, p, path) })
		}
		all.Wait()
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
	}
	for _, path := range []string{"/", "/state", "/?instance=i-local-1", "/?status=Failed", "/?status=Success"} {
		look(t, p, path)
		assert.Less(t, cost(path, 1), 5.0, "MiB for a look at %s", path)
	}
	assert.Less(t, cost("/", 8), 40.0, "MiB for eight looks at once")
}

func TestALookDoesNotWaitForScripts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPage(t)
		p.service.Handle(func(ctx context.Context, _ runcommandtest.Exec) runcommandtest.Outcome {
			<-ctx.Done()
			return runcommandtest.Outcome{}
		})
		inv := start(t, p, runcommand.Shell("sleep"))
		readState(t, p) // a run that has just begun is given a moment
		began := time.Now()
		assert.Equal(t, status("Running"), readState(t, p).Commands[0].Status)
		assert.Zero(t, time.Since(began))
		require.NoError(t, inv.Stop(t.Context()))
		_, err := inv.Wait(t.Context())
		assert.ErrorIs(t, err, errors.ErrStopped)
	})
}
