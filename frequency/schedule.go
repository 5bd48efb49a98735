package frequency

import "time"

// Kind tells the three forms of a schedule apart. The numbers are for use within
// a program; what is stored is the text of the schedule.
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
// written. There is nothing to close, and no method changes a schedule except
// Set and UnmarshalText, which replace it.
//
// The zero Schedule is no schedule: it never fires, its text is empty, and in
// JSON the tag omitzero leaves it out.
//
// Within, a clock schedule is sets of bits, so that neither days nor times that
// do not match are ever visited.
type Schedule struct {
	zone *zone // nil: none was given

	seconds uint64  // bits 0 to 59
	minutes uint64  // bits 0 to 59
	years   yearSet // as written
	live    yearSet // those of years that have a day to fire on
	when    int64   // rate: the interval in seconds; at: the moment in Unix seconds
	hours   uint32  // bits 0 to 23
	months  uint16  // bits 1 to 12
	days    days

	kind  Kind
	daily bool // fires on every day of every year
	notes notes
}

// notes remember how an expression was written where its canonical text is
// written otherwise; they serve Warnings alone.
type notes uint16

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
)

// Kind returns the form of s, or 0 for the zero Schedule. It follows from the
// text alone: 0 0 12 1 1 ? 2027 fires once and is a clock schedule all the same.
func (s Schedule) Kind() Kind { return s.kind }

// IsZero reports whether s is the zero Schedule, that is, none at all.
func (s Schedule) IsZero() bool { return s.kind == 0 }

// Equal reports whether s and o have the same canonical text, which implies
// that they fire at the same instants. For any s, Parse(s.String()) is Equal
// to s. Schedules can fire alike and still differ in text: rate(1d) counts from
// the creation of a command, and at(...) in two zones can name one instant.
func (s Schedule) Equal(o Schedule) bool {
	s.notes, o.notes = 0, 0
	if s.zone != nil && o.zone != nil && s.zone.name == o.zone.name {
		s.zone = o.zone // two copies of one zone, built while the cache was full
	}
	return s == o
}

// Location returns the zone of s. It is nil for a rate, which needs none, and
// for a clock schedule without a zone, which follows the clock of each instance.
// A moment without a zone is in UTC. The name of the location is the zone as
// String writes it: an IANA name, UTC, or GMT+8:00.
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

// Endless reports whether s goes on without an end that it names: a rate, or a
// clock schedule whose years run on in even steps to 2099, the last year that
// agents know (no year field, *, */2, 2022/2, 2022-2099). A schedule that can
// never fire, such as February 30, is not endless. For the others
// [Schedule.Last] tells the end.
//
// The service runs an endless schedule until someone stops the invocation.
func (s Schedule) Endless() bool {
	switch s.kind {
	case KindRate:
		return true
	case KindCron:
		return s.live != yearSet{} && s.years.open()
	}
	return false
}
