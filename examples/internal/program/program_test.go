package program_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	_ "github.com/ecs-runcommand/runcommand-go/examples/internal/programtest" // has the flag -update, which a run of all tests gets
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestFlagsMayStandAnywhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, args string
		words      []string
		region     string
		instances  []string
	}{
		{"nothing", "", nil, "", nil},
		{"flags first", "-region r -instances a,b word", []string{"word"}, "r", []string{"a", "b"}},
		{"flags last", "one two -region r --instances=a", []string{"one", "two"}, "r", []string{"a"}},
		{"flags between", "one -region=r two", []string{"one", "two"}, "r", nil},
		{"words after two dashes", "one -- -region r", []string{"one", "-region", "r"}, "", nil},
		{"two dashes twice", "-- a -- b", []string{"a", "--", "b"}, "", nil},
		{"a single dash is a word", "- -region r", []string{"-"}, "r", nil},
		{"instances twice", "-instances a -instances b,,c,", nil, "", []string{"a", "b", "c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var service program.Service
			flags := program.NewFlags("example", "[flags] [word ...]", "Does nothing.", &bytes.Buffer{})
			service.AddFlags(flags)
			words, err := flags.Parse(strings.Fields(tt.args))
			require.NoError(t, err)
			assert.Equal(t, tt.words, words)
			assert.Equal(t, tt.region, service.Region)
			assert.Equal(t, tt.instances, service.Instances)
		})
	}
}

func TestAWrongFlagIsPrintedOnce(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-x":           "example: flag provided but not defined: -x\nusage: example [flags]; -h explains the flags\n",
		"word -x":      "example: flag provided but not defined: -x\nusage: example [flags]; -h explains the flags\n",
		"-region":      "example: flag needs an argument: -region\nusage: example [flags]; -h explains the flags\n",
		"word":         "example: \"word\" is not a flag; the program takes no other arguments\n",
		"-x\x1b[31m=y": "example: flag provided but not defined: -x^[[31m\nusage: example [flags]; -h explains the flags\n",
	} {
		var errs bytes.Buffer
		flags := program.NewFlags("example", "[flags]", "Does nothing.", &errs) // errs would also have the help
		new(program.Service).AddFlags(flags)
		assert.Equal(t, 2, program.Fail(&errs, "example", flags.ParseAll(strings.Fields(args))), args)
		assert.Equal(t, want, errs.String())
	}
}

// A fullDisk takes no output.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnOutputThatIsLostIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stdout       io.Writer
		status, want int
		printed      string
	}{
		{&bytes.Buffer{}, 0, 0, ""},
		{fullDisk{}, 0, 1, "the output was not written: no space left on device\n"},
		{fullDisk{}, 2, 2, ""},
	} {
		var errs bytes.Buffer
		run := func(_ context.Context, args []string, stdout, _ io.Writer) int {
			fmt.Fprint(stdout, args)
			return c.status
		}
		assert.Equal(t, c.want, program.Status(t.Context(), run, []string{"a"}, c.stdout, &errs))
		assert.Equal(t, c.printed, errs.String())
	}
}

func TestHelpFitsOnAScreen(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	flags := program.NewFlags("example", "[flags]", "\nDoes nothing.\nAt all.", &out)
	new(program.Service).AddFlags(flags)
	err := flags.ParseAll([]string{"word", "-h", "-x"})
	require.ErrorIs(t, err, flag.ErrHelp)
	assert.Zero(t, program.Fail(&errs, "example", err))
	assert.Empty(t, errs.String())
	assert.Equal(t, 1, strings.Count(out.String(), "usage: example [flags]\n\nDoes nothing.\nAt all.\n\n  -endpoint address\n"), "%s", &out)
	assert.Less(t, strings.Count(out.String(), "\n"), 24)
}

func TestTheServiceOfTheFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, args, region, err string
	}{
		{"none", "", "", ""},
		{"a region", "-region cn-beijing -instances i-1", "cn-beijing", ""},
		{"the emulator", "-endpoint http://127.0.0.1:8089 -instances i-1", "cn-hangzhou", ""},
		{"the emulator by name", "-endpoint http://localhost:8089 -instances i-1", "cn-hangzhou", ""},
		{"the emulator by its address of version 6", "-endpoint https://[::1]:8089 -instances i-1", "cn-hangzhou", ""},
		{"an endpoint and a region", "-endpoint https://ecs.example.com -region cn-beijing -instances i-1", "cn-beijing", ""},
		{"an endpoint elsewhere without a region", "-endpoint https://ecs.example.com -instances i-1", "", "-endpoint https://ecs.example.com needs -region: the region that it serves"},
		{"an address of the network without a region", "-endpoint http://10.0.0.1:8089 -instances i-1", "", "-endpoint http://10.0.0.1:8089 needs -region: the region that it serves"},
		{"an endpoint without a protocol", "-endpoint 127.0.0.1:8089 -instances i-1", "", "-endpoint 127.0.0.1:8089 has no protocol; write http://127.0.0.1:8089 or https://127.0.0.1:8089"},
		{"a protocol in capitals", "-endpoint HTTP://127.0.0.1:8089 -instances i-1", "cn-hangzhou", ""},
		{"an endpoint with another protocol", "-endpoint ftp://127.0.0.1 -instances i-1", "", "runcommand: WithEndpoint: want http://host[:port] or https://host[:port], got another scheme: invalid argument"},
		{"an endpoint with a path", "-endpoint http://127.0.0.1:8089/a -instances i-1", "", "runcommand: WithEndpoint: want http://host[:port] or https://host[:port], without path, query or fragment: invalid argument"},
		{"a port that does not exist", "-endpoint http://127.0.0.1:99999 -instances i-1", "", "runcommand: WithEndpoint: want http://host[:port] or https://host[:port]: invalid argument"},
		{"a zone as the region", "-region cn-hangzhou-b -instances i-1", "", "runcommand: region: it looks like a zone of the region cn-hangzhou; give cn-hangzhou: invalid argument"},
		{"a region without instances", "-region cn-beijing", "", "-region or -endpoint must be given together with -instances"},
		{"an endpoint without instances", "-endpoint http://127.0.0.1:8089", "", "-region or -endpoint must be given together with -instances"},
		{"instances that are only commas", "-region cn-beijing -instances ,,", "", "-region or -endpoint must be given together with -instances"},
		{"instances alone", "-instances i-1", "", "-region or -endpoint must be given together with -instances"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var service program.Service
			flags := program.NewFlags("example", "[flags]", "Does nothing.", &bytes.Buffer{})
			service.AddFlags(flags)
			require.NoError(t, flags.ParseAll(strings.Fields(tt.args)))
			err := service.Check()
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				assert.Equal(t, 2, program.Fail(&bytes.Buffer{}, "example", err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.region, service.Region)
			assert.Equal(t, tt.args != "", service.Remote())
		})
	}
}

func TestTheClientOfARegionNeedsNoEndpoint(t *testing.T) {
	t.Parallel()
	service := program.Service{Region: "cn-beijing", Instances: []string{"i-1"}}
	client, err := service.Client()
	require.NoError(t, err)
	assert.Equal(t, "cn-beijing", client.Region())
	service.Endpoint = "http://127.0.0.1:8089/path"
	_, err = service.Client()
	assert.Error(t, err, "the endpoint of the flags is used")
}

func TestAnErrorIsPrintedOnceWithWhatToDo(t *testing.T) {
	t.Parallel()
	_, breach := runcommand.Shell("").Instances("i-1").Build()
	require.Error(t, breach)
	for _, tt := range []struct {
		name   string
		err    error
		status int
		want   string
	}{
		{"no error", nil, 0, ""},
		{"help", fmt.Errorf("help: %w", flag.ErrHelp), 0, ""},
		{"an error that the output shows", program.ErrShown, 1, ""},
		{"such an error in another error", fmt.Errorf("deploy: %w", program.ErrShown), 1, ""},
		{"wrong arguments", fmt.Errorf("start: %w", program.Misuse("-x is %d", 3)), 2, "example: -x is 3\n"},
		{"a wrong argument of a kind", program.Misuse("%w", errors.ErrPermission), 2, "example: permission denied\n"},
		{"Ctrl-C", context.Canceled, 1, "example: context canceled\n"},
		{"controls of a terminal", errors.New("a\x1b[2J\r\nb"), 1, "example: a^[[2J\nb\n"},
		{"a missing right", errors.ErrPermission, 1, "example: permission denied\n  Give the account the right that the error names. The README lists the rights of each method.\n"},
		{"an error that begins with the name", errors.New("example: no"), 1, "example: no\n"},
		{"instances without an answer", &errors.InvocationError{Failed: []*errors.InstanceError{{InstanceID: "i-1", Status: "Aborted", Code: errors.ClientNotOnline}}, Total: 1}, 1, "example: an invocation: 1 of 1 instance failed: i-1 Aborted, ClientNotOnline: the agent is offline; check that the agent runs and that the instance reaches the network\n"},
		{"no answer", errors.ErrUnavailable, 1, "example: unavailable\n  The service was not reached; check the network, -region and -endpoint.\n"},
	} {
		var errs bytes.Buffer
		assert.Equal(t, tt.status, program.Fail(&errs, "example", tt.err), tt.name)
		assert.Equal(t, tt.want, errs.String(), tt.name)
	}
	var errs bytes.Buffer
	assert.Equal(t, 2, program.Fail(&errs, "example", breach))
	assert.Contains(t, errs.String(), "example: this cannot be sent:\n  CommandContent: ")
}
