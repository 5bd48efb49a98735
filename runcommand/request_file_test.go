package runcommand_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestAFileMayHaveTheScriptAsText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, want string }{
		{"as text", `{"ContentEncoding":"PlainText","CommandContent":"echo 磁盘\ndf -h\n"}`, "echo 磁盘\ndf -h\n"},
		{"as text that is Base64 by chance", `{"ContentEncoding":"PlainText","CommandContent":"date"}`, "date"},
		{"in other letters", `{"contentencoding":"plaintext","commandcontent":"date"}`, "date"},
		{"the encoding after the script", `{"CommandContent":"date","ContentEncoding":"PlainText"}`, "date"},
		{"in Base64", `{"CommandContent":"ZGF0ZQ=="}`, "date"},
		{"in Base64 in so many words", `{"ContentEncoding":"base64","CommandContent":"ZGF0ZQ=="}`, "date"},
		{"in Base64 on two lines", `{"CommandContent":"ZGF0\nZQ=="}`, "date"},
		{"in Base64 of other bytes", `{"ContentEncoding":"Base64","CommandContent":"1tDOxA=="}`, "\xd6\xd0\xce\xc4"},
		{"none", `{"ContentEncoding":"PlainText"}`, ""},
		{"null", `{"CommandContent":null,"ContentEncoding":"PlainText"}`, ""},
		{"empty", `{"CommandContent":""}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var req runcommand.Request
			require.NoError(t, json.Unmarshal([]byte(tt.file), &req))
			assert.Equal(t, tt.want, string(req.Content))
			data, err := json.Marshal(req)
			require.NoError(t, err)
			var back runcommand.Request
			require.NoError(t, json.Unmarshal(data, &back), "%s", data)
			assert.Equal(t, tt.want, string(back.Content), "%s", data)
		})
	}
}

func TestAnErrorOfAFileNamesTheFieldAndItsForm(t *testing.T) {
	t.Parallel()
	const list, seconds = `["i-bp185dy2o3o6neg0001"]`, "a number of seconds"
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"a duration with a unit", `{"Timeout":"30s"}`, []string{"Timeout: is text", "write 30, " + seconds}},
		{"a duration of minutes", `{"Timeout":"2m30s"}`, []string{"write 150, " + seconds}},
		{"a duration in words", `{"Timeout":"5 minutes"}`, []string{"Timeout: is text", seconds, "such as 30"}},
		{"a duration that is no whole number", `{"Timeout":"1500ms"}`, []string{"Timeout: is text", seconds}},
		{"a duration in a list", `{"Timeout":[30]}`, []string{"Timeout: is an array", seconds}},
		{"an empty duration", `{"Timeout":""}`, []string{"Timeout: is text", seconds}},
		{"a duration too long", `{"Timeout":1e300}`, []string{"Timeout: is not a number of seconds"}},
		{"one id as text", `{"InstanceId":"i-1"}`, []string{"InstanceId: is text", "a list of texts", list}},
		{"ids with commas", `{"InstanceId":"i-1,i-2"}`, []string{"InstanceId: is text", list}},
		{"ids that are numbers", `{"InstanceId":[1,2]}`, []string{"InstanceId: is an array with a part of another kind", list}},
		{"ids in an object", `{"InstanceId":{"1":"i-1"}}`, []string{"InstanceId: is an object", list}},
		{"a tag as text", `{"Tag":"team=web"}`, []string{"Tag: is text", `[{"Key": "team", "Value": "web"}]`}},
		{"a tag as an object", `{"Tag":{"team":"web"}}`, []string{"Tag: is an object", `[{"Key": "team", "Value": "web"}]`}},
		{"a tag with other names", `{"ResourceTag":[{"TagKey":"team"}]}`, []string{"ResourceTag: is an array with a part of another kind", `"Key"`}},
		{"tags that are texts", `{"Tag":["team"]}`, []string{"Tag: is an array with"}},
		{"true in quotes", `{"EnableParameter":"true"}`, []string{"EnableParameter: is text", "without quotes"}},
		{"a number for true", `{"KeepCommand":1}`, []string{"KeepCommand: is a number", "true or false"}},
		{"parameters in the form of the service", `{"Parameters":"{\"a\":\"b\"}"}`, []string{"Parameters: is text", `{"dir": "/var", "days": "7"}`}},
		{"a parameter that is a number", `{"Parameters":{"n":5}}`, []string{"Parameters: is an object with a part of another kind", "texts"}},
		{"a parameter list", `{"Parameters":[{"n":"5"}]}`, []string{"Parameters: is an array"}},
		{"a schedule that is a number", `{"Frequency":300}`, []string{"Frequency: is a number", `"rate(5m)"`}},
		{"a name that is a number", `{"Name":5}`, []string{"Name: is a number", "a text in quotes"}},
		{"a type that is a list", `{"Type":["RunShellScript"]}`, []string{"Type: is an array", "a text in quotes"}},
		{"a script in lines", `{"CommandContent":["date","uptime"]}`, []string{"CommandContent: is an array", "PlainText"}},
		{"a script as text without its encoding", `{"CommandContent":"df -h"}`, []string{"CommandContent: is not Base64", `"ContentEncoding": "PlainText"`}},
		{"a script that is Base64 by chance", `{"CommandContent":"date"}`, []string{"CommandContent: is Base64", `"ContentEncoding": "PlainText"`}},
		{"another encoding", `{"ContentEncoding":"gzip","CommandContent":"x"}`, []string{"ContentEncoding: ", "PlainText", "Base64"}},
		{"an encoding that is no text", `{"ContentEncoding":true}`, []string{"ContentEncoding: is true or false", "text in quotes"}},
		{"a misspelt name", `{"Timout":30}`, []string{`unknown field "Timout"; write "Timeout"`}},
		{"the name of the Go field", `{"InstanceIDs":["i-1"]}`, []string{`unknown field "InstanceIDs"; write "InstanceId"`}},
		{"another name of the Go field", `{"Content":"ZGF0ZQ=="}`, []string{`unknown field "Content"; write "CommandContent"`}},
		{"the plural of a name", `{"Tags":[]}`, []string{`unknown field "Tags"; write "Tag"`}},
		{"a name of nothing", `{"Priority":1}`, []string{`unknown field "Priority"`}},
		{"a list of requests", `[{"Type":"RunShellScript"}]`, []string{"is an array, a request is an object"}},
		{"a text", `"df -h"`, []string{"is text, a request is an object"}},
		{"no JSON", `{"Name":`, []string{"unexpected end of JSON input"}},
		{"a list that breaks off", `["},"EnableParameter":tu`, []string{"invalid character"}},
		{"two requests", `{}{}`, []string{"invalid character '{'"}},
		{"the first of two wrong fields", `{"Timeout":"30s","InstanceId":"i-1"}`, []string{"InstanceId: is text"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			req := runcommand.Request{Name: "before", Timeout: time.Second}
			before := fmt.Sprint(req)
			err := req.UnmarshalJSON([]byte(tt.file))
			require.Error(t, err)
			for _, want := range append(tt.want, "request in JSON: ") {
				assert.ErrorContains(t, err, want)
			}
			for _, internal := range []string{"requestJSON", "requestFile", "requestFields", "Go struct", "Go value", "json.Number", "[]string", "map[", "unmarshal", "runcommand.", "validate."} {
				assert.NotContains(t, err.Error(), internal)
			}
			assert.Equal(t, before, fmt.Sprint(req), "the request is not changed")
		})
	}
}

// Each field is probed with each kind of value, so that no message names a type.
func TestNoMessageAboutAFileNamesAType(t *testing.T) {
	t.Parallel()
	wrong := 0
	for name := range fieldCases {
		for _, wire := range []string{name, map[string]string{"InstanceIDs": "InstanceId", "Tags": "Tag", "ResourceTags": "ResourceTag", "Content": "CommandContent"}[name]} {
			for _, value := range []string{`"x y"`, `5`, `1e999`, `true`, `[]`, `[[]]`, `["x"]`, `{}`, `{"a":1}`, `[{"Key":1}]`, `[{"Key":"a","x":1}]`} {
				err := json.Unmarshal([]byte(`{"`+wire+`":`+value+`}`), new(runcommand.Request))
				if err == nil || wire == "" {
					continue
				}
				wrong++
				assert.NotRegexp(t, `requestJSON|requestFile|requestFields|Go struct|Go value|json\.|\[\]string|map\[|unmarshal|cannot be read`, err.Error(), "%s %s", wire, value)
				assert.ErrorContains(t, err, wire)
			}
		}
	}
	t.Logf("%d wrong values", wrong)
}

// FuzzRequestFile reads files of any content. A request that was read is written and read
// again: it must be the same.
func FuzzRequestFile(f *testing.F) {
	for _, file := range []string{
		`{"ContentEncoding":"PlainText","CommandContent":"df -h"}`, `{"CommandContent":"ZGF0ZQ==","Timeout":1.5,"InstanceId":["i-1"]}`, `{"Timeout":"30s"}`,
		`{"Tag":[{"Key":"a","Value":"b"}],"Parameters":{"a":"b"},"EnableParameter":true}`, `{"Frequency":"every day"}`, `[]`, `""`, `null`, `{`, `{"Type":null}`,
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		var req, back runcommand.Request
		if err := req.UnmarshalJSON(file); err != nil {
			assert.NotRegexp(t, "requestJSON|requestFile", err.Error())
			return
		}
		data, err := json.Marshal(req)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &back), "%s", data)
		assert.Equal(t, fmt.Sprintf("%q", req.Content), fmt.Sprintf("%q", back.Content))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.Equal(t, string(data), string(again))
	})
}
