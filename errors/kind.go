package errors

//go:generate go run ../internal/codeindex

// A Kind is the broad class of a failure. It is an error itself, for use as the target
// of [Is]:
//
//	if errors.Is(err, errors.ErrThrottled) { ... }
//
// It does not matter whether the client, the service or an instance found the failure.
// The zero Kind means that the kind is unknown. [Kind.Codes] lists the codes of each kind.
type Kind uint8

// The kinds. The last three describe how the run of a script ended. The others describe
// why a call failed or why a script could not be started.
const (
	ErrInvalidArgument Kind = iota + 1 // a parameter is malformed or does not fit another parameter
	ErrMissingArgument                 // a required parameter is absent
	ErrLimitExceeded                   // a parameter is longer, larger or more numerous than allowed
	ErrQuotaExceeded                   // a quota of the account is used up
	ErrNotFound                        // something that the request names does not exist
	ErrPermission                      // the caller is known but not allowed to do this
	ErrAuth                            // the caller could not be authenticated
	ErrThrottled                       // too many calls in too short a time
	ErrConflict                        // another request, or the present state of a resource, prevents the call
	ErrUnavailable                     // the service or the network failed; the request is not the cause
	ErrNotSupported                    // the service does not offer this; Is also finds ErrUnsupported
	ErrScript                          // the script ran and ended with a non-zero exit code
	ErrTimeout                         // the script exceeded its timeout
	ErrStopped                         // the command was cancelled or terminated on request
)

var kindTexts = [...]string{
	"unclassified error",
	ErrInvalidArgument: "invalid argument",
	ErrMissingArgument: "missing argument",
	ErrLimitExceeded:   "limit exceeded",
	ErrQuotaExceeded:   "quota exceeded",
	ErrNotFound:        "not found",
	ErrPermission:      "permission denied",
	ErrAuth:            "not authenticated",
	ErrThrottled:       "throttled",
	ErrConflict:        "conflict",
	ErrUnavailable:     "unavailable",
	ErrNotSupported:    "not supported",
	ErrScript:          "script failed",
	ErrTimeout:         "script timed out",
	ErrStopped:         "stopped",
}

// Error returns a short lower-case phrase, such as "limit exceeded".
func (k Kind) Error() string {
	if int(k) < len(kindTexts) {
		return kindTexts[k]
	}
	return kindTexts[0]
}

// Kinds returns all kinds, in the order of the constants. A program that has a case for each of
// them is complete, up to 0, which [KindOf] returns for an unknown kind.
func Kinds() []Kind {
	kinds := make([]Kind, 0, len(kindTexts)-1)
	for k := ErrInvalidArgument; k <= ErrStopped; k++ {
		kinds = append(kinds, k)
	}
	return kinds
}

// KindOf returns the kind of the first error in err's tree that has a kind. An outer
// error comes before the errors that it wraps. KindOf returns 0 when no error of the
// tree has a kind. When the result is not 0, Is(err, KindOf(err)) is true, with one
// exception: [Is] does not find an error that only an As method returns.
//
// Use [Is] to ask for one kind, and KindOf for a switch over all kinds or for the label
// of a metric. An error that joins several failures can have several kinds; KindOf
// returns one of them. The error of a context has no kind. In particular, its kind is
// not [ErrTimeout], which is only for the timeout of a script.
//
// An error of another package has a kind when its Is method returns true for that kind.
// In a tree of more than a million errors KindOf looks at the first million.
func KindOf(err error) Kind {
	var kind Kind
	walk(err, func(e error) bool {
		if kind == 0 {
			kind = ownKind(e)
		}
		return kind == 0
	})
	return kind
}

// ownKind returns the kind of err itself, without regard to the errors that err wraps.
func ownKind(err error) Kind {
	if c, ok := err.(converter); ok && !ownType(err) && len(shownByAs(c)) > 0 {
		return 0 // not the kind of err: walk will now visit the errors that its As method returns
	}
	x, _ := err.(matcher)
	for k := ErrInvalidArgument; k <= ErrStopped; k++ {
		if err == error(k) || x != nil && matches(x, k) { //nolint:errorlint // the walk goes node by node
			return k
		}
	}
	return 0
}

// A matcher is an error with an Is method.
type matcher interface{ Is(target error) bool }

// matches calls the Is method of x. It returns false when the method panics.
func matches(x matcher, target error) bool {
	defer ignorePanic()
	return x.Is(target)
}

// Is reports whether target is [ErrUnsupported] and k is ErrNotSupported.
func (k Kind) Is(target error) bool {
	return k == ErrNotSupported && target == ErrUnsupported
}

// covers reports whether an error of kind k satisfies Is(err, target).
func (k Kind) covers(target error) bool {
	return k != 0 && (target == error(k) || k.Is(target)) //nolint:errorlint // this is what errors.Is calls
}

// transient reports whether a failure of kind k may pass by itself. It is used when
// only the kind of the failure is known.
func (k Kind) transient() bool { return k == ErrThrottled || k == ErrUnavailable }
