package transport

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// lookups shares one look-up of the credential among all calls that need it at
// the moment. The look-up runs in its own goroutine, so that a call can leave
// when its context ends although the provider knows no contexts. Providers are
// never asked twice at a time: refreshing ones have no lock of their own.
type lookups struct {
	provider func(context.Context) (Credential, error)
	limit    time.Duration

	mu      sync.Mutex
	current *lookup // nil when none is under way
}

type lookup struct {
	done       chan struct{} // closed when the two below are set
	credential Credential
	err        error
}

func newLookups(provider func(context.Context) (Credential, error), limit time.Duration) *lookups {
	return &lookups{provider: provider, limit: limit}
}

// get waits for the look-up under way, or begins one, for as long as ctx and
// the time limit allow.
func (l *lookups) get(ctx context.Context) (Credential, error) {
	l.mu.Lock()
	cur := l.current
	if cur == nil {
		cur = &lookup{done: make(chan struct{})}
		l.current = cur
		go l.run(context.WithoutCancel(ctx), cur)
	}
	l.mu.Unlock()

	limit := time.NewTimer(l.limit)
	defer limit.Stop()
	select {
	case <-cur.done:
		return cur.credential, cur.err
	case <-ctx.Done():
		return Credential{}, ctx.Err()
	case <-limit.C:
		return Credential{}, l.late()
	}
}

func (l *lookups) run(ctx context.Context, cur *lookup) {
	ctx, cancel := context.WithTimeout(ctx, l.limit)
	cur.err = errors.New("the look-up ended without a result")
	defer func() {
		if r := recover(); r != nil {
			cur.err = panicked(r)
		}
		cancel()
		l.mu.Lock()
		l.current = nil
		l.mu.Unlock()
		close(cur.done)
	}()
	cred, err := l.provider(ctx)
	switch {
	case err == nil:
		err = cred.check()
	case ctx.Err() != nil:
		err = l.late() // not the end of a context that the caller knows of
	}
	cur.credential, cur.err = cred, err
}

func (l *lookups) late() error { return fmt.Errorf("the look-up took longer than %v", l.limit) }

// panicked shows what the runtime says about a panic, and of any other value
// only its type, for it may hold anything.
func panicked(r any) error {
	if err, ok := r.(runtime.Error); ok {
		return fmt.Errorf("the look-up panicked: %w", err)
	}
	return fmt.Errorf("the look-up panicked with a %T", r)
}
