package realaccount

import (
	"cmp"
	"context"
	"crypto/rand"
	stderrors "errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// A Config says whom to ask, and what. Region, Instances and Credential are required.
type Config struct {
	Region    string
	Endpoint  string   // http:// or https:// and a host; empty: https://ecs.<region>.aliyuncs.com
	Instances []string // running Linux instances whose agents are online; commands run on the first one or two

	Stopped string // an instance that is stopped; empty: its question is not answered
	Grouped string // an instance of a resource group that is not the default one
	Group   string // another resource group that exists

	Only []string      // the ids of the questions to ask; nil: all
	Long time.Duration // how long one long probe may take; 0: long probes are not made

	Query      bool // send the parameters in the URL
	Credential func(context.Context) (transport.Credential, error)
	Transport  http.RoundTripper // sends the requests; nil: http.DefaultTransport
	Record     string            // the folder for the recorded exchanges; empty: nothing is recorded
	Clock      Clock             // nil: the clock of this machine
}

// endpoint returns the address of the service.
func (c *Config) endpoint() string {
	return cmp.Or(c.Endpoint, "https://ecs."+c.Region+".aliyuncs.com")
}

// A session makes the calls of all probes, one after the other.
type session struct {
	cfg   Config
	clock Clock
	began time.Time // probes make times of schedules from it, so that a replay sends the same ones
	tap   *Recorder

	body, query *transport.Client // with the parameters in the body, and in the URL
	stranger    *transport.Client // with an access key that does not exist

	token  string // the beginning of every client token
	tokens int
	ids    []string        // request ids of the current question
	calls  int             // calls of the current question
	open   map[string]bool // invocations that have to be stopped
	left   map[string]bool // invocations that could not be stopped
	seen   map[seenReply]int

	first    *started  // the command that several questions look at
	instance *instance // what DescribeInstances says about the first instance
}

// A started command is one that RunCommand accepted.
type started struct {
	reply  reply
	params params
}

// newSession makes the clients. It does no I/O.
func newSession(cfg Config) (*session, error) {
	switch {
	case cfg.Region == "":
		return nil, stderrors.New("region: it is empty")
	case len(cfg.Instances) == 0:
		return nil, stderrors.New("instances: there is none; commands run on given instances only")
	case slices.Contains(cfg.Instances, ""):
		return nil, stderrors.New("instances: one of the ids is empty")
	case cfg.Credential == nil:
		return nil, stderrors.New("credential: not set")
	case cfg.Long < 0:
		return nil, stderrors.New("long: negative")
	}
	s := &session{
		cfg: cfg, clock: cfg.Clock, open: map[string]bool{}, left: map[string]bool{}, seen: map[seenReply]int{},
		token: "real-account-" + strings.ToLower(rand.Text()[:12]),
	}
	if s.clock == nil {
		s.clock = wallClock{}
	}
	s.began = s.clock.Now().UTC().Truncate(time.Second)
	next := cfg.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	var err error
	if s.tap, err = newRecorder(next, cfg, s.clock, s.began); err != nil {
		return nil, err
	}
	nobody := transport.Credential{AccessKeyID: strangerKey, AccessKeySecret: strangerKey}
	for _, c := range []struct {
		client **transport.Client
		cfg    transport.Config
	}{
		{&s.body, transport.Config{Credential: cfg.Credential}},
		{&s.query, transport.Config{Credential: cfg.Credential, Query: true}},
		{&s.stranger, transport.Config{Static: &nobody}},
	} {
		c.cfg.Endpoint, c.cfg.UserAgent = cfg.endpoint(), "runcommand-go-real-account"
		c.cfg.HTTPClient = &http.Client{Transport: s.tap}
		if *c.client, err = transport.New(c.cfg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// strangerKey is the id of an access key that does not exist.
const strangerKey = "runcommand-go-no-such-key"

// nextToken returns a client token that was not used before.
func (s *session) nextToken() string {
	s.tokens++
	return fmt.Sprintf("%s-%d", s.token, s.tokens)
}

// params are the parameters of one call, without RegionId and the list of instances.
type params map[string]string

// with returns p with the parameters of other added, which replace those of the same name.
func (p params) with(other params) params {
	all := maps.Clone(p)
	if all == nil {
		all = params{}
	}
	maps.Copy(all, other)
	return all
}

// call makes one call in the way in which the session sends parameters.
func (s *session) call(ctx context.Context, action string, instances []string, p params) (reply, error) {
	client := s.body
	if s.cfg.Query {
		client = s.query
	}
	return s.callWith(ctx, client, action, instances, p)
}

// callWith makes one call. The error is about a call without an answer: the network, the credential, or
// a context that ended. A refusal is an answer.
func (s *session) callWith(ctx context.Context, client *transport.Client, action string, instances []string, p params) (reply, error) {
	w := wire.NewWriter(action)
	p = params{"RegionId": s.cfg.Region}.with(p)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		w.Text(name, p[name])
	}
	w.List("InstanceId", instances)
	s.tap.last = nil
	s.calls++
	_, err := client.Do(ctx, transport.Call{Params: w.Params()}, &anyReply{})
	if ctx.Err() != nil {
		return reply{}, ctx.Err()
	}
	if s.tap.last == nil {
		if err == nil {
			err = stderrors.New("the reply was not seen")
		}
		return reply{}, err
	}
	r := readReply(*s.tap.last)
	if r.RequestID != "" {
		s.ids = append(s.ids, r.RequestID)
	}
	if r.Code != "" {
		s.seen[seenReply{action, r.Code, r.status}]++
	}
	if r.status == 0 || r.Code == "" && r.status >= 300 {
		return r, fmt.Errorf("the reply with HTTP status %d is not one of the service", r.status)
	}
	return r, nil
}

// anyReply accepts every reply: the session reads the body itself.
type anyReply struct{}

func (*anyReply) Usable() bool { return true }
func (*anyReply) ID() string   { return "" }

// until calls look every interval until it reports true, for at most the time limit.
func (s *session) until(ctx context.Context, interval, limit time.Duration, look func() (bool, error)) (bool, error) {
	for begin := s.clock.Now(); ; {
		done, err := look()
		if done || err != nil {
			return done, err
		}
		if s.clock.Now().Sub(begin) >= limit {
			return false, nil
		}
		if err := s.clock.Sleep(ctx, interval); err != nil {
			return false, err
		}
	}
}
