package frequency

import "time"

// Kind is one of the three forms of a schedule. Use the numbers only within a program; to store a
// schedule, store its text. A Kind tells which rules of the service apply: a rate has a shortest
// and a longest interval, a clock schedule has a smallest gap, and a moment has neither.
type Kind uint8

// The kinds of schedule. The zero Kind belongs to the zero [Schedule].
const (
	// KindRate is a fixed interval, rate(5m), counted from the creation of the
	// command. It has no zone and no end.
	KindRate Kind = iota + 1
	// KindAt is one moment, at(2022-06-06 13:15:30). It has a zone, UTC when
	// none is given, and ends with its only firing.
	KindAt
	// KindCron is a clock schedule of six to eight fields. It may have a zone,
	// and ends with the last of its years.
	KindCron
)

// String returns "rate", "at", "cron", or "none" for the zero Kind and for any
// other number.
func (k Kind) String() string {
	switch k {
	case KindRate:
		return "rate"
	case KindAt:
		return "at"
	case KindCron:
		return "cron"
	}
	return "none"
}

// Schedule says when a command runs. It is an immutable value of about a
// hundred bytes: copy it, share it between goroutines, keep it in a struct.
// Compare schedules with [Schedule.Equal]; == also compares how they were
// written. There is nothing to close. Only the methods Set and UnmarshalText change a
// schedule: they replace it.
//
// The zero Schedule means that there is no schedule: it never fires, its text is
// empty, and in JSON the tag omitzero leaves it out.
//
// As keys of a Go map, schedules that are Equal can be different keys: use the text of
// [Schedule.String] as the key.
//
// A clock schedule is stored as sets of bits, so that a search skips days and times
// that do not match.
type Schedule struct {
	zone *zone // nil: none was given

	seconds     uint64  // bits 0 to 59
	minutes     uint64  // bits 0 to 59
	years       yearSet // the years of the year field
	firingYears yearSet // the years in which some day matches
	when        int64   // rate: the interval in seconds; at: the moment in Unix seconds
	hours       uint32  // bits 0 to 23
	months      uint16  // bits 1 to 12
	days        days

	kind  Kind
	daily bool // true: s fires on every day of every year
	notes notes
}

// notes record the properties of an expression that lead to a warning. Only Warnings reads the
// notes.
type notes uint32

// The notes, each with the property that it records.
const (
	noteRateSpelling notes = 1 << iota // blanks, capitals or leading zeros in rate(...)
	noteSundayRange                    // a weekday range that ends on Sunday
	noteBareL                          // L alone as a weekday
	noteEitherDay                      // both day fields name days
	noteWeekdayStep                    // a step in the weekday field
	noteYearStep                       // */n in the year field
	noteLastInList                     // L together with lists or ranges
	noteGap                            // at(...) names a time that its zone skips
	noteOverlap                        // at(...) names a time that its zone repeats
	noteNoZone                         // at(...) names no zone
	noteTwoDigits                      // a weekday in two digits
	noteQuartz                         // weekdays in numbers that Quartz reads as working days or as the weekend
	noteUnevenSecond                   // an uneven step in the second field; the other fields follow in their order
	noteUnevenMinute
	noteUnevenHour
	noteUnevenDay
	noteUnevenMonth
	noteUnevenWeekday
)

// Kind returns the form of s, or 0 for the zero Schedule. The result depends only on the form of
// the text: "0 0 12 1 1 ? 2027" fires only once, but it is a clock schedule.
func (s Schedule) Kind() Kind { return s.kind }

// IsZero reports whether s is the zero Schedule, that is, whether there is no schedule.
func (s Schedule) IsZero() bool { return s.kind == 0 }

// Equal reports whether s and o have the same canonical text. Equal schedules fire at
// the same instants. For any s, the schedule that Parse(s.String()) returns is Equal to
// s. Schedules that are not Equal can also fire at the same instants, such as at(...)
// for one moment in two zones.
//
//	0 0 9 ? * MON-FRI              0 0 09 * * 1-5 *                        Equal
//	0 0 9 ? * FRI-SUN              0 0 9 ? * 5,6,7                         Equal, but not ==
//	at(2026-06-06 13:00:00 UTC)    at(2026-06-06 21:00:00 GMT+8:00)        not Equal
func (s Schedule) Equal(o Schedule) bool {
	s.notes, o.notes = 0, 0
	if s.zone != nil && o.zone != nil && s.zone.name == o.zone.name {
		s.zone = o.zone // when the cache is full, there can be two copies of one zone
	}
	return s == o
}

// Location returns the zone of s. The result is nil for a rate, since a rate needs no
// zone. It is also nil for a clock schedule without a zone, which follows the clock of
// each instance. A moment without a zone is in UTC. The name of the location is the zone
// as String writes it: an IANA name, UTC, or an offset such as GMT+8:00.
func (s Schedule) Location() *time.Location {
	if s.zone == nil {
		return nil
	}
	return s.zone.location
}

// Interval returns the interval of a rate, in whole seconds from one second to
// 1000 days, and 0 for the other kinds. The service documents 60 seconds to 7
// days (ECS API reference, RunCommand).
// See [Schedule.MinInterval] for the smallest gap of any schedule.
func (s Schedule) Interval() time.Duration {
	if s.kind != KindRate {
		return 0
	}
	return time.Duration(s.when) * time.Second
}

// Endless reports whether the text of s names no end. This is true for a rate, and for a clock
// schedule whose years go on at equal intervals to 2099, the last year that agents accept (no
// year field, *, */2, 2022/2, 2022-2099). A schedule that can never fire, such as February 30, is
// not endless. The calendar repeats after 28 years. So a schedule is not endless either when the
// clock of its zone skips all of its times in the last 28 years. [Schedule.Last] returns the end
// of the other schedules.
//
// The service runs an endless schedule until someone stops the invocation.
func (s Schedule) Endless() bool {
	switch s.kind {
	case KindRate:
		return true
	case KindCron:
		return s.firingYears != yearSet{} && s.years.endless() && s.firesToTheEnd()
	}
	return false
}
