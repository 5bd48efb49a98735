package transport

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"
)

// maxLookups is the most look-ups that run at a time. One is the look-up that calls wait for. The
// others exceeded their time limit and have not returned yet.
const maxLookups = 4

// lookups shares one look-up of the credential among all calls that need one at the same time. The
// look-up runs in its own goroutine, so that a call can return when its context ends, although the
// provider may ignore contexts. Look-ups do not overlap, since some providers that refresh have no
// lock. The exception is a look-up that exceeds its time limit: calls no longer wait for it, and the
// next call begins another one.
type lookups struct {
	static   *Credential // used without a look-up when it is set
	provider func(context.Context) (Credential, error)
	limit    time.Duration

	mu      sync.Mutex
	current *lookup    // the look-up that calls wait for, or nil
	running int        // look-ups that have not returned, over the time limit or not
	latest  Credential // the latest credential; the error text of a provider may hold it
}

type lookup struct {
	done       chan struct{} // closed when credential and err are set
	credential Credential
	err        error
}

// Serialize makes a provider of a function that takes no context and has no lock. It calls find once
// at a time. A call of find may take longer than the context of its caller. The next caller waits for
// its end, at most until its own context ends.
func Serialize[T any](find func() (T, error)) func(context.Context) (T, error) {
	turn := make(chan struct{}, 1)
	return func(ctx context.Context) (found T, err error) {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return found, ctx.Err()
		}
		return find()
	}
}

func newLookups(provider func(context.Context) (Credential, error), static *Credential, limit time.Duration) *lookups {
	return &lookups{static: static, provider: provider, limit: limit}
}

// get returns the credential. It waits for the current look-up, or begins one, until ctx or the time
// limit ends.
func (l *lookups) get(ctx context.Context) (Credential, error) {
	if l.static != nil {
		return *l.static, nil
	}
	cur, err := l.join(ctx)
	if err != nil {
		return Credential{}, err
	}
	select {
	case <-cur.done:
		return cur.credential, cur.err
	case <-ctx.Done():
		return Credential{}, ctx.Err()
	}
}

func (l *lookups) join(ctx context.Context) (*lookup, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil {
		if l.running == maxLookups {
			return nil, fmt.Errorf("%d look-ups took longer than %v and have not ended yet", l.running, l.limit)
		}
		l.current = &lookup{done: make(chan struct{})}
		l.running++
		go l.run(context.WithoutCancel(ctx), l.current)
	}
	return l.current, nil
}

func (l *lookups) run(ctx context.Context, cur *lookup) {
	ctx, cancel := context.WithTimeout(ctx, l.limit)
	keep := context.AfterFunc(ctx, func() { l.finish(cur, Credential{}, l.timeoutError()) })
	var cred Credential
	err := errors.New("the look-up ended without a result")
	defer func() {
		if r := recover(); r != nil {
			err = Panicked("the look-up", r)
		}
		keep()
		cancel()
		l.mu.Lock()
		l.running--
		l.mu.Unlock()
		l.finish(cur, cred, err)
	}()
	found, failed := l.provider(ctx)
	switch {
	case failed == nil:
		failed = found.Check()
	case ctx.Err() != nil:
		failed = l.timeoutError() // the caller's context has not ended, so its error must not show
	default:
		failed = l.safeError(failed, found)
	}
	cred, err = found, failed
}

// finish sets the result of cur for the calls that wait for it. Only the first call of finish for a
// look-up has an effect.
func (l *lookups) finish(cur *lookup, cred Credential, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.latest = cred
	}
	if l.current == cur {
		l.current = nil
		cur.credential, cur.err = cred, err
		close(cur.done)
	}
}

// safeError returns the error of a provider with a masked text: without the credentials that are
// known, and without values that the text names as secrets.
func (l *lookups) safeError(err error, found Credential) error {
	if said, ok := asType[*Diagnosis](err); ok {
		return said
	}
	l.mu.Lock()
	list := slices.Concat(found.secrets(), l.latest.secrets())
	l.mu.Unlock()
	if foreign, ok := asType[*LibraryError](err); ok {
		return safeCause(foreign.Err, list, func(string) string { return describeLibraryError(foreign.Err) })
	}
	return safeCause(err, list, maskValues)
}

// A LibraryError is an error of credentials-go, or of a type with the same methods. The text of Err
// holds replies and addresses, and sometimes a token. So Error returns only the sort of failure.
type LibraryError struct{ Err error }

func (e *LibraryError) Error() string { return describeLibraryError(e.Err) }

// valuePattern finds the value after the name of a secret; its quotes and separator may be escaped,
// also several times. keyPattern finds keys and tokens by their first letters.
var (
	valuePattern = regexp.MustCompile(`(?i)((?:secret|token|password|passwd|signature|access_?key_?(?:id)?)\\?["']?\s*(?:[:=>]|%(?:25)*3D)\s*\\?["']?)[^\s"',;&<\\]+`)
	keyPattern   = regexp.MustCompile(`\b(?:LTAI|STS\.|CAIS|eyJ)[\w.+/=-]{6,}`)
)

func maskValues(text string) string {
	return keyPattern.ReplaceAllString(valuePattern.ReplaceAllString(text, "${1}"+masked), masked)
}

func (l *lookups) timeoutError() error { return fmt.Errorf("the look-up took longer than %v", l.limit) }
