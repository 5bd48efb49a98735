package wire_test

import (
	"fmt"
	"maps"
	"net/url"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// writeParams calls the function write with a new writer, and returns the parameters of this writer.
func writeParams(write func(*wire.Writer)) wire.Params {
	w := wire.NewWriter(wire.ActionStopInvocation)
	write(w)
	return w.Params()
}

func TestAWriterEncodesWhatIsSetAndNothingElse(t *testing.T) {
	t.Parallel()
	type tag struct{ Key, Value string }
	for name, tc := range map[string]struct {
		write func(*wire.Writer)
		want  string
	}{
		"nothing": {func(*wire.Writer) {}, ""},
		"zero values": {func(w *wire.Writer) {
			w.Text("a", "")
			w.Secret("b", "")
			w.Number("c", 0)
			w.Flag("d", false)
			w.List("e", nil)
			wire.Tags[tag](w, "f", nil)
			w.Script("g", nil)
			w.Object("h", nil)
			w.Page(0, "")
		}, ""},
		"texts in the order of writing": {func(w *wire.Writer) {
			w.Text("b", "1")
			w.Secret("a", "2")
		}, "b=1&a=2"},
		"numbers and flags": {func(w *wire.Writer) {
			w.Number("n", -90)
			w.Flag("f", true)
		}, "n=-90&f=true"},
		"a list, empty elements too": {func(w *wire.Writer) { w.List("InstanceId", []string{"i-1", "", "a b*~+/中"}) },
			"InstanceId.1=i-1&InstanceId.2=&InstanceId.3=a%20b%2A~%2B%2F%E4%B8%AD"},
		"tags, empty values too": {func(w *wire.Writer) { wire.Tags(w, "Tag", []tag{{"k", "v=&"}, {"k2", ""}}) },
			"Tag.1.Key=k&Tag.1.Value=v%3D%26&Tag.2.Key=k2&Tag.2.Value="},
		"a script of any bytes": {func(w *wire.Writer) { w.Script("CommandContent", []byte{0xff, 0x00, 0xfe, 'x'}) },
			"CommandContent=%2FwD%2BeA%3D%3D"},
		"an object with sorted keys": {func(w *wire.Writer) {
			w.Object("Parameters", map[string]string{"b": "1", "a": `<"&`, "c": ""})
		}, "Parameters=%7B%22a%22%3A%22%3C%5C%22%26%22%2C%22b%22%3A%221%22%2C%22c%22%3A%22%22%7D"},
		"a page": {func(w *wire.Writer) { w.Page(50, "next") }, "MaxResults=50&NextToken=next"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 20 { // repeated, because a map has a random order each time
				require.Equal(t, tc.want, string(writeParams(tc.write).Form()))
			}
			assert.Equal(t, wire.ActionStopInvocation, writeParams(tc.write).Action)
		})
	}
}

// These values and their escaped forms are in the canonical query of the documented signature example
// (vector A).
func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"echo {{name}} *~ +中":                               "echo%20%7B%7Bname%7D%7D%20%2A~%20%2B%E4%B8%AD",
		`{"b":"1","name":"a\u003cb\u003e\u0026\"c","z":""}`: "%7B%22b%22%3A%221%22%2C%22name%22%3A%22a%5Cu003cb%5Cu003e%5Cu0026%5C%22c%22%2C%22z%22%3A%22%22%7D",
		"AZaz09-_.~": "AZaz09-_.~",
		"\x00\xff%":  "%00%FF%25",
		"":           "",
	} {
		assert.Equal(t, want, wire.Escape(in))
	}
}

func TestHasKnowsListsByTheirBareName(t *testing.T) {
	t.Parallel()
	p := writeParams(func(w *wire.Writer) {
		w.Text("RegionId", "r")
		w.List("InstanceId", []string{"i-1"})
		wire.Tags(w, "Tag", []struct{ Key, Value string }{{Key: "k"}})
	})
	for name, want := range map[string]bool{
		"RegionId": true, "InstanceId": true, "InstanceId.1": true, "Tag": true, "Tag.1.Value": true,
		"": false, "Region": false, "InstanceId.2": false, "ResourceTag": false, "CommandContent": false,
	} {
		assert.Equal(t, want, p.Has(name), "Has(%q)", name)
	}
}

func TestSecretsNameEverythingThatMustNotBePrinted(t *testing.T) {
	t.Parallel()
	secret := func(script, value string) wire.Params {
		return writeParams(func(w *wire.Writer) {
			w.Text("Name", "n")
			w.Script("CommandContent", []byte(script))
			w.Object("Parameters", map[string]string{"k": value, "empty": ""})
			w.Secret("ClientToken", "token")
		})
	}
	p := secret("script??>", "value")
	own := []string{"script??>", "c2NyaXB0Pz8+", `{"empty":"","k":"value"}`, "value", "token"}
	assert.ElementsMatch(t, own, p.Secrets(0))
	assert.ElementsMatch(t, []string{"value", "token"}, p.Secrets(8))
	assert.ElementsMatch(t, []string{"script??>", "value", "token"}, p.Secrets(9))
	assert.Equal(t, []string{"secret"}, writeParams(func(w *wire.Writer) { w.Secret("a", "secret") }).Secrets(0))

	hidden := writeParams(func(w *wire.Writer) { w.Hide("a", "b") })
	assert.Equal(t, []string{"a", "b"}, hidden.Secrets(0))
	assert.Empty(t, hidden.Form(), "what is hidden is not written")

	after := writeParams(func(w *wire.Writer) { w.Text("InvokeId", "t-1") }).WithSecretsOf(&p)
	assert.ElementsMatch(t, own, after.Secrets(0))
	assert.ElementsMatch(t, append([]string{"two", "dHdv", `{"empty":"","k":"three"}`, "three", "token"}, own...), secret("two", "three").WithSecretsOf(&p).Secrets(0))
	assert.ElementsMatch(t, own, p.WithSecretsOf(nil).Secrets(0))
	assert.Empty(t, writeParams(func(*wire.Writer) {}).Secrets(0))
}

// Params.Secrets leaves out values that are longer than its limit. The limit applies to the script
// itself: a short script is listed even when its escaped form is much longer.
func TestAShortScriptIsAShortSecretEvenIfItsEscapedFormIsLong(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"\xfb\xef\xbe", "\xff\xff\xff\xff", "x"} {
		p := writeParams(func(w *wire.Writer) { w.Script("CommandContent", []byte(script)) })
		assert.Contains(t, p.Secrets(len(script)), script)
		if len(script) > 1 {
			assert.NotContains(t, p.Secrets(len(script)-1), script)
		}
	}
}

func TestAllStopsWhenAsked(t *testing.T) {
	t.Parallel()
	seen := 0
	for range writeParams(func(w *wire.Writer) { w.List("InstanceId", []string{"i-1", "i-2"}) }).All() {
		seen++
		break
	}
	assert.Equal(t, 1, seen)
	for range (wire.Params{}).All() {
		t.Error("there is no parameter")
	}
}

func ExampleWriter() {
	w := wire.NewWriter(wire.ActionStopInvocation)
	w.Text("RegionId", "cn-hangzhou")
	w.Text("InvokeId", "t-1")
	w.List("InstanceId", []string{"i-1", "i-2"})
	fmt.Println(string(w.Params().Form()))
	// Output: RegionId=cn-hangzhou&InvokeId=t-1&InstanceId.1=i-1&InstanceId.2=i-2
}

// The package net/url decodes the written form into the values that were given to the writer.
func FuzzWriter(f *testing.F) {
	f.Add("cn-hangzhou", []byte("echo hi"), "key", "value", "i-1")
	f.Add("a b&c=d", []byte{0xff}, "%", "+*~", "\x00")
	f.Fuzz(func(t *testing.T, region string, content []byte, key, value, id string) {
		w := wire.NewWriter(wire.ActionRunCommand)
		w.Text("RegionId", region)
		w.Script("CommandContent", content)
		w.List("InstanceId", []string{id})
		wire.Tags(w, "Tag", []struct{ Key, Value string }{{key, value}})
		w.Object("Parameters", map[string]string{key: value})
		p := w.Params()
		all := url.Values{}
		for name, v := range p.All() {
			all.Add(name, v)
			if name == "Parameters" {
				require.True(t, utf8.ValidString(v))
			}
		}
		got, err := url.ParseQuery(string(p.Form()))
		require.NoError(t, err)
		require.Equal(t, maps.Collect(maps.All(all)), maps.Collect(maps.All(got)))
		require.Equal(t, region, got.Get("RegionId"))
		require.Equal(t, []string{id, key, value}, []string{got.Get("InstanceId.1"), got.Get("Tag.1.Key"), got.Get("Tag.1.Value")})
		if len(content) > 0 {
			require.Contains(t, p.Secrets(0), string(content))
		}
	})
}
