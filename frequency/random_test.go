package frequency_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// randomFields returns six or seven random fields. All are legal, and most look like fields that
// people write.
func randomFields(r *rand.Rand) []string {
	fields := []string{
		randomField(r, 0, 59, 59), randomField(r, 0, 59, 59), randomField(r, 0, 23, 23),
		"*", randomField(r, 1, 12, 12), "?",
	}
	if r.IntN(2) == 0 {
		fields[0] = strconv.Itoa(r.IntN(60))
	}
	if r.IntN(2) == 0 {
		fields[4] = "*"
	}
	switch r.IntN(7) {
	case 0:
		fields[3] = randomField(r, 1, 31, 31)
	case 1:
		fields[3] = randomDates(r)
	case 2:
		fields[3], fields[5] = "?", randomField(r, 1, 7, 6)
	case 3:
		fields[3], fields[5] = "?", randomWeekdays(r)
	case 4:
		fields[3], fields[5] = randomDates(r), randomWeekdays(r)
	case 5: // equal spellings of every day, beside a field of the same kind or another
		pick := func(list ...string) string { return list[r.IntN(len(list))] }
		fields[3] = pick("*/1", "1/1", "1-31", "1-15,16-31", "*,5", "13,*", "?", "13", "1-30", "31", randomDates(r))
		fields[5] = pick("*/1", "1/1", "1-7", "1-5,6,7", "*,5", "6L,*", "?", "5", "05", "1-5/2", "2-6", randomWeekdays(r))
	}
	switch r.IntN(9) {
	case 0:
		from := 1971 + r.IntN(120)
		fields = append(fields, fmt.Sprintf("%d-%d", from, from+r.IntN(9)))
	case 1:
		fields = append(fields, fmt.Sprintf("%d/%d", 1970+r.IntN(100), 1+r.IntN(12)))
	case 2:
		fields = append(fields, []string{"*", "*/2", "*/5", "2024,2028", "2096,2099,1999"}[r.IntN(5)])
	case 3: // a few years in even distance
		first, distance := 1970+r.IntN(64), 1+r.IntN(64)
		fields = append(fields, fmt.Sprintf("%d,%d,%d", first, min(first+distance, 2099), min(first+2*distance, 2099)))
	}
	return fields
}

func randomField(r *rand.Rand, lo, hi, maxStep int) string {
	value := func() int { return lo + r.IntN(hi-lo+1) }
	switch r.IntN(8) {
	case 0, 1:
		return "*"
	case 2:
		return fmt.Sprintf("*/%d", 1+r.IntN(maxStep))
	case 3:
		return fmt.Sprintf("%d/%d", value(), 1+r.IntN(maxStep))
	case 4:
		from := value()
		return fmt.Sprintf("%d-%d", from, from+r.IntN(hi-from+1))
	case 5:
		from := value()
		return fmt.Sprintf("%d-%d/%d", from, from+r.IntN(hi-from+1), 1+r.IntN(maxStep))
	case 6:
		return fmt.Sprintf("%d,%d,%d", value(), value(), value())
	}
	return strconv.Itoa(value())
}

func randomDates(r *rand.Rand) string {
	items := make([]string, 1+r.IntN(2))
	for i := range items {
		items[i] = []string{"L", "LW", fmt.Sprintf("%dW", 1+r.IntN(31)), strconv.Itoa(1 + r.IntN(31)), strconv.Itoa(29 + r.IntN(3))}[r.IntN(5)]
	}
	return strings.Join(items, ",")
}

func randomWeekdays(r *rand.Rand) string {
	items := make([]string, 1+r.IntN(2))
	for i := range items {
		day := 1 + r.IntN(7)
		items[i] = []string{"L", fmt.Sprintf("%dL", day), fmt.Sprintf("%d#%d", day, 1+r.IntN(5)), fmt.Sprintf("%d#5", day), strconv.Itoa(day)}[r.IntN(5)]
	}
	return strings.Join(items, ",")
}
