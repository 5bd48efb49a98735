package fleet_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func offlineClient(tb testing.TB) *runcommand.Client {
	tb.Helper()
	c, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential("id", "secret", ""))
	require.NoError(tb, err)
	return c
}

func TestNewReportsEveryMistakeOfAPlanAtOnce(t *testing.T) {
	t.Parallel()
	good := func() fleet.Plan { return fleet.Plan{Command: command(), Instances: instanceIDs(150)} }
	for _, c := range []struct {
		name   string
		change func(*fleet.Plan)
		fields []string
	}{
		{"a good plan", func(*fleet.Plan) {}, nil},
		{"no instances", func(p *fleet.Plan) { p.Instances = nil }, []string{"Instances"}},
		{"the zero plan", func(p *fleet.Plan) { *p = fleet.Plan{} }, []string{"Instances", "Type", "CommandContent"}},
		{"a blank id", func(p *fleet.Plan) { p.Instances[120] = " " }, []string{"InstanceId"}},
		{"instances in the command", func(p *fleet.Plan) { p.Command = p.Command.Instances("i-1") }, []string{"Command"}},
		{"resource tags in the command", func(p *fleet.Plan) { p.Command = p.Command.ResourceTag("a", "b") }, []string{"Command"}},
		{"a token in the command", func(p *fleet.Plan) { p.Command = p.Command.ClientToken("t") }, []string{"Command"}},
		{"a schedule", func(p *fleet.Plan) { p.Command = p.Command.Every(time.Hour) }, []string{"Command"}},
		{"a reboot", func(p *fleet.Plan) { p.Command = p.Command.OnNextReboot() }, []string{"Command"}},
		{"a dry run", func(p *fleet.Plan) { p.Command = p.Command.DryRun() }, nil},
		{"another region", func(p *fleet.Plan) { p.Command = p.Command.Region("cn-beijing") }, []string{"RegionId"}},
		{"the region of the client", func(p *fleet.Plan) { p.Command = p.Command.Region("cn-hangzhou") }, nil},
		{"19 tags and the two of the fleet", func(p *fleet.Plan) {
			for i := range 19 {
				p.Command = p.Command.Tag(string(rune('a'+i)), "v")
			}
		}, []string{"Tag"}},
		{"waves without a limit", func(p *fleet.Plan) { p.Waves = []fleet.Size{fleet.Count(1)} }, []string{"MaxFailures"}},
		{"waves and NoLimit", func(p *fleet.Plan) {
			p.Waves, p.MaxFailures = []fleet.Size{fleet.Count(1)}, fleet.NoLimit()
		}, nil},
		{"waves of wrong sizes", func(p *fleet.Plan) {
			p.MaxFailures = fleet.Count(0)
			p.Waves = []fleet.Size{{}, fleet.Count(0), fleet.Percent(0), fleet.NoLimit(), fleet.Count(-1), fleet.Percent(math.NaN()), fleet.Percent(101), fleet.Count(1)}
		}, []string{"Waves.1", "Waves.2", "Waves.3", "Waves.4", "Waves.5", "Waves.6", "Waves.7"}},
		{"no concurrency", func(p *fleet.Plan) { p.Concurrency = fleet.Count(0) }, []string{"Concurrency"}},
		{"a wrong limit", func(p *fleet.Plan) { p.MaxFailures = fleet.Percent(-1) }, []string{"MaxFailures"}},
		{"a negative pause", func(p *fleet.Plan) { p.Pause = -time.Second }, []string{"Pause"}},
		{"much at once", func(p *fleet.Plan) {
			p.Pause, p.Concurrency, p.Command = -1, fleet.Count(-3), runcommand.Shell("").Instances("i-1").Timeout(-time.Second)
		}, []string{"Command", "Concurrency", "Pause", "CommandContent", "Timeout"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan := good()
			c.change(&plan)
			f, err := fleet.New(offlineClient(t), plan)
			if c.fields == nil {
				require.NoError(t, err)
				assert.NotEmpty(t, f.ID())
				return
			}
			v, ok := errors.AsType[*errors.ValidationError](err)
			require.True(t, ok, "%v", err)
			var fields []string
			for _, violation := range v.Violations {
				fields = append(fields, violation.Field)
			}
			assert.ElementsMatch(t, c.fields, fields, "%v", err)
			assert.Nil(t, f)
		})
	}
}

func TestAnInstanceThatIsGivenTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	f, err := fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: []string{"i-k1", " i-K1", "i-\u212a1", "i-k1"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"i-k1", "i-\u212a1"}, f.Report().NotSent, "the sign of kelvin is another letter than k")
	f, err = fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: []string{"i-az1", "i-AZ1"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"i-az1"}, f.Report().NotSent)
}

func TestWrongOptionsAreErrors(t *testing.T) {
	t.Parallel()
	plan := fleet.Plan{Command: command(), Instances: instanceIDs(1)}
	for name, opt := range map[string]fleet.Option{
		"a nil option":          nil,
		"a nil journal":         fleet.WithJournal(nil),
		"a nil file journal":    fleet.WithJournal((*fleet.FileJournal)(nil)),
		"a nil approval":        fleet.WithApproval(nil),
		"an unset limit":        fleet.WithMaxFailures(fleet.Size{}),
		"a wrong limit":         fleet.WithMaxFailures(fleet.Count(-1)),
		"no grace":              fleet.StopOnCancel(0),
		"a nil progress":        fleet.OnProgress(nil),
		"a nil tag function":    fleet.WithTags(nil),
		"a tag function panics": fleet.WithTags(func(string, string) []runcommand.Tag { panic("no") }),
		"too many tags": fleet.WithTags(func(_, chunk string) []runcommand.Tag {
			tags := make([]runcommand.Tag, 21)
			for i := range tags {
				tags[i] = runcommand.Tag{Key: string(rune('a' + i)), Value: chunk}
			}
			return tags
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := fleet.New(offlineClient(t), plan, opt)
			require.Error(t, err)
			assert.True(t, errors.Is(err, errors.ErrInvalidArgument) || errors.Is(err, errors.ErrLimitExceeded), "%v", err)
		})
	}
	for name, f := range map[string]func() error{
		"a nil client":  func() error { _, err := fleet.New(nil, plan); return err },
		"a zero client": func() error { _, err := fleet.New(&runcommand.Client{}, plan); return err },
		"resume without a client": func() error {
			_, err := fleet.Resume(nil, &keptJournal{})
			return err
		},
		"resume without a journal":     func() error { _, err := fleet.Resume(offlineClient(t), nil); return err },
		"resume with an empty journal": func() error { _, err := fleet.Resume(offlineClient(t), &keptJournal{}); return err },
		"resume with a journal of others": func() error {
			_, err := fleet.Resume(offlineClient(t), &keptJournal{entries: [][]byte{[]byte(`{"hello":1}`)}})
			return err
		},
		"the zero fleet": func() error { _, err := (&fleet.Fleet{}).Run(t.Context()); return err },
		"a nil fleet":    func() error { _, err := (*fleet.Fleet)(nil).Run(t.Context()); return err },
		"a run without a context": func() error {
			f, err := fleet.New(offlineClient(t), plan)
			require.NoError(t, err)
			_, err = f.Run(nil) //nolint:staticcheck // the point of the test
			return err
		},
		"resume with a nil option": func() error { _, err := fleet.Resume(offlineClient(t), &keptJournal{}, nil); return err },
		"the zero fleet decides":   func() error { return (&fleet.Fleet{}).Decide([]string{"i-1"}, true) },
		"a nil fleet decides":      func() error { return (*fleet.Fleet)(nil).Decide([]string{"i-1"}, true) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Error(t, f())
		})
	}
	assert.NotNil(t, (*fleet.Fleet)(nil).Report())
	assert.Empty(t, (*fleet.Fleet)(nil).ID())
	require.Error(t, (*fleet.Report)(nil).Err())
	assert.Empty(t, (*fleet.Report)(nil).Groups())
}

func TestAnInstanceGivenTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	f, err := fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: []string{"i-a", "i-b", "I-A", " i-b "}})
	require.NoError(t, err)
	assert.Equal(t, []string{"i-a", "i-b"}, f.Report().NotSent)
}

func TestAnEmptyIDIsReportedWithItsPositionInThePlan(t *testing.T) {
	t.Parallel()
	ids := instanceIDs(250)
	ids[1], ids[240] = ids[0], " "
	_, err := fleet.New(offlineClient(t), fleet.Plan{Command: command(), Instances: ids})
	require.ErrorContains(t, err, "has an empty id: number 241 in Instances of the plan")
}

func TestTheLimitOfAnOptionReplacesThatOfThePlan(t *testing.T) {
	t.Parallel()
	s, ids := fleetServer(t, 3, 0)
	plan := fleet.Plan{Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(1)}}
	_, err := fleet.New(s.Client(), plan)
	require.ErrorContains(t, err, "MaxFailures")
	_, err = fleet.New(s.Client(), plan, fleet.WithMaxFailures(fleet.NoLimit()))
	require.NoError(t, err)
}

func TestTheMistakeOfAnotherRegionIsExplained(t *testing.T) {
	t.Parallel()
	_, err := fleet.New(offlineClient(t), fleet.Plan{Command: command().Region("cn-beijing"), Instances: instanceIDs(1)})
	require.ErrorContains(t, err, "is not the region of the client; a fleet is in one region")
	v, ok := errors.AsType[*errors.ValidationError](err)
	require.True(t, ok)
	assert.True(t, v.Violations[0].Local)
}
