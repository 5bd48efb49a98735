package errors

// An error of another package may embed an error type of this package. It then has the methods of
// the embedded type, but its own type is different. Without the As methods below, AsType would not
// find the embedded error, and Retryable would look only at the errors that the embedded error
// wraps. The other package embeds the As methods as well, and they return the embedded error.

// setTo does the work of an As method: it stores e in target when target points to a
// variable of type E.
func setTo[E error](target any, e E) bool {
	t, ok := target.(*E)
	if ok {
		*t = e
	}
	return ok
}

// As lets [AsType] find e in an error that embeds it.
func (e *RunError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *WaitError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *ValidationError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find v in an error that embeds it.
func (v Violation) As(target any) bool { return setTo(target, v) }

// As lets [AsType] find e in an error that embeds it.
func (e *CredentialError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *TransportError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *APIError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *InvocationError) As(target any) bool { return e != nil && setTo(target, e) }

// As lets [AsType] find e in an error that embeds it.
func (e *InstanceError) As(target any) bool { return e != nil && setTo(target, e) }
