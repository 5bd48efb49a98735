package fleet_test

import (
	"encoding/json"
	"flag"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestASizeIsReadFromItsText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text      string
		want      fleet.Size
		canonical string
	}{
		{"10", fleet.Count(10), "10"},
		{"0", fleet.Count(0), "0"},
		{"010", fleet.Count(10), "10"},
		{" 10\t", fleet.Count(10), "10"},
		{"5%", fleet.Percent(5), "5%"},
		{"5 %", fleet.Percent(5), "5%"},
		{" 5  %\n", fleet.Percent(5), "5%"},
		{"10%", fleet.Percent(10), "10%"},
		{"0%", fleet.Percent(0), "0%"},
		{"100%", fleet.Percent(100), "100%"},
		{"100.0000%", fleet.Percent(100), "100%"},
		{"0.5%", fleet.Percent(0.5), "0.5%"},
		{"00.50%", fleet.Percent(0.5), "0.5%"},
		{"0.0001%", fleet.Percent(0.0001), "0.0001%"},
		{"33.3333%", fleet.Percent(33.3333), "33.3333%"},
		{"0.3%", fleet.Percent(0.1 + 0.2), "0.3%"},
		{"none", fleet.NoLimit(), "none"},
		{" none ", fleet.NoLimit(), "none"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			size, err := fleet.ParseSize(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, size)
			assert.Equal(t, c.canonical, size.String())
			assert.NoError(t, size.Err())
			again, err := fleet.ParseSize(size.String())
			require.NoError(t, err)
			assert.Equal(t, size, again)
		})
	}
}

func TestATextThatIsNoSizeIsRefusedWithWhatMayBeWritten(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"": "is empty", "  ": "is empty",
		"-1": "", "+1": "", "1e3": "", "1.5": "", "1,000": "", "1_000": "", "0x10": "", "10 instances": "", "1 0": "", "١": "",
		"%": "", "-5%": "", "5%%": "", "5.%": "", ".5%": "", "5,5%": "", "5e0%": "", "5.-1%": "", "5.5.5%": "", "NaN%": "", "Inf%": "", "5％": "", "5 percent": "",
		"101%": "0% to 100%", "100.0001%": "0% to 100%", strings.Repeat("9", 30) + "%": "0% to 100%",
		"0.00001%": "4 decimals", "5.00000%": "4 decimals",
		strings.Repeat("9", 30): "too large",
		"None":                  "", "nonee": "", "unlimited": "", "none%": "", "\xff": "", "5%\x00": "",
		strings.Repeat("x", 10_000): "",
	} {
		size, err := fleet.ParseSize(text)
		require.ErrorContains(t, err, `write a number of instances such as "10", a share such as "5%", or "none" for no limit`, "%q", text)
		assert.ErrorContains(t, err, reason, "%q", text)
		assert.Less(t, len(err.Error()), 300)
		assert.True(t, size.IsZero(), "%q", text)

		kept := fleet.Count(7)
		assert.EqualError(t, kept.Set(text), err.Error())
		assert.Equal(t, fleet.Count(7), kept)
	}
}

func TestASizeThatIsNotValidSaysWhatWasGiven(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size        fleet.Size
		text, error string
	}{
		{fleet.Count(-1), "-1", "fleet: a size cannot be -1: a number of instances is not negative"},
		{fleet.Count(math.MinInt32), "-2147483648", "fleet: a size cannot be -2147483648: a number of instances is not negative"},
		{fleet.Percent(math.NaN()), "NaN%", "fleet: a size cannot be NaN%: a share is from 0% to 100%"},
		{fleet.Percent(math.Inf(1)), "+Inf%", "fleet: a size cannot be +Inf%: a share is from 0% to 100%"},
		{fleet.Percent(math.Inf(-1)), "-Inf%", "fleet: a size cannot be -Inf%: a share is from 0% to 100%"},
		{fleet.Percent(-1), "-1%", "fleet: a size cannot be -1%: a share is from 0% to 100%"},
		{fleet.Percent(-1e-300), "-1e-300%", "fleet: a size cannot be -1e-300%: a share is from 0% to 100%"},
		{fleet.Percent(101), "101%", "fleet: a size cannot be 101%: a share is from 0% to 100%"},
		{fleet.Percent(100.0001), "100.0001%", "fleet: a size cannot be 100.0001%: a share is from 0% to 100%"},
		{fleet.Percent(math.MaxFloat64), "1.7976931348623157e+308%", "fleet: a size cannot be 1.7976931348623157e+308%: a share is from 0% to 100%"},
		{fleet.Percent(0.00005), "5e-05%", "fleet: a size cannot be 5e-05%: a share has at most 4 decimals"},
		{fleet.Percent(1e-300), "1e-300%", "fleet: a size cannot be 1e-300%: a share has at most 4 decimals"},
		{fleet.Percent(100.0 / 3), "33.333333333333336%", "fleet: a size cannot be 33.333333333333336%: a share has at most 4 decimals"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.text, c.size.String())
			assert.EqualError(t, c.size.Err(), c.error)
			assert.False(t, c.size.IsZero())
			_, err := c.size.MarshalText()
			assert.EqualError(t, err, c.error)
		})
	}
	sizes := map[fleet.Size]bool{fleet.Percent(math.NaN()): true}
	assert.True(t, sizes[fleet.Percent(math.NaN())], "sizes can be compared, also those that are not valid")
	assert.Equal(t, fleet.Percent(0), fleet.Percent(math.Copysign(0, -1)))
	assert.Equal(t, fleet.Percent(100), fleet.Percent(100.00000000000001))
}

func TestSizesGoThroughJSONAndFlags(t *testing.T) {
	t.Parallel()
	type plan struct {
		Waves []fleet.Size
		Limit fleet.Size
		Left  fleet.Size `json:",omitzero"`
	}
	before := plan{Waves: []fleet.Size{fleet.Count(1), fleet.Percent(2.5), fleet.NoLimit()}}
	text, err := json.Marshal(before)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Waves":["1","2.5%","none"],"Limit":""}`, string(text))
	var after plan
	require.NoError(t, json.Unmarshal(text, &after))
	assert.Equal(t, before, after)
	after.Limit = fleet.Count(3)
	require.NoError(t, json.Unmarshal(text, &after))
	assert.True(t, after.Limit.IsZero(), "an empty text unsets a size")
	require.ErrorContains(t, json.Unmarshal([]byte(`{"Limit":"7 %x"}`), &after), `"7 %x" is not a size`)
	_, err = json.Marshal(plan{Limit: fleet.Count(-1)})
	require.ErrorContains(t, err, "a size cannot be -1")

	flags := flag.NewFlagSet("deploy", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	limit := fleet.Percent(5)
	flags.Var(&limit, "max-failures", "halt after more failures than this")
	require.NoError(t, flags.Parse([]string{"-max-failures", "2 %"}))
	assert.Equal(t, fleet.Percent(2), limit)
	require.ErrorContains(t, flags.Parse([]string{"-max-failures="}), "the text of a size is empty")
	assert.Equal(t, fleet.Percent(2), limit)
}

// FuzzSize checks that any text is refused or gives a size that is read again from its own text.
func FuzzSize(f *testing.F) {
	for _, text := range []string{"10", "5%", "0.5 %", "none", "", "100.0000%", "33.3333%", "-1", "1e9", "9223372036854775808", "\u00a07\u3000%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := fleet.ParseSize(text)
		if err != nil {
			if !size.IsZero() || len(err.Error()) > 400 {
				t.Fatalf("%#v beside %v", size, err)
			}
			return
		}
		again, err := fleet.ParseSize(size.String())
		if err != nil || again != size || size.IsZero() || size.Err() != nil {
			t.Fatalf("%q gives %#v, whose text %q gives %#v, %v", text, size, size, again, err)
		}
	})
}
