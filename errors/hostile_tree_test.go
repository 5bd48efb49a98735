package errors_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	stderrors "errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// opaque gives access to an error by its methods Is and As only. It wraps no error.
type opaque struct{ hidden error }

func (opaque) Error() string          { return "opaque" }
func (o opaque) Is(target error) bool { return stderrors.Is(o.hidden, target) }
func (o opaque) As(target any) bool   { return stderrors.As(o.hidden, target) }
func shownBehindAs(err error) error   { return fmt.Errorf("words: %w", opaque{err}) }

// uncomparable is an error for which == panics.
type uncomparable struct{ details []string }

func (uncomparable) Error() string { return "uncomparable" }

// deeplyUncomparable is an error whose type has ==, but == panics for some of its values.
type deeplyUncomparable struct{ detail any }

func (deeplyUncomparable) Error() string { return "deeply uncomparable" }

// Errors of other packages that break the rules for errors.
type (
	wrapsItself  struct{ self error }  // a pointer that wraps itself
	wrapsAnew    struct{}              // a value that wraps an equal value
	wrapsOften   struct{}              // a value that wraps 10,000 equal values
	wrapsTwice   struct{ inner error } // wraps its inner error twice, so that a tree doubles with every level
	asItself     struct{}              // its As method returns a RunError that wraps asItself
	panics       struct{}              // all of its methods panic
	embedsNil    struct{ error }       // a struct whose embedded error is nil
	nilFunc      func() string         // a function that may be nil
	nilMap       map[string]string     // a map that may be nil
	joinsNil     struct{ inner error } // wraps a list of nil, its inner error, and nil
	unwrapsOnNil struct{}              // a nil pointer of this type wraps a RunError
)

type (
	embedsRun      struct{ *errors.RunError }
	embedsRunValue struct{ errors.RunError }
)

func (e *wrapsItself) Error() string  { return "wraps itself" }
func (e *wrapsItself) Unwrap() error  { return e.self }
func (wrapsAnew) Error() string       { return "wraps anew" }
func (e wrapsAnew) Unwrap() error     { return e }
func (wrapsOften) Error() string      { return "wraps often" }
func (wrapsOften) Unwrap() []error    { return often }
func (e *wrapsTwice) Error() string   { return "wraps twice" }
func (e *wrapsTwice) Unwrap() []error { return []error{e.inner, e.inner} }
func (asItself) Error() string        { return "as itself" }
func (e asItself) As(target any) bool {
	if t, ok := target.(**errors.RunError); ok {
		*t = &errors.RunError{Err: e}
		return true
	}
	return false
}
func (panics) Error() string          { panic("Error") }
func (panics) Unwrap() error          { panic("Unwrap") }
func (panics) As(any) bool            { panic("As") }
func (f nilFunc) Error() string       { return f() }
func (m nilMap) Error() string        { return m["text"] }
func (e joinsNil) Error() string      { return "joins nil" }
func (e joinsNil) Unwrap() []error    { return []error{nil, e.inner, nil} }
func (*unwrapsOnNil) Error() string   { return "unwraps on nil" }
func (e *unwrapsOnNil) Unwrap() error { return &errors.RunError{Unknown: true} }

var often = slices.Repeat([]error{wrapsOften{}}, 10_000)

var unknownRun = &errors.RunError{ClientToken: "token", Attempts: 1, Unknown: true, Err: throttled}

func TestRetryableMayHaveRunAndRetryAfterFindWhatAsTypeFinds(t *testing.T) {
	t.Parallel()
	hint := &errors.APIError{Code: errors.Throttling, RetryAfter: time.Minute}
	for _, tt := range []struct {
		name       string
		err        error
		mayHaveRun bool
		retryable  bool
		after      time.Duration
	}{
		{"an unknown run shown by As", shownBehindAs(unknownRun), true, false, 0},
		{"an unknown run shown by As through words", shownBehindAs(fmt.Errorf("x: %w", unknownRun)), true, false, 0},
		{"an unknown run shown by As twice over", shownBehindAs(shownBehindAs(unknownRun)), true, false, 0},
		{"an unknown run below a known one that is shown", shownBehindAs(&errors.RunError{Err: shownBehindAs(unknownRun)}), true, false, 0},
		{"an unknown run wrapped by a nil pointer", (*unwrapsOnNil)(nil), true, false, 0},
		{"an unknown run beside nils", joinsNil{unknownRun}, true, false, 0},
		{"a known run shown by As", shownBehindAs(&errors.RunError{Err: throttled}), false, true, 0},
		{"a throttled call shown by As", shownBehindAs(throttled), false, true, 0},
		{"a refused call shown by As", shownBehindAs(refused), false, false, 0},
		{"a hint shown by As", shownBehindAs(hint), false, true, time.Minute},
		{"a hint in a lost reply shown by As", shownBehindAs(&errors.TransportError{RetryAfter: time.Second}), false, true, time.Second},
		{"a lost reply shown by As", shownBehindAs(lost), false, true, 0},
		{"an undocumented code with a telling status, shown by As", shownBehindAs(&errors.APIError{Code: "Widget", HTTPStatus: 503}), false, true, 0},
		{"a wait that ended, shown by As", shownBehindAs(&errors.WaitError{Err: throttled}), false, false, 0},
		{"violations shown by As", shownBehindAs(&errors.ValidationError{Violations: []errors.Violation{{Code: errors.Throttling}}}), false, false, 0},
		{"a violation shown by As", shownBehindAs(errors.Violation{Code: errors.Throttling}), false, false, 0},
		{"a pointer to a violation", &errors.Violation{Code: errors.Throttling}, false, false, 0},
		{"a credential shown by As", shownBehindAs(&errors.CredentialError{Err: throttled}), false, false, 0},
		{"an instance that was offline, shown by As", shownBehindAs(offline), false, true, 0},
		{"an instance where the script failed, shown by As", shownBehindAs(failed), false, false, 0},
		{"half of the instances offline, shown by As", shownBehindAs(&errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline}}), false, false, 0},
		{"a code shown by As", shownBehindAs(errors.ThrottlingApi), false, true, 0},
		{"a kind shown by As", shownBehindAs(errors.ErrUnavailable), false, true, 0},
		{"a cause with a claim of its own to a deadline", &errors.TransportError{Sent: true, Err: opaque{context.DeadlineExceeded}}, false, true, 0},
		{"an unknown run embedded", embedsRun{unknownRun}, true, false, 0},
		{"an unknown run embedded in a pointer", &embedsRun{unknownRun}, true, false, 0},
		{"an unknown run embedded as a value", &embedsRunValue{*unknownRun}, true, false, 0},
		{"a known run embedded", embedsRun{&errors.RunError{Err: throttled}}, false, true, 0},
		{"no run embedded", embedsRun{}, false, false, 0},
		{"a wait embedded", struct{ *errors.WaitError }{&errors.WaitError{Err: throttled}}, false, false, 0},
		{"half of the instances offline, embedded", struct{ *errors.InvocationError }{&errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{offline}}}, false, false, 0},
		{"a script that failed, embedded", struct{ *errors.InstanceError }{failed}, false, false, 0},
		{"a lost reply embedded", struct{ *errors.TransportError }{lost}, false, true, 0},
		{"a hint embedded", struct{ *errors.APIError }{hint}, false, true, time.Minute},
		{"violations embedded", struct{ *errors.ValidationError }{&errors.ValidationError{Violations: []errors.Violation{{Code: errors.Throttling}}}}, false, false, 0},
		{"a violation embedded", struct{ errors.Violation }{errors.Violation{Code: errors.Throttling}}, false, false, 0},
		{"a credential embedded", struct{ *errors.CredentialError }{&errors.CredentialError{Err: throttled}}, false, false, 0},
		{"a pointer to a pointer that nothing wraps", opaque{nil}, false, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{tt.err, fmt.Errorf("wrapped: %w", tt.err), errors.Join(nil, tt.err)} {
				assert.Equal(t, tt.mayHaveRun, errors.MayHaveRun(err))
				assert.Equal(t, tt.retryable, errors.Retryable(err))
				after, ok := errors.RetryAfter(err)
				assert.Equal(t, tt.after, after)
				assert.Equal(t, tt.after > 0, ok)
				if run, ok := errors.AsType[*errors.RunError](err); ok && run.Unknown {
					assert.True(t, errors.MayHaveRun(err), "AsType finds it")
				}
			}
		})
	}
}

func TestTreesWithoutAnEndAreAnswered(t *testing.T) {
	t.Parallel()
	self := &wrapsItself{}
	self.self = self
	ring := &wrapsItself{self: &wrapsItself{}}
	ring.self.(*wrapsItself).self = fmt.Errorf("round: %w", ring)
	run := &errors.RunError{Attempts: 1}
	run.Err = run
	wait := &errors.WaitError{}
	wait.Err = &errors.TransportError{Err: wait}
	credential := &errors.CredentialError{}
	credential.Err = &url.Error{Op: "Get", URL: "https://secret", Err: credential}
	around := &url.Error{Op: "Get", URL: "https://secret"}
	around.Err = around
	branch := &url.Error{Op: "Get", URL: "https://secret"}
	branch.Err = errors.Join(errors.New("beside"), branch)
	runs := &errors.RunError{}
	runs.Err = errors.Join(runs, errors.New("beside"))
	joined := errors.New("leaf")
	for range 80 {
		joined = errors.Join(joined, joined)
	}
	doubling := error(throttled)
	for range 80 {
		doubling = &wrapsTwice{doubling}
	}
	list := &errors.ValidationError{Violations: make([]errors.Violation, 1)}
	list.Violations[0].Err = list

	for _, tt := range []struct {
		name      string
		err       error
		retryable bool
	}{
		{"a pointer that wraps itself", self, false},
		{"a ring of three", ring, false},
		{"a value that wraps itself anew", wrapsAnew{}, false},
		{"a value that wraps itself anew 10,000 times", wrapsOften{}, false},
		{"an As method that shows itself", asItself{}, false},
		{"a run of itself", run, false},
		{"a wait of itself", wait, false},
		{"a credential of itself", credential, false},
		{"an address of itself", around, false},
		{"violations of themselves", list, false},
		{"an address of a list with itself", branch, false},
		{"a run of a list with itself", runs, false},
		{"a text of 2^80 lines", joined, false},
		{"2^80 ways to one error", doubling, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.retryable, errors.Retryable(tt.err))
			assert.False(t, errors.MayHaveRun(tt.err))
			_, ok := errors.RetryAfter(tt.err)
			assert.False(t, ok)
			for _, outer := range []error{
				&errors.RunError{Attempts: 1, Err: tt.err}, &errors.WaitError{Err: tt.err},
				&errors.TransportError{Err: tt.err}, &errors.CredentialError{Err: tt.err},
			} {
				text := fmt.Sprintf("%v %+v %#v", outer, outer, outer)
				assert.NotContains(t, text, "secret")
				assert.Less(t, len(text), 2000)
			}
			assert.True(t, errors.MayHaveRun(&errors.RunError{Unknown: true, Err: tt.err}))
			if tt.name != "2^80 ways to one error" {
				assert.False(t, errors.Retryable(errors.Join(tt.err, refused)))
			}
		})
	}
}

// In a tree that never ends MayHaveRun looks at the first million errors only, and
// Retryable is false.
func TestOnlyTheFirstMillionErrorsOfAnEndlessTreeAreVisited(t *testing.T) {
	t.Parallel()
	before, behind := errors.Join(unknownRun, wrapsAnew{}), errors.Join(wrapsAnew{}, unknownRun)
	assert.True(t, errors.MayHaveRun(before))
	assert.False(t, errors.MayHaveRun(behind))
	wide := errors.Join(append(slices.Repeat([]error{throttled}, 1<<20), refused)...)
	for _, err := range []error{before, behind, errors.Join(throttled, wrapsAnew{}), wide} {
		assert.False(t, errors.Retryable(err))
	}
}

func TestEveryErrorOfALargeTreeIsVisited(t *testing.T) {
	t.Parallel()
	const many = 100_000
	all := &errors.InvocationError{Total: many}
	for range many {
		all.Failed = append(all.Failed, &errors.InstanceError{Status: "Aborted", Code: errors.ClientNotOnline})
	}
	assert.True(t, errors.Retryable(all))
	all.Failed[many-1] = failed
	assert.False(t, errors.Retryable(all))

	deep := error(unknownRun)
	for range many {
		deep = errors.Join(deep, refused)
	}
	assert.True(t, errors.MayHaveRun(deep))
}

func TestMethodsThatPanicDoNotPanicTheCaller(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
	}{
		{"all methods", panics{}},
		{"a struct around no error", embedsNil{}},
		{"a pointer to a struct around no error", &embedsNil{}},
		{"a nil function", nilFunc(nil)},
		{"a nil map", nilMap(nil)},
		{"a nil pointer", (*url.Error)(nil)},
		{"a nil pointer with an As method", (*opaque)(nil)},
		{"nils beside it", joinsNil{panics{}}},
		{"a nil pointer joined", errors.Join((*url.Error)(nil), panics{})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.False(t, errors.Retryable(tt.err))
			assert.False(t, errors.MayHaveRun(tt.err))
			_, ok := errors.RetryAfter(tt.err)
			assert.False(t, ok)
			beside := errors.Join(tt.err, unknownRun)
			assert.True(t, errors.MayHaveRun(beside))
			for _, outer := range []error{
				&errors.RunError{Err: tt.err}, &errors.WaitError{Err: tt.err}, &errors.TransportError{Err: tt.err},
				&errors.CredentialError{Err: tt.err}, &errors.ValidationError{Violations: []errors.Violation{{Err: tt.err}}},
			} {
				assert.NotEmpty(t, outer.Error())
				assert.False(t, errors.MayHaveRun(outer))
			}
		})
	}
	assert.Equal(t, "command not accepted after 0 attempts: no cause given", (&errors.RunError{Err: panics{}}).Error())
}

// errors.Is compares with ==. The comparison panics for two values of a type that
// cannot be compared.
func TestErrorsThatCannotBeComparedAreFound(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{uncomparable{[]string{"a"}}, deeplyUncomparable{[]string{"a"}}, errors.New("comparable"), nil} {
		violation := errors.Violation{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "m", Err: cause}
		other := violation
		other.Field = "Description"
		another := violation
		another.Err = uncomparable{[]string{"b"}}
		err := fmt.Errorf("x: %w", &errors.ValidationError{Violations: []errors.Violation{other, violation}})
		for _, is := range []func(err, target error) bool{errors.Is, stderrors.Is} {
			assert.True(t, is(err, violation))
			assert.True(t, is(violation, violation))
			assert.True(t, is(&violation, violation))
			assert.True(t, is(err, errors.CmdNameExceedLimit))
			assert.True(t, is(err, errors.ErrLimitExceeded))
			assert.False(t, is(err, another))
			assert.False(t, is(violation, other))
			assert.False(t, is(err, errors.ErrThrottled))
			assert.False(t, is(violation, uncomparable{}))
			assert.False(t, is(violation, nil))
		}
		assert.False(t, errors.Retryable(err))
		assert.False(t, errors.MayHaveRun(err))
		for _, outer := range []error{&errors.RunError{Err: cause}, &errors.WaitError{Err: cause}, &errors.TransportError{Err: cause}, &errors.CredentialError{Err: cause}} {
			assert.NotErrorIs(t, outer, errors.ErrScript)
			assert.False(t, errors.MayHaveRun(outer))
			_ = errors.Retryable(outer)
		}
		for _, target := range []error{cause, violation, &violation} {
			for k := range errors.ErrStopped + 3 {
				assert.False(t, k.Is(target))
				assert.False(t, errors.Is(k, target))
			}
			for _, c := range []errors.Code{"", "\xff", "Widget", errors.Throttling} {
				assert.False(t, c.Is(target))
			}
			assert.False(t, (&errors.APIError{Code: errors.Throttling}).Is(target))
			assert.False(t, (&errors.TransportError{}).Is(target))
			assert.False(t, (&errors.CredentialError{}).Is(target))
			assert.False(t, (&errors.InstanceError{Status: "Timeout"}).Is(target))
		}
	}
	require.True(t, errors.Is(errors.Kind(200), errors.Kind(200)))
	require.False(t, errors.Kind(0).Is(errors.ErrUnsupported))
}
