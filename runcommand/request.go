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
// When package fmt prints a Request, or log/slog logs it as a separate attribute, the
// text shows names and sizes. It does not show the content, parameter values, password
// name or token. The JSON of a Request is the whole request, script included, for files
// that keep a request. A JSON log of a struct, slice or map that holds a Request shows the
// whole request too; the package documentation says how to log it.
//
// In an unexported field, keep a pointer to a Request, and print the struct with %v.
// Package fmt does not call Format for a Request in an unexported field.
type Request struct {
	// RegionID names the region of the instances. Empty means the region of the client.
	// [Client.Run] refuses any other region.
	RegionID string `json:"RegionId,omitempty"`
	// Type is the command type. Required.
	Type CommandType `json:",omitempty"`
	// Content is the script, not encoded; the client sends it as Base64. Required.
	// At most 18,432 bytes, or 13,824 with KeepCommand (24 KB and 18 KB of Base64).
	Content []byte `json:"CommandContent,omitempty"`
	// Name names the command, in at most 128 characters.
	Name string `json:",omitempty"`
	// Description describes the command, in at most 512 characters.
	Description string `json:",omitempty"`
	// WorkingDir is the directory that the script starts in, at most 200
	// characters. Default: /root on Linux, the directory of the agent on
	// Windows. Ignored in a container.
	WorkingDir string `json:",omitempty"`
	// Timeout is how long one run of the script may take, in whole seconds. Zero means
	// the service's default of 60 s.
	Timeout time.Duration `json:",omitempty"`
	// EnableParameter switches {{name}} placeholders in Content on.
	EnableParameter bool `json:",omitempty"`
	// Parameters gives the placeholders their values. A name has at most 64 bytes of
	// A-Z a-z 0-9 - _, and its letter case does not matter. A placeholder without a
	// value becomes the empty string, which gives a warning. Values become text of the
	// script; see [Builder.QuotedParameter]. One document of the service allows 10 pairs, and
	// another document allows 20. So more than 20 pairs are an error here, and more
	// than 10 give a warning.
	Parameters map[string]string `json:",omitempty"`
	// RepeatMode says when the command runs. Empty means Once, or Period when
	// there is a Frequency.
	RepeatMode RepeatMode `json:",omitempty"`
	// Frequency is the schedule of a command with the mode Period. The interval of the
	// schedule is 60 s to 7 days (rate) or at least 10 s (cron). It must not be
	// shorter than Timeout.
	Frequency frequency.Schedule `json:",omitempty"`
	// KeepCommand keeps the command in the account. The account may keep only a limited
	// number of commands in a region. A kept command can be invoked again by its id.
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
	// ResourceTags selects the instances to run on: the instances that have all
	// of these tags. At most 20 tags. At most 100 instances may have them all.
	ResourceTags []Tag `json:"ResourceTag,omitempty"`
	// Tags labels the command and its invocation; see [Filter].
	Tags []Tag `json:"Tag,omitempty"`
	// ContainerID is the id of the container to run in: 64 hexadecimal digits, with an
	// optional docker://, containerd:// or cri-o:// in front.
	ContainerID string `json:"ContainerId,omitempty"`
	// ContainerName is the name of the container to run in. When ContainerID
	// is given, too, both must mean the same container.
	ContainerName string `json:",omitempty"`
	// ResourceGroupID is the resource group that the instances belong to. It is needed
	// only when the instances are not in the default resource group.
	ResourceGroupID string `json:"ResourceGroupId,omitempty"`
	// ClientToken lets the service recognize a request that it has accepted before. The
	// service does not run the command again for such a request. A token has at most 64
	// ASCII characters. Each command needs a different token. When the field is empty,
	// [Client.Run] makes a token. How long the service remembers a token is not
	// documented; see [Builder.ClientToken].
	ClientToken string `json:",omitempty"`
	// TerminationMode says which processes are killed at a timeout or a stop.
	TerminationMode TerminationMode `json:",omitempty"`
	// Launcher is the command line that starts the script file, at most 1024
	// characters, such as python3 -u {{ACS::ScriptFileName|Ext(".py")}}.
	Launcher string `json:",omitempty"`
	// OSSOutputDelivery is an address oss://bucket/prefix. The service stores the whole
	// output there, too.
	OSSOutputDelivery string `json:"OssOutputDelivery,omitempty"`

	// quoted has the values that QuotedParameter set, by name. Warnings asks for them.
	quoted map[string]string

	// schedule holds the text and the error of a Frequency that did not parse. Validate
	// reports the error.
	schedule badSchedule
}

// Validate checks the request against every documented limit and rule of the
// service. It returns nil, or an [*errors.ValidationError] with every
// violation. The region may be empty: the client supplies it.
func (r *Request) Validate() error { return r.ValidateWith(validate.Limits{}) }

// ValidateWith does the same as Validate, for an account whose quotas differ from the
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

// Warnings lists settings that are legal but probably a mistake:
//
//   - fields that the service ignores, and a timeout under 10 s;
//   - placeholders without a value, and placeholders while EnableParameter is false;
//   - scripts that cannot run: CR LF in a shell script, a byte-order mark, a line before
//     #!, UTF-16, zero bytes, nothing but blanks;
//   - characters of a PowerShell or Bat script that GBK lacks: a Chinese Windows then runs
//     an empty script;
//   - quoted values in places where their quotes do harm ([Builder.QuotedParameter]);
//   - instance ids with blanks or quotes, or of no known form;
//   - schedules that different agents read in different ways, and a schedule whose last
//     time is before the parameter now.
//
// Each warning names the field, the place, and what to do. It may name parameters and
// characters of the script. It repeats no value. The warnings of r.Frequency have codes,
// and a text in English and in Chinese: see [frequency.Schedule.Warnings].
func (r *Request) Warnings(now time.Time) []validate.Warning {
	if r == nil {
		return nil
	}
	c := r.command()
	return validate.Limits{}.Warnings(&c, now)
}

// Script returns Content with its parameters filled in as the service does it, for a look
// before running. What only the service or the instance knows stays as it is: built-in
// parameters such as {{ACS::InstanceId}}, and entries of Parameter Store ({{oos:name}}). A
// placeholder without a value becomes the empty string. Script returns nil for a nil
// request. The result may hold secrets; it is a copy.
func (r *Request) Script() []byte {
	if r == nil {
		return nil
	}
	c := r.command()
	return c.Script()
}

// Edit returns a builder that starts from a copy of the request. A setter such as
// [Builder.Instances] adds to the list that the request has. [Builder.OnlyInstances]
// replaces the instances.
func (r *Request) Edit() Builder {
	if r == nil {
		return Builder{}
	}
	return Builder{request: r.clone()}
}

// command returns the request in the form that package validate checks. The result
// shares the script, maps and slices with the request.
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
		QuotedParameters:    r.quotedNames(),
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
	c.quoted = maps.Clone(r.quoted)
	c.InstanceIDs = slices.Clone(r.InstanceIDs)
	c.ResourceTags = slices.Clone(r.ResourceTags)
	c.Tags = slices.Clone(r.Tags)
	return c
}
