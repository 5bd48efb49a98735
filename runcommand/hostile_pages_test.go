package runcommand_test

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// endlessTokens are the ways in which a service returns page tokens without end: every page
// names a next page.
var endlessTokens = map[string]func() func(action, token string) string{
	"a new token each time": func() func(string, string) string {
		n := 0
		return func(string, string) string {
			n++
			return fmt.Sprint("token ", n)
		}
	},
	"two tokens in turn": func() func(string, string) string {
		return func(_, token string) string {
			if token == "A" {
				return "B"
			}
			return "A"
		}
	},
	"one token": func() func(string, string) string {
		return func(string, string) string { return "A" }
	},
}

// When the page tokens have no end, a wait stops reading pages and reports the results
// that it has.
func TestEndlessPageTokensDoNotBlockAWait(t *testing.T) {
	t.Parallel()
	for tokens, next := range endlessTokens {
		for _, c := range []struct {
			name   string
			missed string // the instance that no page shows
			repeat bool   // later pages repeat the first page; false: later pages are empty
			action string // the action whose list has no end
		}{
			{"pages that repeat the rows", "i-2", true, outputs},
			{"empty pages", "i-2", false, outputs},
			{"no row at all", "i-", false, outputs},
			{"rows that are all there", "", true, outputs},
			{"states", "", true, states},
		} {
			for method, collect := range collectors {
				t.Run(tokens+", "+c.name+", "+method, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						endless := next()
						service := &editedService{tokens: func(action, token string) string {
							if action != c.action {
								return ""
							}
							return endless(action, token)
						}}
						var first []any
						service.edits = map[string]rowsEdit{outputs: func(p url.Values, rows []any) []any {
							if p.Get("NextToken") == "" {
								first = nil
								for _, row := range rows {
									if c.missed == "" || !strings.HasPrefix(row.(object)["InstanceId"].(string), c.missed) {
										first = append(first, row)
									}
								}
								return first
							}
							if c.repeat {
								return first
							}
							return []any{}
						}}
						client := service.client(t, srv)
						srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
							return runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
						})
						inv := begin(t, client, onThreeInstances())
						began := time.Now()
						times, results, err := collect(t.Context(), inv)
						require.NoError(t, err)
						assert.Len(t, times, 3)
						for _, r := range results {
							want := "of " + r.InstanceID
							if c.missed != "" && strings.HasPrefix(r.InstanceID, c.missed) {
								want = ""
							}
							assert.Equal(t, want, r.Text())
							assert.Equal(t, runcommand.StatusSuccess, r.Status)
						}
						looks := 1
						if c.missed != "" {
							looks = 12 // the wait asks for the output for 30 seconds, because an output may be late
							assert.Equal(t, 30*time.Second, time.Since(began))
						} else {
							assert.Zero(t, time.Since(began))
						}
						t.Logf("%d calls for outputs, %d for states", service.of(outputs), service.of(states))
						assert.LessOrEqual(t, service.of(outputs), 13*looks)
						assert.Equal(t, 1, service.of(states))
					})
				})
			}
		}
	}
}

// The service shows one row on each page, so there are many pages. The client must not take
// them for an endless circle of page tokens, and must read them all.
func TestSmallPagesAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("a token is lost on the way: %t", lost), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const instances = 40
				srv, _ := setup(t)
				ids := addInstances(srv, 0, instances)
				var all []any
				lose := lost
				service := &editedService{}
				service.tokens = func(action, token string) string {
					if action != outputs {
						return ""
					}
					n := 0
					_, _ = fmt.Sscan(token, &n)
					if n++; n >= instances {
						return ""
					}
					if n == 25 && lose {
						lose = false
						return strconv.Itoa(n - 1) // returns, once, the token of a page that was already read
					}
					return strconv.Itoa(n)
				}
				service.edits = map[string]rowsEdit{outputs: func(p url.Values, rows []any) []any {
					n := 0
					if token := p.Get("NextToken"); token != "" {
						_, _ = fmt.Sscan(token, &n)
					} else {
						all = rows
					}
					return all[n : n+1]
				}}
				client := service.client(t, srv)
				report, err := begin(t, client, runcommand.Shell("true").Instances(ids...)).Wait(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, instances)
				assert.LessOrEqual(t, service.of(outputs), map[bool]int{false: instances, true: instances + 25}[lost])
			})
		})
	}
}

// A loop over a list yields the rows that were read, and then an error about the pages.
func TestEndlessPageTokensEndALoop(t *testing.T) {
	t.Parallel()
	const agents = "DescribeCloudAssistantStatus"
	for tokens, next := range endlessTokens {
		for _, repeat := range []bool{false, true} {
			for method, c := range map[string]struct {
				action string
				want   int
				calls  int // the largest allowed number of calls
				do     func(context.Context, *runcommand.Client, *runcommand.Invocation) (int, error)
			}{
				"History": {outputs, 3, 22, func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) (n int, last error) {
					for _, err := range inv.History(ctx) {
						if last != nil {
							return n, errors.New("the error was not the last")
						}
						if last = err; err == nil {
							n++
						}
					}
					return n, last
				}},
				"Invocations": {states, 1, 202, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (n int, last error) {
					for _, err := range client.Invocations(ctx, runcommand.Filter{}) {
						if last != nil {
							return n, errors.New("the error was not the last")
						}
						if last = err; err == nil {
							n++
						}
					}
					return n, last
				}},
				"AgentStatus": {agents, 2, 22, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (int, error) {
					known, err := client.AgentStatus(ctx, "i-1", "i-2")
					return len(known), err
				}},
				"AgentStatus of all": {agents, 3, 202, func(ctx context.Context, client *runcommand.Client, _ *runcommand.Invocation) (int, error) {
					known, err := client.AgentStatus(ctx)
					return len(known), err
				}},
			} {
				t.Run(fmt.Sprintf("%s, %s, pages that repeat the rows: %t", tokens, method, repeat), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						endless := next()
						service := &editedService{tokens: func(action, token string) string {
							if action != c.action {
								return ""
							}
							return endless(action, token)
						}}
						var first []any
						service.edits = map[string]rowsEdit{c.action: func(p url.Values, rows []any) []any {
							switch {
							case p.Get("NextToken") == "":
								first = rows
							case !repeat:
								return []any{}
							}
							return first
						}}
						client := service.client(t, srv)
						inv := begin(t, client, onThreeInstances())
						n, err := c.do(t.Context(), client, inv)
						require.ErrorIs(t, err, errors.ErrUnavailable)
						require.ErrorContains(t, err, "does not end")
						assert.Equal(t, c.want, n, "what is known comes before the error")
						t.Logf("%d calls", service.of(c.action))
						assert.LessOrEqual(t, service.of(c.action), c.calls)
					})
				})
			}
		}
	}
}

// A wait finds an invocation on a later page. When no page shows the invocation, the wait
// stops looking.
func TestAnInvocationIsFoundBehindEmptyPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page  int // the number of the page that shows the invocation, counted from 0
		found bool
		calls int
	}{
		"on the first":  {0, true, 1},
		"on the fourth": {3, true, 4},
		"on none":       {1 << 30, false, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				var rows []any
				service := &editedService{}
				service.tokens = func(action, token string) string {
					if action != states {
						return ""
					}
					return token + "x"
				}
				service.edits = map[string]rowsEdit{states: func(p url.Values, listed []any) []any {
					token := p.Get("NextToken")
					if token == "" {
						rows = listed
					}
					if len(token) == c.page {
						return rows
					}
					return []any{}
				}}
				client := service.client(t, srv)
				inv := begin(t, client, minimal())
				_, err := inv.Describe(t.Context())
				if c.found {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, errors.ErrUnavailable)
					require.ErrorContains(t, err, "does not end")
				}
				assert.Equal(t, c.calls, service.of(states))
				report, err := inv.Wait(t.Context())
				if !c.found {
					require.ErrorIs(t, err, runcommand.ErrNotVisible)
					assert.LessOrEqual(t, service.of(states), 6*14)
					return
				}
				require.NoError(t, err)
				assert.True(t, report.Complete)
			})
		})
	}
}
