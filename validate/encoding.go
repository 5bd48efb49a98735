package validate

import (
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// encodings checks that every text field is valid UTF-8. JSON has no way to say
// other bytes: a request that was saved would come back as another one and meet
// its own client token with other parameters. The service documents no such rule.
//
// Tags and Parameters are checked with their other rules. The remaining texts
// (region, enumerations, container, token) have a form that only ASCII fits, and
// Content is bytes, which travel as Base64.
func (c *checker) encodings() {
	for _, text := range [...]struct {
		field, value string
		code         errors.Code
	}{
		{"Name", c.Name, errors.InvalidParameterCharacterCommandName},
		{"Description", c.Description, errors.InvalidParameterCharacterCommandDescription},
		{"WorkingDir", c.WorkingDir, errors.InvalidParameterCharacterCommandWorkingDir},
		{"Username", c.Username, errors.InvalidParameter},
		{"WindowsPasswordName", c.WindowsPasswordName, errors.InvalidParameter},
		{"Launcher", c.Launcher, errors.InvalidParameter},
		{"ResourceGroupId", c.ResourceGroupID, errors.InvalidParameter},
		{"OssOutputDelivery", c.OSSOutputDelivery, errors.InvalidParameter},
	} {
		c.encoding(text.field, text.value, text.code)
	}
	bad, first := 0, 0
	for i, id := range c.InstanceIDs {
		if utf8.ValidString(id) {
			continue
		}
		if bad++; bad == 1 {
			first = i + 1
		}
	}
	if bad > 0 {
		c.reportLocal("InstanceId", errors.InvalidParameter, "has %s not UTF-8 and would arrive changed, among %d; number %d is the first",
			number(bad, "id that is", "ids that are"), len(c.InstanceIDs), first)
	}
}

// encoding reports a text that is not valid UTF-8, with the place where it stops
// being so.
func (c *checker) encoding(field, text string, code errors.Code) {
	if !utf8.ValidString(text) {
		c.reportLocal(field, code, "is not UTF-8 and would arrive changed, byte %d of %d is the first that is wrong",
			validPrefix(text)+1, len(text))
	}
}

// validPrefix is the number of bytes of text before the first that begins no
// character of UTF-8.
func validPrefix(text string) int {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
			return i
		}
	}
	return len(text)
}
