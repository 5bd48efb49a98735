package program

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A misuse is an error in the arguments of a program.
type misuse struct{ err error }

func (m *misuse) Error() string { return m.err.Error() }
func (m *misuse) Unwrap() error { return m.err }

// Misuse returns an error for wrong arguments.
func Misuse(format string, args ...any) error { return &misuse{fmt.Errorf(format, args...)} }

// ErrShown says that the command failed, and that the output of the program shows why.
var ErrShown = errors.New("the output shows what failed")

// Fail prints the error with which a program ends, and returns the exit status of the
// program: 0 for nil and [flag.ErrHelp], 2 for wrong arguments and for a request that breaks
// a limit, and 1 for any other error. For some errors it also prints what to do about them.
func Fail(stderr io.Writer, name string, err error) (status int) {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, ErrShown):
		return 1
	}
	if wrong, ok := errors.AsType[*misuse](err); ok {
		fmt.Fprintf(stderr, "%s: %s\n", name, Printable(wrong.Error()))
		return 2
	}
	if wrong, ok := errors.AsType[*errors.ValidationError](err); ok {
		fmt.Fprintf(stderr, "%s: this cannot be sent:\n", name)
		for _, violation := range wrong.Violations {
			fmt.Fprintf(stderr, "  %s\n", Printable(violation.Error()))
		}
		return 2
	}
	fmt.Fprintf(stderr, "%s: %s\n", name, Printable(strings.TrimPrefix(err.Error(), name+": ")))
	_, ended := errors.AsType[*errors.InstanceError](err) // its kind says nothing about the service
	for _, a := range advice {
		if !ended && errors.Is(err, a.kind) {
			fmt.Fprintf(stderr, "  %s\n", a.text)
			break
		}
	}
	return 1
}

// advice says what to do about errors of a kind.
var advice = []struct {
	kind error
	text string
}{
	{errors.ErrAuth, "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or see the README on credentials."},
	{errors.ErrPermission, "Give the account the right that the error names. The README lists the rights of each method."},
	{errors.ErrUnavailable, "The service was not reached; check the network, -region and -endpoint."},
}
