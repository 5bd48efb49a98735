package fleet

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Size says how many instances: a number of them, a share of them in percent, or no limit. The
// zero Size is unset. Sizes are values: they can be compared with == and shared.
//
// In text, which flags and JSON use, a Size is "10", "5%", "0.5%" or "none". The text of an unset
// Size is empty.
//
//	Count(10)     "10"     10 instances; a plan may have fewer
//	Percent(5)    "5%"     5 % of a number of instances that the field of the plan names
//	NoLimit()     "none"   no limit
//	Size{}        ""       unset: each field of Plan says what that means
//
// A field of a plan says whether a share is rounded up or down. A Size that is not valid keeps
// its reason, and [New] reports it together with all other mistakes of the plan. A *Size is a
// [flag.Value] and an [encoding.TextUnmarshaler].
type Size struct {
	kind   sizeKind
	amount int    // a number of instances, or a number of steps of 0.0001 %
	given  string // what was given, for a Size that is not valid
	reason string // what is wrong with it
}

// A sizeKind says what the amount of a Size counts.
type sizeKind uint8

const (
	sizeUnset   sizeKind = iota // nothing was given
	sizeCount                   // the amount is a number of instances
	sizeShare                   // the amount is a number of steps, see stepsInAll
	sizeNone                    // no limit
	sizeInvalid                 // given and reason say what is wrong
)

// A share is kept as a whole number of steps of 0.0001 %. So 10 % of 10 instances is exactly
// 1. With a floating-point number it could be a little more than 1, and would be rounded up
// to 2.
const (
	decimals   = 4
	stepsInOne = 10_000           // steps in 1 %
	stepsInAll = 100 * stepsInOne // steps in 100 %
)

// floatNoise is how far a share given as a float64 may be from a whole number of steps,
// relative to its size: 0.1+0.2 means 0.3.
const floatNoise = 1e-12

// noLimitText is the text of NoLimit.
const noLimitText = "none"

// whatMayBeWritten ends the error about a text that is no Size.
const whatMayBeWritten = `write a number of instances such as "10", a share such as "5%", or "none" for no limit`

// Why a Size or a text is not valid.
const (
	reasonShare    = "a share is from 0% to 100%"
	reasonDecimals = "a share has at most 4 decimals"
	reasonNegative = "a number of instances is not negative"
)

// Count returns a Size of n instances. It does not depend on the number of instances of the
// plan. A negative n gives a Size that is not valid, see [Size.Err].
func Count(n int) Size {
	if n < 0 {
		return Size{kind: sizeInvalid, given: strconv.Itoa(n), reason: reasonNegative}
	}
	return Size{kind: sizeCount, amount: n}
}

// Percent returns a Size that is a share in percent, from 0 to 100 with at most 4 decimals:
// Percent(5) is 5 %, Percent(0.5) half a percent. Any other p, such as NaN, gives a Size that
// is not valid, see [Size.Err].
func Percent(p float64) Size {
	steps := p * stepsInOne
	whole := math.Round(steps)
	invalid := Size{kind: sizeInvalid, given: strconv.FormatFloat(p, 'g', -1, 64) + "%"}
	switch {
	case !(p >= 0 && whole <= stepsInAll): // also true for NaN
		invalid.reason = reasonShare
		return invalid
	case math.Abs(steps-whole) > floatNoise*steps:
		invalid.reason = reasonDecimals
		return invalid
	}
	return Size{kind: sizeShare, amount: int(whole)}
}

// NoLimit returns the Size that means no limit. It differs from an unset Size: in a plan
// with Waves, MaxFailures must be a limit or NoLimit. With NoLimit the plan goes on whatever
// fails.
func NoLimit() Size { return Size{kind: sizeNone} }

// ParseSize reads a Size from its text: a number of instances ("10"), a share with at most 4
// decimals ("5%", "0.5 %") or "none" for no limit. Blanks around the text and before the
// percent sign are ignored. An empty text is an error. The error shows at most 40 bytes of
// the text and says what may be written. The Size is the zero Size then.
//
//	size, err := fleet.ParseSize("2.5%")
func ParseSize(text string) (Size, error) {
	trimmed := strings.TrimSpace(text)
	if trimmed == noLimitText {
		return NoLimit(), nil
	}
	number, share := strings.CutSuffix(trimmed, "%")
	if share {
		number = strings.TrimRightFunc(number, isBlank)
	}
	whole, fraction, hasPoint := strings.Cut(number, ".")
	if !isDigits(whole) || hasPoint && (!share || !isDigits(fraction)) {
		return Size{}, parseError(text, "")
	}
	if len(fraction) > decimals {
		return Size{}, parseError(text, reasonDecimals)
	}
	if share {
		steps, err := strconv.Atoi(whole + fraction + strings.Repeat("0", decimals-len(fraction)))
		if err != nil || steps > stepsInAll {
			return Size{}, parseError(text, reasonShare)
		}
		return Size{kind: sizeShare, amount: steps}, nil
	}
	n, err := strconv.Atoi(whole)
	if err != nil {
		return Size{}, parseError(text, "the number is too large")
	}
	return Count(n), nil
}

// isBlank reports whether strings.TrimSpace removes r.
func isBlank(r rune) bool { return strings.TrimSpace(string(r)) == "" }

// isDigits reports whether a text has digits from 0 to 9 and nothing else.
func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// parseError returns the error of ParseSize about a text. The reason may be empty.
func parseError(text, reason string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("fleet: the text of a size is empty: " + whatMayBeWritten)
	}
	const longest = 40
	shown := text
	if len(shown) > longest {
		shown = shown[:longest] + "..."
	}
	if reason != "" {
		reason += ": "
	}
	return fmt.Errorf("fleet: %q is not a size: %s%s", shown, reason, whatMayBeWritten)
}

// String returns the text of s: "10", "5%", "0.5%" or "none", and "" when s is unset. For a
// Size that is not valid it returns what was given, such as "-1". [ParseSize] reads the text of
// every valid Size.
func (s Size) String() string {
	switch s.kind {
	case sizeCount:
		return strconv.Itoa(s.amount)
	case sizeShare:
		text := fmt.Sprintf("%d.%0*d", s.amount/stepsInOne, decimals, s.amount%stepsInOne)
		return strings.TrimRight(strings.TrimRight(text, "0"), ".") + "%"
	case sizeNone:
		return noLimitText
	default:
		return s.given
	}
}

// IsZero reports whether s is unset. Package encoding/json asks it for fields with omitzero.
func (s Size) IsZero() bool { return s == Size{} }

// Err returns an error that says what is wrong with s, and nil when s is valid or unset. Only
// [Count] and [Percent] return sizes that are not valid. The error says what was given and
// which numbers are valid.
func (s Size) Err() error {
	if s.kind != sizeInvalid {
		return nil
	}
	return fmt.Errorf("fleet: a size cannot be %s: %s", s.given, s.reason)
}

// MarshalText implements [encoding.TextMarshaler]. The text of an unset Size is empty. For a
// Size that is not valid it returns the error of [Size.Err].
func (s Size) MarshalText() ([]byte, error) {
	if err := s.Err(); err != nil {
		return nil, err
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It reads what [ParseSize] reads. An
// empty text gives an unset Size. When it returns an error, s is unchanged.
func (s *Size) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Size{}
		return nil
	}
	return s.Set(string(text))
}

// Set implements [flag.Value]. It reads what [ParseSize] reads. When it returns an error, s is
// unchanged. An empty text is an error.
//
//	var maxFailures fleet.Size
//	flag.Var(&maxFailures, "max-failures", "how many instances may fail, such as 10, 5% or none")
func (s *Size) Set(text string) error {
	parsed, err := ParseSize(text)
	if err == nil {
		*s = parsed
	}
	return err
}

// isSet reports whether s was given, valid or not.
func (s Size) isSet() bool { return s.kind != sizeUnset }

// unlimited reports whether s is NoLimit.
func (s Size) unlimited() bool { return s.kind == sizeNone }

// roundUp returns how many of total instances s means, with a share rounded up and at least 1.
// It is for the sizes of waves and for concurrency. It returns a count as it is, even when it
// is larger than total. No limit and an unset Size mean all.
func (s Size) roundUp(total int) int {
	switch s.kind {
	case sizeShare:
		down, rest := s.share(total)
		if rest {
			down++
		}
		return max(down, 1)
	case sizeUnset, sizeNone:
		return total
	default:
		return s.amount
	}
}

// roundDown returns how many of total instances s means, with a share rounded down. It is for
// limits on failures. It returns a count as it is, even when it is larger than total. No limit
// and an unset Size mean all.
func (s Size) roundDown(total int) int {
	if s.kind == sizeShare {
		down, _ := s.share(total)
		return down
	}
	return s.roundUp(total)
}

// share returns the share of total, rounded down, and whether a rest was cut off. It divides
// before it multiplies, so that no total overflows.
func (s Size) share(total int) (down int, rest bool) {
	steps, t := int64(s.amount), int64(total)
	ofRest := t % stepsInAll * steps
	return int(t/stepsInAll*steps + ofRest/stepsInAll), ofRest%stepsInAll != 0
}
