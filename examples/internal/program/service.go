package program

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A Service says which service a program calls. Without flags it is a local service in the
// process of the program.
type Service struct {
	Region    string
	Endpoint  string
	Instances []string
}

// AddFlags adds the flags -region, -endpoint and -instances.
func (s *Service) AddFlags(f *Flags) {
	f.StringVar(&s.Region, "region", "", "call the real service in this `region`, such as cn-hangzhou")
	f.StringVar(&s.Endpoint, "endpoint", "", "call the service at this `address`, such as http://127.0.0.1:8089 of the program emulator")
	f.Func("instances", "use these `ids`, separated by commas", func(ids string) error {
		for id := range strings.SplitSeq(ids, ",") {
			if id = strings.TrimSpace(id); id != "" {
				s.Instances = append(s.Instances, id)
			}
		}
		return nil
	})
}

// Remote reports whether the program calls another service than its own local one.
func (s *Service) Remote() bool { return s.Region != "" || s.Endpoint != "" }

// Check checks the flags. A remote service and its instances must be given together.
func (s *Service) Check() error { return s.CheckTargets(len(s.Instances) > 0, "-instances") }

// CheckTargets is like Check, for a program that also has other flags that choose
// instances.
func (s *Service) CheckTargets(given bool, flags string) error {
	hasProtocol := strings.Contains(s.Endpoint, "://")
	switch {
	case s.Endpoint != "" && !hasProtocol:
		return Misuse("-endpoint %s has no protocol; write http://%[1]s or https://%[1]s", s.Endpoint)
	case s.Remote() != given:
		return Misuse("-region or -endpoint must be given together with %s", flags)
	case s.Endpoint != "" && s.Region == "" && !isLocal(s.Endpoint):
		return Misuse("-endpoint %s needs -region: the region that it serves", s.Endpoint)
	case s.Region == "" && s.Endpoint != "":
		s.Region = runcommandtest.Region
	}
	if s.Remote() {
		if _, err := s.Client(); err != nil { // before the program prints anything
			return Misuse("%w", err)
		}
	}
	return nil
}

// Client returns a client of the remote service. It finds its credentials in the places
// where the official SDK looks for them.
func (s *Service) Client(options ...runcommand.Option) (*runcommand.Client, error) {
	if s.Endpoint != "" {
		options = append(options, runcommand.WithEndpoint(s.Endpoint))
	}
	return runcommand.NewClient(s.Region, options...)
}

// isLocal reports whether an address is on this machine, where the program emulator
// serves.
func isLocal(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	host := u.Hostname()
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
