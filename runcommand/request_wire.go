package runcommand

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// params returns the parameters of RunCommand for this request (ECS API reference,
// RunCommand). They have the client's region and the client token of the Run.
func (r *Request) params(region, token string) wire.Params {
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Text("RegionId", region)
	w.Text("Type", string(r.Type))
	w.Script("CommandContent", r.Content)
	w.Text("ContentEncoding", "Base64")
	w.Text("Name", r.Name)
	w.Text("Description", r.Description)
	w.Text("WorkingDir", r.WorkingDir)
	w.Number("Timeout", int64(r.Timeout/time.Second))
	w.Flag("EnableParameter", r.EnableParameter)
	w.Object("Parameters", r.Parameters)
	w.Hide(r.unquotedValues()...)
	w.Text("RepeatMode", string(r.RepeatMode))
	w.Text("Frequency", r.Frequency.String())
	w.Flag("KeepCommand", r.KeepCommand)
	w.Text("Username", r.Username)
	w.Secret("WindowsPasswordName", r.WindowsPasswordName)
	w.List("InstanceId", r.InstanceIDs)
	wire.Tags(w, "ResourceTag", r.ResourceTags)
	wire.Tags(w, "Tag", r.Tags)
	w.Text("ContainerId", r.ContainerID)
	w.Text("ContainerName", r.ContainerName)
	w.Text("ResourceGroupId", r.ResourceGroupID)
	w.Secret("ClientToken", token)
	w.Text("TerminationMode", string(r.TerminationMode))
	w.Text("Launcher", r.Launcher)
	w.Text("OssOutputDelivery", r.OSSOutputDelivery)
	return w.Params()
}
