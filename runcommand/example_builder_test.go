package runcommand_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// How do I build a request?
func ExampleShell() {
	req, err := runcommand.Shell("df -h {{dir}}").
		Name("disk-usage").
		Parameter("dir", "/var").
		Timeout(30*time.Second).
		Instances("i-1", "i-2").
		Build()
	fmt.Println(req, err)
	// Output: Request{Type:RunShellScript Name:"disk-usage" Content:13 bytes Parameters:1 value Timeout:30s Instances:2 ids} <nil>
}

// How do I make several requests from one builder?
func ExampleBuilder() {
	base := runcommand.Shell("systemctl restart {{unit}}").Timeout(time.Minute).KillTree()
	for _, unit := range []string{"nginx", "redis"} {
		req, err := base.Parameter("unit", unit).Instances("i-1").Build()
		fmt.Println(req.Parameters["unit"], err)
	}
	// Output:
	// nginx <nil>
	// redis <nil>
}

// What is wrong with my request?
func ExampleBuilder_Build() {
	_, err := runcommand.Shell("echo {{name}}").
		Name(strings.Repeat("n", 129)).
		Parameter("nam", "x").
		Build()
	if e, ok := errors.AsType[*errors.ValidationError](err); ok {
		for _, v := range e.Violations {
			fmt.Println(v.Field, v.Code, v.Message)
		}
	}
	// Output:
	// InstanceId MissingParam.InstanceId is missing, give instance ids or resource tags
	// Name CmdName.ExceedLimit has 129 characters, the limit is 128
	// Parameters Parameter.NotMatched has 1 entry among 1 that the script does not use: "nam"; the script uses "name"
}

// How do I give a script a value that I did not choose?
func ExampleBuilder_QuotedParameter() {
	const name = "it's a file; reboot"
	remove := runcommand.Shell("rm -f -- {{file}}").Instances("i-1")
	for _, b := range []runcommand.Builder{remove.Parameter("file", name), remove.QuotedParameter("file", name)} {
		req, err := b.Build()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s\n", req.Script())
	}
	// Output:
	// rm -f -- it's a file; reboot
	// rm -f -- 'it'\''s a file; reboot'
}

// What will run, and is it what I mean?
func ExampleRequest_Script() {
	req, err := runcommand.Shell("rm -rf {{dir}}/* # on {{ACS::InstanceId}}").EnableParameter(true).Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", req.Script())
	for _, w := range req.Warnings(time.Now()) {
		fmt.Println(w)
	}
	// Output:
	// rm -rf /* # on {{ACS::InstanceId}}
	// CommandContent: uses 1 parameter that Parameters does not give: "dir", the first in line 1; the service puts an empty text there; give Parameter("dir", ...), with "" if it is to be empty
}

// When will my schedule fire?
func ExampleBuilder_Cron() {
	req, err := runcommand.Shell("backup.sh").Cron("0 30 3 ? * MON-FRI Asia/Shanghai").Instances("i-1").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(req.Frequency.Describe())
	fmt.Println(req.Frequency.Next(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)))
	// Output:
	// At 03:30, Monday through Friday (Shanghai time).
	// 2026-01-05 03:30:00 +0800 CST
}

// How do I send a request again, to other instances?
func ExampleRequest_Edit() {
	first, err := runcommand.Shell("true").Name("check").Instances("i-1", "i-2", "i-3").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := first.Edit().OnlyInstances("i-2").Build()
	fmt.Println(second.Name, second.InstanceIDs, err)
	// Output: check [i-2] <nil>
}

// Which instances failed, and why?
func ExampleReport_Failed() {
	report := runcommand.Report{InvocationID: "t-1", Complete: true, Results: []runcommand.Result{
		{InstanceID: "i-1", Status: runcommand.StatusSuccess, Exited: true},
		{InstanceID: "i-2", Status: runcommand.StatusFailed, Exited: true, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero},
		{InstanceID: "i-3", Status: runcommand.StatusTimeout, ErrorCode: errors.ExecutionTimeout},
	}}
	for _, r := range report.Failed() {
		err := r.Err()
		fmt.Println(r.InstanceID, errors.Is(err, errors.ErrScript), errors.Is(err, errors.ErrTimeout))
	}
	fmt.Println(report.Err())
	// Output:
	// i-2 true false
	// i-3 false true
	// invocation t-1: 2 of 3 instances failed: i-2 Failed, exit code 3; i-3 Timeout, ExecutionTimeout: the script exceeded its timeout and was killed
}

// How do I make a client for an endpoint of my choice, such as the one for a VPC?
func ExampleNewClient() {
	client, err := runcommand.NewClient("cn-hangzhou",
		runcommand.WithEndpoint("https://ecs-vpc.cn-hangzhou.aliyuncs.com"),
		runcommand.WithStaticCredential("an access key id", "its secret", ""),
	)
	fmt.Println(client, err)
	// Output: Client{Region:cn-hangzhou Endpoint:https://ecs-vpc.cn-hangzhou.aliyuncs.com} <nil>
}
