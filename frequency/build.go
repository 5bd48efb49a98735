package frequency

import "time"

// Every returns the schedule that fires at a fixed interval: rate(...). The interval
// must be positive, in whole seconds, and at most 1000 days, which is the largest
// interval that agents accept. The service documents 60 seconds to 7 days (ECS API
// reference, RunCommand); Every does not check these bounds, but the validation of a
// request does. The error is a [*ParseError]. Its Expr is the interval as
// [time.Duration.String] writes it.
//
//	Every(90 * time.Minute)           rate(90m)
//	Every(24 * time.Hour)             rate(1d)
//	Every(1500 * time.Millisecond)    an error: not in whole seconds
func Every(interval time.Duration) (Schedule, error) {
	p := parser{expr: interval.String(), field: "rate"}
	switch {
	case interval <= 0:
		p.fail(0, message{"an interval must be longer than 0", "间隔必须大于 0"})
	case interval%time.Second != 0:
		p.fail(0, message{"an interval must be whole seconds", "间隔必须是整数秒"})
	case interval > maxRate*daySeconds*time.Second:
		p.fail(0, intervalTooLong)
	default:
		return Schedule{kind: KindRate, when: int64(interval / time.Second)}, nil
	}
	return Schedule{}, p.err
}

// Once returns the schedule that fires only at t: at(...). The text names t's own zone
// when the service can read that name (an IANA name with a slash, or UTC). Otherwise
// the text names t's offset from UTC, when the offset is in whole minutes from -12:59 to
// +14:59. In all other cases it names UTC. The instant is always the same.
//
// Schedules count in seconds: a fraction of a second is dropped, as [time.Time.Format]
// drops it. The year must be 1970 to 9999. The error is a [*ParseError]. Once does not
// check whether t has passed; see [WarnPast].
//
//	13:15:30 in Asia/Shanghai                  at(2026-06-06 13:15:30 Asia/Shanghai)
//	13:15:30 in a zone CST that is UTC+8       at(2026-06-06 13:15:30 GMT+8:00)
//	13:15:30 in a zone of 30 seconds           at(2026-06-06 13:15:00 UTC)
func Once(t time.Time) (Schedule, error) {
	for _, z := range []*zone{writtenZone(t), writtenOffset(t), utc} {
		if z == nil {
			continue
		}
		local := t.In(z.location)
		if local.Year() < atFirstYear || local.Year() > 9999 {
			continue
		}
		// When a clock is set back, one local time occurs twice, and the text of the schedule
		// means one of the two instants. A zone is not used when the text means the other instant.
		s := Schedule{kind: KindAt, zone: z}
		if s.setMoment(reading(local)); s.when == t.Unix() {
			return s, nil
		}
	}
	p := parser{expr: t.Round(0).String(), field: "at"}
	p.fail(0, message{"the year must be 1970 to 9999", "年份应为 1970 到 9999"})
	return Schedule{}, p.err
}

// writtenZone returns the zone with the name of t's location, or nil when the service cannot read
// that name.
func writtenZone(t time.Time) *zone {
	z, _ := findZone(t.Location().String())
	if z == nil || reading(t.In(z.location)) != reading(t) {
		return nil
	}
	return z
}

// writtenOffset returns the zone that always has t's offset from UTC, or nil when the service
// cannot read that offset.
func writtenOffset(t time.Time) *zone {
	_, offset := t.Zone()
	if offset%60 != 0 || offset/60 < minOffset || offset/60 > maxOffset {
		return nil
	}
	z, _ := findZone(offsetName(offset / 60))
	return z
}

// Cron returns the clock schedule of the fields in expr with loc as its zone. The
// expression has six fields, or seven with a year, and no zone. When loc is nil, the
// schedule has no zone: it follows the clock of each instance it runs on.
//
// The service must be able to read the name of loc: an IANA name with a slash, UTC, or
// an offset such as GMT+8:00. Cron refuses [time.Local], abbreviations such as CST,
// and a location that has the name of another zone but not its rules. The error is a
// [*ParseError], as with [Parse]; its offset is the end of expr when loc is refused.
//
//	Cron("0 0 9 * * ?", shanghai)         0 0 9 * * ? Asia/Shanghai
//	Cron("0 0 9 * * ? 2027", shanghai)    0 0 9 * * ? 2027 Asia/Shanghai
//	Cron("0 0 9 * * ?", nil)              0 0 9 * * ?
//	Cron("0 0 9 * * ? UTC", shanghai)     an error: two zones
//	Cron("rate(5m)", shanghai)            an error: not a clock schedule
func Cron(expr string, loc *time.Location) (Schedule, error) {
	p := parser{expr: expr}
	var s Schedule
	switch {
	case !p.trim():
	case p.opens("rate"), p.opens("at"):
		p.fail(p.pos, message{"want a clock schedule; Parse reads rate(...) and at(...)", "此处应为 Cron 表达式；rate(...) 和 at(...) 请使用 Parse 解析"})
	case !p.cron(&s):
	case s.zone != nil:
		p.field = "zone"
		p.fail(p.end-len(s.zone.name), message{"the zone is given by the location; leave it out here", "时区已由参数 loc 指定，表达式中不要再写时区"})
	case loc != nil:
		s.zone = p.locate(loc)
	}
	if p.err != nil {
		if p.field != "zone" {
			p.err.advise()
		}
		return Schedule{}, p.err
	}
	return s, nil
}

// locate returns the zone of loc. It fails when the service cannot read the name of loc, or when
// another zone has that name.
func (p *parser) locate(loc *time.Location) *zone {
	p.field = "zone"
	name := loc.String()
	z, reason := findZone(name)
	if z == nil {
		p.fail(p.end, format("location %s: ", "时区 %s：", quote(name)).plus(reason))
		return nil
	}
	for month := range time.Month(12) {
		t := time.Date(2025, month+1, 1, 0, 0, 0, 0, time.UTC)
		_, want := t.In(loc).Zone()
		if _, got := t.In(z.location).Zone(); got != want {
			p.fail(p.end, format("location %s has the name of a zone, but not the clock of that zone",
				"时区 %s 与同名时区的时钟不一致", quote(name)))
			return nil
		}
	}
	return z
}
