package runcommandtest

import (
	"context"
	"sync"
	"time"
)

// A lifetime is the context at the root of everything that instances do. It has
// no deadline and no values and ends when the server is closed: a run belongs
// to the server, not to the request that caused it.
type lifetime struct {
	done chan struct{}
	mu   sync.Mutex
	next int
	ends map[int]func()
}

func newLifetime() *lifetime {
	return &lifetime{done: make(chan struct{}), ends: map[int]func(){}}
}

func (l *lifetime) Deadline() (time.Time, bool) { return time.Time{}, false }
func (l *lifetime) Done() <-chan struct{}       { return l.done }
func (l *lifetime) Value(any) any               { return nil }

func (l *lifetime) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

// AfterFunc lets package context watch a lifetime without a goroutine.
func (l *lifetime) AfterFunc(f func()) (stop func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ends == nil {
		go f()
		return func() bool { return false }
	}
	key := l.next
	l.next++
	l.ends[key] = f
	return func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		_, waiting := l.ends[key]
		delete(l.ends, key)
		return waiting
	}
}

// end ends the lifetime and reports whether this call did.
func (l *lifetime) end() bool {
	l.mu.Lock()
	ends := l.ends
	l.ends = nil
	if ends != nil {
		close(l.done)
	}
	l.mu.Unlock()
	for _, f := range ends {
		f()
	}
	return ends != nil
}
