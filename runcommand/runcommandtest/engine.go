package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/emulator"
)

// Instances and what they do.
type (
	// An Instance is a machine with a Cloud Assistant agent. Only the ID is
	// needed; every other zero field means something sensible.
	//
	//	ID, Name        string            // Name is {{ACS::InstanceName}}, by default the ID
	//	OS              runcommandtest.OS // Linux by default
	//	AgentVersion    string            // recent by default; old ones end with ClientNeedUpgrade
	//	RegionID        string            // present in every region by default, else unknown to the others
	//	ResourceGroupID string            // the default group by default; any other is named when asking
	//	Tags            map[string]string // for ResourceTag
	//	Zone            *time.Location    // of cron without a zone; Asia/Shanghai by default
	//	Users           []string          // besides root; nil: any user exists
	//	Directories     []string          // nil: any directory exists
	//	Containers      []Container       // nil: any container exists and runs
	//	Concurrency     int               // commands at a time before TaskConcurrencyLimit; 0: any number
	//	Offline         bool              // the agent sends no heartbeat: ClientNotOnline
	//	Stopped         bool              // the machine is not running: InstanceNotRunning
	//	NoAgent         bool              // there is no agent: ClientNotRunning
	Instance = emulator.Instance

	// A Container is a container on an Instance.
	//
	//	ID, Name string // ID has 64 hexadecimal digits
	//	Stopped  bool   // ContainerStateAbnormal
	Container = emulator.Container

	// OS is the operating system of an Instance.
	OS = emulator.OS

	// An Exec is one execution of a command on one instance, as the instance
	// sees it: the script decoded, with its parameters filled in.
	//
	//	InvocationID, CommandID, InstanceID string
	//	Type, Username, WorkingDir          string
	//	Script                              []byte
	//	Run                                 int // of this invocation on this instance, from 1
	//	Timeout                             time.Duration
	//	Launcher, TerminationMode           string
	//	ContainerID, ContainerName          string
	Exec = emulator.Exec

	// An Outcome is what becomes of an Exec. The zero Outcome is a script that
	// printed nothing and exited with 0 at once.
	//
	//	Output   []byte        // of more than 24 KB the beginning and the end are kept
	//	Dropped  int           // bytes that Output lacks already
	//	ExitCode int
	//	Takes    time.Duration // by the server's clock; beyond the timeout the run times out
	//	Code     errors.Code   // ends the run with an error of the instance; the status follows from it
	//	Info     string        // in place of the sentence that goes with Code
	//
	// On Linux the exit codes 193 and 194 power the instance off and restart
	// it, as the agent does.
	Outcome = emulator.Outcome

	// A ResourceGroup is a resource group of the account.
	//
	//	ID       string
	//	Changing bool // being created or deleted: InvalidStatus.ResourceGroup
	ResourceGroup = emulator.ResourceGroup

	// Limits are the numbers that requests are checked against; a zero field is
	// the documented default. Some of them:
	//
	//	Instances        int // a call, 100
	//	Parameters       int // pairs a call, 10
	//	KeptCommands     int // in the region, 50,000: CmdCount.ExceedQuota
	//	DailyInvocations int // no limit: Invocation.ExceedQuota
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
	// A Call is one request that reached the server. Its String has no
	// parameters, which may be secret.
	//
	//	Action     string
	//	At         time.Time         // by the server's clock
	//	Parameters map[string]string // decoded
	//	Status     int               // 0 when no reply was sent at all
	//	Code       errors.Code       // empty on success
	//	RequestID  string
	//	Method     string
	//	InBody     bool              // some parameters came in a form body
	Call = emulator.Call

	// An Invocation is a snapshot of one accepted command. Its String has a
	// line an instance, with neither script nor output.
	//
	//	ID, CommandID, Name, Type string
	//	RegionID                  string
	//	Script                    []byte
	//	Status                    runcommandtest.Status
	//	RepeatMode, Frequency     string
	//	Created                   time.Time
	//	Timeout                   time.Duration
	//	Instances                 []InstanceState
	Invocation = emulator.Invocation

	// An InstanceState is one instance of an Invocation as its latest run has
	// left it.
	//
	//	InstanceID                 string
	//	Status                     runcommandtest.Status
	//	Started, Finished, Stopped time.Time
	//	ExitCode                   int
	//	Exited                     bool // the script ended by itself
	//	Runs                       int
	//	Output                     []byte
	//	Dropped                    int
	//	Code                       errors.Code
	//	Info                       string
	InstanceState = emulator.InstanceState

	// An InstanceInfo is a snapshot of an instance: its Instance and
	//
	//	Online        bool
	//	LastHeartbeat time.Time
	//	Executions    int // scripts begun
	//	Running       int // scripts running
	InstanceInfo = emulator.InstanceInfo

	// A Status is the status of an invocation or of one of its instances, in
	// the service's words. Its method Terminal tells whether it is the last.
	Status = emulator.Status
)

// What can be made to go wrong.
type (
	// A Fault is something that goes wrong on purpose, once or several times.
	// Its Kind says what and at which moment; the other fields narrow it down.
	//
	//	Kind       FaultKind
	//	Action     string        // empty: every operation that the Kind can befall
	//	Times      int           // 0: once; negative: always
	//	InstanceID string        // only calls that name it, or its runs and rows
	//	RetryAfter time.Duration // what a throttled reply announces; 0: one second
	//	Code       errors.Code   // to answer with, where the Kind leaves a choice
	//	Status     int           // of a refusal or a stranger, in place of the documented one
	//	Delay      time.Duration // of FaultDelayed; 0: ten seconds
	Fault = emulator.Fault

	// A FaultKind says what goes wrong and when. Its String is a few words.
	FaultKind = emulator.FaultKind

	// A Verdict is what a control function makes of a call; the zero Verdict
	// lets it pass. See [Pass], [Delay], [Answer] and [Refuse].
	Verdict = emulator.Verdict
)

// Pass lets a call go on as if nobody had looked.
func Pass() Verdict { return emulator.Pass() }

// Delay lets a call go on after d.
func Delay(d time.Duration) Verdict { return emulator.Delay(d) }

// Answer replies in the service's place with a status and a body, which is
// written as JSON unless it is a string or a slice of bytes. A status outside
// 200 to 599, or a body that JSON has no form for, cannot be sent: the reply is a
// 500 with the code InternalError.
func Answer(status int, body any) Verdict { return emulator.Answer(status, body) }

// Refuse replies with an error code and its documented HTTP status; an empty code
// is InternalError.
func Refuse(code errors.Code) Verdict { return emulator.Refuse(code) }
