package frequency

import (
	"strings"
	"sync"
)

// resolveZone returns the zone that a text means: an offset or a name in another form, a city, or a
// name with a small mistake.
func resolveZone(text string) (name string, ok bool) {
	text = strings.Trim(text, " \"'`()[]{}<>,;.\t\n\v\f\r")
	if key, value, found := strings.Cut(text, "="); found && strings.HasSuffix(strings.ToLower(key), "tz") {
		text = strings.Trim(value, quotes+" ")
	}
	if text == "" || len(text) > 64 {
		return "", false
	}
	if z, _ := findZone(text); z != nil {
		return text, true
	}
	if offset, ok := resolveOffset(text); ok {
		return offset, true
	}
	key := zoneFillers.Replace(zoneKey(text))
	key = strings.TrimSuffix(strings.TrimSuffix(key, "时"), "standard")
	for _, word := range [...]string{key, strings.TrimSuffix(strings.TrimSuffix(key, "timezone"), "time")} {
		if name, ok := zoneOfWord(word); ok {
			return name, true
		}
	}
	return resolveCity(text)
}

// zoneFillers are parts of the name of a zone that do not matter.
var zoneFillers = strings.NewReplacer("/", "", "\\", "", "时区", "", "时间", "")

// resolveOffset reads an offset from UTC in any form: UTC+8, GMT+08:00, +0800, GMT 8:00.
func resolveOffset(text string) (string, bool) {
	rest := strings.ReplaceAll(strings.ToUpper(text), " ", "")
	named := false
	for _, name := range [...]string{"UTC", "GMT", "Z"} {
		if after, ok := strings.CutPrefix(rest, name); ok {
			rest, named = after, true
			break
		}
	}
	sign := byte('+')
	signed := rest != "" && (rest[0] == '+' || rest[0] == '-')
	if signed {
		sign, rest = rest[0], rest[1:]
	}
	c := scanner{rest}
	hour, ok := c.number(2)
	if !ok || !named && !signed {
		return "", false
	}
	_, colon := c.any(":", ".")
	minute := 0
	if c.rest != "" {
		if minute, ok = c.number(2); !ok || !colon && len(rest) != 4 {
			return "", false
		}
		if strings.HasSuffix(rest[:len(rest)-len(c.rest)], ".5") {
			minute = 30
		}
	} else if colon {
		return "", false
	}
	if c.rest != "" || minute > 59 {
		return "", false
	}
	minutes := hour*60 + minute
	if sign == '-' {
		minutes = -minutes
	}
	if minutes < minOffset || minutes > maxOffset {
		return "", false
	}
	return fixedZone(minutes).name, true
}

// resolveCity returns the zone of a city that is written without its area, with a wrong area, in
// another spelling or with a small mistake.
func resolveCity(text string) (string, bool) {
	text = strings.ReplaceAll(text, "\\", "/")
	city, withArea := text, false
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		city, withArea = text[i+1:], i > 0
		if !isArea(text[:i]) {
			return "", false // another field stands before the area, as in ? Asia/Shanghai
		}
	}
	for _, z := range zoneCities { // the slash may be written as another character
		if n := len(z.area); !withArea && len(city) > n+1 && strings.EqualFold(city[:n], z.area) && strings.IndexByte("-_. ,:", city[n]) >= 0 {
			city, withArea = city[n+1:], true
		}
	}
	if city = zoneKey(city); city == "" || !isLetter(city[0]) {
		return "", false
	}
	if zone, ok := zoneOfWord(city); ok && withArea {
		return zone, true
	}
	best, closest := 3, ""
	for _, known := range cityIndex() {
		if known.key == city {
			return known.zone, true
		}
		switch d := typo(city, known.key, withArea); {
		case d < best:
			best, closest = d, known.zone
		case d == best:
			closest = "" // two zones are as close: it is not certain which one is meant
		}
	}
	return closest, closest != ""
}

// isArea reports whether a text can be what is before the city in the name of a zone.
func isArea(text string) bool {
	for _, c := range []byte(strings.Trim(text, blanks)) {
		if !isLetter(c) && strings.IndexByte("/_-", c) < 0 {
			return false
		}
	}
	return true
}

// cityIndex lists the cities and the other words for a zone that are long enough to be recognised
// when they are misspelt.
var cityIndex = sync.OnceValue(func() []cityZone {
	var index []cityZone
	for _, z := range zoneCities {
		for name := range strings.FieldsSeq(z.cities) {
			index = append(index, cityZone{zoneKey(name[strings.LastIndexByte(name, '/')+1:]), z.area + "/" + name})
		}
	}
	for _, z := range knownZones {
		for word := range strings.FieldsSeq(z.words) {
			if len(word) > 5 && word[0] < 0x80 {
				index = append(index, cityZone{word, z.zone})
			}
		}
	}
	return index
})

// cityZone is a city, or another word for a zone. The field key is the word in the form that
// zoneKey returns. The field zone is the name of the zone.
type cityZone struct{ key, zone string }

// zoneSpelling removes the signs between the words of a name.
var zoneSpelling = strings.NewReplacer(" ", "", "_", "", "-", "", ".", "")

// zoneKey returns the same text for all spellings of a name.
func zoneKey(name string) string {
	return strings.ToLower(zoneSpelling.Replace(name))
}

// typo returns the number of wrong letters when word is a misspelt name, and 3 otherwise. A short
// word without an area is no name.
func typo(word, name string, withArea bool) int {
	d := editDistance(word, name)
	switch {
	case len(name) < 5, len(name) < 8 && d > 1, !withArea && (len(name) < 7 || d > 1):
		return 3
	}
	return d
}

// editDistance returns the number of letters to insert, remove or replace to turn a into b, or 3
// when there are more than two, when the first letters differ or when a word is very long.
func editDistance(a, b string) int {
	var row [32]int
	if a == "" || b == "" || a[0] != b[0] || len(a)-len(b) > 2 || len(b)-len(a) > 2 || len(b) >= len(row) {
		return 3
	}
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j]+1, diagonal+1, replaced)
		}
	}
	if len(a) == len(b) && row[len(b)] == 2 {
		for i := range len(a) - 1 { // two letters in the wrong order are one mistake
			if a[:i]+a[i+1:i+2]+a[i:i+1]+a[i+2:] == b {
				return 1
			}
		}
	}
	return min(row[len(b)], 3)
}

// zoneField corrects the zone and the order of year and zone. The zone may be several words.
//
//	0 0 9 * * ? Beijing             0 0 9 * * ? Asia/Shanghai
//	0 0 9 * * ? New York            0 0 9 * * ? America/New_York
//	0 0 9 * * ? TZ=Asia/Shanghai    0 0 9 * * ? Asia/Shanghai
//	0 0 9 * * ? UTC 2026            0 0 9 * * ? 2026 UTC
func (a *adviser) zoneField(text string, _ *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	if len(fields) < 7 || a.refusal(strings.Join(fields[:6], " ")) != nil {
		return correction{}, false
	}
	six, year, rest := strings.Join(fields[:6], " "), "", fields[6:]
	for i, word := range rest {
		if isYear(word) && (i == 0 || i == len(rest)-1) {
			year = " " + word
			rest = append(append([]string{}, rest[:i]...), rest[i+1:]...)
			break
		}
	}
	zone, ok := resolveZone(strings.Join(rest, " "))
	if !ok || len(rest) == 0 {
		return correction{}, false
	}
	c := correction{text: six + year + " " + zone}
	if year != "" && isYear(fields[len(fields)-1]) {
		c.at = strings.LastIndex(text, fields[len(fields)-1])
		c.why, c.field = message{"the year comes before the zone", "年份应写在时区之前"}, "year"
		return c, true
	}
	c.at, c.field = fieldOffset(text, len(fields)-len(rest)), "zone"
	switch {
	case strings.IndexByte("([{<"+quotes, rest[0][0]) >= 0:
		c.why = message{"a zone has no brackets or quotes around it", "时区两侧不能有括号或引号"}
	case strings.Contains(rest[0], "TZ="):
		c.why = message{"a zone has no TZ= in front", "时区前面不加 TZ="}
	case len(rest) > 1:
		c.why = message{"a zone has no blanks in it", "时区中不能有空格"}
	}
	return c, true
}

// isYear reports whether a word is a year field: years of four digits, or *.
func isYear(word string) bool {
	if word == "*" {
		return true
	}
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return r == ',' || r == '-' || r == '/' }) {
		if !allDigits(part) && part != "*" {
			return false
		}
	}
	return len(word) >= 4 && (allDigits(word[:4]) && (word[:2] == "19" || word[:2] == "20"))
}

// fieldOffset returns the offset of the field with this index, counted from 0.
func fieldOffset(text string, index int) int {
	at := 0
	for i := 0; ; i++ {
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		if i == index || at == len(text) {
			return at
		}
		for at < len(text) && !isSpace(text[at]) {
			at++
		}
	}
}

// zonePrefix moves a zone that stands in front of the fields, as in CRON_TZ=Asia/Shanghai, to the
// end.
//
//	CRON_TZ=Asia/Shanghai 0 9 * * *    0 0 9 * * * Asia/Shanghai
//	TZ=Asia/Shanghai 0 0 9 * * ?       0 0 9 * * ? Asia/Shanghai
func (a *adviser) zonePrefix(text string, _ *ParseError) (correction, bool) {
	key, value, found := strings.Cut(text, "=")
	key = strings.ToUpper(strings.Trim(key, " "))
	if !found || key != "TZ" && key != "CRON_TZ" && key != "TIMEZONE" && key != "TIME_ZONE" {
		return correction{}, false
	}
	value = strings.TrimLeft(value, " ")
	c := correction{
		why:   message{"the zone comes last, after the fields, and has no TZ= in front", "时区应写在所有字段之后，前面不加 TZ="},
		field: "zone",
		hint:  message{", as in 0 0 0 * * ? Asia/Shanghai", "，例如 0 0 0 * * ? Asia/Shanghai"},
	}
	end := strings.IndexAny(value, " \t\n;")
	if end < 0 {
		return c, true
	}
	rest := a.complete(strings.TrimLeft(value[end:], blanks+";"))
	zone, ok := resolveZone(value[:end])
	s, _ := Parse(rest)
	switch {
	case !ok || rest == "":
		return c, true
	case s.kind == KindCron && s.zone == nil:
		rest += " " + zone
	}
	c.text = rest
	return c, true
}
