package errors

// Codes for a failure of the command on one instance, or of the delivery of its output to OSS. They
// have no HTTP status. They are documented in the ECS API reference, in the Cloud Assistant
// troubleshooting guide and in the agent.
const (
	ExitCodeNonzero                     Code = "ExitCodeNonzero"
	ExecutionTimeout                    Code = "ExecutionTimeout"
	ExecutionException                  Code = "ExecutionException"
	ExecutionInterrupted                Code = "ExecutionInterrupted"
	TerminationException                Code = "TerminationException"
	DeliveryTimeout                     Code = "DeliveryTimeout"
	InstanceNotExists                   Code = "InstanceNotExists"
	InstanceReleased                    Code = "InstanceReleased"
	InstanceNotRunning                  Code = "InstanceNotRunning"
	InstanceRestarted                   Code = "InstanceRestarted"
	InstanceDeregistered                Code = "InstanceDeregistered"
	ClientNotRunning                    Code = "ClientNotRunning"
	ClientNotResponse                   Code = "ClientNotResponse"
	ClientNotOnline                     Code = "ClientNotOnline"
	ClientNetworkBlocked                Code = "ClientNetworkBlocked"
	ClientIsUpgrading                   Code = "ClientIsUpgrading"
	ClientRestarted                     Code = "ClientRestarted"
	ClientNeedUpgrade                   Code = "ClientNeedUpgrade"
	SecurityGroupRuleDenied             Code = "SecurityGroupRuleDenied"
	TaskConcurrencyLimit                Code = "TaskConcurrencyLimit"
	CommandNotApplicable                Code = "CommandNotApplicable"
	InvalidCommandText                  Code = "InvalidCommandText"
	CommandContentDecodeError           Code = "CommandContentDecodeError"
	AccountNotExists                    Code = "AccountNotExists"
	DirectoryNotExists                  Code = "DirectoryNotExists"
	DefaultWorkingDirectoryNotAvailable Code = "DefaultWorkingDirectoryNotAvailable"
	InvalidSystemBuiltInParameter       Code = "InvalidSystemBuiltInParameter"
	BadCronExpression                   Code = "BadCronExpression"
	CronExpressionExpired               Code = "CronExpressionExpired"
	InvalidGMTOffsetForTimezone         Code = "InvalidGMTOffsetForTimezone"
	InvalidGMTOffsetHourForTimezone     Code = "InvalidGMTOffsetHourForTimezone"
	InvalidGMTOffsetMinuteForTimezone   Code = "InvalidGMTOffsetMinuteForTimezone"
	TimezoneInformationCorrupt          Code = "TimezoneInformationCorrupt"
	InvalidRateExpression               Code = "InvalidRateExpression"
	RateFrequencyTooLarge               Code = "RateFrequencyTooLarge"
	InvalidAtExpression                 Code = "InvalidAtExpression"
	AtExpressionExpired                 Code = "AtExpressionExpired"
	InvalidContainerName                Code = "InvalidContainerName"
	InvalidContainerId                  Code = "InvalidContainerId"
	UnsupportedContainerRuntime         Code = "UnsupportedContainerRuntime"
	ContainerConnectFailed              Code = "ContainerConnectFailed"
	ContainerStateAbnormal              Code = "ContainerStateAbnormal"
	ContainerNotFound                   Code = "ContainerNotFound"
	ContainerNameDuplicated             Code = "ContainerNameDuplicated"
	ContainerNameAndIdNotMatch          Code = "ContainerNameAndIdNotMatch"
	ContainerRuntimeInternalError       Code = "ContainerRuntimeInternalError"
	ContainerRuntimeTimeout             Code = "ContainerRuntimeTimeout"
	UserOrPasswordInvalid               Code = "UserOrPasswordInvalid"
	QueryParameterStoreFailed           Code = "QueryParameterStoreFailed"
	InstanceRoleInvalid                 Code = "InstanceRoleInvalid"
	FileAlreadyExists                   Code = "FileAlreadyExists"
	FileNameInvalid                     Code = "FileNameInvalid"
	FilePathInvalid                     Code = "FilePathInvalid"
	FileAuthorityInvalid                Code = "FileAuthorityInvalid"
	UserGroupNotExists                  Code = "UserGroupNotExists"
	OutputFileCreateFailed              Code = "OutputFileCreateFailed"
	OutputFileWriteFailed               Code = "OutputFileWriteFailed"
	OutputFileReadFailed                Code = "OutputFileReadFailed"
	NoOutputFile                        Code = "NoOutputFile"
	HTTPRequestFailed                   Code = "HTTPRequestFailed"
	HTTPRequestNonOKStatus              Code = "HTTPRequestNonOKStatus"
)

// instanceCodes are the codes for a failure on one instance. A retry of such a failure
// is a new call of RunCommand.
var instanceCodes = []row{
	{ExitCodeNonzero, 0, ErrScript, retryNo, "", "the script ended with a non-zero exit code"},
	{ExecutionTimeout, 0, ErrTimeout, retryNo, "Timeout", "the script exceeded its timeout and was killed"},
	{ExecutionException, 0, ErrUnavailable, retryYes, "", "the agent could not carry the command out"},
	{ExecutionInterrupted, 0, ErrUnavailable, retryYes, "", "the run was interrupted"},
	{TerminationException, 0, ErrUnavailable, retryNo, "", "stopping the script's process went wrong"},
	{DeliveryTimeout, 0, ErrUnavailable, retryYes, "", "the command was not delivered in time"},
	{InstanceNotExists, 0, ErrNotFound, retryNo, "InstanceId", "the instance is unknown or was released"},
	{InstanceReleased, 0, ErrNotFound, retryNo, "InstanceId", "the instance was released during the run"},
	{InstanceNotRunning, 0, ErrConflict, retryWait, "InstanceId", "the instance is not running"},
	{InstanceRestarted, 0, ErrConflict, retryYes, "", "the instance was restarted during the run"},
	{InstanceDeregistered, 0, ErrNotFound, retryNo, "InstanceId", "the managed instance was deregistered"},
	{ClientNotRunning, 0, ErrUnavailable, retryWait, "", "the agent is not running"},
	{ClientNotResponse, 0, ErrUnavailable, retryWait, "", "the agent gives no answer"},
	{ClientNotOnline, 0, ErrUnavailable, retryWait, "", "the agent is offline"},
	{ClientNetworkBlocked, 0, ErrUnavailable, retryWait, "", "the agent's network is blocked"},
	{ClientIsUpgrading, 0, ErrUnavailable, retryWait, "", "the agent is being upgraded"},
	{ClientRestarted, 0, ErrUnavailable, retryYes, "", "the agent was restarted during the run"},
	{ClientNeedUpgrade, 0, ErrNotSupported, retryNo, "", "the agent is too old for a feature of the command"},
	{SecurityGroupRuleDenied, 0, ErrPermission, retryNo, "", "a security group blocks Cloud Assistant"},
	{TaskConcurrencyLimit, 0, ErrThrottled, retryWait, "", "too many commands run on the instance at once"},
	{CommandNotApplicable, 0, ErrInvalidArgument, retryNo, "Type", "the command type does not fit the instance"},
	{InvalidCommandText, 0, ErrInvalidArgument, retryNo, "CommandContent", "the command's text is not valid"},
	{CommandContentDecodeError, 0, ErrInvalidArgument, retryNo, "CommandContent", "the content does not decode"},
	{AccountNotExists, 0, ErrNotFound, retryNo, "Username", "the user does not exist on the instance"},
	{DirectoryNotExists, 0, ErrNotFound, retryNo, "WorkingDir", "the working directory does not exist on the instance"},
	{DefaultWorkingDirectoryNotAvailable, 0, ErrNotFound, retryNo, "WorkingDir", "the default working directory is missing or unusable"},
	{InvalidSystemBuiltInParameter, 0, ErrInvalidArgument, retryNo, "CommandContent", "a built-in parameter is unknown or unusable"},
	{BadCronExpression, 0, ErrInvalidArgument, retryNo, "Frequency", "the agent cannot parse the cron expression"},
	{CronExpressionExpired, 0, ErrInvalidArgument, retryNo, "Frequency", "the cron expression never fires again"},
	{InvalidGMTOffsetForTimezone, 0, ErrInvalidArgument, retryNo, "Frequency", "the GMT offset has a wrong form"},
	{InvalidGMTOffsetHourForTimezone, 0, ErrInvalidArgument, retryNo, "Frequency", "the hour of the GMT offset is out of range"},
	{InvalidGMTOffsetMinuteForTimezone, 0, ErrInvalidArgument, retryNo, "Frequency", "the minute of the GMT offset is out of range"},
	{TimezoneInformationCorrupt, 0, ErrInvalidArgument, retryNo, "Frequency", "the time zone is unknown"},
	{InvalidRateExpression, 0, ErrInvalidArgument, retryNo, "Frequency", "the agent cannot parse the rate expression"},
	{RateFrequencyTooLarge, 0, ErrLimitExceeded, retryNo, "Frequency", "the interval of the rate expression is too long"},
	{InvalidAtExpression, 0, ErrInvalidArgument, retryNo, "Frequency", "the agent cannot parse the at expression"},
	{AtExpressionExpired, 0, ErrInvalidArgument, retryNo, "Frequency", "the moment of the at expression is past"},
	{InvalidContainerName, 0, ErrInvalidArgument, retryNo, "ContainerName", "the container name is not valid"},
	{InvalidContainerId, 0, ErrInvalidArgument, retryNo, "ContainerId", "the container id is not valid"},
	{UnsupportedContainerRuntime, 0, ErrNotSupported, retryNo, "ContainerId", "the container runtime is absent or not supported"},
	{ContainerConnectFailed, 0, ErrUnavailable, retryYes, "", "the agent cannot reach the container runtime"},
	{ContainerStateAbnormal, 0, ErrConflict, retryWait, "ContainerId", "the container is not running"},
	{ContainerNotFound, 0, ErrNotFound, retryNo, "ContainerId", "the container does not exist"},
	{ContainerNameDuplicated, 0, ErrInvalidArgument, retryNo, "ContainerName", "the container name matches several containers"},
	{ContainerNameAndIdNotMatch, 0, ErrInvalidArgument, retryNo, "ContainerName", "the container id and name denote different containers"},
	{ContainerRuntimeInternalError, 0, ErrUnavailable, retryYes, "", "the container runtime failed"},
	{ContainerRuntimeTimeout, 0, ErrUnavailable, retryYes, "", "the container runtime did not answer in time"},
	{UserOrPasswordInvalid, 0, ErrAuth, retryNo, "WindowsPasswordName", "the Windows user could not be logged on"},
	{QueryParameterStoreFailed, 0, ErrPermission, retryNo, "WindowsPasswordName", "the stored password or parameter could not be read"},
	{InstanceRoleInvalid, 0, ErrPermission, retryNo, "", "the RAM role of the instance is missing or unusable"},
	{FileAlreadyExists, 0, ErrInvalidArgument, retryNo, "", "the file to send exists already"},
	{FileNameInvalid, 0, ErrInvalidArgument, retryNo, "", "the name of the file to send is not valid"},
	{FilePathInvalid, 0, ErrInvalidArgument, retryNo, "", "the path of the file to send is not valid"},
	{FileAuthorityInvalid, 0, ErrInvalidArgument, retryNo, "", "the mode of the file to send is not valid"},
	{UserGroupNotExists, 0, ErrInvalidArgument, retryNo, "", "the group of the file to send does not exist"},
	{OutputFileCreateFailed, 0, ErrUnavailable, retryNo, "OssOutputDelivery", "the output file could not be created"},
	{OutputFileWriteFailed, 0, ErrUnavailable, retryNo, "OssOutputDelivery", "the output file could not be written"},
	{OutputFileReadFailed, 0, ErrUnavailable, retryNo, "OssOutputDelivery", "the output file could not be read"},
	{NoOutputFile, 0, ErrNotFound, retryNo, "OssOutputDelivery", "there is no output file to deliver"},
	{HTTPRequestFailed, 0, ErrUnavailable, retryNo, "OssOutputDelivery", "OSS could not be reached"},
	{HTTPRequestNonOKStatus, 0, ErrUnavailable, retryNo, "OssOutputDelivery", "OSS refused the output"},
}
