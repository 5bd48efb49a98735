package runcommand_test

import (
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A fieldCase follows one field of Request from the builder to the wire and to
// the rule that checks it.
type fieldCase struct {
	build func(runcommand.Builder) runcommand.Builder
	// wire holds the request parameters that the field adds or changes, compared with the
	// base request. The value "-" means that the field removes the parameter.
	wire map[string]string
	// also names the other fields that the setter sets.
	also []string
	// prepare changes the request so that it is valid before the call of breach; nil: the
	// request is already valid.
	prepare func(*runcommand.Request)
	// breach changes only this field of a valid request, so that the request breaks a rule.
	// The error then names a parameter; the member field holds the expected name.
	breach func(*runcommand.Request)
	field  string
}

// fieldCases has one entry for each exported field of Request.
var fieldCases = map[string]fieldCase{
	"RegionID": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Region("cn-hangzhou") },
		breach: func(r *runcommand.Request) { r.RegionID = "cn hangzhou" }, field: "RegionId",
	},
	"Type": {
		build:  func(runcommand.Builder) runcommand.Builder { return runcommand.Bat("echo {{n}}").Instances("i-1") },
		wire:   map[string]string{"Type": "RunBatScript"},
		breach: func(r *runcommand.Request) { r.Type = "RunPerlScript" }, field: "Type",
	},
	"Content": {
		build:  func(runcommand.Builder) runcommand.Builder { return runcommand.Shell("date").Instances("i-1") },
		wire:   map[string]string{"CommandContent": "ZGF0ZQ=="},
		breach: func(r *runcommand.Request) { r.Content = nil }, field: "CommandContent",
	},
	"Name": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Name("a name") },
		wire:   map[string]string{"Name": "a name"},
		breach: func(r *runcommand.Request) { r.Name = strings.Repeat("n", 129) }, field: "Name",
	},
	"Description": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Description("a description") },
		wire:   map[string]string{"Description": "a description"},
		breach: func(r *runcommand.Request) { r.Description = strings.Repeat("d", 513) }, field: "Description",
	},
	"WorkingDir": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.WorkingDir("/srv/app") },
		wire:   map[string]string{"WorkingDir": "/srv/app"},
		breach: func(r *runcommand.Request) { r.WorkingDir = "/" + strings.Repeat("d", 200) }, field: "WorkingDir",
	},
	"Timeout": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Timeout(90 * time.Second) },
		wire:   map[string]string{"Timeout": "90"},
		breach: func(r *runcommand.Request) { r.Timeout = -time.Second }, field: "Timeout",
	},
	"EnableParameter": {
		build:   func(b runcommand.Builder) runcommand.Builder { return b.EnableParameter(true) },
		wire:    map[string]string{"EnableParameter": "true"},
		prepare: func(r *runcommand.Request) { r.Content = []byte("echo {{}}") },
		breach:  func(r *runcommand.Request) { r.EnableParameter = true }, field: "CommandContent",
	},
	"Parameters": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Parameter("n", "v") },
		wire:   map[string]string{"EnableParameter": "true", "Parameters": `{"n":"v"}`},
		also:   []string{"EnableParameter"},
		breach: func(r *runcommand.Request) { r.Parameters = map[string]string{"n": "v"} }, field: "Parameters",
	},
	"RepeatMode": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.DryRun() },
		wire:   map[string]string{"RepeatMode": "DryRun"},
		breach: func(r *runcommand.Request) { r.RepeatMode = "Sometimes" }, field: "RepeatMode",
	},
	"Frequency": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Every(2 * time.Hour) },
		wire:   map[string]string{"Frequency": "rate(2h)"},
		breach: func(r *runcommand.Request) { r.Frequency = frequency.MustParse("rate(10d)") }, field: "Frequency",
	},
	"KeepCommand": {
		build:   func(b runcommand.Builder) runcommand.Builder { return b.KeepCommand(true) },
		wire:    map[string]string{"KeepCommand": "true"},
		prepare: func(r *runcommand.Request) { r.Content = make([]byte, 14_000) },
		breach:  func(r *runcommand.Request) { r.KeepCommand = true }, field: "CommandContent",
	},
	"Username": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Username("app") },
		wire:   map[string]string{"Username": "app"},
		breach: func(r *runcommand.Request) { r.Username = strings.Repeat("u", 256) }, field: "Username",
	},
	"WindowsPasswordName": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.WindowsPasswordName("vault") },
		wire:   map[string]string{"WindowsPasswordName": "vault"},
		breach: func(r *runcommand.Request) { r.WindowsPasswordName = strings.Repeat("w", 256) }, field: "WindowsPasswordName",
	},
	"InstanceIDs": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Instances("i-2") },
		wire:   map[string]string{"InstanceId.2": "i-2"},
		breach: func(r *runcommand.Request) { r.InstanceIDs = make([]string, 101) }, field: "InstanceId",
	},
	"ResourceTags": {
		build: func(runcommand.Builder) runcommand.Builder {
			return runcommand.Shell("echo {{n}}").ResourceTag("role", "web")
		},
		wire:   map[string]string{"InstanceId.1": "-", "ResourceTag.1.Key": "role", "ResourceTag.1.Value": "web"},
		also:   []string{"InstanceIDs"},
		breach: func(r *runcommand.Request) { r.ResourceTags = []runcommand.Tag{{Key: "role"}} }, field: "ResourceTag",
	},
	"Tags": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Tag("team", "") },
		wire:   map[string]string{"Tag.1.Key": "team", "Tag.1.Value": ""},
		breach: func(r *runcommand.Request) { r.Tags = []runcommand.Tag{{Value: "v"}} }, field: "Tag.1.Key",
	},
	"ContainerID": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.ContainerID(strings.Repeat("a", 64)) },
		wire:   map[string]string{"ContainerId": strings.Repeat("a", 64)},
		breach: func(r *runcommand.Request) { r.ContainerID = "short" }, field: "ContainerId",
	},
	"ContainerName": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.ContainerName("web-1") },
		wire:   map[string]string{"ContainerName": "web-1"},
		breach: func(r *runcommand.Request) { r.ContainerName = "a b" }, field: "ContainerName",
	},
	"ResourceGroupID": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.ResourceGroup("rg-1") },
		wire:   map[string]string{"ResourceGroupId": "rg-1"},
		breach: func(r *runcommand.Request) { r.ResourceGroupID = "\xff" }, field: "ResourceGroupId",
	},
	"ClientToken": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.ClientToken("my-token") },
		wire:   map[string]string{"ClientToken": "my-token"},
		breach: func(r *runcommand.Request) { r.ClientToken = strings.Repeat("t", 65) }, field: "ClientToken",
	},
	"TerminationMode": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.KillTree() },
		wire:   map[string]string{"TerminationMode": "ProcessTree"},
		breach: func(r *runcommand.Request) { r.TerminationMode = "Nicely" }, field: "TerminationMode",
	},
	"Launcher": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.Launcher("python3 -u {{ACS::ScriptFileName}}") },
		wire:   map[string]string{"Launcher": "python3 -u {{ACS::ScriptFileName}}"},
		breach: func(r *runcommand.Request) { r.Launcher = strings.Repeat("l", 1025) }, field: "Launcher",
	},
	"OSSOutputDelivery": {
		build:  func(b runcommand.Builder) runcommand.Builder { return b.OSSOutput("oss://bucket/logs") },
		wire:   map[string]string{"OssOutputDelivery": "oss://bucket/logs"},
		breach: func(r *runcommand.Request) { r.OSSOutputDelivery = "s3://bucket" }, field: "OssOutputDelivery",
	},
}

// fieldBase returns the base request, to which each case adds its field.
func fieldBase() runcommand.Builder { return runcommand.Shell("echo {{n}}").Instances("i-1") }

// TestEveryFieldArrives proves P16 of internal/DESIGN.md.
func TestEveryFieldArrives(t *testing.T) {
	t.Parallel()
	base, err := fieldBase().Build()
	require.NoError(t, err)
	baseWire := sentParameters(t, base)
	assert.Equal(t, map[string]string{
		"RegionId": "cn-hangzhou", "Type": "RunShellScript", "CommandContent": "ZWNobyB7e259fQ==", "ContentEncoding": "Base64",
		"InstanceId.1": "i-1", "ClientToken": baseWire["ClientToken"],
	}, baseWire)
	fields := 0
	for f := range reflect.TypeFor[runcommand.Request]().Fields() {
		if !f.IsExported() {
			continue
		}
		fields++
		c, ok := fieldCases[f.Name]
		require.True(t, ok, "field %s of Request has no case", f.Name)
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			req, err := c.build(fieldBase()).Build()
			require.NoError(t, err)
			assert.Equal(t, append([]string{f.Name}, c.also...), sortedTo(changedFields(base, req), f.Name), "the setter sets its field")

			want := map[string]string{}
			for name, value := range baseWire {
				want[name] = value
			}
			for name, value := range c.wire {
				want[name] = value
				if value == "-" {
					delete(want, name)
				}
			}
			got := sentParameters(t, req)
			if f.Name != "ClientToken" {
				assert.NotEmpty(t, got["ClientToken"])
				want["ClientToken"] = got["ClientToken"]
			}
			assert.Equal(t, want, got, "parameters on the wire")

			broken, err := fieldBase().Build()
			require.NoError(t, err)
			if c.prepare != nil {
				c.prepare(broken)
			}
			require.NoError(t, broken.Validate())
			c.breach(broken)
			v, ok := errors.AsType[*errors.ValidationError](broken.Validate())
			require.True(t, ok, "no rule checks the field")
			var reported []string
			for _, violation := range v.Violations {
				reported = append(reported, violation.Field)
			}
			assert.Contains(t, reported, c.field)
		})
	}
	assert.Len(t, fieldCases, fields, "a case for a field that is gone")

	// The request keeps a schedule that does not parse, in an unexported field. Build has
	// to report this schedule.
	_, err = fieldBase().Cron("every day").Build()
	_, ok := errors.AsType[*frequency.ParseError](err)
	assert.True(t, ok, "a schedule that does not parse is reported: %v", err)
	t.Logf("P16: %d fields of Request followed from the builder to the wire and to a rule", fields)
}

// changedFields names the fields in which two requests differ.
func changedFields(a, b *runcommand.Request) []string {
	var names []string
	for f := range reflect.TypeFor[runcommand.Request]().Fields() {
		if f.IsExported() && !reflect.DeepEqual(reflect.ValueOf(a).Elem().FieldByName(f.Name).Interface(),
			reflect.ValueOf(b).Elem().FieldByName(f.Name).Interface()) {
			names = append(names, f.Name)
		}
	}
	return names
}

// sortedTo returns the names in their order, except for the name in the parameter first:
// this name comes before the others.
func sortedTo(names []string, first string) []string {
	list := []string{}
	for _, name := range names {
		if name == first {
			list = append([]string{name}, list...)
		} else {
			list = append(list, name)
		}
	}
	return list
}

// sentParameters runs the request and returns the parameters that were sent.
func sentParameters(tb testing.TB, req *runcommand.Request) map[string]string {
	tb.Helper()
	var form url.Values
	client, err := runcommand.NewClient("cn-hangzhou",
		runcommand.WithStaticCredential("id", "secret", ""),
		runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			if form, err = url.ParseQuery(string(body)); err != nil {
				return nil, err
			}
			return acceptedReply()(r)
		})}))
	require.NoError(tb, err)
	_, err = client.Run(tb.Context(), req)
	require.NoError(tb, err)
	got := map[string]string{}
	for name, values := range form {
		require.Len(tb, values, 1, "%s is sent once", name)
		got[name] = values[0]
	}
	return got
}
