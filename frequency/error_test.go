package frequency_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestErrorPointsAtTheOffendingCharacter(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expr, want string }{
		{"in the middle", "0 61 * * * ?",
			"frequency: minute: 61 is above 59\n\t0 61 * * * ?\n\t  ^"},
		{"at the end", "rate(5m",
			"frequency: rate: want a closing parenthesis; write rate(5m)\n\trate(5m\n\t       ^"},
		{"of an empty expression", "",
			"frequency: the expression is empty"},
		{"clipped on both sides", "0 " + strings.Repeat("0,", 50) + "x," + strings.Repeat("0,", 50) + "0 * * * ?",
			"frequency: minute: unexpected \"x\"\n\t…" + strings.Repeat("0,", 18) + "x," + strings.Repeat("0,", 17) + "…\n\t" + strings.Repeat(" ", 37) + "^"},
		{"after a tab, which is shown as a blank", "0\t61 \t* * * ?",
			"frequency: minute: 61 is above 59\n\t0 61  * * * ?\n\t  ^"},
		{"below a full-width character", "0 0 ９，１８ * * ?",
			"frequency: hour: \"９\" (U+FF19) is a full-width character; write 0 0 9,18 * * ?\n\t0 0 ９，１８ * * ?\n\t    ^"},
		{"below a Chinese character", "0 0 9 ? * 周x",
			"frequency: day of week: unexpected \"周\"\n\t0 0 9 ? * 周x\n\t          ^"},
		{"after wide characters", "\u3000\u3000 ?",
			"frequency: U+3000 is a full-width blank; write an ordinary blank\n\t\ufffd\ufffd ?\n\t^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := frequency.Parse(tt.expr)
			require.EqualError(t, err, tt.want)
		})
	}
	wide := &frequency.ParseError{Expr: "每天９点 x", Reason: "r", Offset: len("每天９点 ")}
	assert.Equal(t, "frequency: r\n\t每天９点 x\n\t         ^", wide.Error(), "each wide character takes two columns")
	odd := &frequency.ParseError{Expr: "x", Reason: "r", Offset: 99}
	assert.Equal(t, "frequency: r\n\tx\n\t ^", odd.Error())
	odd.Offset = -1
	assert.Equal(t, "frequency: r\n\tx\n\t^", odd.Error())
}
