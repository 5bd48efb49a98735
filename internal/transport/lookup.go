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

// maxRunning bounds the look-ups that may be running at a time: the one that
// calls wait for, and those that took too long and have not ended since.
const maxLookups = 4

// lookups shares one look-up of the credential among all calls that need it at
// the moment. The look-up runs in its own goroutine, so that a call can leave
// when its context ends although the provider knows no contexts. Providers are
// not asked twice at a time, as refreshing ones have no lock of their own,
// unless a look-up outlasts its limit: then it is abandoned, and the next call
// begins another one.
type lookups struct {
	static   *Credential // never looked up, where it is set
	provider func(context.Context) (Credential, error)
	limit    time.Duration

	mu      sync.Mutex
	current *lookup    // nil when none is under way
	running int        // abandoned ones included
	latest  Credential // the latest that was found, which a provider may repeat when it fails
}

type lookup struct {
	done       chan struct{} // closed when the two below are set
	credential Credential
	err        error
}

// InTurn makes a provider of a look-up that takes no context and has no lock of its
// own. The look-up may outlast the context that it was begun with; the next one begins
// after it has ended, and waits for that no longer than its own context.
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

// get waits for the look-up under way, or begins one, for as long as ctx and
// the time limit allow.
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
		failed = l.timeoutError() // not the end of a context that the caller knows of
	default:
		failed = l.safeError(failed, found)
	}
	cred, err = found, failed
}

// settle tells those who wait for cur how it ended; what comes after the first
// time is not heard.
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

// presentable is the error of a provider, with what is known of credentials masked,
// and with it the values that its text calls secrets.
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

// A LibraryError is what credentials-go, or a type that takes its place, says when it
// finds no credential: the text holds replies and addresses, and with them now and then
// a token. What is printed of it is no more than which of the library's sentences it is.
type LibraryError struct{ Err error }

func (e *LibraryError) Error() string { return describeLibraryError(e.Err) }

// valuePattern finds what stands behind the name of a secret, escaped any number of
// times or not, and keyPattern what keys and tokens begin with.
var (
	valuePattern = regexp.MustCompile(`(?i)((?:secret|token|password|passwd|signature|access_?key_?(?:id)?)\\?["']?\s*(?:[:=>]|%(?:25)*3D)\s*\\?["']?)[^\s"',;&<\\]+`)
	keyPattern   = regexp.MustCompile(`\b(?:LTAI|STS\.|CAIS|eyJ)[\w.+/=-]{6,}`)
)

func maskValues(text string) string {
	return keyPattern.ReplaceAllString(valuePattern.ReplaceAllString(text, "${1}"+masked), masked)
}

func (l *lookups) timeoutError() error { return fmt.Errorf("the look-up took longer than %v", l.limit) }
