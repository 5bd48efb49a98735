package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is believed. The documented limits
// are counted by the minute.
const maxRetryAfter = time.Hour

// retryAfter returns how long a refusal asks to wait, and 0 when it does not
// say or says nothing sensible. The ratelimit headers come with other answers
// too, where they ask for nothing; throttled says that they do here.
func retryAfter(h http.Header, throttled bool) time.Duration {
	wait := retryAfterHeader(h.Get("Retry-After"), h.Get("Date"))
	if throttled {
		wait = max(wait, timeLeft(h.Get("X-Ratelimit-User-Api")), timeLeft(h.Get("X-Ratelimit-User")))
	}
	return wait
}

// timeLeft reads "Limit:…,Remain:…,TimeLeft:…,Reset:…", where TimeLeft is in
// milliseconds.
func timeLeft(header string) time.Duration {
	for part := range strings.SplitSeq(header, ",") {
		if name, value, ok := strings.Cut(part, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "TimeLeft") {
			return parseWait(value, time.Millisecond)
		}
	}
	return 0
}

// retryAfterHeader reads seconds or a date, which is taken relative to the
// date of the reply, as clocks differ.
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

func parseWait(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n < 0 || n > int64(maxRetryAfter/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

func boundWait(d time.Duration) time.Duration {
	if d < 0 || d > maxRetryAfter {
		return 0
	}
	return d
}
