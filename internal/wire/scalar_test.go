package wire_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func TestScalarsTakeWhatComes(t *testing.T) {
	t.Parallel()
	type row struct {
		N wire.Int
		B wire.Bool
		O wire.Object
	}
	for body, want := range map[string]row{
		`{}`:                                           {},
		`{"N":null,"B":null,"O":null}`:                 {},
		`{"N":7,"B":true,"O":{"a":"b"}}`:               {N: 7, B: true, O: wire.Object{"a": "b"}},
		`{"N":"7","B":"true","O":"{\"a\":1}"}`:         {N: 7, B: true, O: wire.Object{"a": "1"}},
		`{"N":" -7 ","B":"TRUE","O":"{}"}`:             {N: -7, B: true},
		`{"N":7.0,"B":1,"O":{}}`:                       {N: 7, B: true},
		`{"N":"1e3","B":"1","O":""}`:                   {N: 1000, B: true},
		`{"N":7.5,"B":"yes","O":"text"}`:               {},
		`{"N":1e300,"B":"false","O":[1]}`:              {},
		`{"N":"","B":"","O":7}`:                        {},
		`{"N":"NaN","B":{},"O":{"a":[1, 2],"b":null}}`: {O: wire.Object{"a": "[1, 2]", "b": "null"}},
		`{"N":[1],"B":[true],"O":"[1]"}`:               {},
		`{"N":9223372036854775807}`:                    {N: 9223372036854775807},
		`{"N":9223372036854775808}`:                    {},
	} {
		var got row
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		assert.Equal(t, want, got, body)
	}
}

func TestBytesDecodeOutput(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                 "",
		"aGVsbG8=":         "hello",
		"aGVsbG8":          "hello",
		"aGVs\r\nbG8=\n":   "hello",
		" aGVs bG8 ":       "hello",
		"/+8=":             "\xff\xef",
		"_-8":              "\xff\xef",
		"dGVybWluYXRlZA==": "terminated",
	} {
		got, err := wire.Bytes(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, string(got), in)
	}
}

func TestBytesKeepWhatIsNotBase64(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"permission denied!", "a", "aGVsbG8=aGVsbG8=", "中文"} {
		got, err := wire.Bytes(in)
		require.Error(t, err, in)
		assert.Equal(t, in, string(got))
	}
}

func FuzzBytes(f *testing.F) {
	f.Add([]byte("hello"))
	f.Add([]byte{0xff, 0xfe, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding} {
			got, err := wire.Bytes(enc.EncodeToString(raw))
			require.NoError(t, err)
			require.Equal(t, string(raw), string(got))
		}
		if got, err := wire.Bytes(string(raw)); err != nil {
			require.Equal(t, string(raw), string(got), "text that is not Base64 is kept")
		}
	})
}
