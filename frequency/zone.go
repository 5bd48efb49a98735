package frequency

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must be the same on machines without a zone database
)

// zone is a time zone with its offsets for all the years that a clock schedule can name. A zone
// never changes, and all schedules with that zone share it.
type zone struct {
	name     string // the canonical name, which String writes
	location *time.Location
	periods  []period
}

// period is a span of time with one offset from UTC. It ends where the next period starts.
type period struct {
	start  int64 // Unix seconds
	offset int64 // seconds east of UTC
}

// The ends of time for periods. They are far from any instant that a schedule can name, and still
// leave room to add an offset.
const (
	earliest = -1 << 61 // the start of a zone's first period
	latest   = 1 << 61  // the end of a zone's last period
)

// utc is the zone of UTC, GMT and GMT+0:00, and of at(...) without a zone.
var utc = &zone{name: "UTC", location: time.UTC, periods: []period{{start: earliest}}}

// zones keeps the zones that have been used, so that parsing a known zone needs no file. The number
// of zones is bounded, since one zone has many names on a file system that ignores case.
var zones = struct {
	sync.RWMutex
	byName map[string]*zone
}{byName: map[string]*zone{}}

// maxZones is the largest number of zones in the cache. It is enough for all zones: about 600 names
// and 1,560 offsets exist.
const maxZones = 4096

// The range of offsets of GMT±h:mm, in minutes.
const (
	minOffset = -(12*60 + 59)
	maxOffset = 14*60 + 59
)

// findZone returns the zone with the given name, or the reason why there is none.
func findZone(name string) (*zone, message) {
	if name == "UTC" || name == "GMT" {
		return utc, message{}
	}
	zones.RLock()
	z := zones.byName[name]
	zones.RUnlock()
	if z != nil {
		return z, message{}
	}
	z, reason := openZone(name)
	if z == nil || z == utc {
		return z, reason
	}
	zones.Lock()
	defer zones.Unlock()
	if known := zones.byName[z.name]; known != nil {
		return known, message{}
	}
	if len(zones.byName) < maxZones {
		zones.byName[z.name] = z
	}
	return z, message{}
}

// openZone makes a zone that is not in the cache.
func openZone(name string) (*zone, message) {
	if strings.HasPrefix(name, "GMT") && !strings.Contains(name, "/") {
		return offsetZone(name)
	}
	if reason := checkZoneName(name); reason != (message{}) {
		return nil, reason
	}
	name = strings.Clone(name) // without a copy of the name, the cache would keep the whole expression in memory
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, message{"no such zone in the IANA database", "IANA 时区数据库中没有这个时区"}
	}
	return &zone{name: name, location: location, periods: offsetPeriods(location)}, message{}
}

// offsetZone reads a zone of the form GMT±h:mm.
func offsetZone(name string) (*zone, message) {
	form := message{"an offset is written GMT+h:mm or GMT-h:mm, such as GMT+8:00", "时差应写为 GMT+h:mm 或 GMT-h:mm，例如 GMT+8:00"}
	hour, minute, found := strings.Cut(name[len("GMT"):], ":")
	if !found || len(hour) < 2 || hour[0] != '+' && hour[0] != '-' {
		return nil, form
	}
	sign, hour := hour[0], hour[1:]
	if len(hour) == 2 && hour[0] == '0' && isDigit(hour[1]) {
		return nil, format("the hour of an offset has no leading zero: GMT%c%s:00", "时差中的小时不带前导零，应写为 GMT%c%s:00", sign, hour[1:])
	}
	if len(hour) > 2 || len(minute) != 2 || !allDigits(hour) || !allDigits(minute) {
		return nil, form
	}
	m := atoi(minute)
	if m > 59 {
		return nil, message{"the minutes of an offset go to 59", "时差中的分钟最大为 59"}
	}
	m += 60 * atoi(hour)
	if sign == '-' {
		m = -m
	}
	if m < minOffset || m > maxOffset {
		return nil, message{"offsets go from GMT-12:59 to GMT+14:59", "时差范围为 GMT-12:59 到 GMT+14:59"}
	}
	return fixedZone(m), message{}
}

// fixedZone returns the zone that is always the given number of minutes east of UTC.
func fixedZone(minutes int) *zone {
	if minutes == 0 {
		return utc
	}
	name := offsetName(minutes)
	return &zone{
		name:     name,
		location: time.FixedZone(name, minutes*60),
		periods:  []period{{start: earliest, offset: int64(minutes) * 60}},
	}
}

// offsetName writes an offset as GMT±h:mm.
func offsetName(minutes int) string {
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	b := append([]byte("GMT"), sign)
	b = appendTwo(append(appendInt(b, minutes/60), ':'), minutes%60)
	return string(b)
}

// checkZoneName refuses names that time.LoadLocation accepts but agents do not, and names that must
// not become part of a file name.
func checkZoneName(name string) message {
	switch {
	case !strings.Contains(name, "/"):
		return message{"a zone is an IANA name with a slash (Asia/Shanghai), UTC, or an offset such as GMT+8:00",
			"时区应为带斜线的 IANA 名称（Asia/Shanghai）、UTC，或 GMT+8:00 形式的时差"}.plus(zoneAdvice(name))
	case len(name) > 64:
		return message{"no IANA zone has a name this long", "没有名称这么长的 IANA 时区"}
	}
	start := true // at the start of a part between slashes
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 'A' && c <= 'Z':
			start = false
		case start:
			return message{"each part of an IANA name begins with a capital letter, as in Asia/Shanghai", "IANA 名称的每一部分都以大写字母开头，例如 Asia/Shanghai"}
		case c == '/':
			start = true
		case c >= 'a' && c <= 'z', isDigit(c), c == '_', c == '-', c == '+':
		default:
			return message{"not an IANA name such as Asia/Shanghai", "不是 Asia/Shanghai 这样的 IANA 时区名称"}
		}
	}
	if start {
		return message{"not an IANA name such as Asia/Shanghai", "不是 Asia/Shanghai 这样的 IANA 时区名称"}
	}
	return message{}
}

// zoneAdvice says what to write instead of a name without a slash.
func zoneAdvice(name string) message {
	switch upper := strings.ToUpper(name[:min(len(name), 8)]); {
	case upper == "UTC" || upper == "GMT" || upper == "Z":
		return message{"; write UTC", "；请写 UTC"}
	case upper == "LOCAL":
		return message{"; for the clock of each instance leave the zone out", "；如需按各实例的本地时间执行，请省略时区"}
	case upper == "CST" || upper == "PRC":
		return message{"; write Asia/Shanghai", "；请写 Asia/Shanghai"}
	case upper == "JAPAN" || upper == "JST":
		return message{"; write Asia/Tokyo", "；请写 Asia/Tokyo"}
	case strings.HasPrefix(upper, "UTC"), strings.ContainsAny(upper, "+-"):
		return message{"; offsets begin with GMT", "；时差以 GMT 开头"}
	}
	return message{}
}

// offsetPeriods lists the offsets of a location over the years of clock schedules.
func offsetPeriods(location *time.Location) []period {
	at := time.Unix(-2*daySeconds, 0).In(location)
	_, offset := at.Zone()
	periods := []period{{start: earliest, offset: int64(offset)}}
	for {
		end := offsetUntil(at)
		if end.IsZero() || end.Unix() > calendarEnd+2*daySeconds {
			return periods
		}
		at = end
		if _, offset := at.Zone(); int64(offset) != periods[len(periods)-1].offset {
			periods = append(periods, period{start: at.Unix(), offset: int64(offset)})
		}
	}
}

// offsetUntil returns an instant after t. The offset at t is valid until that instant. offsetUntil
// returns the zero time when the offset never changes again.
func offsetUntil(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		// The data of a zone lists its changes up to some year and gives a rule for
		// later years. On the last day of a later leap year, ZoneBounds of Go 1.26
		// returns t itself.
		return t.Add(daySeconds * time.Second)
	}
	return end
}
