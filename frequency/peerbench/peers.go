package main

import (
	"time"

	"github.com/adhocore/gronx"
	"github.com/hashicorp/cronexpr"
	netresearch "github.com/netresearch/go-cron"
	"github.com/robfig/cron/v3"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// library is one of the compared libraries: how it parses an expression, and how the parsed form finds
// the next firing.
type library struct {
	name  string
	parse func(expr string) error
	next  func(expr string) (func(time.Time) time.Time, error)
}

// libraries lists the compared libraries, with frequency first.
func libraries() []library {
	robfig := cron.NewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	gocron := netresearch.MustNewParser(netresearch.Second | netresearch.Minute | netresearch.Hour |
		netresearch.Dom | netresearch.Month | netresearch.Dow | netresearch.YearOptional | netresearch.Extended)
	return []library{
		{
			name:  "frequency",
			parse: func(expr string) error { _, err := frequency.Parse(expr); return err },
			next: func(expr string) (func(time.Time) time.Time, error) {
				s, err := frequency.Parse(expr)
				return s.Next, err
			},
		},
		{
			name:  "cronexpr",
			parse: func(expr string) error { _, err := cronexpr.Parse(expr); return err },
			next: func(expr string) (func(time.Time) time.Time, error) {
				e, err := cronexpr.Parse(expr)
				if err != nil {
					return nil, err
				}
				return e.Next, nil
			},
		},
		{
			name:  "robfig",
			parse: func(expr string) error { _, err := robfig.Parse(expr); return err },
			next: func(expr string) (func(time.Time) time.Time, error) {
				s, err := robfig.Parse(expr)
				if err != nil {
					return nil, err
				}
				return s.Next, nil
			},
		},
		{
			name: "gronx", // gronx has no parsed form, so the time of its validation is measured
			parse: func(expr string) error {
				if !gronx.IsValid(expr) {
					return errInvalid
				}
				return nil
			},
			next: func(expr string) (func(time.Time) time.Time, error) {
				return func(t time.Time) time.Time {
					next, err := gronx.NextTickAfter(expr, t, false)
					if err != nil {
						return time.Time{}
					}
					return next
				}, nil
			},
		},
		{
			name:  "go-cron",
			parse: func(expr string) error { _, err := gocron.Parse(expr); return err },
			next: func(expr string) (func(time.Time) time.Time, error) {
				s, err := gocron.Parse(expr)
				if err != nil {
					return nil, err
				}
				return s.Next, nil
			},
		},
	}
}
