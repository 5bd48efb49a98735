package validate

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A Command is a request for RunCommand in plain types. Package runcommand copies its Request into
// a Command. The Command shares its slices and its map with the Request, and this package does not
// change them.
//
// The zero value of a field means that the parameter is not sent. Type, Content, and one of
// InstanceIDs and ResourceTags are required; all other fields are optional. The numbers below are
// the default [Limits]. The comment of [Limits.Check] has all rules by the wire names of the
// fields.
//
// Field names are the wire names in Go's spelling, with these exceptions: Content is
// CommandContent, InstanceIDs is InstanceId.N, and Tags and ResourceTags are Tag.N and
// ResourceTag.N. FrequencyErr and QuotedParameters are not sent: they say how Frequency and
// Parameters were given.
type Command struct {
	RegionID            string             // RegionId; when it is empty, the client adds its own region
	Type                string             // RunShellScript, RunPowerShellScript or RunBatScript
	Content             []byte             // CommandContent before its encoding in Base64
	Name                string             // at most 128 characters
	Description         string             // at most 512 characters
	WorkingDir          string             // at most 200 characters
	Timeout             time.Duration      // whole seconds; 0 means unset, and the service then uses 60 s
	EnableParameter     bool               // whether {{name}} in Content is replaced by the value of a parameter
	Parameters          map[string]string  // values for the names in Content
	QuotedParameters    []string           // names in Parameters whose value is quoted as one word of the script's language
	RepeatMode          string             // Once, Period, NextRebootOnly, EveryReboot, DryRun or empty
	Frequency           frequency.Schedule // overrides RepeatMode; the zero value means no schedule
	FrequencyErr        error              // why the given schedule does not parse; nil when it parses or there is none
	KeepCommand         bool               // lowers the limit of Content to 18 KB
	Username            string             // at most 255 characters; ignored in a container
	WindowsPasswordName string             // the name of an encrypted parameter, not a password
	InstanceIDs         []string           // at most 100, or more with a raised quota
	ResourceTags        []Tag              // tags that choose the instances, used instead of InstanceIDs
	Tags                []Tag              // labels of the command
	ContainerID         string             // 64 hexadecimal digits, with or without docker://, containerd:// or cri-o://
	ContainerName       string             // at most 255 letters, digits, '.', '_' and '-'
	ResourceGroupID     string             // any valid UTF-8 text
	ClientToken         string             // ASCII, at most 64 characters
	TerminationMode     string             // Process, ProcessTree or empty
	Launcher            string             // at most 1,024 characters
	OSSOutputDelivery   string             // oss://bucket/prefix
}

// A Tag is a label of the command, or a condition that chooses instances. A key has 1 to 64
// characters and a value 0 to 128 ([Limits].TagKey, TagValue). Keys that begin with aliyun or
// acs: are reserved. Neither a key nor a value may contain http:// or https:// (ECS API
// reference, RunCommand).
type Tag struct {
	Key, Value string
}

// windows reports whether the command can only run on Windows. It looks only at the type, since
// the systems of the instances are not known.
func (c *Command) windows() bool {
	return c.Type == "RunPowerShellScript" || c.Type == "RunBatScript"
}

// inContainer reports whether the command is to run in a container.
func (c *Command) inContainer() bool {
	return c.ContainerID != "" || c.ContainerName != ""
}

// scheduled reports whether a schedule was given, valid or not.
func (c *Command) scheduled() bool {
	return !c.Frequency.IsZero() || c.FrequencyErr != nil
}

// defaultTimeout is the timeout that the service uses when Timeout is unset.
const defaultTimeout = 60 * time.Second

// effectiveTimeout returns the timeout that applies to each run: Timeout, or the default when it is
// unset.
func (c *Command) effectiveTimeout() time.Duration {
	if c.Timeout == 0 {
		return defaultTimeout
	}
	return c.Timeout
}

// encodedSize returns the length of Content in Base64, with padding. It does not encode.
func (c *Command) encodedSize() int { return (len(c.Content) + 2) / 3 * 4 }
