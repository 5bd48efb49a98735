package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

const (
	actionRun      = "RunCommand"
	actionDescribe = "DescribeInvocations"
	actionResults  = "DescribeInvocationResults"

	region          = "cn-hangzhou"
	accessKeyID     = "bench-access-key-id"
	accessKeySecret = "bench-access-key-secret"
	invocationID    = "t-hz0123456789abcdefghijklmnopqrst"
	pageSize        = 50
	outputSize      = 24 << 10
)

// A scenario is one call that every contender makes.
type scenario struct {
	name   string
	action string
	run    command // the command to run; only used when the action is RunCommand
	want   outcome // what the decoded reply has to hold
}

// An outcome has two numbers from a decoded reply: the number of its rows, which is 1 for an
// accepted command, and the number of bytes of output after decoding from Base64.
type outcome struct{ rows, output int }

// A command describes what RunCommand shall run. Every contender starts from these
// values.
type command struct {
	script    []byte
	timeout   time.Duration
	token     string // the client token; it is fixed, so that all contenders send the same parameters
	instances []string
	details   *details // nil for the typical command, which has no details
}

// details holds the values that only the full command has.
type details struct {
	name, description, workingDir, username string
	resourceGroup, launcher                 string
	cron                                    string
	parameters                              map[string]string
	tags                                    []runcommand.Tag
}

// scenarios returns the scenarios. They are the same in the process that measures and
// in the process that serves.
func scenarios() []*scenario {
	return []*scenario{
		{name: "typical", action: actionRun, run: typical(), want: outcome{rows: 1}},
		{name: "full", action: actionRun, run: full(), want: outcome{rows: 1}},
		{name: "poll of 100 instances", action: actionDescribe, want: outcome{rows: 100}},
		{name: "page of 50 results", action: actionResults, want: outcome{rows: pageSize, output: pageSize * outputSize}},
	}
}

// typical returns a script of 1 KB on two instances. This gives 8 parameters and a form of 1.6 KB.
func typical() command {
	return command{
		script:    script(1050, ""),
		timeout:   30 * time.Second,
		token:     "bench-token-0123456789abcdef",
		instances: instances(2),
	}
}

// full returns a command with as many instances and tags and as long a script as the service accepts.
// This gives 156 parameters.
func full() command {
	d := &details{
		name:          strings.Repeat("n", 128),
		description:   strings.Repeat("what it does ", 40)[:512],
		workingDir:    "/var/lib/application",
		username:      "operator",
		resourceGroup: "rg-0123456789abcde",
		launcher:      "bash -eu",
		cron:          "0 15 10 ? * 1-5 Asia/Shanghai",
		parameters:    map[string]string{"directory": "/var/log", "days": "30", "pattern": "*.log"},
	}
	for i := range 20 {
		d.tags = append(d.tags, runcommand.Tag{Key: fmt.Sprintf("key-%02d", i), Value: fmt.Sprintf("value-%02d", i)})
	}
	c := command{
		script:    script(18<<10, "find {{directory}} -name {{pattern}} -mtime +{{days}}\n"),
		timeout:   time.Hour,
		token:     typical().token,
		instances: instances(100),
		details:   d,
	}
	return c
}

// script returns a script of exactly size bytes. It begins with the text first.
func script(size int, first string) []byte {
	const line = "echo \"$(date -u +%FT%TZ) checking the state of the service\" >> /var/log/check.log\n"
	return []byte((first + strings.Repeat(line, size/len(line)+1))[:size])
}

func instances(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-bp185dy2o3o6neg%04d", i)
	}
	return ids
}
