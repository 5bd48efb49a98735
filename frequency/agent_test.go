package frequency_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// agentModel reads a clock schedule as the Cloud Assistant agent does, including the faults of the
// agent. The agent counts weekdays from 0 to 7, and turns 7 into 0 before it expands ranges. It
// counts steps of weekdays from 0, and reads a weekday in two digits as 0. It accepts no range that
// goes backwards, and no step of years from 60 to 1969.
func agentModel(expr string) (*oracle, error) {
	fields := strings.Fields(expr)
	if len(fields) < 6 || len(fields) > 7 {
		return nil, errors.New("field count")
	}
	o := newOracle([]string{"*", "*", "*", "*", "*", "*"})
	for i, text := range fields {
		bounds := oracleBounds[i]
		if i == 5 {
			bounds = [2]int{0, 6}
		}
		set := make([]bool, bounds[1]+2)
		var special []string
		for item := range strings.SplitSeq(text, ",") {
			lo, hi, step, rule, err := agentItem(i, item, bounds)
			if err != nil {
				return nil, err
			}
			if rule != "" {
				special = append(special, rule)
				continue
			}
			for v := lo; v <= hi; v += step {
				if i == 5 && v == 0 {
					set[7] = true // the agent counts Sunday as 0, but the oracle counts it as 7
				} else {
					set[v] = true
				}
			}
		}
		if text == "?" {
			text = "*"
		}
		o.fields[i], o.plain[i] = text, set
		if special != nil && !namesNoDay(text) {
			o.fields[i] = strings.Join(special, ",")
		}
	}
	return o, nil
}

var (
	agentSpan = regexp.MustCompile(`^(\*|\?|\d+)(?:-(\d+))?(?:/(\d+))?$`)
	agentDate = regexp.MustCompile(`^(L|LW|([1-9]|[12]\d|3[01])W)$`)
	agentRank = regexp.MustCompile(`^(0?[0-7])(L|#[1-5])$`)
	agentYear = regexp.MustCompile(`^(\*|\?|\*/\d+)$|19[7-9]\d|20\d\d`)
)

// agentItem reads one item of field i: a span, or a rule of the day fields.
func agentItem(i int, item string, bounds [2]int) (lo, hi, step int, rule string, err error) {
	if i == 3 && agentDate.MatchString(item) {
		return 0, 0, 0, item, nil
	}
	if m := agentRank.FindStringSubmatch(item); i == 5 && m != nil {
		if m[1] == "0" || len(m[1]) == 2 {
			m[1] = "7"
		}
		return 0, 0, 0, m[1] + m[2], nil
	}
	m := agentSpan.FindStringSubmatch(item)
	if m == nil {
		return 0, 0, 0, "", errors.New("syntax: " + item)
	}
	value := func(s string) int {
		n, _ := strconv.Atoi(s)
		if i == 5 && (n == 7 || len(s) == 2) {
			n = 0
		}
		if n < bounds[0] || n > bounds[1] {
			err = errors.New("value: " + item)
		}
		return n
	}
	lo, hi, step = bounds[0], bounds[1], 1
	if star := m[1] == "*" || m[1] == "?"; !star {
		lo = value(m[1])
		if m[3] == "" {
			hi = lo
		}
	} else if m[1] == "?" && item != "?" || m[2] != "" {
		return 0, 0, 0, "", errors.New("syntax: " + item)
	}
	if m[2] != "" {
		if hi = value(m[2]); hi < lo {
			return 0, 0, 0, "", errors.New("backwards: " + item)
		}
	}
	if m[3] != "" {
		if step, _ = strconv.Atoi(m[3]); step < 1 || step > bounds[1] || i == 6 && step > 59 && step < 1970 || len(m[3]) > 2 && i < 6 {
			return 0, 0, 0, "", errors.New("interval: " + item)
		}
	}
	return lo, hi, step, "", err
}

// TestAgentsReadTheCanonicalTextAsThisPackageDoes proves promise P13 of
// internal/DESIGN.md.
func TestAgentsReadTheCanonicalTextAsThisPackageDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 2))
	misread := 0
	for range 4000 {
		expr := strings.Join(randomFields(r), " ")
		s := frequency.MustParse(expr)
		model, err := agentModel(s.String())
		require.NoError(t, err, "%s, written as %s", expr, s)
		literal, literalErr := agentModel(expr)
		for range 3 {
			after := randomInstant(r, time.UTC)
			want := s.Next(after)
			if got := model.next(after, time.UTC); !got.Equal(want) {
				t.Fatalf("%s, written as %s, after %s:\nmeant %s\nagent %s", expr, s, after, want, got)
			}
			// There must be a warning when the agent and this package read the original
			// text differently.
			if literalErr != nil || !literal.next(after, time.UTC).Equal(want) {
				misread++
				assert.True(t, warnsOfWeekdays(s), "no warning of %s", expr)
			}
		}
	}
	require.Positive(t, misread, "the test must meet what agents misread")
	t.Logf("%d of 12000 literal texts are misread", misread)
}

func warnsOfWeekdays(s frequency.Schedule) bool {
	for _, w := range s.Warnings(base) {
		switch w.Code {
		case frequency.WarnSundayRange, frequency.WarnBareL, frequency.WarnWeekdayStep, frequency.WarnTwoDigits:
			return true
		}
	}
	return false
}

// agentGrammar checks that agents accept the text of a clock schedule, with or without a zone, and read
// each part as what it is. The parameter known caches the results of single fields.
func agentGrammar(text string, hasYear, hasZone bool, known map[string]error) error {
	fields := strings.Split(text, " ")
	if len(fields) < 6 || len(fields) > 8 {
		return errors.New("field count")
	}
	if year := len(fields) == 8 || len(fields) == 7 && agentYear.MatchString(fields[6]); year != hasYear {
		return errors.New("a year is taken for a zone, or a zone for a year")
	}
	if hasZone {
		fields = fields[:len(fields)-1]
	}
	for i, field := range fields {
		key := strconv.Itoa(i) + " " + field
		err, found := known[key]
		if !found {
			err = agentField(i, field)
			known[key] = err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// agentField checks one field.
func agentField(i int, field string) error {
	if i == 5 && regexp.MustCompile(`0\d`).MatchString(field) {
		return errors.New("a weekday in two digits: " + field)
	}
	if i != 3 && i != 5 && strings.Contains(field, "?") {
		return errors.New("? outside the day fields: " + field)
	}
	bounds := oracleBounds[i]
	if i == 5 {
		bounds = [2]int{0, 6}
	}
	for item := range strings.SplitSeq(field, ",") {
		if _, _, _, _, err := agentItem(i, item, bounds); err != nil {
			return err
		}
	}
	return nil
}

func TestAgentsAcceptTheTextOfEverySchedule(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(14, 8))
	known := map[string]error{}
	for range 100000 {
		fields := randomFields(r)
		zone := ""
		if r.IntN(2) == 0 {
			zone = " " + oracleZones[r.IntN(len(oracleZones))]
		}
		expr := strings.Join(fields, " ") + zone
		s := frequency.MustParse(expr)
		text := s.String()
		shown := strings.TrimSuffix(text, zone)
		hasYear := strings.Count(shown, " ") == 6
		if err := agentGrammar(text, hasYear, zone != "", known); err != nil {
			t.Fatalf("%s, written as %s: %s", expr, text, err)
		}
		if hasYear == (s.Equal(frequency.MustParse(strings.Join(fields[:6], " ") + zone))) {
			t.Fatalf("%s is written as %s", expr, text)
		}
	}
	t.Logf("100000 schedules, %d different fields", len(known))
	for text, want := range map[string]string{
		"0 0 0 1 1 ? 1970/64": "interval: 1970/64",
		"0 0 0 ? * 05":        "a weekday in two digits: 05",
		"0 0 0 ? * 5-7":       "backwards: 5-7",
		"0 0 0 ? * L":         "syntax: L",
		"0 ? 0 * * ?":         "? outside the day fields: ?",
	} {
		require.EqualError(t, agentGrammar(text, strings.Contains(text, "1970"), false, known), want, "the check must see what agents refuse")
	}
}

func TestAWeekdayStepIsWarnedOfExactlyWhenAgentsCountDifferently(t *testing.T) {
	t.Parallel()
	var texts []string
	for step := range 6 {
		texts = append(texts, "*/"+strconv.Itoa(step+1))
		for lo := range 7 {
			texts = append(texts, strconv.Itoa(lo+1)+"/"+strconv.Itoa(step+1))
			for hi := lo; hi < 6; hi++ {
				texts = append(texts, strconv.Itoa(lo+1)+"-"+strconv.Itoa(hi+1)+"/"+strconv.Itoa(step+1))
			}
		}
	}
	for _, text := range texts[:len(texts):len(texts)] {
		texts = append(texts, text+",7", text+",6L", "3,"+text)
	}
	alike := 0
	for _, text := range texts {
		fields := []string{"0", "0", "0", "?", "*", text}
		model, err := agentModel(strings.Join(fields, " "))
		require.NoError(t, err)
		same := slices.Equal(model.plain[5][1:8], newOracle(fields).plain[5][1:8])
		_, warned := warningOf(frequency.MustParse(strings.Join(fields, " ")), base, frequency.WarnWeekdayStep)
		require.Equal(t, !same, warned, text)
		if same {
			alike++
		}
	}
	t.Logf("%d texts, %d alike", len(texts), alike)
	require.Greater(t, alike, 300)
}

func TestAgentsReadTheseTextsDifferently(t *testing.T) {
	t.Parallel()
	for expr, refusal := range map[string]string{
		"0 0 0 ? * 1-7": "backwards: 1-7",
		"0 0 0 ? * 6-7": "backwards: 6-7",
		"0 0 0 ? * 5-7": "backwards: 5-7",
		"0 0 0 ? * L":   "syntax: L",
	} {
		_, err := agentModel(expr)
		require.EqualError(t, err, refusal, expr)
		_, err = agentModel(frequency.MustParse(expr).String())
		require.NoError(t, err, expr)
	}
	for expr, days := range map[string]string{
		"0 0 0 ? * 1/2": "2022-06-03", // the agent fires on Monday, Wednesday and Friday, but not on Sunday
		"0 0 0 ? * */2": "2022-06-02", // the agent fires on Sunday, Tuesday, Thursday and Saturday
		"0 0 0 ? * 05":  "2022-06-05", // the agent fires on Sunday
		"0 0 0 ? * 05L": "2022-06-26", // the agent fires on the last Sunday
	} {
		model, err := agentModel(expr)
		require.NoError(t, err)
		assert.Equal(t, days, model.next(base, time.UTC).Format(time.DateOnly), expr)
	}
}
