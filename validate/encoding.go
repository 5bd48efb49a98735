package validate

import (
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// encodings checks that every text field is valid UTF-8. JSON cannot represent other
// bytes: a request would be different after it was saved as JSON and read again. It would
// then use its client token with other parameters. The service documents no such rule.
//
// The encoding of Tags and Parameters is checked together with their other rules. The
// rules for region, enumerations, container and token accept only ASCII. Content may
// hold any bytes, since it is sent as Base64.
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
	if bad, first := countIDs(c.InstanceIDs, func(id string) bool { return !utf8.ValidString(id) }); bad > 0 {
		c.reportLocal("InstanceId", errors.InvalidParameter, "has %s not UTF-8 and would arrive changed, among %d; number %d is the first",
			count(bad, "id that is", "ids that are"), len(c.InstanceIDs), first)
	}
}

// encoding reports a text that is not valid UTF-8, with the position of its first wrong byte.
func (c *checker) encoding(field, text string, code errors.Code) {
	if !utf8.ValidString(text) {
		c.reportLocal(field, code, "is not valid UTF-8 and would arrive changed; the first wrong byte is byte %d of %d",
			validPrefix(text)+1, len(text))
	}
}

// validPrefix returns the number of bytes of text before the first byte that is not valid UTF-8.
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
