module github.com/ecs-runcommand/runcommand-go/frequency/peerbench

go 1.26.0

replace github.com/ecs-runcommand/runcommand-go => ../../

require (
	github.com/adhocore/gronx v1.20.4
	github.com/ecs-runcommand/runcommand-go v0.0.0-00010101000000-000000000000
	github.com/hashicorp/cronexpr v1.1.3
	github.com/netresearch/go-cron v0.9.1
	github.com/robfig/cron/v3 v3.0.1
)
