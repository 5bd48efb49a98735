package frequency_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// assertChinese checks that a text is Chinese, with the punctuation of Chinese.
func assertChinese(t *testing.T, text string) {
	t.Helper()
	assert.True(t, strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "%q is not Chinese", text)
	assert.NotContains(t, text, "%!", "a value of the text is missing")
	for _, halfWidth := range []string{", ", "; ", ": ", ". "} {
		assert.NotContains(t, text, halfWidth, "Chinese has full-width punctuation")
	}
}

func TestAnErrorSpeaksEnglishAndChinese(t *testing.T) {
	t.Parallel()
	_, err := frequency.Parse("0 61 * * * ?")
	var pe *frequency.ParseError
	require.ErrorAs(t, err, &pe)
	for lang, want := range map[string]string{
		"en":    "minute: 61 is above 59",
		"zh":    "分钟字段：61 大于最大值 59",
		"zh-CN": "分钟字段：61 大于最大值 59",
		"ZH_tw": "分钟字段：61 大于最大值 59",
		"zha":   "minute: 61 is above 59",
		"":      "minute: 61 is above 59",
	} {
		assert.Equal(t, want, pe.MessageIn(lang), lang)
	}
	assert.Contains(t, pe.Error(), pe.MessageIn("en"))

	_, err = frequency.Parse("0 0 9，18 * * ?")
	require.ErrorAs(t, err, &pe)
	assert.Equal(t, `hour: "，" (U+FF0C) is a full-width character; write 0 0 9,18 * * ?`, pe.MessageIn("en"))
	assert.Equal(t, "小时字段：“，”（U+FF0C）是全角字符；请写 0 0 9,18 * * ?", pe.MessageIn("zh"), "each language has its own quotation marks")

	_, err = frequency.Parse("")
	require.ErrorAs(t, err, &pe)
	assert.Equal(t, "the expression is empty", pe.MessageIn("en"))
	assert.Equal(t, "表达式为空", pe.MessageIn("zh"))

	pe.Reason = "a reason of the program"
	assert.Equal(t, "a reason of the program", pe.MessageIn("zh"), "the Chinese text belongs to another reason")
	assert.Equal(t, "<nil>", (*frequency.ParseError)(nil).MessageIn("zh"))
}
