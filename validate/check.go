package validate

import (
	"fmt"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Check returns every rule that c breaks, in the order in which the fields are
// usually read: region, type, content, targets, texts, container, token, tags,
// parameters, schedule. It returns nil when c may be sent.
//
// Check reads c and keeps nothing of it. It is safe for concurrent use as long as
// c does not change meanwhile.
func (l Limits) Check(c *Command) []errors.Violation {
	if c == nil {
		return []errors.Violation{{
			Field:   "Request",
			Code:    errors.MissingParameter,
			Message: "is nil" + localNote,
			Local:   true,
		}}
	}
	return violationsOf(engine().Struct(&subject{Command: c, limits: l.WithDefaults()}))
}

// violationsOf reads what the rules reported out of the validator's error. Only a
// nil error is a command without faults: any other answer that holds something
// else than violations means that the rules did not run as they should, and is a
// violation itself.
func violationsOf(err error) []errors.Violation {
	if err == nil {
		return nil
	}
	found, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok || len(found) == 0 {
		return []errors.Violation{unchecked(err)}
	}
	violations := make([]errors.Violation, len(found))
	for i, fault := range found {
		if violations[i], ok = reported(fault); !ok {
			violations[i] = unchecked(fault)
		}
	}
	return violations
}

// reported is the violation that a rule handed to the validator.
func reported(fault validator.FieldError) (errors.Violation, bool) {
	if fault == nil {
		return errors.Violation{}, false
	}
	v, ok := fault.Value().(errors.Violation)
	return v, ok
}

// unchecked says that the validator failed. It names the type of its answer
// alone: the text of a validator's error can repeat values.
func unchecked(answer any) errors.Violation {
	return errors.Violation{
		Field:   "Request",
		Code:    errors.InvalidParameter,
		Message: fmt.Sprintf("could not be checked, the validator answered with %T", answer) + localNote,
		Local:   true,
	}
}

// A subject is a command under the limits that hold for it. The validator finds
// in it the one struct whose rules it runs, and the rules find their limits.
type subject struct {
	Command *Command `validate:"structonly"`
	limits  Limits
}

// engine is the validator. All rules hang on Command as a whole: tags stop at the first
// fault of a field and cannot compare two fields.
var engine = sync.OnceValue(func() *validator.Validate {
	v := validator.New()
	v.RegisterStructValidation(runRules, Command{})
	return v
})

// rules in the order of their reports.
var rules = []func(*checker){
	(*checker).region,
	(*checker).commandType,
	(*checker).content,
	(*checker).targets,
	(*checker).counts,
	(*checker).texts,
	(*checker).encodings,
	(*checker).windowsUser,
	(*checker).ossOutput,
	(*checker).container,
	(*checker).clientToken,
	(*checker).terminationMode,
	(*checker).tags,
	(*checker).placeholders,
	(*checker).repeatMode,
	(*checker).schedule,
	(*checker).timeout,
}

func runRules(level validator.StructLevel) {
	s := level.Top().Interface().(*subject)
	c := &checker{Command: s.Command, limits: &s.limits, level: level}
	for _, rule := range rules {
		rule(c)
	}
}

// A checker is one pass over one command.
type checker struct {
	*Command
	limits *Limits
	level  validator.StructLevel
}

// report adds a breach of a rule that the service documents.
func (c *checker) report(field string, code errors.Code, format string, args ...any) {
	c.add(errors.Violation{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// reportLocal adds a breach of a rule of our own, with the nearest code.
func (c *checker) reportLocal(field string, code errors.Code, format string, args ...any) {
	c.add(errors.Violation{Field: field, Code: code, Message: fmt.Sprintf(format, args...) + localNote, Local: true})
}

const localNote = " (the client's own check)"

// add hands v to the validator, whose list of errors is the result.
func (c *checker) add(v errors.Violation) {
	c.level.ReportError(v, v.Field, v.Field, string(v.Code), "")
}
