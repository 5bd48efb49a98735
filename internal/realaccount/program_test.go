package realaccount_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/realaccount"
)

// run runs the program against a local service, and returns what it prints and its exit code.
func run(tb testing.TB, consent string, args ...string) (stdout, stderr string, code int) {
	tb.Helper()
	var out, errs bytes.Buffer
	srv := startAccount(tb)
	p := realaccount.Program{
		Args: args, Stdout: &out, Stderr: &errs, Credential: accountCredential, Transport: srv.Transport(),
		Getenv: func(name string) string { return map[string]string{realaccount.ConsentVariable: consent}[name] },
	}
	code = p.Run(tb.Context())
	if code == 2 {
		assert.Empty(tb, srv.Calls(""))
	}
	return out.String(), errs.String(), code
}

// target are the flags that name the local service.
var target = []string{"-region", "cn-hangzhou", "-endpoint", "http://ecs.runcommandtest.invalid", "-instances", " i-bp1marker000000001,i-bp1marker000000002 ,"}

func TestTheProgramAsksRecordsAndReplays(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	day, report, again := filepath.Join(folder, "day"), filepath.Join(folder, "report.json"), filepath.Join(folder, "again.json")
	var first string
	synctest.Test(t, func(t *testing.T) {
		args := append(target[:len(target):len(target)], "-only", "type-case, token-instance-order,token-in-progress", "-record", day, "-json", report)
		stdout, stderr, code := run(t, realaccount.ConsentPhrase, args...)
		assert.Zero(t, code)
		assert.Equal(t, "realaccount: asking 2 questions: about 3 calls, at most 5 runs of a harmless command, about 0s\n", stderr)
		assert.Contains(t, stdout, "2 as assumed, 0 differ, 1 not answered.")
		first = stdout
	})
	synctest.Test(t, func(t *testing.T) {
		_, stderr, _ := run(t, realaccount.ConsentPhrase, append(target[:len(target):len(target)], "-only", "unknown-invocation")...)
		assert.Equal(t, "realaccount: asking 1 question: about 1 call, at most 0 runs of a harmless command, about 0s\n", stderr)
	})
	stdout, stderr, code := run(t, "", "-replay", day, "-json", again)
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	assert.Equal(t, strings.Count(first, "\n"), strings.Count(stdout, "\n"))
	assert.Contains(t, stdout, "2 as assumed, 0 differ, 1 not answered.")

	var reports [2]realaccount.Report
	for i, name := range []string{report, again} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &reports[i]))
		for j := range reports[i].Answers {
			reports[i].Answers[j].RequestIDs = nil
		}
	}
	require.Len(t, reports[0].Answers, 3)
	assert.Equal(t, reports[0].Answers, reports[1].Answers)
	assert.Equal(t, reports[0].Began, reports[1].Began)
}

func TestTheProgramMakesNoCallWhenItIsCalledInAWrongWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		consent string
		args    []string
		want    string
	}{
		"without the phrase":             {"", target, `read internal/REALACCOUNT.md, then set RUNCOMMAND_REAL_ACCOUNT to "I accept the costs"`},
		"with another phrase":            {"yes", target, "this program runs commands in an account and may cost money"},
		"without a region":               {realaccount.ConsentPhrase, []string{"-instances", "i-1"}, "region: it is empty"},
		"without instances":              {realaccount.ConsentPhrase, []string{"-region", "cn-hangzhou"}, "instances: there is none; commands run on given instances only"},
		"with an unknown question":       {realaccount.ConsentPhrase, append(target[:len(target):len(target)], "-only", "type-case,nothing"), `there is no question "nothing"`},
		"with a word that is no flag":    {realaccount.ConsentPhrase, append(target[:len(target):len(target)], "now"), `the argument "now" is not a flag`},
		"with an unknown flag":           {realaccount.ConsentPhrase, []string{"-create"}, "flag provided but not defined: -create"},
		"with a negative time":           {realaccount.ConsentPhrase, append(target[:len(target):len(target)], "-long", "-1h"), "long: negative"},
		"with an address without scheme": {realaccount.ConsentPhrase, []string{"-region", "r", "-instances", "i-1", "-endpoint", "localhost"}, "endpoint: "},
		"with a file it cannot write":    {realaccount.ConsentPhrase, append(target[:len(target):len(target)], "-json", "no/such/folder/report.json"), "no/such/folder/report.json"},
		"with a folder that is no day":   {"", []string{"-replay", "testdata"}, "day.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := run(t, c.consent, c.args...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, c.want)
		})
	}
}

func TestTheListOfQuestionsNeedsNoAccount(t *testing.T) {
	t.Parallel()
	stdout, stderr, code := run(t, "", "-list")
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	for _, q := range realaccount.Questions() {
		assert.Contains(t, stdout, "| `"+q.ID+"` "+strings.ReplaceAll(q.Asks, "|", `\|`)+" |")
		if q.Takes > 0 && !q.Long {
			assert.Regexp(t, "(?m)^\\| `"+q.ID+"` .* \\| "+q.Takes.String()+" \\|", stdout)
		}
	}
}
