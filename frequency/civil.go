package frequency

// Calendar arithmetic after C. Neri and L. Schneider, "Euclidean affine
// functions and their application to calendar algorithms" (2023). It converts a day
// number into a date, and a date into a day number, by multiplications and shifts alone.

// daySeconds is the length of a day by the wall clock. Wall clock readings do not know daylight
// saving.
const daySeconds = 24 * 60 * 60

// marchZero is the number of days from March 1 of the year 0 to January 1, 1970. The calendar used
// in the computation begins on that March 1.
const marchZero = 719468

// civil is a calendar date.
type civil struct {
	year, month, day int
}

// civilFromDays returns the date of a day number. Day numbers count from January 1, 1970; the date
// must not lie before the year 0.
func civilFromDays(days int) civil {
	n := uint32(days + marchZero)
	century := 4*n + 3
	dayOfCentury := century % 146097 / 4
	century /= 146097

	product := 2939745 * uint64(4*dayOfCentury+3)
	yearOfCentury := uint32(product >> 32)
	dayOfYear := uint32(product) / 2939745 / 4

	packed := 2141*dayOfYear + 197913
	d := civil{
		year:  int(100*century + yearOfCentury),
		month: int(packed >> 16),
		day:   int(packed&0xffff)/2141 + 1,
	}
	if dayOfYear >= 306 { // the computed year begins in March, so its last two months are in the next calendar year
		d.year++
		d.month -= 12
	}
	return d
}

// daysFromCivil returns the day number of a date, counted from January 1, 1970. Day 0 of a month is
// the last day of the previous month.
func daysFromCivil(year, month, day int) int {
	y, m := uint32(year), uint32(month)
	if m <= 2 {
		y--
		m += 12
	}
	century := y / 100
	return int(1461*y/4-century+century/4+(979*m-2919)/32) + day - 1 - marchZero
}

// weekday returns the weekday of a day number, 1 = Monday to 7 = Sunday. The day number must not be
// negative.
func weekday(days int) int {
	return (days+3)%7 + 1 // January 1, 1970 was a Thursday
}

// isLeap reports whether a year of the Gregorian calendar has a February 29.
func isLeap(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

// monthLength returns the number of days of a month.
func monthLength(year, month int) int {
	if month == 2 {
		if isLeap(year) {
			return 29
		}
		return 28
	}
	return 30 | (month ^ month>>3)
}
