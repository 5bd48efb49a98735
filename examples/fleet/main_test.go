package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// endpoint stands for the local service of another terminal. The tests call their service
// in process.
const endpoint = "http://127.0.0.1:8090"

// service starts the local service that several runs of the program share.
func service(t *testing.T, l localService) *runcommandtest.Server {
	t.Helper()
	server := l.start(l.ids())
	t.Cleanup(server.Close)
	return server
}

// runProgram runs the program with a service that goes on afterwards, or in process for
// nil. It returns the exit status and all that was printed.
func runProgram(ctx context.Context, server *runcommandtest.Server, stdin string, args ...string) (status int, printed string) {
	var out bytes.Buffer
	p := &command{stdin: strings.NewReader(stdin), stdout: &out, stderr: &out, connect: (*options).connect}
	if server != nil {
		p.connect = func(*options) (*runcommand.Client, func(), error) { return server.Client(), func() {}, nil }
	}
	status = p.run(ctx, args)
	return status, out.String()
}

// interrupted returns a context that ends after some time, as at a Ctrl-C.
func interrupted(t *testing.T, after time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(after, cancel)
	t.Cleanup(func() { timer.Stop(); cancel() })
	return ctx
}

// resumeLine returns the arguments of the command line that the program has printed.
func resumeLine(t *testing.T, printed string) []string {
	t.Helper()
	_, line, found := strings.Cut(printed, "Resume it with:\n  go run . ")
	require.True(t, found, printed)
	return strings.Fields(line)
}

// requireOnce checks that no instance ran the script more than once.
func requireOnce(t *testing.T, server *runcommandtest.Server, l localService) {
	t.Helper()
	for _, id := range l.ids() {
		require.LessOrEqual(t, server.Executions(id), 1, id)
	}
}

func TestAWholeRollout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		status, printed := runProgram(t.Context(), nil, "", "-local", "400", "-failing", "0")
		assert.Zero(t, status)
		assert.Contains(t, printed, "\nThe script succeeded on 400 instances.\n")
		assert.Contains(t, printed, "Wave 2: 40 instances\n")
		assert.Contains(t, printed, "\nWAVE  INSTANCES  DONE  FAILED\n1     1          1     0\n2     40         40    0\n3     359        359   0\n")
		assert.NotContains(t, printed, "Failed,")
	})
}

func TestFailuresUnderTheLimitFailTheProgramButNotTheRollout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		status, printed := runProgram(t.Context(), nil, "", "-local", "2000", "-max-failures", "4%")
		assert.Equal(t, 1, status)
		assert.Contains(t, printed, "\nfleet: the command did not succeed on all of 2,000 instances: ")
		assert.Contains(t, printed, "Not ready, so no command was sent, 1 instance:\n  i-local-1234  the instance does not exist in this region\n")
		assert.Contains(t, printed, "Failed, exit code 1: Error: ^[[31mno space left^[[0m on /var\n", "no escape sequence reaches the terminal")
		assert.NotContains(t, printed, "\x1b")
		assert.NotContains(t, printed, "resume")
	})
}

func TestTooManyFailuresHaltTheRollout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := localService{instances: 1000, failing: 20, speed: 1}
		server := service(t, l)
		journal := filepath.Join(t.TempDir(), "upgrade.journal")
		args := []string{"-endpoint", endpoint, "-local", "1000", "-journal", journal}
		status, printed := runProgram(t.Context(), server, "", args...)
		assert.Equal(t, 1, status)
		assert.Contains(t, printed, "fleet: halted in wave 2: ")
		assert.Contains(t, printed, "limit 2 %; 899 not sent\n")
		assert.Contains(t, printed, "\nNot sent, 899 instances:\n  i-local-102\n")
		assert.NotContains(t, printed, "Wave 3")

		resume := resumeLine(t, printed)
		require.Equal(t, "-max-failures", resume[len(resume)-2], "the old limit would halt it again")
		status, printed = runProgram(t.Context(), server, "", resume[:len(resume)-2]...)
		assert.Equal(t, 1, status)
		assert.Contains(t, printed, "Give a new limit, such as -max-failures 10%.")
		assert.Equal(t, 1, strings.Count(printed, "fleet: "), printed)

		status, printed = runProgram(t.Context(), server, "", append(resume[:len(resume)-1], "none")...)
		assert.Equal(t, 1, status)
		assert.Contains(t, printed, "the command did not succeed on all of 1,000 instances")
		requireOnce(t, server, l)
		for _, id := range l.ids() {
			assert.Equal(t, 1, server.Executions(id), id)
		}
	})
}

func TestCtrlCStopsTheCommandsAndTheRolloutIsResumed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		grace   []string
		note    string
		stopped bool
	}{
		"commands are stopped":           {nil, "Interrupted: stopping the commands under way, at most 30s.", true},
		"with -grace 0 commands run on.": {[]string{"-grace", "0"}, "Interrupted: the commands under way run on.", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := localService{instances: 3000, failing: 0, speed: 1}
				server := service(t, l)
				journal := filepath.Join(t.TempDir(), "upgrade.journal")
				args := append(tt.grace, "-endpoint", endpoint, "-local", "3000", "-journal", journal)
				status, printed := runProgram(interrupted(t, 9*time.Second), server, "", args...)
				assert.Equal(t, 1, status)
				assert.Contains(t, printed, tt.note)
				assert.Contains(t, printed, "fleet: halted in wave 3: ")
				assert.Contains(t, printed, "context canceled")
				assert.Equal(t, tt.stopped, strings.Contains(printed, "Terminated"), printed)

				status, again := runProgram(t.Context(), server, "", args...)
				assert.Equal(t, 1, status)
				assert.Contains(t, again, " holds a rollout already\n-resume goes on with it; a new rollout needs a new file.\n")

				_, printed = runProgram(t.Context(), server, "", resumeLine(t, printed)...)
				assert.Contains(t, printed, "3,000 of 3,000 done")
				requireOnce(t, server, l)
				if !tt.stopped {
					assert.Contains(t, printed, "the command did not succeed on all of 3,000 instances: 1 not ready")
				}
			})
		})
	}
}

func TestWithoutAJournalTheProgramSaysThatNothingCanBeResumed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, printed := runProgram(interrupted(t, 4*time.Second), nil, "")
		assert.Contains(t, printed, "This rollout cannot be resumed: its local service ends with this program.")
		assert.Contains(t, printed, "\n  go run . -serve 127.0.0.1:8090\n")
		_, printed = runProgram(interrupted(t, 4*time.Second), service(t, localService{instances: 5000, speed: 1}), "", "-endpoint", endpoint)
		assert.Contains(t, printed, "This rollout cannot be resumed: it had no -journal.")
	})
}

func TestInstancesAreWordsOrLinesOfStandardInput(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args  []string
		stdin string
		want  []string
	}{
		"words":                      {[]string{"i-1", "mi-2"}, "", []string{"i-1", "mi-2"}},
		"words around flags":         {[]string{"i-1", "-failing", "0", "i-2"}, "", []string{"i-1", "i-2"}},
		"lines":                      {[]string{"-"}, "i-1\n\n# old ones\n  i-2\r\ni-3", []string{"i-1", "i-2", "i-3"}},
		"ids of a flag, and words":   {[]string{"-instances", "i-1,i-2", "i-3"}, "", []string{"i-1", "i-2", "i-3"}},
		"words and lines":            {[]string{"i-0", "-", "-speed=2"}, "i-1\n", []string{"i-0", "i-1"}},
		"words after two hyphens":    {[]string{"--", "i-1"}, "", []string{"i-1"}},
		"neither: the local ones":    {[]string{"-local", "2"}, "", []string{"i-local-1", "i-local-2"}},
		"without - nothing is read.": {[]string{"i-1"}, "i-2", []string{"i-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := parse(tt.args, strings.NewReader(tt.stdin), io.Discard)
			require.NoError(t, err)
			assert.Equal(t, tt.want, o.Instances)
		})
	}
}

func TestWrongArgumentsAreRefusedInOneLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"a flag that is none":          {[]string{"-x"}, "flag provided but not defined: -x"},
		"a flag that is none at last":  {[]string{"i-1", "-x"}, "flag provided but not defined: -x"},
		"a word":                       {[]string{"resume"}, `"resume" is not the id of an instance`},
		"a word with control codes":    {[]string{"\x1b[31m"}, `\x1b[31m`},
		"waves that are none":          {[]string{"-waves", "1,ten"}, `"ten" is not a size`},
		"no waves":                     {[]string{"-waves", ""}, "the text of a size is empty"},
		"a limit that is none":         {[]string{"-max-failures", "-1"}, `"-1" is not a size`},
		"no script":                    {[]string{"-script", " "}, "-script is empty"},
		"no time":                      {[]string{"-timeout", "0"}, "-timeout is 0s"},
		"a negative pause":             {[]string{"-pause", "-1s"}, "-pause is -1s"},
		"a negative grace":             {[]string{"-grace", "-1s"}, "-grace is -1s"},
		"no instances":                 {[]string{"-local", "0"}, "-local is 0; it may be from 1 to 100000"},
		"too many instances":           {[]string{"-local", "100001"}, "-local is 100001"},
		"more than all fail":           {[]string{"-failing", "101"}, "-failing is 101"},
		"a share that is no number":    {[]string{"-failing", "NaN"}, "-failing is NaN"},
		"no speed":                     {[]string{"-speed", "0"}, "-speed is 0"},
		"instances twice":              {[]string{"-local", "3", "i-1"}, "-local cannot be used here: the ids say which instances"},
		"lines without ids":            {[]string{"-"}, "standard input has no ids"},
		"a region without ids":         {[]string{"-region", "cn-hangzhou", "-script", "true"}, "-region needs the ids of instances"},
		"a region without a script":    {[]string{"-region", "cn-hangzhou", "i-1"}, "-region needs -script"},
		"a region with local numbers":  {[]string{"-region", "cn-hangzhou", "-script", "true", "-local", "3", "i-1"}, "-local cannot be used here: -region is for real instances"},
		"a number for -instances":      {[]string{"-instances", "300"}, `"300" is not the id of an instance`},
		"two lists and a local number": {[]string{"-local", "3", "-instances", "i-1"}, "-local cannot be used here: the ids say which instances"},
		"an endpoint without protocol": {[]string{"-endpoint", "127.0.0.1:8090"}, "write http://127.0.0.1:8090 or https://127.0.0.1:8090"},
		"an endpoint elsewhere":        {[]string{"-endpoint", "https://ecs.example.com"}, "needs -region: the region that it serves"},
		"resuming other instances":     {[]string{"-resume", "-journal", "j", "-endpoint", endpoint, "-instances", "i-1"}, "-instances cannot be used here: with -resume the plan is in the journal"},
		"serving some instances":       {[]string{"-serve", "127.0.0.1:0", "-instances", "i-1"}, "-instances cannot be used here: -serve only serves instances"},
		"a region with local failures": {[]string{"-region", "cn-hangzhou", "-script", "true", "-failing", "3", "i-1"}, "-failing cannot be used here"},
		"an endpoint with a speed":     {[]string{"-endpoint", endpoint, "-speed", "3"}, "-speed cannot be used here: give it to the program with -serve"},
		"a journal in process":         {[]string{"-journal", "j"}, "-journal needs a service that lives longer than this program"},
		"resuming without a journal":   {[]string{"-resume", "-endpoint", endpoint}, "-resume needs -journal"},
		"resuming without a service":   {[]string{"-resume", "-journal", "j"}, "-resume needs the service that the rollout began with"},
		"resuming with ids":            {[]string{"-resume", "-journal", "j", "-endpoint", endpoint, "i-1"}, `"i-1" is not a flag; with -resume the instances are in the journal`},
		"resuming with another script": {[]string{"-resume", "-journal", "j", "-endpoint", endpoint, "-script", "true"}, "-script cannot be used here: with -resume the plan is in the journal"},
		"resuming with other waves":    {[]string{"-resume", "-journal", "j", "-endpoint", endpoint, "-waves", "1"}, "-waves cannot be used here"},
		"serving everyone":             {[]string{"-serve", "0.0.0.0:8090"}, "is not a loopback address and a port"},
		"serving without a port":       {[]string{"-serve", "127.0.0.1"}, "is not a loopback address and a port"},
		"serving with ids":             {[]string{"-serve", "127.0.0.1:0", "i-1"}, `"i-1" is not a flag; -serve takes no ids`},
		"serving with a journal":       {[]string{"-serve", "127.0.0.1:0", "-journal", "j"}, "-journal cannot be used here: -serve only serves instances"},
		"serving with a script":        {[]string{"-serve", "127.0.0.1:0", "-script", "true"}, "-script cannot be used here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, printed := runProgram(t.Context(), nil, "", tt.args...)
			assert.Equal(t, 2, status)
			assert.Contains(t, printed, tt.want)
			assert.True(t, strings.HasPrefix(printed, "fleet: "), printed)
			assert.Equal(t, 1, strings.Count(printed, tt.want), "the error is printed once: %s", printed)
			assert.LessOrEqual(t, strings.Count(printed, "\n"), 2, "an error, and for a wrong flag the usage: %s", printed)
		})
	}
}

func TestAWrongPlanIsRefusedWithAllItsMistakes(t *testing.T) {
	t.Parallel()
	status, printed := runProgram(t.Context(), nil, "", "-waves", "1,0", "-concurrency", "0", "-local", "1")
	assert.Equal(t, 2, status)
	assert.Contains(t, printed, "fleet: this cannot be sent:\n")
	assert.Contains(t, printed, "Waves.2")
	assert.Contains(t, printed, "Concurrency")
}

func TestErrorsOfTheServiceAreExplained(t *testing.T) {
	t.Parallel()
	status, printed := runProgram(t.Context(), nil, "", "-region", "cn/../hangzhou", "-script", "true", "i-1")
	assert.Equal(t, 2, status)
	assert.Contains(t, printed, "region")
	journal := filepath.Join(t.TempDir(), "none", "j")
	_, printed = runProgram(t.Context(), nil, "", "-endpoint", endpoint, "-journal", journal)
	assert.Contains(t, printed, journal)
	require.NoFileExists(t, journal)
	journal = filepath.Join(t.TempDir(), "j")
	_, printed = runProgram(t.Context(), nil, "", "-resume", "-endpoint", endpoint, "-journal", journal)
	assert.Contains(t, printed, journal)
	require.NoFileExists(t, journal)
	require.NoError(t, os.WriteFile(journal, nil, 0o600))
	_, printed = runProgram(t.Context(), nil, "", "-resume", "-endpoint", endpoint, "-journal", journal)
	assert.Contains(t, printed, " is empty; without -resume a rollout begins with it\n")
	require.NoError(t, os.WriteFile(journal, []byte("no journal\n"), 0o600))
	_, printed = runProgram(t.Context(), nil, "", "-endpoint", endpoint, "-journal", journal)
	assert.Contains(t, printed, "damaged")
	assert.Equal(t, 1, strings.Count(printed, "\n"))
}

func TestAdviceIsAboutWhatHaltedTheRollout(t *testing.T) {
	t.Parallel()
	const missingRight, unreachable = "Give the account the right", "The service was not reached"
	synctest.Test(t, func(t *testing.T) {
		server := service(t, localService{instances: 3, speed: 1})
		args := []string{"-endpoint", endpoint, "-local", "3", "-max-failures", "none", "-waves", "100%"}
		for _, id := range []string{"i-local-1", "i-local-2"} {
			server.AddInstance(runcommandtest.Instance{ID: id, Offline: true})
		}
		_, printed := runProgram(t.Context(), server, "", args...)
		assert.Contains(t, printed, "Aborted: ")
		assert.NotContains(t, printed, unreachable, "instances are offline, not the service")

		remove := server.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
		_, printed = runProgram(t.Context(), server, "", append(args, "-journal", filepath.Join(t.TempDir(), "j"))...)
		assert.Contains(t, printed, "\nfleet: halted in wave 1: 0 of 3 failed; 3 not sent: ")
		assert.Contains(t, printed, missingRight)
		remove()
		_, printed = runProgram(t.Context(), server, "", resumeLine(t, printed)...)
		assert.Contains(t, printed, "3 of 3 done")
	})
}

func TestHelpIsNoError(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "fleet", func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return (&command{stdout: stdout, stderr: stderr}).run(ctx, args)
	})
	_, printed := runProgram(t.Context(), nil, "", "i-1", "-h")
	assert.True(t, strings.HasPrefix(printed, "usage: fleet [flags] [instance ids | -]\n\nRolls a script out"), printed)
	assert.Contains(t, printed, "-max-failures number")
}

// TestTwoProcesses runs the programs of two terminals: one serves the instances, the other
// one rolls out over a real connection.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	greeting, printed := io.Pipe()
	served := make(chan int, 1)
	go func() {
		p := &command{stdout: printed, stderr: printed}
		served <- p.run(ctx, []string{"-serve", "127.0.0.1:0", "-local", "20", "-speed", "1000", "-failing", "0"})
		_ = printed.Close()
	}()
	head := make([]byte, 1024)
	n, err := greeting.Read(head)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(head[:n]), "go run . ")
	require.True(t, found, "%s", head[:n])
	line, _, _ := strings.Cut(rest, "\n")
	args := strings.Fields(strings.Replace(line, "upgrade.journal", filepath.Join(t.TempDir(), "j"), 1))
	status, out := runProgram(t.Context(), nil, "", args...)
	assert.Zero(t, status, out)
	assert.Contains(t, out, "The script succeeded on 20 instances.")
	stop()
	_, _ = io.Copy(io.Discard, greeting)
	assert.Zero(t, <-served)
}

// TestTheEmulatorIsCalledWithItsSecret has a service whose secret differs from that of -serve.
// The program emulator makes a new secret at each start, and prints variables with it.
func TestTheEmulatorIsCalledWithItsSecret(t *testing.T) {
	const secret = "a-secret-of-the-emulator"
	srv, flags := programtest.Serve(t, runcommandtest.WithCredential(runcommandtest.AccessKeyID, secret))
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	flags = append(flags, "-instances", "i-1")
	for name, tt := range map[string]struct {
		id, secret string
		want       string
	}{
		"the secret of the emulator":  {runcommandtest.AccessKeyID, secret, "The script succeeded on 1 instance."},
		"no secret: that of -serve":   {"", "", "SignatureDoesNotMatch"},
		"the key of a real account":   {"LTAI5tExample", secret, "SignatureDoesNotMatch"},
		"another secret of this key.": {runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", tt.id)
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", tt.secret)
			_, printed := runProgram(t.Context(), nil, "", flags...)
			assert.Contains(t, printed, tt.want)
		})
	}
}
