package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestNumbersOnThePageAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	for more, want := range map[int][]string{
		1: {"1 more is not shown. The field Instance", "1 instance more is not shown. The field Instance"},
		2: {"2 more are not shown. The field Instance", "2 instances more are not shown. The field Instance"},
	} {
		p := newTestPage(t)
		var ids []string
		for i := range max(shownInstances, shownTargets) + more {
			ids = append(ids, instanceID(i))
			p.service.AddInstance(runcommandtest.Instance{ID: instanceID(i)})
		}
		p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Output: []byte(strings.Repeat(`"`, 20_000))}
		})
		start(t, p, runcommand.Shell("true").Instances(ids[1:shownTargets+more]...))
		text := words(t, p, "/")
		for _, part := range want {
			assert.Contains(t, text, part)
		}
	}
}
