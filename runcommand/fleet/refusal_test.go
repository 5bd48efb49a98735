package fleet_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func unreadyIDs(r *fleet.Report) (ids []string) {
	for _, u := range r.Unready {
		ids = append(ids, u.InstanceID)
	}
	return ids
}

func TestABadInstanceRefusesItsChunkAndNotTheOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		hide        bool // the caller may not see instances, so Preflight cannot tell which one is bad
		skipUnready bool
		calls       int // at most so many RunCommand calls
	}{
		{"found by Preflight", false, false, 8},
		{"found by halving", true, false, 40},
		{"found before sending", false, true, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 250, time.Second, runcommandtest.WithPendingFaults())
				if c.hide {
					s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "DescribeInstances", Times: -1},
						runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "DescribeCloudAssistantStatus", Times: -1})
				}
				all := slices.Insert(slices.Clone(ids), 130, "i-released", "i-mistyped")
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: all, SkipUnready: c.skipUnready})
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				requireWhole(t, report, all)
				assert.Equal(t, 250, requireOnce(t, s, ids))
				assert.Equal(t, []string{"i-released", "i-mistyped"}, unreadyIDs(report))
				for _, u := range report.Unready {
					assert.ErrorIs(t, u.Err, errors.InvalidInstanceNotFound)
				}
				assert.LessOrEqual(t, len(s.Calls("RunCommand")), c.calls)
				if c.skipUnready {
					require.NoError(t, err)
					return
				}
				failed, ok := errors.AsType[*fleet.FailedError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, 2, failed.Unready)
				assert.ErrorIs(t, err, errors.ErrNotFound)
			})
		})
	}
}

func TestAWindowsInstanceDoesNotKeepAShellScriptFromTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		s.AddInstance(runcommandtest.Instance{ID: ids[7], OS: runcommandtest.Windows})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.InvalidInstanceNotMatch)
		assert.Equal(t, []string{ids[7]}, unreadyIDs(report))
		assert.Len(t, report.Results, 19)
	})
}

func TestARefusalThatIsAboutNoInstanceHaltsTheFleetAndItCanGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 1000, time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)}, fleet.WithJournal(journal))
		require.NoError(t, err)
		sent := 0
		for result, err := range f.Results(t.Context()) { // the quota is used up in the middle
			if err != nil {
				require.ErrorIs(t, err, errors.InvocationExceedQuota)
				break
			}
			require.NoError(t, result.Err())
			if sent++; sent == 400 {
				s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "RunCommand", Code: errors.InvocationExceedQuota})
			}
		}
		report := f.Report()
		requireWhole(t, report, ids)
		assert.True(t, report.Halted)
		require.ErrorIs(t, report.Err(), errors.ErrQuotaExceeded)
		assert.False(t, errors.Retryable(report.Err()), "a new fleet would run it twice")
		assert.GreaterOrEqual(t, len(report.NotSent), 500)

		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 1000)
		assert.Equal(t, 1000, requireOnce(t, s, ids))
		for _, r := range report.Results {
			assert.Equal(t, "hello from "+r.InstanceID, r.Text(), "outputs are fetched anew")
		}
	})
}

func TestARightThatIsMissingForAllInstancesHaltsTheFleetAndForOneDoesNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 300, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", InstanceID: ids[42], Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Equal(t, []string{ids[42]}, unreadyIDs(report))
		assert.Len(t, report.Results, 299)
	})
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3000, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Len(t, report.NotSent, 3000)
		assert.LessOrEqual(t, len(s.Calls("RunCommand")), 10, "a caller without the right costs few calls")
	})
}

func TestAServiceThatTakesFewerInstancesGetsSmallerChunks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 400, time.Second, runcommandtest.WithLimits(runcommandtest.Limits{Instances: 30}))
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 400)
		assert.LessOrEqual(t, len(s.Calls("RunCommand")), 20)
	})
}

func TestFailuresThatPassAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 250, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottledSilent, Action: "RunCommand", Times: 40},
			runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "DescribeInvocations", Times: 9})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 250)
		assert.Equal(t, 250, requireOnce(t, s, ids))
	})
}

func TestSendingThatFailsForLongHaltsTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 250, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefused, Action: "RunCommand", Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		_, halted := errors.AsType[*fleet.HaltError](err)
		require.True(t, halted)
		_, network := errors.AsType[*errors.TransportError](err)
		assert.True(t, network, "%v", err)
		assert.Len(t, report.NotSent, 250)
		assert.Greater(t, time.Since(began), 4*time.Minute)
		assert.Less(t, time.Since(began), 10*time.Minute)
	})
}

// A slowLimiter lets each call wait for the same time.
type slowLimiter time.Duration

func (l slowLimiter) Wait(ctx context.Context) error {
	select {
	case <-time.After(time.Duration(l)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestAChunkThatWasThrottledUntilItsTokenWasOldIsSentWithANewOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 100, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottledSilent, Action: "RunCommand", Times: 2})
		client := s.Client(runcommand.WithLimiter("RunCommand", slowLimiter(3*time.Minute)))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 100, requireOnce(t, s, ids))
		calls := s.Calls("RunCommand")
		require.Len(t, calls, 3)
		assert.NotEqual(t, calls[0].Parameters["ClientToken"], calls[2].Parameters["ClientToken"])
	})
}

// When the chunk under way is accepted, the right is missing only for instances of the
// refused chunk.
func TestADeniedInstanceWaitsForTheOtherChunksUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", InstanceID: ids[0], Times: -1})
		defer s.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
			if c.Parameters["InstanceId.1"] == ids[1] {
				return runcommandtest.Delay(5 * time.Second)
			}
			return runcommandtest.Pass()
		})()
		f, err := fleet.New(s.Client(runcommand.WithLimits(validate.Limits{Instances: 1})), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.False(t, report.Halted)
		assert.Equal(t, ids[:1], unreadyIDs(report))
		assert.Len(t, report.Results, 1)
	})
}

func TestABadInstanceOfAChunkThatWasTooLargeIsFoundByPreflight(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]int{"in the first half": 2, "in the second half": 32} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 40, time.Second, runcommandtest.WithLimits(runcommandtest.Limits{Instances: 30}))
				all := slices.Insert(slices.Clone(ids), at, "i-released")
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: all})
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.ErrorIs(t, err, errors.ErrNotFound)
				assert.Equal(t, []string{"i-released"}, unreadyIDs(report))
				assert.Equal(t, 40, requireOnce(t, s, ids))
				assert.NotEmpty(t, s.Calls("DescribeInstances"))
				assert.LessOrEqual(t, len(s.Calls("RunCommand")), 5)
			})
		})
	}
}

func TestAServiceThatTakesOneInstanceGetsChunksOfOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 120, time.Second, runcommandtest.WithLimits(runcommandtest.Limits{Instances: 1}))
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(8)})
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 120, requireOnce(t, s, ids))
		assert.LessOrEqual(t, len(s.Calls("RunCommand")), 120+7)
	})
}

func TestInstancesOfARefusedChunkAreNeitherDoneNorFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "RunCommand", Code: errors.InvocationExceedQuota})
		var log bytes.Buffer
		f, err := fleet.New(s.Client(runcommand.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrQuotaExceeded)
		assert.Equal(t, ids, report.NotSent)
		assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 10}}, report.Waves)
		for _, text := range []string{"fleet: wave begun", "fleet: chunk refused", "fleet: halted", "fleet=" + f.ID()} {
			assert.Contains(t, log.String(), text)
		}
	})
}

func TestARightThatIsMissingForAllChunksOfOneHaltsTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", Times: -1})
		f, err := fleet.New(s.Client(runcommand.WithLimits(validate.Limits{Instances: 1})), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.True(t, report.Halted)
		assert.Equal(t, ids, report.NotSent)
	})
}

func TestAServiceThatDoesNotEvenTakeOneInstanceIsNotAskedForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "RunCommand", Code: errors.InstanceIdsExceedLimit, Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, _, err := runFor(t, f, time.Hour)
		require.ErrorIs(t, err, errors.InstanceIdsExceedLimit)
		assert.Equal(t, ids, unreadyIDs(report))
		assert.LessOrEqual(t, len(s.Calls("RunCommand")), 3)
	})
}

func TestInstancesAboutWhichTheServiceDidNotAnswerAreNotUnready(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"DescribeInstances", "DescribeCloudAssistantStatus"} {
		for name, verdict := range map[string]runcommandtest.Verdict{
			"no answer": runcommandtest.Answer(502, "<html>bad gateway</html>"),
			"a refusal": runcommandtest.Refuse(errors.InvalidRegionIdNotFound),
		} {
			t.Run(action+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, ids := fleetServer(t, 20, time.Second)
					s.Control(action, func(runcommandtest.Call) runcommandtest.Verdict { return verdict })
					f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: slices.Insert(slices.Clone(ids), 7, "i-missing")})
					require.NoError(t, err)
					report, _ := f.Run(t.Context())
					assert.Equal(t, []string{"i-missing"}, unreadyIDs(report))
					assert.Equal(t, 20, requireOnce(t, s, ids))
				})
			})
		}
	}
}

func TestTheEndOfTheContextMakesNoInstanceUnready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		s.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
			cancel()
			return runcommandtest.Delay(time.Second)
		})
		all := slices.Insert(slices.Clone(ids), 7, "i-missing")
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: all})
		require.NoError(t, err)
		report, err := f.Run(ctx)
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, report.Unready)
		assert.Equal(t, all, report.NotSent)
	})
}

// The page of RunCommand says that one instance that does not qualify refuses the whole call.
func TestAnInstanceThatRefusesTheWholeCallIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		unfit runcommandtest.Instance
		code  errors.Code
	}{
		"a stopped instance":        {runcommandtest.Instance{Stopped: true}, errors.InstanceNotRunning},
		"an instance without agent": {runcommandtest.Instance{NoAgent: true}, errors.ClientNotRunning},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 250, time.Second, runcommandtest.WithWholeCallRefusals())
				c.unfit.ID = ids[117]
				s.AddInstance(c.unfit)
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
				require.NoError(t, err)
				began := time.Now()
				report, err := f.Run(t.Context())
				require.ErrorIs(t, err, c.code)
				assert.Less(t, time.Since(began), 2*time.Minute)
				require.Len(t, report.Unready, 1)
				assert.Equal(t, ids[117], report.Unready[0].InstanceID)
				assert.Len(t, report.Results, 249)
				assert.Equal(t, 249, requireOnce(t, s, slices.Delete(slices.Clone(ids), 117, 118)))
			})
		})
	}
}
