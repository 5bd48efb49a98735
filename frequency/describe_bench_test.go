package frequency_test

import (
	"testing"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func BenchmarkDescribe(b *testing.B) {
	for _, bb := range benchExpressions {
		s := frequency.MustParse(bb.expr)
		for _, lang := range []string{"en", "zh"} {
			b.Run(bb.name+"/"+lang, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = s.DescribeIn(lang)
				}
			})
		}
	}
}
