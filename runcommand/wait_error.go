package runcommand

import "github.com/ecs-runcommand/runcommand-go/errors"

// ErrEndless is the cause of an [*errors.WaitError] for an invocation that only a
// stop ends. [Client.RunOn] and [Client.Output] return it for such a command and send
// nothing; there is no WaitError then. It is an [errors.ErrNotSupported].
var ErrEndless error = kindError{
	"the schedule has no end, so the wait would never end: read the runs so far with Invocation.History, or stop the invocation with Invocation.Stop",
	errors.ErrNotSupported,
}

// ErrUnbounded is the cause of an [*errors.WaitError] for a command that runs
// at the next reboot of the instance. The wait returns it when neither
// [MaxWait] nor a deadline of the context bounds the wait. [Client.RunOn] and
// [Client.Output] return it and send nothing; there is no WaitError then. It is an
// [errors.ErrInvalidArgument].
var ErrUnbounded error = kindError{
	"it is not known when the instance will restart: bound the wait with MaxWait or a context with a deadline",
	errors.ErrInvalidArgument,
}

// ErrNotVisible is the cause of an error about an invocation that the service does not
// list. There are three possible reasons: the id is unknown in this region and resource
// group, the invocation is older than the records that the service keeps, or the
// invocation is not visible yet, right after its Run. A wait polls for 30 s before it
// returns this error. ErrNotVisible is an [errors.ErrNotFound].
var ErrNotVisible error = kindError{
	"the service does not list this invocation (not yet, no longer, or in another region or resource group)",
	errors.ErrNotFound,
}

// kindError is an error with a fixed text. It wraps the error variable that names its
// kind, such as errors.ErrNotFound.
type kindError struct {
	text string
	kind error
}

func (w kindError) Error() string { return w.text }
func (w kindError) Unwrap() error { return w.kind }
