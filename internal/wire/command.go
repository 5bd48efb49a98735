package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// A Tag is one key and value, of an instance or of a command.
type Tag struct{ Key, Value string }

// RunCommand asks for a script to be run: the parameters of "ECS API
// reference, RunCommand". A zero field is not sent.
type RunCommand struct {
	RegionID, Type string
	// Content is the script itself. It is sent as Base64, which carries any
	// bytes unchanged.
	Content                       []byte
	Name, Description, WorkingDir string
	// Timeout is in seconds.
	Timeout                       int64
	EnableParameter               bool
	Parameters                    map[string]string
	RepeatMode, Frequency         string
	KeepCommand                   bool
	Username, WindowsPasswordName string
	InstanceIDs                   []string
	ResourceTags, Tags            []Tag
	ContainerID, ContainerName    string
	ResourceGroupID, ClientToken  string
	TerminationMode, Launcher     string
	OSSOutputDelivery             string
}

// Action is "RunCommand".
func (*RunCommand) Action() string { return ActionRunCommand }

// Params writes the request down in wire form.
func (r *RunCommand) Params() Params {
	content := base64.StdEncoding.EncodeToString(r.Content)
	parameters := jsonObject(r.Parameters)

	w := &paramWriter{}
	w.text("RegionId", r.RegionID)
	w.text("Type", r.Type)
	w.text("CommandContent", content)
	w.text("ContentEncoding", "Base64")
	w.text("Name", r.Name)
	w.text("Description", r.Description)
	w.text("WorkingDir", r.WorkingDir)
	w.number("Timeout", r.Timeout)
	w.flag("EnableParameter", r.EnableParameter)
	w.text("Parameters", parameters)
	w.text("RepeatMode", r.RepeatMode)
	w.text("Frequency", r.Frequency)
	w.flag("KeepCommand", r.KeepCommand)
	w.text("Username", r.Username)
	w.text("WindowsPasswordName", r.WindowsPasswordName)
	w.list("InstanceId", r.InstanceIDs)
	w.tags("ResourceTag", r.ResourceTags)
	w.tags("Tag", r.Tags)
	w.text("ContainerId", r.ContainerID)
	w.text("ContainerName", r.ContainerName)
	w.text("ResourceGroupId", r.ResourceGroupID)
	w.text("ClientToken", r.ClientToken)
	w.text("TerminationMode", r.TerminationMode)
	w.text("Launcher", r.Launcher)
	w.text("OssOutputDelivery", r.OSSOutputDelivery)

	w.secret(content, string(r.Content), parameters, r.WindowsPasswordName, r.ClientToken)
	for _, value := range r.Parameters {
		w.secret(value)
	}
	return w.Params
}

// jsonObject writes m as one JSON object with sorted keys, or nothing when m
// is empty. Bytes that are not UTF-8 become the replacement character, since
// JSON has no way to say them.
func jsonObject(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return "" // a map of strings always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// RunCommandReply says that the command was accepted, not that it ran.
type RunCommandReply struct {
	RequestID string `json:"RequestId"`
	CommandID string `json:"CommandId"`
	InvokeID  string `json:"InvokeId"`
}

// Usable reports whether the reply names the invocation it began. Such a reply is
// an acceptance, whatever else it says.
func (r *RunCommandReply) Usable() bool { return IsIdentifier(r.InvokeID) }

// ID is the request id.
func (r *RunCommandReply) ID() string { return r.RequestID }
