package validate

import (
	"fmt"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// check is Check, whose comment is generated with the list of rules.
func (l Limits) check(c *Command) []errors.Violation {
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

// violationsOf returns the violations in the validator's error. Only a nil error means that the
// command breaks no rule. When the error holds anything other than violations, some rule did not
// run; violationsOf then returns a violation that says so.
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

// reported returns the violation that a rule handed to the validator.
func reported(fault validator.FieldError) (errors.Violation, bool) {
	if fault == nil {
		return errors.Violation{}, false
	}
	v, ok := fault.Value().(errors.Violation)
	return v, ok
}

// unchecked returns a violation that says that the validator failed. The violation names only the
// type of the validator's answer, since the text of the answer can repeat values.
func unchecked(answer any) errors.Violation {
	return errors.Violation{
		Field:   "Request",
		Code:    errors.InvalidParameter,
		Message: fmt.Sprintf("could not be checked, the validator answered with %T", answer) + localNote,
		Local:   true,
	}
}

// A subject is a command with its limits. The validator is called with a subject. The validator
// finds the command in the subject, and the rules find the limits in it.
type subject struct {
	Command *Command `validate:"structonly"`
	limits  Limits
}

// engine returns the validator. All rules are registered for the whole Command and not as struct
// tags: with struct tags the validator stops at the first failure of a field and cannot compare two
// fields.
var engine = sync.OnceValue(func() *validator.Validate {
	v := validator.New()
	v.RegisterStructValidation(runRules, Command{})
	return v
})

// rules lists the rules in the order in which their violations are reported.
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
	(*checker).quotedParameters,
	(*checker).repeatMode,
	(*checker).schedule,
	(*checker).timeout,
}

// runRules runs all rules on the command of the subject that the validator was called with. The
// validator calls it once for each Check.
func runRules(level validator.StructLevel) {
	s := level.Top().Interface().(*subject)
	c := &checker{Command: s.Command, limits: &s.limits, level: level}
	for _, rule := range rules {
		rule(c)
	}
}

// A checker checks one command once. Its methods are the rules; each adds its violations with
// report or reportLocal.
type checker struct {
	*Command
	limits *Limits
	level  validator.StructLevel
}

// report adds a violation of a rule that the service documents. The code is the one of the service.
func (c *checker) report(field string, code errors.Code, format string, args ...any) {
	c.add(errors.Violation{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// reportLocal adds a violation of a rule of this package, with the code of the service that fits
// best.
func (c *checker) reportLocal(field string, code errors.Code, format string, args ...any) {
	c.add(errors.Violation{Field: field, Code: code, Message: fmt.Sprintf(format, args...) + localNote, Local: true})
}

// add hands v to the validator, which collects the violations. The whole violation travels as the
// value of the field, and violationsOf takes it out again.
func (c *checker) add(v errors.Violation) {
	c.level.ReportError(v, v.Field, v.Field, string(v.Code), "")
}
