package main

import (
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// The longest lines of the first and the last column.
const (
	scheduleColumns = 30
	meaningColumns  = 60
)

// firings is how many firings of each schedule are shown.
const firings = 3

// wording has the words of the table in one language.
type wording struct {
	schedule, firings, gap, meaning string
	never, careful, instead         string
	accepted, refused, bound, sent  string
}

var english = wording{
	schedule: "SCHEDULE", firings: "NEXT FIRINGS", gap: "SMALLEST GAP", meaning: "MEANING AND WARNINGS",
	never: "none", careful: "Careful: ", instead: "Write: ",
	accepted: "The service accepts %s.", refused: "The service refuses %s: %s",
	bound: "The service refuses it: ", sent: "Sent as ",
}

var chinese = wording{
	schedule: "定时表达式", firings: "接下来的执行时间", gap: "最小间隔", meaning: "含义与提醒",
	never: "无", careful: "注意：", instead: "建议写成：",
	accepted: "服务端接受 %s。", refused: "服务端拒绝 %s：%s",
	bound: "服务端会拒绝：", sent: "发送为 ",
}

func (o *options) words() wording {
	if o.lang == "zh" {
		return chinese
	}
	return english
}

// printTable prints a row for each schedule.
func (o *options) printTable(out io.Writer, schedules []frequency.Schedule) {
	w := o.words()
	rows := [][]string{{w.schedule, w.firings, w.gap, w.meaning}}
	for n, s := range schedules {
		rows = append(rows, []string{
			program.Wrap(program.Printable(o.expressions[n]), scheduleColumns),
			o.next(s), gap(s), o.meaning(n, s),
		})
	}
	program.PrintTable(out, rows)
}

// next returns the next firings, one a line.
func (o *options) next(s frequency.Schedule) string {
	var lines []string
	for t := range s.All(o.now) {
		lines = append(lines, t.Format("2006-01-02 15:04:05 -07:00"))
		if len(lines) == firings {
			break
		}
	}
	if len(lines) == 0 {
		return o.words().never
	}
	return strings.Join(lines, "\n")
}

// gap returns the smallest gap between two firings, such as 5m or 24h.
func gap(s frequency.Schedule) string {
	d := s.MinInterval()
	if d == 0 {
		return "-"
	}
	text := d.Round(time.Second).String()
	for _, unit := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, unit) {
			text = strings.TrimSuffix(text, unit[1:])
		}
	}
	return text
}

// meaning returns the sentence of the nth schedule, how it is sent when that is not as it was
// written, and its warnings.
func (o *options) meaning(n int, s frequency.Schedule) string {
	lines := []string{program.Wrap(s.DescribeIn(o.lang), meaningColumns)}
	if o.expressions[n] != s.String() {
		lines = append(lines, program.Wrap(o.words().sent+s.String(), meaningColumns))
	}
	if message := breach(s); message != "" {
		lines = append(lines, program.Wrap(o.words().bound+message, meaningColumns))
	}
	for _, warning := range s.Warnings(o.now) {
		lines = append(lines, program.Wrap(o.words().careful+warning.MessageIn(o.lang), meaningColumns))
	}
	return strings.Join(lines, "\n")
}
