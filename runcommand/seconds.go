package runcommand

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// seconds converts a duration into an exact decimal number of seconds. It converts 0 into
// "".
func seconds(d time.Duration) json.Number {
	if d == 0 {
		return ""
	}
	whole, nanos := d/time.Second, d%time.Second
	if nanos == 0 {
		return json.Number(strconv.FormatInt(int64(whole), 10))
	}
	sign := ""
	if d < 0 {
		sign, whole, nanos = "-", -whole, -nanos
	}
	return json.Number(strings.TrimRight(fmt.Sprintf("%s%d.%09d", sign, whole, nanos), "0"))
}

// parseSeconds converts a number of seconds into a duration. It returns 0 for "".
func parseSeconds(n json.Number) (time.Duration, error) {
	if n == "" {
		return 0, nil
	}
	if whole, err := n.Int64(); err == nil && whole <= math.MaxInt64/int64(time.Second) && whole >= math.MinInt64/int64(time.Second) {
		return time.Duration(whole) * time.Second, nil
	}
	if d, err := time.ParseDuration(string(n) + "s"); err == nil {
		return d, nil
	}
	f, err := n.Float64()
	d := time.Duration(math.Round(f * float64(time.Second)))
	if err != nil || math.Abs(f) >= math.MaxInt64/float64(time.Second) || d == 0 && f != 0 {
		return 0, errors.New("is not a number of seconds between a nanosecond and 292 years")
	}
	return d, nil
}

// secondsToDuration converts a number of seconds in a reply into a duration. It returns 0
// for a negative number, and the longest duration for a number that is too large.
func secondsToDuration(n wire.Int) time.Duration {
	return time.Duration(min(max(n, 0), wire.Int(math.MaxInt64/time.Second))) * time.Second
}
