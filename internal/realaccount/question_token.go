package realaccount

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// tokenQuestions are about client tokens: what a repeated one returns, when it counts as the same call,
// and how long it lives.
func tokenQuestions() []Question {
	return []Question{
		{
			ID: "token-replay", Sources: "wire.md §8", Asks: "What does the same call with the same token return?",
			Documents: "the same CommandId and InvokeId; the RequestId is not documented (inferred: new)",
			Assumed:   "replayed, with a new RequestId", Where: "runcommand/runcommandtest/call_token.go", Calls: 2, Runs: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstCommand(ctx)
				if err != nil {
					return answer{}, err
				}
				r, err := s.run(ctx, first.params)
				value := again(first.reply, r)
				switch {
				case value != replayed:
				case r.RequestID == first.reply.RequestID:
					value += ", with the same RequestId"
				default:
					value += ", with a new RequestId"
				}
				return answer{value: value}, err
			},
		},
		{
			ID: "token-mismatch", Sources: "wire.md §8, errors.md §1", Asks: "How is a used token with other parameters refused?",
			Documents: "403 IdempotentParameterMismatch; an old common table says 400",
			Assumed:   "IdempotentParameterMismatch with HTTP status 403", Where: "errors/table_runcommand.go", Calls: 2, Runs: 2,
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstCommand(ctx)
				if err != nil {
					return answer{}, err
				}
				r, err := s.run(ctx, first.params.with(params{"Timeout": "61"}))
				return answer{value: fmt.Sprintf("%s with HTTP status %d", again(first.reply, r), r.status)}, err
			},
		},
		{
			ID: "token-before-checks", Sources: "wire.md §9", Asks: "Is a used token found before the parameters are checked?",
			Documents: "nothing; either order is defensible (inferred)",
			Assumed:   "InvalidCmdType.NotFound", Where: "runcommand/runcommandtest/call_operation.go", Calls: 2, Runs: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				first, err := s.firstCommand(ctx)
				if err != nil {
					return answer{}, err
				}
				r, err := s.run(ctx, first.params.with(params{"Type": "NoSuchType"}))
				return answer{value: again(first.reply, r)}, err
			},
		},
		{
			ID: "token-after-refusal", Sources: "wire.md §8", Asks: "Does a refused call occupy its token?",
			Documents: "the guide suggests that it does not (inferred)",
			Assumed:   "accepted", Where: "runcommand/runcommandtest/call_token.go", Calls: 2, Runs: 1,
			ask: func(ctx context.Context, s *session) (answer, error) {
				token := params{"ClientToken": s.nextToken()}
				r, err := s.run(ctx, token.with(params{"Type": "NoSuchType"}))
				if err != nil {
					return answer{}, err
				}
				if r.Code == "" {
					return answer{value: "the call with a wrong type was not refused"}, nil
				}
				r, err = s.run(ctx, token)
				return answer{value: r.outcome("accepted")}, err
			},
		},
		{
			ID: "token-json-order", Sources: "wire.md §8", Asks: "Are Parameters in another order the same parameters?",
			Documents: "unknown", Assumed: replayed, Where: "runcommand/runcommandtest/call_token.go", Calls: 2, Runs: 2,
			ask: asksAgain(
				script("true {{a}} {{b}}").with(params{"EnableParameter": "true", "Parameters": `{"a":"1","b":"2"}`}),
				params{"Parameters": `{"b":"2","a":"1"}`}),
		},
		{
			ID: "token-encoding", Sources: "wire.md §8", Asks: "Is the same script in another encoding the same call?",
			Documents: "unknown", Assumed: "IdempotentParameterMismatch", Where: "runcommand/runcommandtest/call_token.go", Calls: 2, Runs: 2,
			ask: asksAgain(nil, params{"ContentEncoding": "PlainText", "CommandContent": doNothing}),
		},
		{
			ID: "token-instance-order", Sources: "wire.md §8", Asks: "Are the same instances in another order the same call?",
			Documents: "unknown", Assumed: "IdempotentParameterMismatch", Where: "runcommand/runcommandtest/call_token.go",
			Needs: "2 instances", Calls: 2, Runs: 4,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if len(s.cfg.Instances) < 2 {
					return answer{}, errNeeds("2 instances")
				}
				token, two := params{"ClientToken": s.nextToken()}, s.cfg.Instances[:2]
				first, err := s.runOn(ctx, two, token)
				if err != nil || first.Code != "" {
					return answer{value: first.Code}, err
				}
				r, err := s.runOn(ctx, []string{two[1], two[0]}, token)
				return answer{value: again(first, r)}, err
			},
		},
		{
			ID: "token-place", Sources: "wire.md §1, §8", Asks: "Is the same call in the URL and in the body one call for a token?",
			Documents: "compared are the parameters; the place is not mentioned", Assumed: replayed, Where: "runcommand/runcommandtest/call_token.go", Calls: 2, Runs: 2,
			ask: func(ctx context.Context, s *session) (answer, error) {
				if s.cfg.Query {
					return answer{}, errNeeds("parameters that are sent in the body")
				}
				p := baseCommand().with(params{"ClientToken": s.nextToken()})
				var replies [2]reply
				for i, client := range []*transport.Client{s.body, s.query} {
					r, err := s.callWith(ctx, client, runCommand, s.cfg.Instances[:1], p)
					if err != nil || r.Code != "" {
						return answer{value: r.Code}, err
					}
					replies[i] = r
				}
				return answer{value: again(replies[0], replies[1])}, nil
			},
		},
		{
			ID: "token-trust", Sources: "wire.md §8", Asks: "Is a token known for longer than the 5 minutes for which the client trusts it?",
			Documents: "the lifetime is not documented", Assumed: replayed, Where: "runcommand/token_window.go", Calls: 2, Runs: 2, Takes: 6 * time.Minute,
			ask: asksAfter(6 * time.Minute),
		},
		{
			ID: "token-lifetime", Sources: "wire.md §8", Asks: "How long is a token known?",
			Documents: "the lifetime is not documented (suggested for the local service: 24 h, inferred)",
			Assumed:   "longer than 5 minutes", Where: "runcommand/token_window.go", Calls: 10, Runs: 2, Takes: 25 * time.Hour, Long: true,
			ask: func(ctx context.Context, s *session) (answer, error) {
				token := params{"ClientToken": s.nextToken()}
				first, err := s.run(ctx, token)
				if err != nil || first.Code != "" {
					return answer{value: first.Code}, err
				}
				return s.measureLife(ctx, func() (bool, string, error) {
					r, err := s.run(ctx, token)
					value := again(first, r)
					return value == replayed, value, err
				})
			},
		},
	}
}

// replayed is the answer when a call returned the invocation of an earlier one.
const replayed = "replayed"

// again says how the second of two calls with one token was answered.
func again(first, second reply) string {
	switch {
	case second.Code != "":
		return second.Code
	case second.InvokeID == "":
		return "no InvokeId"
	case second.InvokeID == first.InvokeID && second.CommandID == first.CommandID:
		return replayed
	case second.InvokeID == first.InvokeID:
		return "replayed, with another CommandId"
	}
	return "a second command"
}

// asksAgain is a probe of two calls with one token, the second with some parameters changed.
func asksAgain(p, changed params) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		p := p.with(params{"ClientToken": s.nextToken()})
		first, err := s.run(ctx, p)
		if err != nil || first.Code != "" {
			return answer{value: first.Code}, err
		}
		r, err := s.run(ctx, p.with(changed))
		return answer{value: again(first, r)}, err
	}
}

// asksAfter is a probe of two equal calls with one token and a time between them.
func asksAfter(wait time.Duration) probe {
	return func(ctx context.Context, s *session) (answer, error) {
		token := params{"ClientToken": s.nextToken()}
		first, err := s.run(ctx, token)
		if err != nil || first.Code != "" {
			return answer{value: first.Code}, err
		}
		if err := s.clock.Sleep(ctx, wait); err != nil {
			return answer{}, err
		}
		r, err := s.run(ctx, token)
		return answer{value: again(first, r), detail: "after " + wait.String()}, err
	}
}

// lives are the ages at which measureLife looks.
var lives = []time.Duration{
	6 * time.Minute, 11 * time.Minute, 16 * time.Minute, 31 * time.Minute, time.Hour + time.Minute, 2*time.Hour + time.Minute,
	6*time.Hour + time.Minute, 12*time.Hour + time.Minute, 24*time.Hour + time.Minute,
}

// measureLife calls look at growing ages until it reports that something has ended, or until the next
// age is above Config.Long. An answer counts from the first age on.
func (s *session) measureLife(ctx context.Context, look func() (alive bool, how string, err error)) (answer, error) {
	known, age := time.Duration(0), time.Duration(0)
	for _, next := range lives {
		if next > s.cfg.Long {
			break
		}
		if err := s.clock.Sleep(ctx, next-age); err != nil {
			return answer{}, err
		}
		age = next
		alive, how, err := look()
		if err != nil {
			return answer{}, err
		}
		if !alive {
			value := "longer than 5 minutes"
			if known == 0 {
				if hidesAnswer(errors.Code(how)) {
					return answer{}, &refusedError{how}
				}
				value = "shorter than " + next.String()
			}
			return answer{value, fmt.Sprintf("known after %s, at %s: %s", known, next, how)}, nil
		}
		known = next
	}
	if known == 0 {
		return answer{}, fmt.Errorf("it takes at least %s; give -long more", lives[0])
	}
	return answer{"longer than 5 minutes", fmt.Sprintf("known after %s; not asked later", known)}, nil
}

// errNeeds says that something was not given.
type errNeeds string

func (e errNeeds) Error() string { return "it needs " + string(e) }
