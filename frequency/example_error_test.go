package frequency_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// What does the error for a wrong expression look like?
func ExampleParseError() {
	_, err := frequency.Parse("0 15 10 ? * 0")
	fmt.Println(err)

	var pe *frequency.ParseError
	if errors.As(err, &pe) {
		fmt.Println(pe.Field, pe.Offset)
	}
	// Output:
	// frequency: day of week: weekdays count 1 = Monday to 7 = Sunday (not as in Quartz or crontab); write 7 or SUN for Sunday
	// 	0 15 10 ? * 0
	// 	            ^
	// day of week 12
}

// What does the error say to users of crontab?
func ExampleParseError_Error() {
	for _, expr := range []string{"*/5 * * * *", "rate(1h30m)", "0 0 9 ? * SUN-MON"} {
		_, err := frequency.Parse(expr)
		fmt.Println(err)
	}
	// Output:
	// frequency: want 6 to 8 fields, not 5; unlike in crontab, the first field is the second, so put 0 in front; weekdays count from 1 = Monday; write 0 */5 * * * *
	// 	*/5 * * * *
	// 	           ^
	// frequency: rate: units cannot be combined; use only the smaller unit, as in rate(90m)
	// 	rate(1h30m)
	// 	     ^
	// frequency: day of week: a range must not go backwards, and weekdays count 1 = Monday to 7 = Sunday; split it, as in 7,1
	// 	0 0 9 ? * SUN-MON
	// 	          ^
}

// What does the error say in Chinese?
func ExampleParseError_MessageIn() {
	_, err := frequency.Parse("0 61 * * * ?")
	var pe *frequency.ParseError
	if errors.As(err, &pe) {
		fmt.Println(pe.MessageIn("en"))
		fmt.Println(pe.MessageIn("zh"))
	}
	// Output:
	// minute: 61 is above 59
	// 分钟字段：61 大于最大值 59
}

// What happens to an expression that is far too long?
func Example_maxLength() {
	_, err := frequency.Parse(strings.Repeat("9", frequency.MaxLength+1))
	var pe *frequency.ParseError
	if errors.As(err, &pe) {
		fmt.Println(pe.Reason)
	}
	// Output: an expression has at most 2048 bytes
}
