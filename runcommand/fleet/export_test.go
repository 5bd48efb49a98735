package fleet

import "time"

// WithVisibility makes tests with a real clock short: it replaces the minute for which the
// service may hide a new invocation.
func WithVisibility(d time.Duration) Option {
	return func(o *options) error {
		o.visibility = d
		return nil
	}
}
