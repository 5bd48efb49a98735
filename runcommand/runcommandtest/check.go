package runcommandtest

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A check is one step of checking a RunCommand: it reads parameters into the command
// and refuses those that break a rule. The first refusal is the reply.
type check func(p parameters, cmd *command, l Limits) *refusal

// runCommandChecks are the rules of the ECS API reference (RunCommand) in the order in
// which the service applies them, as far as that order is known. Checks that need the
// instances come after these: see [Server.runCommand].
var runCommandChecks = []check{
	checkRequired,
	checkType,
	checkContent,
	checkTargets,
	checkTexts,
	checkContainer,
	checkToken,
	checkTags,
	checkPlaceholders,
	checkParameters,
	checkModes,
	checkTimeout,
	checkFrequency,
	checkPassword,
}

// checkRequired checks the parameters that every command needs. The targets have a check of
// their own, because there are two ways to give them.
func checkRequired(p parameters, _ *command, _ Limits) *refusal {
	return required(p, "RegionId", "Type", "CommandContent")
}

// checkType checks Type. The systems of the instances are compared later: see targets.
func checkType(p parameters, cmd *command, _ Limits) *refusal {
	cmd.region, cmd.kind = p["RegionId"], p["Type"]
	if _, ok := typeSystems[cmd.kind]; !ok {
		return refuse(errors.InvalidCmdTypeNotFound, "the command type %.40q does not exist", cmd.kind)
	}
	return nil
}

// typeSystems lists the operating systems on which each command type runs.
var typeSystems = map[string][]OS{
	"RunShellScript":      {Linux, FreeBSD},
	"RunBatScript":        {Windows},
	"RunPowerShellScript": {Windows},
}

// checkContent decodes CommandContent and checks its size. The limit counts the bytes in
// Base64, also when the content is sent as plain text (ECS API reference, RunCommand). It
// depends on KeepCommand. An unknown ContentEncoding means plain text.
func checkContent(p parameters, cmd *command, l Limits) *refusal {
	keep, refused := p.flag("KeepCommand")
	if refused != nil {
		return refused
	}
	cmd.keep = keep
	content := p["CommandContent"]
	size := base64.StdEncoding.EncodedLen(len(content))
	cmd.content = []byte(content)
	if strings.EqualFold(p["ContentEncoding"], "Base64") {
		size = len(content)
		decoded, ok := decodeBase64(content)
		if !ok {
			return refuse(errors.CmdContentDecodeError, "the content is not Base64")
		}
		cmd.content = decoded
	}
	limit := l.Content
	if keep {
		limit = l.KeptContent
	}
	if size > limit {
		return refuse(errors.CmdContentExceedLimit, "the content has %s after Base64, more than %d", count(size, "byte", "bytes"), limit)
	}
	return nil
}

// decodeBase64 decodes Base64 in the standard alphabet, with or without padding. It
// ignores line breaks, blanks and tabs. It reports false when text is not Base64 or is
// empty.
func decodeBase64(text string) ([]byte, bool) {
	text = strings.TrimRight(strings.NewReplacer("\r", "", "\n", "", " ", "", "\t", "").Replace(text), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	return decoded, err == nil && len(decoded) > 0
}

// checkTargets checks InstanceId and ResourceTag. A command has exactly one of the two.
func checkTargets(p parameters, cmd *command, l Limits) *refusal {
	cmd.instanceIDs = p.instanceIDs()
	cmd.resourceTags = p.tags("ResourceTag")
	cmd.resourceGroup = p["ResourceGroupId"]
	switch {
	case len(cmd.instanceIDs) == 0 && len(cmd.resourceTags) == 0:
		return refuse(errors.MissingParamInstanceId, "neither InstanceId nor ResourceTag is given")
	case len(cmd.instanceIDs) > 0 && len(cmd.resourceTags) > 0:
		return refuse(errors.InvalidResourceTagConflictWithInstanceIds, "InstanceId and ResourceTag exclude each other")
	case len(cmd.instanceIDs) > l.Instances:
		return refuse(errors.InstanceIdsExceedLimit, "more than %s", count(l.Instances, "instance", "instances"))
	}
	return resourceTagRules.check(cmd.resourceTags, l.ResourceTags, l)
}

// checkTexts checks the parameters that are short texts. The documentation does not say
// which characters are illegal in a name, a description and a directory. Here control
// characters are illegal, except line breaks and tabs in a description.
func checkTexts(p parameters, cmd *command, l Limits) *refusal {
	cmd.name, cmd.description, cmd.workingDir = p["Name"], p["Description"], p["WorkingDir"]
	cmd.username, cmd.passwordName, cmd.launcher = p["Username"], p["WindowsPasswordName"], p["Launcher"]
	cmd.ossDelivery = p["OssOutputDelivery"]
	for _, text := range []struct {
		name, value string
		limit       int
		tooLong     errors.Code
		legal       func(string) bool // nil: the service documents no illegal characters for this parameter
		badChars    errors.Code
	}{
		{"Name", cmd.name, l.Name, errors.CmdNameExceedLimit, oneLine, errors.InvalidParameterCharacterCommandName},
		{"Description", cmd.description, l.Description, errors.CmdDescExceedLimit, printable, errors.InvalidParameterCharacterCommandDescription},
		{"WorkingDir", cmd.workingDir, l.WorkingDir, errors.InvalidParameterWorkingDir, oneLine, errors.InvalidParameterCharacterCommandWorkingDir},
		{"Username", cmd.username, l.Username, errors.UsernameExceedLimit, nil, ""},
		{"WindowsPasswordName", cmd.passwordName, l.WindowsPasswordName, errors.WindowsPasswordNameExceedLimit, nil, ""},
		{"Launcher", cmd.launcher, l.Launcher, errors.InvalidLauncherLengthLimitExceeded, nil, ""},
	} {
		switch {
		case longer(text.value, text.limit):
			return refuse(text.tooLong, "%s has more than %s", text.name, count(text.limit, "character", "characters"))
		case text.legal != nil && !text.legal(text.value):
			return refuse(text.badChars, "%s has illegal characters", text.name)
		}
	}
	return nil
}

// What ContainerId and ContainerName must look like. The length of a name is a limit.
var (
	containerID   = regexp.MustCompile(`^((docker|containerd|cri-o)://)?[0-9a-fA-F]{64}$`)
	containerName = regexp.MustCompile(`^/?[A-Za-z0-9][A-Za-z0-9_.-]*$`)
)

// checkContainer checks ContainerId and ContainerName. Both may be given.
func checkContainer(p parameters, cmd *command, l Limits) *refusal {
	cmd.containerID, cmd.containerName = p["ContainerId"], p["ContainerName"]
	switch {
	case cmd.containerID != "" && !containerID.MatchString(cmd.containerID):
		return refuse(errors.InvalidContainerIdMalformed, "ContainerId is not 64 hexadecimal digits")
	case cmd.containerName != "" && (!containerName.MatchString(cmd.containerName) || longer(cmd.containerName, l.ContainerName)):
		return refuse(errors.InvalidContainerNameMalformed, "ContainerName is not valid")
	}
	if cmd.inContainer() {
		cmd.username, cmd.workingDir = "", "" // in a container both parameters are ignored, not refused
	}
	return nil
}

// checkToken checks the form of ClientToken. The token is looked up later: see replay.
func checkToken(p parameters, cmd *command, l Limits) *refusal {
	cmd.clientToken = p["ClientToken"]
	ascii := !strings.ContainsFunc(cmd.clientToken, func(r rune) bool { return r < 0x20 || r > 0x7e })
	if !ascii || len(cmd.clientToken) > l.ClientToken {
		return refuse(errors.InvalidClientTokenMalformed, "ClientToken is not at most %s of ASCII", count(l.ClientToken, "character", "characters"))
	}
	return nil
}

// checkTags checks the tags of the command. Those that select instances are in
// checkTargets.
func checkTags(p parameters, cmd *command, l Limits) *refusal {
	cmd.tags = p.tags("Tag")
	return tagRules.check(cmd.tags, l.Tags, l)
}

// The values of RepeatMode and TerminationMode. The service documents one spelling of each.
var (
	repeatModes      = []string{repeatOnce, repeatPeriod, repeatNextReboot, repeatReboots, repeatDryRun}
	terminationModes = []string{"Process", "ProcessTree"}
)

// checkModes checks RepeatMode and TerminationMode. checkFrequency sets the repeat mode of a
// command without RepeatMode.
func checkModes(p parameters, cmd *command, _ Limits) *refusal {
	cmd.repeat, cmd.terminationMode = p["RepeatMode"], p["TerminationMode"]
	switch {
	case cmd.repeat != "" && !slices.Contains(repeatModes, cmd.repeat):
		return refuse(errors.InvalidRepeatModeNotFound, "the repeat mode %.40q does not exist", cmd.repeat)
	case cmd.terminationMode != "" && !slices.Contains(terminationModes, cmd.terminationMode):
		return refuse(errors.InvalidTerminationModeNotFound, "the termination mode %.40q does not exist", cmd.terminationMode)
	}
	if cmd.terminationMode == "" {
		cmd.terminationMode = "Process"
	}
	return nil
}

// checkTimeout checks Timeout. The page of RunCommand documents neither a shortest nor a
// longest one, so only [Limits] can set a longest one.
func checkTimeout(p parameters, cmd *command, l Limits) *refusal {
	seconds, given, refused := p.number("Timeout")
	cmd.timeout, cmd.timeoutSeconds = defaultTimeout, int64(defaultTimeout/time.Second)
	switch {
	case refused != nil:
		return refused
	case !given:
		return nil
	case seconds < 1 || seconds > maxSeconds:
		return refuse(errors.InvalidParameterFormat, "Timeout is not a number of seconds between 1 and 9007199254740991")
	}
	cmd.timeoutSeconds = seconds
	cmd.timeout = time.Duration(min(seconds, int64(maxWait/time.Second))) * time.Second
	if l.MaxTimeout > 0 && cmd.timeout > l.MaxTimeout {
		return refuse(errors.InvalidTimeoutExceedLimit, "Timeout is longer than %s", l.MaxTimeout)
	}
	return nil
}

// The largest values of Timeout: the largest that is accepted, and the largest that the
// server counts with.
const (
	maxSeconds = 1<<53 - 1                  // the largest integer that is exact in JSON
	maxWait    = 100 * 365 * 24 * time.Hour // about 100 years, which fits into a time.Duration
)

// checkPassword checks that a Windows command of another user names a password. Whether
// the password exists is not checked, because there is no parameter store.
func checkPassword(_ parameters, cmd *command, _ Limits) *refusal {
	windows := slices.Contains(typeSystems[cmd.kind], Windows)
	if windows && cmd.username != "" && !strings.EqualFold(cmd.username, "System") && cmd.passwordName == "" {
		return refuse(errors.WindowsPasswordNameMissed, "a user other than System needs WindowsPasswordName")
	}
	return nil
}
