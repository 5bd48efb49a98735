package validate_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/validate"
)

// notUTF8 holds texts that are not valid UTF-8. Package encoding/json changes such texts.
var notUTF8 = map[string]string{
	"a byte that begins nothing":  "a\xffb",
	"a continuation alone":        "\x80",
	"a character cut at its end":  "x\xe4\xb8",
	"half of a surrogate pair":    "\xed\xa0\x80",
	"more bytes than are needed":  "\xc0\xaf",
	"beyond the last code point":  "\xf4\x90\x80\x80",
	"Chinese in another encoding": "\xd6\xd0\xce\xc4",
	"a bad byte after U+FFFD":     "\ufffd\xff",
}

// Every text field must be valid UTF-8. The test also finds fields that are added later.
func TestEveryTextOfACommandMustBeUTF8(t *testing.T) {
	t.Parallel()
	wire := map[string]string{ // wire names that differ from the name of the field
		"RegionID": "RegionId", "ContainerID": "ContainerId", "ResourceGroupID": "ResourceGroupId", "OSSOutputDelivery": "OssOutputDelivery",
	}
	fields := 0
	for _, f := range reflect.VisibleFields(reflect.TypeFor[validate.Command]()) {
		if f.Type.Kind() != reflect.String {
			continue
		}
		fields++
		name := f.Name
		if n, ok := wire[name]; ok {
			name = n
		}
		for what, text := range notUTF8 {
			c := byID()
			field := reflect.ValueOf(c).Elem().FieldByIndex(f.Index)
			if f.Name == "OSSOutputDelivery" {
				text = "oss://bucket/" + text
			}
			field.SetString(text)
			violations := validate.Limits{}.Check(c)
			if assert.Len(t, violations, 1, "%s of %s", f.Name, what) {
				assert.Equal(t, name, violations[0].Field, what)
			}
		}
	}
	assert.Equal(t, 15, fields)
}

func TestTextThatIsNotUTF8IsLocatedAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(c *validate.Command)
		want string
	}{
		{"the first byte", func(c *validate.Command) { c.Name = "\xff" }, "byte is byte 1 of 1"},
		{"a later byte", func(c *validate.Command) { c.Description = "中文\xffx" }, "byte is byte 7 of 8"},
		{"after a genuine U+FFFD", func(c *validate.Command) { c.WorkingDir = "\ufffd\xff" }, "byte is byte 4 of 4"},
		{"a character cut short", func(c *validate.Command) { c.Tags[2].Value = "ab\xe4\xb8" }, "byte is byte 3 of 4"},
		{"one id", func(c *validate.Command) { c.InstanceIDs[1] = "\xff" }, "has 1 id that is not UTF-8 and would arrive changed, among 3; number 2 is the first"},
		{"all ids", func(c *validate.Command) { c.InstanceIDs = []string{"\xff", "i-\xfe"} }, "has 2 ids that are not UTF-8 and would arrive changed, among 2; number 1 is the first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := byID()
			tt.do(c)
			violations := validate.Limits{}.Check(c)
			require.Len(t, violations, 1)
			assert.Contains(t, violations[0].Message, tt.want)
			assert.True(t, violations[0].Local)
			for _, r := range violations[0].Error() {
				assert.Less(t, r, rune(0x80), "the value is not repeated")
			}
		})
	}
}

func TestAMillionIDsThatAreNotUTF8AreOneViolation(t *testing.T) {
	t.Parallel()
	c := byID()
	c.InstanceIDs = make([]string, million)
	for i := range c.InstanceIDs {
		c.InstanceIDs[i] = "\xff"
	}
	assert.Equal(t, []string{"InstanceId InstanceIds.ExceedLimit", "InstanceId InvalidParameter"}, found(validate.Limits{}.Check(c)))
}

func TestABrokenFormAndBrokenUTF8AreBothReported(t *testing.T) {
	t.Parallel()
	c := byID()
	c.OSSOutputDelivery = "s3://\xff"
	c.Tags[0].Key = strings.Repeat("k", 64) + "\xff"
	assert.ElementsMatch(t, []string{
		"OssOutputDelivery InvalidParameter", "OssOutputDelivery InvalidParameter",
		"Tag.1.Key InvalidTagKey.Malformed", "Tag.1.Key InvalidTagKey.Malformed",
	}, found(validate.Limits{}.Check(c)))
}
