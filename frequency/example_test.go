package frequency_test

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func Example() {
	s, err := frequency.Parse("0 15 10 ? * 6L Asia/Shanghai")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Describe())
	after := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	for t := range s.All(after) {
		fmt.Println(t)
		if n++; n == 3 {
			break
		}
	}
	// Output:
	// At 10:15 on the last Saturday of each month (Shanghai time).
	// 2027-01-30 10:15:00 +0800 CST
	// 2027-02-27 10:15:00 +0800 CST
	// 2027-03-27 10:15:00 +0800 CST
}

func ExampleParse() {
	for _, expr := range []string{
		"rate(90m)",
		"at(2027-06-06 13:15:30 Asia/Shanghai)",
		"0 */20 * * * ?",
	} {
		s, err := frequency.Parse(expr)
		fmt.Println(s.Kind(), s, err)
	}
	// Output:
	// rate rate(90m) <nil>
	// at at(2027-06-06 13:15:30 Asia/Shanghai) <nil>
	// cron 0 0/20 * * * ? <nil>
}

func ExampleMustParse() {
	nightly := frequency.MustParse("0 30 3 * * ? Asia/Shanghai")
	fmt.Println(nightly.Describe())
	// Output: At 03:30 every day (Shanghai time).
}

func ExampleEvery() {
	s, err := frequency.Every(90 * time.Second)
	fmt.Println(s, err)
	_, err = frequency.Every(1500 * time.Millisecond)
	fmt.Println(err)
	// Output:
	// rate(90s) <nil>
	// frequency: rate: an interval must be whole seconds
	// 	1.5s
	// 	^
}

// Which zone does a moment get when its location has no name that the service knows?
func ExampleOnce() {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, loc := range []*time.Location{shanghai, time.UTC, time.FixedZone("CST", 8*60*60)} {
		s, err := frequency.Once(time.Date(2027, 6, 6, 13, 15, 30, 0, loc))
		fmt.Println(s, err)
	}
	// Output:
	// at(2027-06-06 13:15:30 Asia/Shanghai) <nil>
	// at(2027-06-06 13:15:30 UTC) <nil>
	// at(2027-06-06 13:15:30 GMT+8:00) <nil>
}

func ExampleCron() {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := frequency.Cron("0 0 9 ? * MON-FRI", tokyo)
	fmt.Println(s, err)
	s, err = frequency.Cron("0 0 9 ? * MON-FRI", nil) // without a zone, the schedule follows the clock of each instance
	fmt.Println(s, err)
	// Output:
	// 0 0 9 ? * 1-5 Asia/Tokyo <nil>
	// 0 0 9 ? * 1-5 <nil>
}

// What does a schedule do when clocks are set forward and back?
func ExampleSchedule_Next() {
	s := frequency.MustParse("0 30 1,2 * * ? America/New_York")
	t := time.Date(2027, 3, 13, 12, 0, 0, 0, time.UTC)
	for range 3 {
		t = s.Next(t)
		fmt.Println(t)
	}
	t = time.Date(2027, 11, 7, 0, 0, 0, 0, time.UTC)
	for range 3 {
		t = s.Next(t)
		fmt.Println(t)
	}
	// Output:
	// 2027-03-14 01:30:00 -0500 EST
	// 2027-03-15 01:30:00 -0400 EDT
	// 2027-03-15 02:30:00 -0400 EDT
	// 2027-11-07 01:30:00 -0400 EDT
	// 2027-11-07 01:30:00 -0500 EST
	// 2027-11-07 02:30:00 -0500 EST
}

func ExampleSchedule_All() {
	s := frequency.MustParse("0 0 0 29 2 ? 2027-2040 UTC")
	for t := range s.All(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		fmt.Println(t.Format(time.DateOnly))
	}
	// Output:
	// 2028-02-29
	// 2032-02-29
	// 2036-02-29
	// 2040-02-29
}

func ExampleSchedule_Last() {
	last, ok := frequency.MustParse("0 15 10 L * ? 2027-2029 UTC").Last()
	fmt.Println(last, ok)
	_, ok = frequency.MustParse("0 15 10 L * ?").Last()
	fmt.Println(ok)
	// Output:
	// 2029-12-31 10:15:00 +0000 UTC true
	// false
}

func ExampleSchedule_Endless() {
	for _, expr := range []string{"rate(5m)", "0 0 12 * * ?", "0 0 12 * * ? 2027/2", "0 0 12 * * ? 2027-2029", "0 0 12 31 2 ?"} {
		fmt.Println(frequency.MustParse(expr).Endless(), expr)
	}
	// Output:
	// true rate(5m)
	// true 0 0 12 * * ?
	// true 0 0 12 * * ? 2027/2
	// false 0 0 12 * * ? 2027-2029
	// false 0 0 12 31 2 ?
}

// Is the command given enough time to end before it starts again?
func ExampleSchedule_MinInterval() {
	s := frequency.MustParse("0 0,50 9-17 ? * MON-FRI")
	timeout := 15 * time.Minute
	fmt.Println(s.MinInterval(), s.MinInterval() > timeout)
	// Output: 10m0s false
}

func ExampleSchedule_Interval() {
	fmt.Println(frequency.MustParse("rate(2h)").Interval())
	// Output: 2h0m0s
}

func ExampleSchedule_Describe() {
	fmt.Println(frequency.MustParse("0 0/30 9-17 ? * MON-FRI Asia/Shanghai").Describe())
	// Output: Every 30 minutes from 09:00 to 17:30, Monday through Friday (Shanghai time).
}

func ExampleSchedule_DescribeIn() {
	s := frequency.MustParse("0 15 10 ? * 6#3 2027 Asia/Shanghai")
	fmt.Println(s.DescribeIn("zh-CN"))
	fmt.Println(s.DescribeIn("fr")) // an unknown language gives English
	// Output:
	// 按上海时间，2027年每月第三个周六10:15执行。
	// At 10:15 on the third Saturday of each month in 2027 (Shanghai time).
}

func ExampleSchedule_String() {
	fmt.Println(frequency.MustParse("RATE(168h)"))
	fmt.Println(frequency.MustParse("at(2027-06-06 13:15:30)"))
	fmt.Println(frequency.MustParse("00 */20 9-17 ? JAN-MAR FRI-SUN * GMT+8:00"))
	// Output:
	// rate(7d)
	// at(2027-06-06 13:15:30 UTC)
	// 0 0/20 9-17 ? 1-3 5,6,7 GMT+8:00
}

func ExampleSchedule_Equal() {
	a := frequency.MustParse("0 */20 * * * ?")
	b := frequency.MustParse("0 0,20,40 * * * *")
	fmt.Println(a.Equal(b))
	// Output: true
}

func ExampleSchedule_Location() {
	fmt.Println(frequency.MustParse("0 0 12 * * ? GMT-7:00").Location())
	fmt.Println(frequency.MustParse("0 0 12 * * ?").Location() == nil) // nil, because the schedule follows the clock of each instance
	// Output:
	// GMT-7:00
	// true
}

func ExampleSchedule_Kind() {
	switch s := frequency.MustParse("rate(5m)"); s.Kind() {
	case frequency.KindRate:
		fmt.Println("every", s.Interval())
	case frequency.KindAt, frequency.KindCron:
		fmt.Println("by the clock")
	}
	// Output: every 5m0s
}

func ExampleSchedule_IsZero() {
	var s frequency.Schedule
	fmt.Println(s.IsZero(), s == frequency.Schedule{})
	// Output: true true
}

// What kind of schedule is it?
func ExampleKind() {
	for _, expr := range []string{"rate(5m)", "at(2027-06-06 13:15:30)", "0 0 12 * * ?"} {
		fmt.Print(frequency.MustParse(expr).Kind(), " ")
	}
	fmt.Println(frequency.Schedule{}.Kind())
	// Output: rate at cron none
}

// Can schedules be compared and copied like other values?
func ExampleSchedule() {
	a := frequency.MustParse("rate(60m)")
	b := a // b is an independent copy of a
	fmt.Println(a.Equal(b), b.Equal(frequency.MustParse("rate(1h)")))
	fmt.Println(frequency.Schedule{}.Equal(a), frequency.Schedule{}.Next(time.Unix(0, 0)).IsZero())
	// Output:
	// true true
	// false true
}
