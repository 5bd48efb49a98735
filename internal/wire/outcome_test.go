package wire_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func TestBothSpellingsOfAnOutcomeAreRead(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ row, status, finished string }{
		"as DescribeInvocations spells it":       {`{"InstanceInvokeStatus":"Finished","FinishTime":"2026-01-02T03:04:05Z"}`, "Finished", "2026-01-02T03:04:05Z"},
		"as DescribeInvocationResults spells it": {`{"InvokeRecordStatus":"Finished","FinishedTime":"2026-01-02T03:04:05Z"}`, "Finished", "2026-01-02T03:04:05Z"},
		"in small letters":                       {`{"invokeRecordStatus":"Finished","finishTime":"2026-01-02T03:04:05Z"}`, "Finished", "2026-01-02T03:04:05Z"},
		"one of them empty":                      {`{"InvokeRecordStatus":"","InstanceInvokeStatus":"Running","FinishedTime":"","FinishTime":"x"}`, "Running", "x"},
		"neither":                                {`{}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o wire.Outcome
			require.NoError(t, json.Unmarshal([]byte(tc.row), &o))
			assert.Equal(t, tc.status, o.LegacyStatus())
			assert.Equal(t, tc.finished, o.Finished())
		})
	}
}

// outputOf decodes a row whose output is this JSON value, and returns the decoded output.
func outputOf(tb testing.TB, value string) wire.Output {
	tb.Helper()
	var o wire.Outcome
	require.NoError(tb, json.Unmarshal([]byte(`{"Output":`+value+`}`), &o))
	return o.Output
}

func TestOutputIsDecoded(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ value, want string }{
		"empty":                                 {`""`, ""},
		"with padding":                          {`"aGVsbG8="`, "hello"},
		"without padding":                       {`"aGVsbG8"`, "hello"},
		"with more padding than needed":         {`"aGVsbG8===="`, "hello"},
		"padding alone":                         {`"=="`, ""},
		"with line breaks":                      {`"aGVs\r\nbG8=\n"`, "hello"},
		"with a line break within padding":      {`"aGVsbA=\n="`, "hell"},
		"with blanks":                           {`" aGVs bG8 "`, "hello"},
		"with tabs as escapes":                  {`"aGVs\tbG8\u003d"`, "hello"},
		"with a slash":                          {`"/+8="`, "\xff\xef"},
		"with an escaped slash":                 {`"\/+8="`, "\xff\xef"},
		"in the alphabet of URLs":               {`"_-8"`, "\xff\xef"},
		"in both alphabets":                     {`"_+8="`, "\xff\xef"},
		"with bits that no byte needs":          {`"aGVsbG9="`, "hello"},
		"text of four letters":                  {`"true"`, "\xb6\xbb\x9e"},
		"words":                                 {`"permission denied!"`, "permission denied!"},
		"a letter too few":                      {`"a"`, "a"},
		"padding in the middle":                 {`"aGVsbG8=aGVsbG8="`, "aGVsbG8=aGVsbG8="},
		"another script":                        {`"中文"`, "中文"},
		"another script in escapes":             {`"\u4e2d\u6587"`, "中文"},
		"words with quotes and line breaks":     {`"\"no\"\n"`, "\"no\"\n"},
		"words that are not UTF-8":              {"\"caf\xe9!\"", "caf\uFFFD!"},
		"half of a pair of escapes":             {`"\ud83d!"`, "\uFFFD!"},
		"a number":                              {`7`, ""},
		"null":                                  {`null`, ""},
		"a list of text":                        {`["aGVsbG8="]`, ""},
		"an object":                             {`{"a":"aGVsbG8="}`, ""},
		"twice, the last counts":                {`"aGVsbG8=","Output":"aGk="`, "hi"},
		"twice, the last of another type":       {`"aGVsbG8=","Output":7`, "hello"},
		"twice, the last null":                  {`"aGVsbG8=","output":null`, "hello"},
		"twice, the last empty":                 {`"aGVsbG8=","OUTPUT":""`, ""},
		"twice, the last shorter and no Base64": {`"aGVsbG8=","Output":"!"`, "!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, string(outputOf(t, tc.value)))
		})
	}
}

func TestOutputSharesNoMemoryWithTheReply(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"Base64": "aGVsbG8=", "Base64 with blanks": "aGVs bG8=", "words": "no such file!"} {
		body := []byte(`{"Output":"` + text + `"}`)
		var o wire.Outcome
		require.NoError(t, json.Unmarshal(body, &o))
		was := string(o.Output)
		clear(body)
		assert.Equal(t, was, string(o.Output), name)
	}
}

// decodeLenient decodes Base64 of both alphabets, one letter at a time, and skips blanks and line breaks.
// [wire.Output] decodes in this way only when its fast decoder fails.
func decodeLenient(text string) (string, bool) {
	compact := strings.TrimRight(strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "-", "+", "_", "/").Replace(text), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(compact)
	return string(decoded), err == nil
}

func FuzzOutput(f *testing.F) {
	f.Add([]byte("hello"))
	f.Add([]byte{0xff, 0xfe, 0})
	f.Add([]byte("aGVs\r\nbG8=\n"))
	f.Add([]byte("aGVsbA=\n="))
	f.Add([]byte("_-8===="))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding} {
			require.Equal(t, string(raw), string(outputOf(t, `"`+enc.EncodeToString(raw)+`"`)))
		}
		value, err := json.Marshal(string(raw))
		require.NoError(t, err)
		var text string
		require.NoError(t, json.Unmarshal(value, &text)) // text is now the content of the JSON string
		want, ok := decodeLenient(text)
		if !ok {
			want = text
		}
		require.Equal(t, want, string(outputOf(t, string(value))))
	})
}
