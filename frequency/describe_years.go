package frequency

// yearsPhrase is the part of a sentence about the years.
type yearsPhrase struct {
	form        yearsForm
	first, last int
	step        int
	list        []span
}

// yearsForm is a way to say the years of a schedule.
type yearsForm int

// The forms, each with the fields of yearsPhrase that it uses.
const (
	yearsAll   yearsForm = iota // the years do not limit the schedule
	yearsOne                    // first
	yearsRange                  // first to last
	yearsFrom                   // first and all later years
	yearsSteps                  // first and every step years
	yearsList                   // list
)

// yearsPhrase returns the form in which a sentence says the years of s.
func (s *Schedule) yearsPhrase() yearsPhrase {
	if s.years == everyYear {
		return yearsPhrase{}
	}
	if first, step := s.years.progression(); step == 1 {
		return yearsPhrase{form: yearsFrom, first: first}
	} else if step > 1 {
		return yearsPhrase{form: yearsSteps, first: first, step: step}
	}
	list := s.years.runs()
	p := yearsPhrase{form: yearsList, first: list[0].lo, last: list[0].hi, list: list}
	if len(list) == 1 {
		p.form = yearsRange
		if p.first == p.last {
			p.form = yearsOne
		}
	}
	return p
}

// open reports whether the years are one unbroken stretch, so that a yearly date comes every year.
func (y *yearsPhrase) open() bool {
	return y.form == yearsAll || y.form == yearsRange || y.form == yearsFrom
}

// firstLeapYear is a leap year, for the length of February.
const firstLeapYear = 1972

// leap returns the leap years of a set.
func (s *yearSet) leap() yearSet {
	var leap yearSet
	for kind := yearKinds / 2; kind < yearKinds; kind++ {
		for w := range leap {
			leap[w] |= s[w] & yearsOfKind[kind][w]
		}
	}
	return leap
}
