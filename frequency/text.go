package frequency

// String returns s in its wire form, the canonical text of the schedule:
// Parse(s.String()) is Equal to s. The zero Schedule gives "".
//
//   - A rate is written in its largest whole unit: rate(90s), rate(5m), rate(7d).
//   - A moment is written with its zone: at(2022-06-06 05:15:30 UTC).
//   - A clock schedule is written in numbers. The year is written only when it limits
//     the schedule, the zone only when there is one. Even steps to the end of a field
//     are written as v/n, three or more values in a row as a-b, other values as a list.
//     Days that agents misread as a range are written as a list: FRI-SUN becomes 5,6,7.
//
// Some expressions, and their text:
//
//	0 15 08 ? * FRI-SUN            0 15 8 ? * 5,6,7
//	0 0,30 * * * *                 0 0/30 * * * ?
//	0 0 22,3 * * ?                 0 0 3,22 * * ?
//	0 0 9 ? JAN,FEB,MAR MON-FRI    0 0 9 ? 1-3 1-5
//	0 0 9 1-31 * ? * GMT           0 0 9 * * ? UTC
//	rate(3600s)                    rate(1h)
//	at(2022-06-06 13:15:30)        at(2022-06-06 13:15:30 UTC)
//
// The text is never longer than [MaxLength]. It is the value of the parameter Frequency in a
// request.
func (s Schedule) String() string {
	var b [64]byte
	return string(s.append(b[:0]))
}

// append appends the canonical text of s.
func (s *Schedule) append(b []byte) []byte {
	switch s.kind {
	case KindRate:
		return s.appendRate(b)
	case KindAt:
		return s.appendAt(b)
	case KindCron:
		return s.appendCron(b)
	}
	return b
}

// AppendText implements [encoding.TextAppender]: it appends the text of String to
// b and returns the longer slice. The error is always nil.
func (s Schedule) AppendText(b []byte) ([]byte, error) { return s.append(b), nil }

// MarshalText implements [encoding.TextMarshaler] with the text of String. JSON uses it for values
// and for the keys of maps. The error is always nil. A field with the tag omitzero is left out when
// there is no schedule.
func (s Schedule) MarshalText() ([]byte, error) { return s.append(nil), nil }

// UnmarshalText implements [encoding.TextUnmarshaler] by Parse. Empty text gives the zero Schedule.
// When there is an error, it is a [*ParseError], and s is unchanged. No other goroutine may use the
// variable s during the call.
func (s *Schedule) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Schedule{}
		return nil
	}
	return s.Set(string(text))
}

// Set implements [flag.Value] by Parse: flag.Var(&s, "schedule", "when to run") makes a flag.
// Unlike UnmarshalText it refuses empty text, since a flag that is given without a schedule is a
// mistake. When there is an error, it is a [*ParseError], and s is unchanged. No other goroutine
// may use the variable s during the call.
func (s *Schedule) Set(expr string) error {
	parsed, err := Parse(expr)
	if err == nil {
		*s = parsed
	}
	return err
}

// Get implements [flag.Getter]. The result is a Schedule, not a *Schedule. It is the zero
// Schedule for a flag that was not given.
func (s *Schedule) Get() any { return *s }
