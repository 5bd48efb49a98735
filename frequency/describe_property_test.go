package frequency_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// sentenceFields lists, for each field of a clock schedule, texts that are alike but not equal. Schedules
// of these fields would have one sentence in common if a sentence left out a part of its schedule.
var sentenceFields = [][]string{
	{"0", "0", "0", "0", "30", "59", "*", "0/10", "5/10", "5-55/10", "0/30", "15/30", "7/7", "*/7", "0-10", "1-3,10-20", "1/3", "0-54/3"},
	{"0", "0", "0", "15", "59", "*", "0/5", "2/5", "5/5", "5-50/5", "0/30", "10,40", "*/7", "*/45", "0-10", "0-59/2", "1/2", "0-56/2", "1,2,3,10-20", "3,7,9,11,20-25,31,33,40,52,57"},
	{"*", "0", "8", "9-17", "9-17/2", "*/2", "1/2", "0-20/2", "*/5", "0-6,22,23", "8,12,16,20", "1,4,8-12", "9-11,14-17", "0,9-16,20-23", "0-1,3,5-7,9-16"},
	{
		"*", "*", "*", "1", "29", "30", "31", "29,30", "1,15", "1-7", "1-5,20", "29-31", "28-31", "1/2", "1-27/2", "1-29/2", "2/2", "2-28/2", "*/3", "1/10", "1-21/10",
		"1W", "15W", "28W", "29W", "30W", "31W", "L", "LW", "1,L", "1W,L", "*/2,L", "*/2,LW", "1,31W",
	},
	{"*", "*", "1", "2", "4", "12", "2,3", "1,3", "3,4", "1-3", "1-6", "6-8", "*/3", "1-3,9-11", "2-12", "*/2"},
	{"?", "?", "?", "1", "7", "1-5", "1-6", "1-4,7", "5-7", "1,3,5", "6,7", "1,2,3,5", "1,2,4-7", "1#1", "1#1,1#3", "5L", "5#5", "5#4,5#5", "1,5L", "1,1#1", "2#1,1#2"},
	{"*", "*", "*", "2027", "2028", "2027/2", "2028/4", "*/4", "2027/1", "2026-2030", "2027,2029", "2026-2030,2032", "2027,2031,2035", "1999,2096"},
}

// sentenceSchedule returns a random clock schedule of sentenceFields, or of the fields that people write.
func sentenceSchedule(r *rand.Rand) frequency.Schedule {
	zone := []string{"", " UTC", " Asia/Shanghai", " GMT+5:30", " US/Eastern"}[r.IntN(5)]
	if r.IntN(4) == 0 {
		return frequency.MustParse(strings.Join(randomFields(r), " ") + zone)
	}
	fields := make([]string, len(sentenceFields))
	for i, texts := range sentenceFields {
		fields[i] = texts[r.IntN(len(texts))]
	}
	if fields[3] == "*" && fields[5] != "?" {
		fields[3] = "?"
	}
	return frequency.MustParse(strings.Join(fields, " ") + zone)
}

// sentenceDays returns the days on which s fires, some from each of several years, and the times of the
// first of them.
func sentenceDays(s frequency.Schedule) (days []string, times []int64) {
	const perYear = 60
	for _, year := range []int{1970, 1999, 2016, 2026, 2027, 2028, 2029, 2093} {
		after := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Add(-14*time.Hour - time.Second)
		for range perYear {
			next := s.Next(after)
			if next.IsZero() {
				break
			}
			if times == nil {
				for t := range s.All(next.Add(-time.Second)) {
					if t.Sub(next) >= 24*time.Hour {
						break
					}
					times = append(times, t.Unix())
				}
			}
			days = append(days, next.Format(time.DateOnly))
			after = time.Date(next.Year(), next.Month(), next.Day()+1, 0, 0, 0, 0, next.Location()).Add(-time.Second)
		}
	}
	return days, times
}

// sentenceSample returns 10,000 random schedules, and schedules in which three fields take all
// values of sentenceFields. These are the fields for the time of day, or three of the fields for
// the days. The other fields have their simplest value.
func sentenceSample() []frequency.Schedule {
	r := rand.New(rand.NewPCG(14, 13))
	var list []frequency.Schedule
	for range 10_000 {
		list = append(list, sentenceSchedule(r))
	}
	for _, vary := range [][3]int{{0, 1, 2}, {3, 4, 6}, {3, 4, 5}, {4, 5, 6}} {
		fields := []string{"0", "0", "0", "*", "*", "?", "*"}
		for _, fields[vary[0]] = range sentenceFields[vary[0]] {
			for _, fields[vary[1]] = range sentenceFields[vary[1]] {
				for _, fields[vary[2]] = range sentenceFields[vary[2]] {
					list = append(list, frequency.MustParse(strings.Join(fields, " ")))
				}
			}
		}
	}
	return list
}

func TestSchedulesWithOneSentenceFireAtTheSameInstants(t *testing.T) {
	t.Parallel()
	sample := sentenceSample()
	for _, lang := range []string{"en", "zh"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			first := map[string]frequency.Schedule{}
			compared := 0
			for _, s := range sample {
				text := s.DescribeIn(lang)
				other, known := first[text]
				if !known {
					first[text] = s
					continue
				}
				if s.Equal(other) {
					continue
				}
				compared++
				days, times := sentenceDays(s)
				otherDays, otherTimes := sentenceDays(other)
				require.True(t, slices.Equal(days, otherDays) && slices.Equal(times, otherTimes), "%s and %s: %s", other, s, text)
			}
			assert.Positive(t, compared, "the sample has schedules with one sentence, such as February 29 and February 29 and 30")
			assert.Greater(t, len(first), 10_000)
		})
	}
}

// sentenceFlaws match what no sentence has: doubled blanks, commas without a part before or after them, empty
// parts, and words that say nothing.
var sentenceFlaws = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`  |\s[,.;)]|[,(]\s*[,.;)]|[(]\s|,\S|\band and\b|of every minute of every hour|every every|\b(at|in|from|to|through|past|during|and|of)[,.;)]|\b1 (second|minute|hour|day)s\b|^[^A-Z]|[^.]$|[^\x20-\x7e]`),
	"zh": regexp.MustCompile(`  |[,;()]|\p{Han} \d|\d \p{Han}|[，、和的至（；]{2}|（）|[，、和的至（；]。|以及以及|每每|^[，、]|每\d+[月日]|[^。]$`),
}

func TestSentencesHaveNoFlaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	zones := map[string][2]string{
		"":              {", by the clock of each instance", "按各实例的本地时间，"},
		"UTC":           {" (UTC)", "按 UTC 时间，"},
		"Asia/Shanghai": {" (Shanghai time)", "按上海时间，"},
		"GMT+5:30":      {" (GMT+5:30)", "按 GMT+5:30 时间，"},
		"US/Eastern":    {" (US/Eastern)", "按 US/Eastern 时间，"},
	}
	for range 3_000 {
		s := sentenceSchedule(r)
		zone := ""
		if s.Location() != nil {
			zone = s.Location().String()
		}
		english, chinese := s.Describe(), s.DescribeIn("zh")
		assert.NotRegexp(t, sentenceFlaws["en"], english, s.String())
		assert.NotRegexp(t, sentenceFlaws["zh"], strings.TrimPrefix(chinese, zones[zone][1]), s.String())
		sentence, _, _ := strings.Cut(english, "; no such day")
		assert.True(t, strings.HasSuffix(strings.TrimSuffix(sentence, "."), zones[zone][0]), "%s: %s", s, english)
		assert.True(t, strings.HasPrefix(chinese, zones[zone][1]), "%s: %s", s, chinese)
	}
}
