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

// maxLookups is the largest number of look-ups that run at the same time. Calls wait for at most one
// of these look-ups. Each other look-up has exceeded its time limit and has not returned yet.
const maxLookups = 4

// lookups shares one look-up of the credential among all calls that need a credential at the same
// time. The look-up runs in its own goroutine. So a call can return when its context ends, even if the
// provider ignores contexts. Look-ups do not overlap, since some providers refresh a credential without
// a lock. There is one exception: when a look-up exceeds its time limit, calls no longer wait for it,
// and the next call begins another look-up.
type lookups struct {
	static   *Credential // when it is not nil, this credential is used and there is no look-up
	provider func(context.Context) (Credential, error)
	limit    time.Duration

	mu      sync.Mutex
	current *lookup    // the look-up that calls wait for, or nil
	running int        // number of look-ups that have not returned, including look-ups over the time limit
	latest  Credential // the latest credential; error texts mask it
}

type lookup struct {
	done       chan struct{} // closed when credential and err are set
	credential Credential
	err        error
}

// Serialize converts a function without a context and without a lock into a provider. The provider
// makes one call of find at a time. A call of find goes on after the context of its caller ends. The
// next caller waits until that call returns, or until its own context ends.
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

// get returns the credential. It waits for the current look-up, or begins one. The wait ends when the
// look-up ends, when its time limit is reached, or when ctx ends.
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
		failed = l.timeoutError() // the error of ctx is not used, because it would look as if the caller's context had ended
	default:
		failed = l.safeError(failed, found)
	}
	cred, err = found, failed
}

// finish sets the result of the look-up cur for the calls that wait for it. A second call of finish
// for the same look-up does not change the result.
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

// safeError returns the error of a provider with a masked text. The text shows no credential that is
// known, and no value that the text names as a secret.
func (l *lookups) safeError(err error, found Credential) error {
	if said, ok := asType[*Diagnosis](err); ok {
		return said
	}
	l.mu.Lock()
	list := slices.Concat(found.secrets(), l.latest.secrets())
	l.mu.Unlock()
	if foreign, ok := asType[*LibraryError](err); ok {
		return safeCause(foreign.Err, list, func(string) string { return describeLibraryError(foreign.Err) }, "")
	}
	return safeCause(err, list, maskValues, "")
}

// A LibraryError wraps an error of credentials-go, or of a credential that the program defines. The
// text of Err holds replies and addresses, and sometimes a token. So the method Error returns a text
// that names only the kind of failure.
type LibraryError struct{ Err error }

func (e *LibraryError) Error() string { return describeLibraryError(e.Err) }

// valuePattern finds the name of a secret with the value after it. The quotes and the separator between
// them may be escaped. keyPattern finds keys and tokens by their first letters.
var (
	valuePattern = regexp.MustCompile(`(?i)((?:secret|token|password|passwd|signature|access_?key_?(?:id)?)\\?["']?\s*(?:[:=>]|%(?:25)*3D)\s*\\?["']?)[^\s"',;&<\\]+`)
	keyPattern   = regexp.MustCompile(`\b(?:LTAI|STS\.|CAIS|eyJ)[\w.+/=-]{6,}`)
)

func maskValues(text string) string {
	return keyPattern.ReplaceAllString(valuePattern.ReplaceAllString(text, "${1}"+masked), masked)
}

func (l *lookups) timeoutError() error { return fmt.Errorf("the look-up took longer than %v", l.limit) }
