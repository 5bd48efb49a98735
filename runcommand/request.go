package runcommand

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Request is one RunCommand call: a script, its settings, and the instances that it runs
// on. Make it with [Shell], [PowerShell] or [Bat] and [Builder.Build], or fill the
// fields. A zero field is not sent, so the default of the service applies. Every text
// must be valid UTF-8; only Content may hold any bytes.
//
// Printed by package fmt, or logged by log/slog as an attribute of its own, a Request
// shows names and sizes. It does not show its content, parameter values, password name
// or token. Its JSON is the whole request, script included, for files that keep a
// request. A JSON log of a struct, slice or map that holds a Request shows the whole
// request too; the package documentation says how to log it.
//
// In an unexported field, keep a pointer to a Request and print it with %v: package fmt
// does not call Format for a value there.
type Request struct {
	// RegionID names the region of the instances. Empty means the client's region.
	// [Client.Run] refuses any other region.
	RegionID string `json:"RegionId,omitempty"`
	// Type is the command type. Required.
	Type CommandType `json:",omitempty"`
	// Content is the script, as it is; it travels as Base64. Required; at most
	// 18,432 bytes, with KeepCommand 13,824 (24 KB and 18 KB of Base64).
	Content []byte `json:"CommandContent,omitempty"`
	// Name names the command, in at most 128 characters.
	Name string `json:",omitempty"`
	// Description describes the command, in at most 512 characters.
	Description string `json:",omitempty"`
	// WorkingDir is the directory that the script starts in, at most 200
	// characters. Default: /root on Linux, the agent's own on Windows. Ignored
	// in a container.
	WorkingDir string `json:",omitempty"`
	// Timeout is how long one run may take, in whole seconds. Zero means the
	// service's default of 60 s.
	Timeout time.Duration `json:",omitempty"`
	// EnableParameter switches {{name}} placeholders in Content on.
	EnableParameter bool `json:",omitempty"`
	// Parameters gives the placeholders their values. A name has at most 64 bytes of
	// A-Z a-z 0-9 - _, and its letter case does not matter. A placeholder without a
	// value becomes the empty string. One document of the service allows 10 pairs and
	// another 20: more than 20 are an error here, more than 10 a warning.
	Parameters map[string]string `json:",omitempty"`
	// RepeatMode says when the command runs. Empty means Once, or Period when
	// there is a Frequency.
	RepeatMode RepeatMode `json:",omitempty"`
	// Frequency is the schedule of a Period command. Its interval is 60 s to 7 days
	// (rate) or at least 10 s (cron), and not shorter than Timeout.
	Frequency frequency.Schedule `json:",omitempty"`
	// KeepCommand keeps the command in the account, where it counts against
	// the region's quota and can be invoked again by its id.
	KeepCommand bool `json:",omitempty"`
	// Username is the system user that runs the script, at most 255
	// characters. Default: root on Linux, System on Windows. Ignored in a
	// container.
	Username string `json:",omitempty"`
	// WindowsPasswordName names the encrypted entry of OOS Parameter Store
	// that holds the password of Username, at most 255 characters. Required
	// for a Windows command under another user than System.
	WindowsPasswordName string `json:",omitempty"`
	// InstanceIDs lists the instances to run on: 1 to 100, unless the account
	// has a raised quota ([validate.Limits]). Exactly one of InstanceIDs and
	// ResourceTags is given.
	InstanceIDs []string `json:"InstanceId,omitempty"`
	// ResourceTags selects the instances to run on: those that carry all of
	// these tags. At most 20 tags, which at most 100 instances may match.
	ResourceTags []Tag `json:"ResourceTag,omitempty"`
	// Tags labels the command and its invocation; see [Filter].
	Tags []Tag `json:"Tag,omitempty"`
	// ContainerID is the id of the container to run in: 64 hexadecimal digits,
	// optionally after docker://, containerd:// or cri-o://.
	ContainerID string `json:"ContainerId,omitempty"`
	// ContainerName is the name of the container to run in. When both are
	// given they must mean the same container.
	ContainerName string `json:",omitempty"`
	// ResourceGroupID is the resource group that the instances belong to when
	// it is not the default one.
	ResourceGroupID string `json:"ResourceGroupId,omitempty"`
	// ClientToken makes repeated sending harmless: at most 64 ASCII characters,
	// unique to this one command. Empty means that [Client.Run] makes one. How
	// long the service remembers a token is not documented; see
	// [Builder.ClientToken].
	ClientToken string `json:",omitempty"`
	// TerminationMode says what is killed at a timeout or stop.
	TerminationMode TerminationMode `json:",omitempty"`
	// Launcher is the command line that starts the script file, at most 1024
	// characters, such as python3 -u {{ACS::ScriptFileName|Ext(".py")}}.
	Launcher string `json:",omitempty"`
	// OSSOutputDelivery is an address oss://bucket/prefix. The service stores the whole
	// output there, too.
	OSSOutputDelivery string `json:"OssOutputDelivery,omitempty"`

	// schedule is a Frequency that did not parse. Validate reports it.
	schedule badSchedule
}

// Validate checks the request against every documented limit and rule of the
// service. It returns nil, or an [*errors.ValidationError] with every
// violation. The region may be empty: the client supplies it.
func (r *Request) Validate() error { return r.ValidateWith(validate.Limits{}) }

// ValidateWith is Validate for an account whose quotas differ from the
// documented defaults.
func (r *Request) ValidateWith(l validate.Limits) error {
	if r == nil {
		return &errors.ValidationError{Violations: l.Check(nil)}
	}
	c := r.command()
	if violations := l.Check(&c); len(violations) > 0 {
		return &errors.ValidationError{Violations: violations}
	}
	return nil
}

// Warnings lists settings that are legal but probably a mistake: fields that the service
// ignores, a timeout under 10 s, placeholders while EnableParameter is false, schedules
// that agents read differently. A schedule that ended before now gives a warning, too.
func (r *Request) Warnings(now time.Time) []validate.Warning {
	if r == nil {
		return nil
	}
	c := r.command()
	return validate.Limits{}.Warnings(&c, now)
}

// Edit returns a builder that starts from a copy of the request. Setters that add, such
// as [Builder.Instances], add to the lists of the request. [Builder.OnlyInstances]
// replaces the instances.
func (r *Request) Edit() Builder {
	if r == nil {
		return Builder{}
	}
	return Builder{request: r.clone()}
}

// command returns the request in the form that package validate checks. It shares the
// script, maps and slices of the request.
func (r *Request) command() validate.Command {
	return validate.Command{
		RegionID:            r.RegionID,
		Type:                string(r.Type),
		Content:             r.Content,
		Name:                r.Name,
		Description:         r.Description,
		WorkingDir:          r.WorkingDir,
		Timeout:             r.Timeout,
		EnableParameter:     r.EnableParameter,
		Parameters:          r.Parameters,
		RepeatMode:          string(r.RepeatMode),
		Frequency:           r.Frequency,
		FrequencyErr:        r.frequencyErr(),
		KeepCommand:         r.KeepCommand,
		Username:            r.Username,
		WindowsPasswordName: r.WindowsPasswordName,
		InstanceIDs:         r.InstanceIDs,
		ResourceTags:        r.ResourceTags,
		Tags:                r.Tags,
		ContainerID:         r.ContainerID,
		ContainerName:       r.ContainerName,
		ResourceGroupID:     r.ResourceGroupID,
		ClientToken:         r.ClientToken,
		TerminationMode:     string(r.TerminationMode),
		Launcher:            r.Launcher,
		OSSOutputDelivery:   r.OSSOutputDelivery,
	}
}

// clone copies the request, with its script, map and slices.
func (r *Request) clone() Request {
	c := *r
	c.Content = bytes.Clone(r.Content)
	c.Parameters = maps.Clone(r.Parameters)
	c.InstanceIDs = slices.Clone(r.InstanceIDs)
	c.ResourceTags = slices.Clone(r.ResourceTags)
	c.Tags = slices.Clone(r.Tags)
	return c
}
