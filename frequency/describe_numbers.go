package frequency

import "math/bits"

// numbers is a set of minutes of the hour, or of seconds of the minute, in the form in which a
// sentence says it.
type numbers struct {
	form     numbersForm
	lo, step int
	hi       int    // the last number of a range
	list     []span // the runs of a list
}

// numbersForm is a way to say a set of numbers.
type numbersForm int

// The forms, each with an example.
const (
	numbersEvery numbersForm = iota // even steps from 0: every 5 minutes
	numbersFrom                     // even steps from another number: every 2 minutes, starting at 1 minute past the hour
	numbersRange                    // steps between two numbers: every minute from 0 through 10 minutes past the hour
	numbersList                     // 0 and 45
)

// numbersOf returns the form of a set of minutes or seconds. Only steps that go on evenly across
// the end of the hour are said without an end. Few numbers are listed even if they have steps: a
// reader of "5, 20, 35 and 50 minutes past the hour" need not compute.
func numbersOf(set uint64) numbers {
	p := progression(set, 3)
	switch even := evenStep(set, 60); {
	case even != 0 && set&1 != 0:
		return numbers{form: numbersEvery, step: even}
	case even != 0 && p.count > manySteps:
		return numbers{form: numbersFrom, lo: p.lo, step: even}
	case p.step == 1, p.count > manyTimes:
		return numbers{form: numbersRange, lo: p.lo, hi: p.hi, step: p.step}
	}
	return numbers{form: numbersList, list: runs(set, 3)}
}

// steps is a set of numbers in steps from lo to hi.
type steps struct{ lo, hi, step, count int }

// progression returns the steps of a set whose values all have the same distance. It returns the
// zero steps for any other set, and for a set with fewer values than the parameter least or than
// two.
func progression(set uint64, least int) steps {
	count := bits.OnesCount64(set)
	if count < max(least, 2) {
		return steps{}
	}
	p := steps{count: count}
	p.lo, p.hi = firstAndLast(set)
	p.step = (p.hi - p.lo) / (count - 1)
	if whole := (span{lo: p.lo, hi: p.hi, step: p.step}); p.step*(count-1) != p.hi-p.lo || whole.bits() != set {
		return steps{}
	}
	return p
}

// evenStep returns the step of a set whose values divide a field into equal parts: 15 for the set
// 0/15 in a field of 60 values. It returns 0 for any other set.
func evenStep(set uint64, size int) int {
	p := progression(set, 2)
	if p.step*p.count != size {
		return 0
	}
	return p.step
}

// firstAndLast returns the smallest and the largest value of a set.
func firstAndLast(set uint64) (first, last int) {
	return bits.TrailingZeros64(set), bits.Len64(set) - 1
}
