package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is accepted from a reply. A real wait is shorter, since the
// documented rate limits are per minute.
const maxRetryAfter = time.Hour

// retryAfter returns the wait that a refusal asks for. It returns 0 when the refusal has no valid wait.
// It uses the ratelimit headers only when throttled is true, since other replies have them, too.
func retryAfter(h http.Header, throttled bool) time.Duration {
	wait := retryAfterHeader(h.Get("Retry-After"), h.Get("Date"))
	if throttled {
		wait = max(wait, timeLeft(h.Get("X-Ratelimit-User-Api")), timeLeft(h.Get("X-Ratelimit-User")))
	}
	return wait
}

// timeLeft returns the value of TimeLeft in a header "Limit:…,Remain:…,TimeLeft:…,Reset:…". In the header,
// this value is a number of milliseconds.
func timeLeft(header string) time.Duration {
	for part := range strings.SplitSeq(header, ",") {
		if name, value, ok := strings.Cut(part, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "TimeLeft") {
			return parseWait(value, time.Millisecond)
		}
	}
	return 0
}

// retryAfterHeader parses the header Retry-After, which holds seconds or a date. It compares that date
// with the date of the reply, since the local clock may differ.
func retryAfterHeader(value, date string) time.Duration {
	at, err := http.ParseTime(value)
	if err != nil {
		return parseWait(value, time.Second)
	}
	now, err := http.ParseTime(date)
	if err != nil {
		now = time.Now()
	}
	return boundWait(at.Sub(now))
}

// parseWait parses a whole number of units. It returns 0 for any other text and for a wait over
// maxRetryAfter.
func parseWait(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n < 0 || n > int64(maxRetryAfter/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

// boundWait returns d, or 0 when d is negative or over maxRetryAfter.
func boundWait(d time.Duration) time.Duration {
	if d < 0 || d > maxRetryAfter {
		return 0
	}
	return d
}
