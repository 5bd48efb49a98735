package realaccount_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// What belongs to the account of the tests, and must not be in a recorded file.
const (
	accountKey    = "LTAI5tMarkerAccessKeyId1"
	accountSecret = "MarkerAccessKeySecret0123456789"
	accountToken  = "STS.MarkerSecurityToken"
	markerName    = "marker-name-web"
	markerHost    = "marker-host"
	markerIP      = "10.99.88.77"
	markerVPC     = "vpc-bp1marker00000000000"
)

// ids returns the ids of the instances of the tests.
func ids() []string {
	list := make([]string, 12)
	for i := range list {
		list[i] = fmt.Sprintf("i-bp1marker%09d", i+1)
	}
	return list
}

// startAccount starts a local service with instances that can run the harmless commands.
func startAccount(tb testing.TB, opts ...runcommandtest.Option) *runcommandtest.Server {
	tb.Helper()
	groups := runcommandtest.WithResourceGroups(runcommandtest.ResourceGroup{ID: "rg-markerone00001"}, runcommandtest.ResourceGroup{ID: "rg-markertwo00002"})
	srv := runcommandtest.Start(tb, append([]runcommandtest.Option{runcommandtest.WithSTS(accountKey, accountSecret, accountToken), groups}, opts...)...)
	common := runcommandtest.Instance{
		Name: markerName, HostName: markerHost, VPCID: markerVPC, PrivateIPs: []string{markerIP},
		Users: []string{"root"}, Directories: []string{"/tmp"},
	}
	for i, id := range append(ids(), "i-bp1markerstopped01", "i-bp1markergrouped01") {
		inst := common
		inst.ID, inst.Name = id, fmt.Sprintf("%s-%d", markerName, i+1)
		inst.Stopped = strings.Contains(id, "stopped")
		if strings.Contains(id, "grouped") {
			inst.ResourceGroupID = "rg-markerone00001"
		}
		srv.AddInstance(inst)
	}
	srv.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return act(ctx, string(x.Script))
	})
	return srv
}

// act does what a shell does with the harmless commands.
func act(ctx context.Context, script string) runcommandtest.Outcome {
	switch name, argument, _ := strings.Cut(script, " "); name {
	case "sleep":
		seconds, _ := time.ParseDuration(argument + "s")
		timer := time.NewTimer(seconds)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	case "exit":
		return runcommandtest.Outcome{ExitCode: 1}
	case "echo":
		return runcommandtest.Outcome{Output: []byte(argument + "\n")}
	case "date":
		return runcommandtest.Outcome{Output: []byte("+0800\n")}
	case "seq":
		var out strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&out, "%09d\n", i+1)
		}
		return runcommandtest.Outcome{Output: []byte(out.String())}
	}
	return runcommandtest.Outcome{}
}

// config returns the configuration that asks srv everything.
func config(srv *runcommandtest.Server) realaccount.Config {
	return realaccount.Config{
		Region: runcommandtest.Region, Endpoint: "http://ecs.runcommandtest.invalid", Instances: ids(),
		Stopped: "i-bp1markerstopped01", Grouped: "i-bp1markergrouped01", Group: "rg-markertwo00002", Long: 25 * time.Hour,
		Credential: accountCredential, Transport: srv.Transport(),
	}
}

func accountCredential(context.Context) (transport.Credential, error) {
	return transport.Credential{AccessKeyID: accountKey, AccessKeySecret: accountSecret, SecurityToken: accountToken}, nil
}

// A roundTripper is a function that sends requests.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
