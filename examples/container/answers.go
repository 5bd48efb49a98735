package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// The ids of the local containers.
var (
	webID  = strings.Repeat("1a", 32)
	jobID  = strings.Repeat("2b", 32)
	copyID = strings.Repeat("3c", 32)
	oldID  = strings.Repeat("4d", 32)
)

var localContainers = []runcommandtest.Container{
	{ID: webID, Name: "web"},
	{ID: oldID, Name: "web-old", Stopped: true},
	{ID: jobID, Name: "job"},
	{ID: copyID, Name: "job"},
}

// questions ask for containers of the local service: one for each answer.
var questions = []struct {
	what     string
	instance string
	container
}{
	{"the name of a container", localInstance, container{name: "web"}},
	{"its id", localInstance, container{id: webID}},
	{"its name and its id", localInstance, container{name: "web", id: webID}},
	{"a name that is not there", localInstance, container{name: "shop"}},
	{"a container that has stopped", localInstance, container{name: "web-old"}},
	{"a name that two containers have", localInstance, container{name: "job"}},
	{"the id of one of these", localInstance, container{name: "job", id: jobID}},
	{"an id of another container", localInstance, container{name: "web", id: jobID}},
	{"a short id, as docker ps shows it", localInstance, container{id: webID[:12]}},
	{"an agent that is too old", oldInstance, container{name: "web"}},
}

// advice says what to do about the codes of containers.
var advice = map[errors.Code]string{
	errors.ContainerNotFound:           "check the name or the id with docker ps on the instance",
	errors.ContainerStateAbnormal:      "start the container",
	errors.ContainerNameDuplicated:     "give the id of one of them",
	errors.ContainerNameAndIdNotMatch:  "give the name or the id alone",
	errors.InvalidContainerIdMalformed: "docker ps --no-trunc shows the whole id",
	errors.ClientNeedUpgrade:           "update the agent",
	errors.UnsupportedContainerRuntime: "install Docker or containerd",
	errors.ContainerConnectFailed:      "start the container runtime",
}

func whatToDo(code errors.Code) string { return advice[code] }

// printAnswers prints what the local service answers about each container.
func (o *options) printAnswers(ctx context.Context, client *runcommand.Client, stdout io.Writer) error {
	rows := [][]string{{"CONTAINER", "ANSWER", "WHAT TO DO"}}
	for _, q := range questions {
		o.Instances = []string{q.instance}
		answer, code, err := o.answer(ctx, client, q.container)
		if err != nil {
			return err
		}
		rows = append(rows, []string{q.what, answer, whatToDo(code)})
	}
	program.PrintTable(stdout, rows)
	return nil
}

// answer runs the script in a container. It returns how the script ended, and why it did
// not run. An error is none of these answers.
func (o *options) answer(ctx context.Context, client *runcommand.Client, c container) (answer string, code errors.Code, err error) {
	req, err := o.request(c)
	if wrong, ok := errors.AsType[*errors.ValidationError](err); ok {
		return "not sent, " + string(wrong.Violations[0].Code), wrong.Violations[0].Code, nil
	}
	if err != nil {
		return "", "", err
	}
	report, err := client.RunAndWait(ctx, req)
	if _, failed := errors.AsType[*errors.InvocationError](err); err != nil && !failed {
		return "", "", err
	}
	r := report.Results[0]
	if r.ErrorCode != "" {
		return fmt.Sprintf("%s, %s", r.Status, r.ErrorCode), r.ErrorCode, nil
	}
	return strings.TrimSpace(r.Text()), "", nil
}
