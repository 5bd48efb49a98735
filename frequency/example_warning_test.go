package frequency_test

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// Which parts of a schedule will not do what they seem to?
func ExampleSchedule_Warnings() {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	s := frequency.MustParse("0 30 2 ? * FRI-SUN America/New_York")
	for _, w := range s.Warnings(now) {
		fmt.Printf("%s: %s\n", w.Code, w)
	}
	fmt.Println(s)
	// Output:
	// sunday-range: agents never fire a weekday range that ends on Sunday, such as FRI-SUN or 1-7; String writes the days one by one, which they understand
	// gap: 2027-03-14 02:30:00 does not exist in America/New_York: the schedule does not fire then, and agents in this zone can stop for good there; choose another hour, or write the schedule in UTC
	// 0 30 2 ? * 5,6,7 America/New_York
}

// Which warnings should stop a program from sending the command?
func ExampleWarningCode() {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, expr := range []string{"0 0 12 31 2 ? UTC", "at(2026-06-06 13:15:30 UTC)", "0 0 12 * * ?"} {
		for _, w := range frequency.MustParse(expr).Warnings(now) {
			switch w.Code {
			case frequency.WarnNever, frequency.WarnPast, frequency.WarnExhausted:
				fmt.Println("refused:", w.Code)
			default:
				fmt.Println("sent in spite of:", w.Code)
			}
		}
	}
	// Output:
	// refused: never
	// refused: past
	// sent in spite of: no-zone
}

// What do warnings say in Chinese?
func ExampleWarning_MessageIn() {
	s := frequency.MustParse("0 0 9 ? * 05")
	for _, w := range s.Warnings(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Println(w.MessageIn("zh"))
	}
	// Output:
	// 云助手 Agent 会把两位数字的星期（例如 05）一律当作周日；发送时会写成一位数字，云助手 Agent 可以识别
	// 未指定时区时，定时按各实例的本地时间执行；如需所有实例同时执行，请指定时区，例如 Asia/Shanghai
}

// How does a warning print?
func ExampleWarning() {
	s := frequency.MustParse("rate(05M)")
	for _, w := range s.Warnings(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Println(w)
	}
	fmt.Println("written", s)
	// Output:
	// blanks, capitals and leading zeros in rate(...) are understood by agents but not documented; String writes the documented form
	// written rate(5m)
}
