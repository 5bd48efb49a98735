package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// RunAnnounced is [Client.Run] for a program that keeps a record of what it sends, such as
// an outbox table, a journal or an audit log. It calls announce right before each attempt
// begins. At that time the limiter has let the attempt pass, and the credential is known.
// So little time lies between the record and the request, also when many requests wait
// for the limiter.
//
// The parameter attempt is the number of the attempt: 1 for the first attempt. It is the
// Number of the [Attempt] that an [Observer] gets. An attempt that the client repeats at
// once with a new signature has a number of its own. An attempt that fails before it
// begins, for example without a credential, is not announced. An announced attempt can
// still end without being sent, for example when ctx ends in between.
//
// An error of announce prevents the attempt and ends the Run, whatever the error is: the
// client makes no further attempt, also after an error that looks temporary. The
// [*errors.RunError] wraps the error of announce. Its field Unknown is only about the
// earlier attempts: it is false when the first attempt was prevented. Its field Attempts
// counts the prevented attempt, too. A panic of announce is such an error, and it is
// logged, see [WithLogger].
//
// The context of announce is ctx. RunAnnounced waits for announce, so announce has to
// return when ctx ends. announce is called in the goroutine of the caller, one call at a
// time. Without announce the error is [errors.ErrInvalidArgument], and nothing is sent.
//
// To send the request again after a crash, store it with a token of your own
// ([Builder.ClientToken]) before the call.
func (c *Client) RunAnnounced(ctx context.Context, req *Request, announce func(ctx context.Context, attempt int) error) (*Invocation, error) {
	if announce == nil {
		return nil, invalid("RunAnnounced: announce is nil")
	}
	return c.run(ctx, req, announce)
}

// begin is called right before an attempt is sent. It announces the attempt. It returns an
// error when the attempt must not be sent.
func (x *call) begin(ctx context.Context) error {
	if x.announce != nil {
		// An attempt for which the token is too old is not announced. The method begin of the
		// verdict checks the token again, because announce takes time.
		if err := x.verdict.mayBegin(time.Now()); err != nil {
			return err
		}
		if x.prevented = x.callAnnounce(ctx); x.prevented != nil {
			return x.prevented
		}
	}
	return x.verdict.begin()
}

// callAnnounce calls announce. A panic of announce, or of a method of its error, becomes an
// error.
func (x *call) callAnnounce(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			x.client.logPanic(ctx, "announce", v)
			err = x.announceError(transport.Panicked("announce", v))
		}
	}()
	if err = x.announce(ctx, x.attempts); err != nil {
		probe(err)
		err = x.announceError(err)
	}
	return err
}

func (x *call) announceError(err error) error {
	text := fmt.Sprintf("runcommand: %s was not sent: announce of attempt %d: %s", wire.ActionRunCommand, x.attempts, err.Error())
	return &announceError{text: transport.Mask(text, x.params), err: err}
}

// announceError wraps an error of the program's function announce. The secrets of the
// request are masked in its text, because the program may have quoted its record of the
// request. [errors.Is] and [errors.As] find what they find in the error of announce. There is
// no method Unwrap, because it would lead to the text that is not masked.
type announceError struct {
	text string
	err  error
}

func (e *announceError) Error() string        { return e.text }
func (e *announceError) Is(target error) bool { return errors.Is(e.err, target) }
func (e *announceError) As(target any) bool   { return errors.As(e.err, target) }

// Format prints the masked text for every verb.
func (e *announceError) Format(f fmt.State, _ rune) { writeState(f, e.text) }

// errNotBegun is what a limiter is told about an attempt that announce prevented. The error
// of announce says nothing about the service, whatever kind it has.
var errNotBegun = errors.New("runcommand: the attempt was announced and did not begin")
