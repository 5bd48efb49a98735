package frequency_test

import (
	"encoding/json"
	"flag"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// How is a schedule stored in a file?
func ExampleSchedule_MarshalText() {
	type job struct {
		Name string             `json:"name"`
		When frequency.Schedule `json:"when,omitzero"`
	}
	text, err := json.Marshal(job{Name: "backup", When: frequency.MustParse("0 30 3 * * ? Asia/Shanghai")})
	fmt.Println(string(text), err)
	// Output: {"name":"backup","when":"0 30 3 * * ? Asia/Shanghai"} <nil>
}

func ExampleSchedule_UnmarshalText() {
	var job struct{ When frequency.Schedule }
	err := json.Unmarshal([]byte(`{"When": "rate(5m)"}`), &job)
	fmt.Println(job.When, err)
	// Output: rate(5m) <nil>
}

func ExampleSchedule_Set() {
	var when frequency.Schedule
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.Var(&when, "when", "`schedule`, such as rate(5m)")
	err := flags.Parse([]string{"-when", "at(2027-06-06 13:15:30)"})
	fmt.Println(when, err)
	// Output: at(2027-06-06 13:15:30 UTC) <nil>
}

// How is a schedule written into a buffer that is reused?
func ExampleSchedule_AppendText() {
	line := []byte("Frequency=")
	line, err := frequency.MustParse("0 0 12 ? * SUN").AppendText(line)
	fmt.Println(string(line), err)
	// Output: Frequency=0 0 12 ? * 7 <nil>
}

// How does a program read the schedule from a flag?
func ExampleSchedule_Get() {
	when := frequency.MustParse("rate(5m)")
	var value flag.Getter = &when
	if s, ok := value.Get().(frequency.Schedule); ok {
		fmt.Println(s.Interval())
	}
	// Output: 5m0s
}
