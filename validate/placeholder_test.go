package validate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNextPlaceholder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		want         []string
	}{
		{"none", "echo {a} $b }}{{", nil},
		{"one", "echo {{a}}", []string{"a"}},
		{"several without space between", "{{a}}{{b}}{{a}}", []string{"a", "b", "a"}},
		{"blanks and line breaks inside", "{{ a\t}}{{\r\n b \n}}{{\v\fc}}", []string{"a", "b", "c"}},
		{"blanks within the name stay", "{{a b}}", []string{"a b"}},
		{"nothing inside", "{{}} {{ \n }}", []string{"", ""}},
		{"three braces", "{{{a}}}", []string{"a"}},
		{"a brace inside opens nothing", "{{a{b}}", nil},
		{"a lost opening before another", "{{a {{b}}", []string{"b"}},
		{"a single closing brace", "{{a} {{b}}", []string{"b"}},
		{"no end", "{{a}} {{b", []string{"a"}},
		{"end of the text between the braces", "{{a}", nil},
		{"Chinese and bytes that are no text", "{{中}}{{\xff}}", []string{"中", "\xff"}},
		{"a non-breaking space is no blank", "{{\u00a0a}}", []string{"\u00a0a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, allPlaceholders(tt.script))
		})
	}
}

func TestClassOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]nameClass{
		"a":                          customName,
		"":                           customName,
		"a:b":                        customName,
		"a::b":                       customName,
		"ACS":                        customName,
		"ACS:RegionId":               customName,
		"oosx:a":                     customName,
		"oos":                        customName,
		"ACS::RegionId":              builtIn,
		"ACS::AccountId":             builtIn,
		"ACS::InstanceId":            builtIn,
		"ACS::InstanceName":          builtIn,
		"ACS::InvokeId":              builtIn,
		"ACS::CommandId":             builtIn,
		"acs::regionid":              builtIn,
		" ACS ::\n InvokeId ":        builtIn,
		"ACS::":                      unknownBuiltIn,
		"ACS::Weather":               unknownBuiltIn,
		"Acs::RegionId::x":           unknownBuiltIn,
		"ACS::ScriptFileName":        unknownBuiltIn,
		"oos:name":                   storedValue,
		"oos-secret:/path/with.dots": storedValue,
		"OOS-Secret:x":               storedValue,
	} {
		assert.Equal(t, want, classOf(name), "%q", name)
	}
}

func TestANameHasOnlyDocumentedCharacters(t *testing.T) {
	t.Parallel()
	legal := regexp.MustCompile(`^[A-Za-z0-9_-]$`)
	for r := range rune(0x250) {
		assert.Equal(t, legal.MatchString(string(r)), validName(string(r)), "%q", r)
	}
	assert.False(t, validName("ok中"))
}

func TestUsageCountsDistinctNames(t *testing.T) {
	t.Parallel()
	u := usageOf([]byte("{{a}} {{A}} {{.x}} {{.X}} {{}} {{ }} {{ACS::No}} {{ACS::InstanceId}} {{oos:p}} {{"+strings.Repeat("l", 9)+"}}"), 8)
	assert.Len(t, u.names, 3, "a, .x and the long one")
	assert.Equal(t, []int{2, 1, 1, 1}, []int{u.empty.n, u.illegal.n, u.long.n, u.undefined.n})
}

func TestUsageCountsAnyNumberOfNamesWhateverTheirCase(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	for i := range 100 {
		fmt.Fprintf(&script, "{{Key%d}} {{kEY%d}} ", i, i)
	}
	assert.Len(t, usageOf([]byte(script.String()), 64).names, 100)
}

// FuzzPlaceholders compares the scanner with a regular expression. It also writes a script from the
// names that were found, and reads that script again.
func FuzzPlaceholders(f *testing.F) {
	for _, s := range []string{"{{a}}", "{{{a}}}", "{{ a\n}}{{b", "}}{{", "{{a{b}}", "{{ACS :: RegionId}}", "{{oos:x}}", "{{中}}\xff{{}}"} {
		f.Add(s)
	}
	oracle := regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	f.Fuzz(func(t *testing.T, script string) {
		var want []string
		for _, m := range oracle.FindAllStringSubmatch(script, -1) {
			want = append(want, strings.Trim(m[1], " \t\r\n\v\f"))
		}
		names := allPlaceholders(script)
		assert.Equal(t, want, names)

		var b strings.Builder
		for _, name := range names {
			b.WriteString("{{ " + name + " }}")
		}
		again := b.String()
		assert.Equal(t, names, allPlaceholders(again), "round trip")
		first, second := usageOf([]byte(script), 64), usageOf([]byte(again), 64)
		assert.ElementsMatch(t, slices.Collect(maps.Keys(first.names)), slices.Collect(maps.Keys(second.names)))
		for i, count := range []tally{first.empty, first.illegal, first.long, first.undefined} {
			again := []tally{second.empty, second.illegal, second.long, second.undefined}[i]
			assert.Equal(t, []any{count.n, count.first.name}, []any{again.n, again.first.name})
		}
		assert.LessOrEqual(t, len(first.names)+first.empty.n+first.undefined.n, len(names))
		for p := range placeholdersIn([]byte(script)) {
			assert.Equal(t, []string{p.name}, allPlaceholders(script[p.begin:p.end]), "the place")
		}
	})
}

func allPlaceholders(script string) []string {
	var names []string
	for name, rest, ok := nextPlaceholder([]byte(script)); ok; name, rest, ok = nextPlaceholder(rest) {
		names = append(names, name)
	}
	return names
}
