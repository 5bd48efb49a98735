package runcommand

import (
	"reflect"
	"slices"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/stretchr/testify/assert"
)

// TestEveryFieldOfTheOfficialConfigIsInOneList fails when a new version of the official
// library adds a field to its Config. Then add the name of the field to the list where it
// belongs.
func TestEveryFieldOfTheOfficialConfigIsInOneList(t *testing.T) {
	t.Parallel()
	var fields []string
	for field := range reflect.TypeFor[openapi.Config]().Fields() {
		fields = append(fields, field.Name)
		lists := 0
		for _, in := range []bool{
			slices.Contains(openapiHonoured, field.Name),
			slices.Contains(openapiIgnored, field.Name),
			openapiRefused[field.Name] != "",
		} {
			if in {
				lists++
			}
		}
		assert.Equal(t, 1, lists, field.Name)
	}
	assert.Len(t, fields, len(openapiHonoured)+len(openapiIgnored)+len(openapiRefused), "a list names a field that is gone")
}

// TestFieldsOfALaterVersionAreRefused is an internal test: it calls unsupportedFields with
// a type of its own, because openapi.Config does not have such fields yet.
func TestFieldsOfALaterVersionAreRefused(t *testing.T) {
	t.Parallel()
	type later struct {
		Endpoint   *string
		Method     *string
		LaterText  *string
		LaterFlag  *bool
		LaterHook  func()
		LaterMap   map[string]string
		unexported int
	}
	empty, text, flag := "", "secret", false
	assert.Empty(t, unsupportedFields(reflect.ValueOf(later{})))
	assert.Empty(t, unsupportedFields(reflect.ValueOf(later{Endpoint: &text, Method: &text, LaterText: &empty, unexported: 1})))
	assert.Equal(t, []string{
		"LaterText is not supported: this version of the SDK does not know the field",
		"LaterFlag is not supported: this version of the SDK does not know the field",
		"LaterHook is not supported: this version of the SDK does not know the field",
		"LaterMap is not supported: this version of the SDK does not know the field",
	}, unsupportedFields(reflect.ValueOf(later{LaterText: &text, LaterFlag: &flag, LaterHook: func() {}, LaterMap: map[string]string{}})))
}
