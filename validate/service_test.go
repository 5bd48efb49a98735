package validate_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// lateChecks lists the breaches that the service does not find during the call: it finds them only
// when the command reaches the instance.
var lateChecks = []string{"an unknown built-in"}

// Every breach is sent without a check by the client. The local service has tables of its own. When
// the client reports a breach as a rule of the service, the local service must refuse the breach
// with the same code.
func TestTheServiceRefusesEveryBreachWithTheSameCode(t *testing.T) {
	t.Parallel()
	call := localService(t)
	refused, ours := 0, 0
	for name, base := range bases {
		require.NoError(t, call(base()), name)
		for _, b := range breaches {
			if !b.fits(name) || slices.Contains(lateChecks, b.name) {
				continue
			}
			c := base()
			b.do(c)
			var documented []errors.Code
			for _, v := range (validate.Limits{}).Check(c) {
				if !v.Local {
					documented = append(documented, v.Code)
				}
			}
			if documented == nil {
				ours++
				continue
			}
			api, ok := errors.AsType[*errors.APIError](call(c))
			if assert.True(t, ok, "%s: %s is accepted", name, b.name) {
				assert.Contains(t, documented, api.Code, "%s: %s", name, b.name)
				refused++
			}
		}
	}
	t.Logf("%d breaches refused by the local service with the client's code, %d that only the client checks", refused, ours)
}

// localService returns a function that sends a command to the local service. The function does not
// check the command first.
func localService(tb testing.TB) func(*validate.Command) error {
	tb.Helper()
	server := runcommandtest.Start(tb, runcommandtest.WithCredential("id", "secret"))
	tags := make(map[string]string)
	for _, t := range sixTags() {
		tags[t.Key] = t.Value
	}
	for _, id := range []string{"i-1", "i-2", "i-3"} {
		server.AddInstance(runcommandtest.Instance{ID: id, Tags: tags}, runcommandtest.Instance{ID: "windows-" + id, OS: runcommandtest.Windows})
	}
	client, err := transport.New(transport.Config{
		Endpoint:   "http://ecs.test.invalid",
		HTTPClient: &http.Client{Transport: server.Transport()},
		Credential: func(context.Context) (transport.Credential, error) {
			return transport.Credential{AccessKeyID: "id", AccessKeySecret: "secret"}, nil
		},
	})
	require.NoError(tb, err)
	return func(c *validate.Command) error {
		_, err := client.Do(tb.Context(), transport.Call{Params: onTheWire(c)}, &wire.RunCommandReply{})
		return err
	}
}

func onTheWire(c *validate.Command) wire.Params {
	schedule, ids := c.Frequency.String(), c.InstanceIDs
	if c.FrequencyErr != nil {
		schedule = "every day"
	}
	if c.Type == "RunPowerShellScript" {
		ids = make([]string, len(c.InstanceIDs))
		for i, id := range c.InstanceIDs {
			if id != "" {
				ids[i] = "windows-" + id
			}
		}
	}
	w := wire.NewWriter(wire.ActionRunCommand)
	for name, text := range map[string]string{
		"RegionId": c.RegionID, "Type": c.Type, "ContentEncoding": "Base64", "Name": c.Name, "Description": c.Description,
		"WorkingDir": c.WorkingDir, "RepeatMode": c.RepeatMode, "Frequency": schedule, "Username": c.Username,
		"WindowsPasswordName": c.WindowsPasswordName, "ContainerId": c.ContainerID, "ContainerName": c.ContainerName,
		"ResourceGroupId": c.ResourceGroupID, "ClientToken": c.ClientToken, "TerminationMode": c.TerminationMode,
		"Launcher": c.Launcher, "OssOutputDelivery": c.OSSOutputDelivery,
	} {
		w.Text(name, text)
	}
	w.Script("CommandContent", c.Content)
	w.Number("Timeout", int64(c.Timeout/time.Second))
	w.Flag("EnableParameter", c.EnableParameter)
	w.Object("Parameters", c.Parameters)
	w.Flag("KeepCommand", c.KeepCommand)
	w.List("InstanceId", ids)
	wire.Tags(w, "ResourceTag", c.ResourceTags)
	wire.Tags(w, "Tag", c.Tags)
	return w.Params()
}
