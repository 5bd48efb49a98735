package runcommandtest

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// flag reads a boolean parameter. An absent or empty parameter is false.
func (p parameters) flag(name string) (bool, *refusal) {
	switch p[name] {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, refuse(errors.InvalidParameterFormat, "%s is neither true nor false", name)
}

// number reads an integer parameter. The result given is false when the parameter is
// absent or empty.
func (p parameters) number(name string) (n int64, given bool, refused *refusal) {
	text, ok := p[name]
	if !ok || text == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, true, refuse(errors.InvalidParameterFormat, "%s is not an integer", name)
	}
	return n, true, nil
}

// instanceIDs reads InstanceId.1, InstanceId.2 and so on, up to the first number
// that is absent.
func (p parameters) instanceIDs() []string {
	var ids []string
	for i := 1; ; i++ {
		id, ok := p["InstanceId."+strconv.Itoa(i)]
		if !ok {
			return ids
		}
		ids = append(ids, id)
	}
}

// tags reads Name.1.Key, Name.1.Value and so on, up to the first number that has
// neither a key nor a value.
func (p parameters) tags(name string) []tag {
	var tags []tag
	for i := 1; ; i++ {
		prefix := name + "." + strconv.Itoa(i)
		key, hasKey := p[prefix+".Key"]
		value, hasValue := p[prefix+".Value"]
		if !hasKey && !hasValue {
			return tags
		}
		tags = append(tags, tag{key, value})
	}
}

// required refuses the call when one of names is absent or empty. The error code is
// "Missing" followed by the first such name. The gateway of the service uses the same
// code.
func required(p parameters, names ...string) *refusal {
	for _, name := range names {
		if p[name] == "" {
			return refuse(errors.Code("Missing"+name), "%s is mandatory for this action", name)
		}
	}
	return nil
}

// longer reports whether text has more than limit characters: Unicode code points.
func longer(text string, limit int) bool { return utf8.RuneCountInString(text) > limit }

// oneLine reports whether text is UTF-8 without control characters.
func oneLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// printable works like oneLine, but also allows tabs and line breaks.
func printable(text string) bool {
	return oneLine(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(text))
}

// A tagRule has the name of a parameter with tags and the error codes for wrong tags in
// it.
type tagRule struct {
	name                                          string
	tooMany, noKey, badKey, badValue, duplicateOf errors.Code
}

// The rules of the two parameters with tags.
var (
	tagRules = tagRule{"Tag", errors.NumberExceedTags, errors.MissingParameterTagKey,
		errors.InvalidTagKeyMalformed, errors.InvalidTagValueMalformed, errors.DuplicateTagKey}
	resourceTagRules = tagRule{"ResourceTag", errors.NumberExceedResourceTags, errors.MissingParameterResourceTagKey,
		errors.InvalidResourceTagKeyMalformed, errors.InvalidResourceTagValueMalformed, errors.DuplicateResourceTagKey}
)

// check applies the rules that Tag and ResourceTag share.
func (rule tagRule) check(tags []tag, limit int, l Limits) *refusal {
	if len(tags) > limit {
		return refuse(rule.tooMany, "%s has more than %s", rule.name, count(limit, "item", "items"))
	}
	seen := map[string]bool{}
	for i, t := range tags {
		n := i + 1
		switch {
		case t.key == "":
			return refuse(rule.noKey, "%s.%d.Key is missing", rule.name, n)
		case longer(t.key, l.TagKey), !printable(t.key), linked(t.key),
			strings.HasPrefix(t.key, "aliyun"), strings.HasPrefix(t.key, "acs:"):
			return refuse(rule.badKey, "%s.%d.Key is not valid", rule.name, n)
		case longer(t.value, l.TagValue), !printable(t.value), linked(t.value):
			return refuse(rule.badValue, "%s.%d.Value is not valid", rule.name, n)
		case seen[t.key]:
			return refuse(rule.duplicateOf, "%s.%d.Key is given twice", rule.name, n)
		}
		seen[t.key] = true
	}
	return nil
}

// linked reports whether text has the beginning of a web address, which no tag may have.
func linked(text string) bool {
	return strings.Contains(text, "http://") || strings.Contains(text, "https://")
}
