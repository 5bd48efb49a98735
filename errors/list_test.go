package errors_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestNumbersInErrorsAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	cause := errors.New("x")
	failed := func(n int) (list []*errors.InstanceError) {
		for i := range n {
			list = append(list, &errors.InstanceError{InstanceID: fmt.Sprintf("i-%d", i+1), Status: "Aborted"})
		}
		return list
	}
	for _, tt := range []struct {
		of       string
		err      func(n int) error
		one, two string
	}{
		{"attempts", func(n int) error { return &errors.RunError{Attempts: n, Err: cause} },
			"command not accepted after 1 attempt: x", "command not accepted after 2 attempts: x"},
		{"instances of a wait", func(n int) error { return &errors.WaitError{Total: n, Err: cause} },
			"wait ended with 0 of 1 instance done: x", "wait ended with 0 of 2 instances done: x"},
		{"bytes of a reply", func(n int) error {
			return &errors.TransportError{Sent: true, HTTPStatus: 502, Head: make([]byte, n), Err: cause}
		}, "request: unusable reply (HTTP 502, 1 byte of body kept): x", "request: unusable reply (HTTP 502, 2 bytes of body kept): x"},
		{"instances of an invocation", func(n int) error { return &errors.InvocationError{Total: n} },
			"an invocation: 0 of 1 instance failed", "an invocation: 0 of 2 instances failed"},
		{"failures of an invocation of unknown size", func(n int) error { return &errors.InvocationError{Failed: failed(n)} },
			"an invocation: 1 instance failed: i-1 Aborted", "an invocation: 2 instances failed: i-1 Aborted; i-2 Aborted"},
	} {
		t.Run(tt.of, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.one, tt.err(1).Error())
			assert.Equal(t, tt.two, tt.err(2).Error())
		})
	}
}

// violationsOfSize returns n violations whose texts have size bytes each.
func violationsOfSize(n, size int) (list []errors.Violation) {
	for range n {
		list = append(list, errors.Violation{Field: "F", Message: strings.Repeat("m", size-len("F: "))})
	}
	return list
}

func TestAValidationErrorShowsViolationsUpToFourKiB(t *testing.T) {
	t.Parallel()
	const head, limit = len("invalid request"), 4096
	for _, tt := range []struct {
		name        string
		n, size     int
		shown, more int
	}{
		{"none", 0, 10, 0, 0},
		{"one", 1, 10, 1, 0},
		{"every field of a request", 30, 100, 30, 0},
		{"as many as fit to the byte", 53, 75, 53, 0},
		{"one more than fits", 54, 75, 53, 1},
		{"a thousand", 1000, 75, 53, 947},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := &errors.ValidationError{Violations: violationsOfSize(tt.n, tt.size)}
			text := err.Error()
			assert.Equal(t, tt.shown, strings.Count(text, "F: "))
			more := ""
			if tt.more > 0 {
				more = fmt.Sprintf("; and %d more", tt.more)
			}
			assert.True(t, strings.HasSuffix(text, more), "%s", text)
			assert.Equal(t, tt.more > 0, strings.Contains(text, "; and "))
			assert.LessOrEqual(t, len(text)-len(more), limit)
			assert.Len(t, err.Unwrap(), tt.n)
			assert.NotContains(t, text, "\n")
			assert.Equal(t, head+tt.shown*(tt.size+len("; ")), len(text)-len(more))
		})
	}
}

func TestAnInvocationErrorStaysALineOfALog(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		failed int
		info   string
		shown  int
	}{
		{"four failures are all named", 4, "", 4},
		{"a hundred failures with an exit code", 100, "", 22},
		{"a hundred failures with a long sentence", 100, strings.Repeat("long ", 60), 3},
		{"a hundred thousand failures", 100_000, "", 22},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := &errors.InvocationError{InvocationID: "t-hz01abcdefghijkl", Total: tt.failed}
			for n := range tt.failed {
				f := &errors.InstanceError{InstanceID: fmt.Sprintf("i-bp1%016d", n), Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 1}
				if tt.info != "" {
					f = &errors.InstanceError{InstanceID: f.InstanceID, Status: "Error", Code: errors.ExecutionException, Info: tt.info}
				}
				err.Failed = append(err.Failed, f)
			}
			text := err.Error()
			assert.Equal(t, tt.shown, strings.Count(text, "i-bp1"))
			if more := tt.failed - tt.shown; more > 0 {
				assert.Regexp(t, fmt.Sprintf("; and %d more$", more), text)
			}
			assert.LessOrEqual(t, len(text), 1024+len("; and 99978 more"))
		})
	}
}

func TestTheFirstItemIsShownHoweverLongItIs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	err := &errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{
		{InstanceID: long, Status: long, Code: errors.Code(long), Info: long}, {InstanceID: "i-2"},
	}}
	assert.Contains(t, err.Error(), "2 of 2 instances failed: xxx")
}
