package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/emulator"
)

// Instances and what they do.
type (
	// An Instance is a machine with a Cloud Assistant agent. Only the ID is
	// needed.
	Instance = emulator.Instance

	// A Container is a container on an Instance.
	Container = emulator.Container

	// OS is the operating system of an Instance.
	OS = emulator.OS

	// An Exec is one execution of a command on one instance.
	Exec = emulator.Exec

	// An Outcome is what becomes of an Exec. The zero Outcome is a script that
	// printed nothing and exited with 0 at once.
	Outcome = emulator.Outcome

	// A ResourceGroup is a resource group of the account.
	ResourceGroup = emulator.ResourceGroup

	// Limits are what requests are checked against.
	Limits = emulator.Limits
)

// The operating systems of instances; the default is Linux.
const (
	Linux   = emulator.Linux
	Windows = emulator.Windows
	FreeBSD = emulator.FreeBSD
)

// What can be seen of a server.
type (
	// A Call is one request that reached the server.
	Call = emulator.Call

	// An Invocation is a snapshot of one accepted command.
	Invocation = emulator.Invocation

	// An InstanceState is one instance of an Invocation.
	InstanceState = emulator.InstanceState

	// An InstanceInfo is a snapshot of an instance.
	InstanceInfo = emulator.InstanceInfo

	// A Status is the status of an invocation or of one of its instances.
	Status = emulator.Status
)

// What can be made to go wrong.
type (
	// A Fault is something that goes wrong on purpose, once or several times.
	Fault = emulator.Fault

	// A FaultKind says what goes wrong and when.
	FaultKind = emulator.FaultKind

	// A Verdict is what a control function makes of a call; the zero Verdict
	// lets it pass.
	Verdict = emulator.Verdict
)

// Pass lets a call go on as if nobody had looked.
func Pass() Verdict { return emulator.Pass() }

// Delay lets a call go on after d.
func Delay(d time.Duration) Verdict { return emulator.Delay(d) }

// Answer replies in the service's place with a status and a body, which is
// written as JSON unless it is a string or a slice of bytes.
func Answer(status int, body any) Verdict { return emulator.Answer(status, body) }

// Refuse replies with an error code and its documented HTTP status.
func Refuse(code errors.Code) Verdict { return emulator.Refuse(code) }
