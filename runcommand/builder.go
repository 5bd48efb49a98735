package runcommand

import (
	"maps"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Builder builds a [Request]. It is a value: every setter returns a changed
// copy and does not change its receiver. So a program can keep a base
// command, share it between goroutines, and make variants of it.
//
// No setter fails. [Builder.Build] checks everything and reports every
// violation at once.
type Builder struct {
	request Request
	limits  validate.Limits
}

// Shell begins a shell script for Linux instances.
func Shell(script string) Builder { return newBuilder(RunShellScript, script) }

// PowerShell begins a PowerShell script for Windows instances.
func PowerShell(script string) Builder { return newBuilder(RunPowerShellScript, script) }

// Bat begins a Bat script for Windows instances.
func Bat(script string) Builder { return newBuilder(RunBatScript, script) }

func newBuilder(t CommandType, script string) Builder {
	return Builder{request: Request{Type: t, Content: []byte(script)}}
}

// Build returns the request, or an [*errors.ValidationError] with every
// violation of the documented limits. A schedule that does not parse is a
// violation, too: the error then has the [*frequency.ParseError] in its chain.
// The request shares no memory with the builder.
func (b Builder) Build() (*Request, error) {
	if err := b.request.ValidateWith(b.limits); err != nil {
		return nil, err
	}
	r := b.request.clone()
	return &r, nil
}

// Draft returns the request as it is, without a check, for a program that completes or
// stores it first: for example a command without instances that gets them later. Its
// [Request.Edit] goes on from there. [Client.Run] checks every request. The request shares
// no memory with the builder.
func (b Builder) Draft() *Request {
	r := b.request.clone()
	return &r
}

// Limits sets the limits that Build checks the request against, for an account
// with raised quotas. Default: the documented limits. [Client.Run] checks the
// request again, with the limits of the client ([WithLimits]).
func (b Builder) Limits(l validate.Limits) Builder { b.limits = l; return b }

// Region sets the region of the instances. Default: the region of the client.
func (b Builder) Region(id string) Builder { b.request.RegionID = id; return b }

// Name names the command, in at most 128 characters.
func (b Builder) Name(name string) Builder { b.request.Name = name; return b }

// Description describes the command, in at most 512 characters.
func (b Builder) Description(text string) Builder { b.request.Description = text; return b }

// WorkingDir sets the directory that the script starts in: a path of at most
// 200 characters.
func (b Builder) WorkingDir(dir string) Builder { b.request.WorkingDir = dir; return b }

// Timeout sets how long one run of the script may take, in whole seconds. Default: 60 s.
func (b Builder) Timeout(d time.Duration) Builder { b.request.Timeout = d; return b }

// Username sets the system user that runs the script, in at most 255
// characters.
func (b Builder) Username(name string) Builder { b.request.Username = name; return b }

// WindowsPasswordName sets the name of the encrypted entry of Parameter Store that holds
// the password of the Windows user. Give this name, not the password. It has at most 255
// characters.
func (b Builder) WindowsPasswordName(name string) Builder {
	b.request.WindowsPasswordName = name
	return b
}

// EnableParameter switches {{name}} placeholders in the script on or off.
// [Builder.Parameter] and [Builder.Parameters] switch them on by themselves. Built-in
// parameters such as {{ACS::InstanceId}} need EnableParameter(true): without it the script
// has the braces as they are, which [Request.Warnings] warns of.
func (b Builder) EnableParameter(on bool) Builder { b.request.EnableParameter = on; return b }

// Parameter gives the placeholder {{name}} its value and switches
// placeholders on. A second value for a name replaces the first.
//
// The service pastes the value into the script as text, before the interpreter reads the
// script. So a value can be several words, and can be commands: the value "a; reboot" for
// "ls {{dir}}" reboots the instance. Use [Builder.QuotedParameter] for values that come
// from elsewhere. [Request.Script] returns the script with its values.
func (b Builder) Parameter(name, value string) Builder {
	b.request.Parameters = b.copyParameters(1)
	b.request.Parameters[name] = value
	b.request.EnableParameter = true
	return b
}

// QuotedParameter is [Builder.Parameter] for a value that arrives as one word, whatever
// characters it has: blanks, quotes, line ends, $, ; and braces. It puts quotes around the
// value. So write the placeholder without quotes, where a word may stand:
//
//	runcommand.Shell("rm -f -- {{file}}").QuotedParameter("file", name)
//
// In a shell script, the quotes are those of POSIX shells, such as sh, bash and zsh. In a
// PowerShell script, the value is a string with single quotes. PowerShell 5 itself loses
// double quotes when it passes a string to a program. Line ends arrive as they are; $( ) of
// a shell drops those at the end of an output, as always.
//
// For a Bat script, [Builder.Build] reports a violation: cmd has no quotes that keep every
// value. A value with a zero byte is a violation, too, since no word of a script can have
// one. [Request.Warnings] warns when the placeholder is between quotes, in a comment, a
// here-document or arithmetic, and when another interpreter runs the script, such as
// Python. Parameters of the request has the value with its quotes.
//
// The documents do not say whether built-in parameters such as {{ACS::InstanceId}}, and
// entries of Parameter Store such as {{oos:name}}, are looked for in values, too. Do not
// pass values from elsewhere that may hold such a placeholder.
func (b Builder) QuotedParameter(name, value string) Builder {
	word := quoteWord(b.request.Type, value)
	b = b.Parameter(name, word)
	quoted := make(map[string]string, len(b.request.quoted)+1)
	maps.Copy(quoted, b.request.quoted)
	quoted[name] = word
	b.request.quoted = quoted
	return b
}

// Parameters gives several placeholders their values and switches
// placeholders on. The values become text of the script, as with [Builder.Parameter].
func (b Builder) Parameters(values map[string]string) Builder {
	b.request.Parameters = b.copyParameters(len(values))
	maps.Copy(b.request.Parameters, values)
	b.request.EnableParameter = true
	return b
}

// copyParameters copies the parameters into a new map with space for n more entries.
func (b *Builder) copyParameters(n int) map[string]string {
	m := make(map[string]string, len(b.request.Parameters)+n)
	maps.Copy(m, b.request.Parameters)
	return m
}

// KeepCommand keeps the command in the account for later use. The script may then have at
// most 18 KB of Base64.
func (b Builder) KeepCommand(keep bool) Builder { b.request.KeepCommand = keep; return b }

// Instances adds instances that the command runs on.
func (b Builder) Instances(ids ...string) Builder {
	b.request.InstanceIDs = append(slices.Clip(b.request.InstanceIDs), ids...)
	return b
}

// OnlyInstances runs the command on these instances and no others. It replaces all
// instances and resource tags that were given before.
func (b Builder) OnlyInstances(ids ...string) Builder {
	b.request.InstanceIDs, b.request.ResourceTags = slices.Clone(ids), nil
	return b
}

// ResourceTag runs the command on the instances with this tag. With several tags, the
// command runs on the instances that have all of them.
func (b Builder) ResourceTag(key, value string) Builder {
	b.request.ResourceTags = append(slices.Clip(b.request.ResourceTags), Tag{Key: key, Value: value})
	return b
}

// Tag adds a label to the command and its invocation.
func (b Builder) Tag(key, value string) Builder {
	b.request.Tags = append(slices.Clip(b.request.Tags), Tag{Key: key, Value: value})
	return b
}

// ContainerID runs the script in the container with this id.
func (b Builder) ContainerID(id string) Builder { b.request.ContainerID = id; return b }

// ContainerName runs the script in the container with this name.
func (b Builder) ContainerName(name string) Builder { b.request.ContainerName = name; return b }

// ResourceGroup names the resource group of the instances. It is needed only when the
// instances are not in the default resource group.
func (b Builder) ResourceGroup(id string) Builder { b.request.ResourceGroupID = id; return b }

// ClientToken sets the client token, at most 64 ASCII characters. When several requests
// have the same token, the service runs the command at most once. Default: a token that
// [Client.Run] makes.
//
// Set the token to repeat a run whose outcome is unknown ([errors.RunError]), in this or
// another process. The same request with the same token returns the invocation of the
// first run. If the first request never arrived, the repeated request starts the command.
//
// Repeat the run soon. The service forgets a token after a time that it does not
// document. With a forgotten token the command runs again. When hours have passed, do not
// repeat the run. Look for the invocation with [Client.Invocations], by a tag that you
// set with [Builder.Tag].
func (b Builder) ClientToken(token string) Builder { b.request.ClientToken = token; return b }

// TerminationMode says which processes are killed at a timeout or a stop.
func (b Builder) TerminationMode(m TerminationMode) Builder {
	b.request.TerminationMode = m
	return b
}

// KillTree kills the script and all its descendant processes at a timeout or
// a stop. It is short for TerminationMode([TerminateProcessTree]).
func (b Builder) KillTree() Builder { return b.TerminationMode(TerminateProcessTree) }

// Launcher sets the command line that starts the script file, in at most 1024
// characters.
func (b Builder) Launcher(line string) Builder { b.request.Launcher = line; return b }

// OSSOutput makes the service store the whole output in Object Storage Service, too,
// under the address oss://bucket/prefix.
func (b Builder) OSSOutput(uri string) Builder { b.request.OSSOutputDelivery = uri; return b }

// Frequency runs the command by a schedule.
//
// Frequency, Every, At, Cron, OnNextReboot, OnEveryReboot, DryRun and RepeatMode replace
// each other: the setter that is called last decides. So a builder never makes a dry run
// that has a schedule. The service would not treat such a request as a dry run: it would
// run the command by the schedule.
func (b Builder) Frequency(s frequency.Schedule) Builder {
	return b.setRun("", s, badSchedule{})
}

// Every runs the command at a fixed interval of 60 s to 7 days, in whole seconds. The
// first run is one interval from now.
func (b Builder) Every(interval time.Duration) Builder {
	s, err := frequency.Every(interval)
	return b.setSchedule("rate("+interval.String()+")", s, err)
}

// At runs the command once, at the time t. It drops the fraction of a second of t.
func (b Builder) At(t time.Time) Builder {
	t = t.Truncate(time.Second)
	s, err := frequency.Once(t)
	return b.setSchedule("at("+t.Format("2006-01-02 15:04:05 MST")+")", s, err)
}

// Cron runs the command by a cron expression. The expression has the form sec min hour
// day-of-month month day-of-week [year] [zone]. Monday is day 1 of the week. Without a
// zone, each instance uses its own clock.
func (b Builder) Cron(expr string) Builder {
	s, err := frequency.Parse(expr)
	if err == nil && s.Kind() != frequency.KindCron {
		s, err = frequency.Cron(expr, nil)
	}
	return b.setSchedule(expr, s, err)
}

// OnNextReboot runs the command once, when the instance next starts.
func (b Builder) OnNextReboot() Builder { return b.RepeatMode(RepeatNextRebootOnly) }

// OnEveryReboot runs the command whenever the instance starts.
func (b Builder) OnEveryReboot() Builder { return b.RepeatMode(RepeatEveryReboot) }

// DryRun makes the service check the request, the instances and their agents.
// The service executes nothing.
func (b Builder) DryRun() Builder { return b.RepeatMode(RepeatDryRun) }

// RepeatMode sets the mode by its name. [RepeatPeriod] keeps a schedule that was set
// before. Any other mode removes the schedule.
func (b Builder) RepeatMode(m RepeatMode) Builder {
	if m == RepeatPeriod {
		b.request.RepeatMode = m
		return b
	}
	return b.setRun(m, frequency.Schedule{}, badSchedule{})
}

// setSchedule sets the schedule. When err is not nil, setSchedule stores the text and the
// error instead. Build then reports the error.
func (b Builder) setSchedule(text string, s frequency.Schedule, err error) Builder {
	if err != nil {
		return b.setRun("", frequency.Schedule{}, badSchedule{text, err})
	}
	return b.setRun("", s, badSchedule{})
}

// setRun sets the mode and the schedule together, because a new mode replaces an earlier
// schedule, and a new schedule replaces an earlier mode.
func (b Builder) setRun(m RepeatMode, s frequency.Schedule, bad badSchedule) Builder {
	b.request.RepeatMode, b.request.Frequency, b.request.schedule = m, s, bad
	return b
}
