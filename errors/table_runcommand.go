package errors

// Codes that the ECS API reference documents for RunCommand.
const (
	RegionIdApiNotSupported                     Code = "RegionId.ApiNotSupported"
	MissingParamInstanceId                      Code = "MissingParam.InstanceId"
	NumberExceedTags                            Code = "NumberExceed.Tags"
	InvalidTagValueMalformed                    Code = "InvalidTagValue.Malformed"
	DuplicateTagKey                             Code = "Duplicate.TagKey"
	InvalidTagKeyMalformed                      Code = "InvalidTagKey.Malformed"
	MissingParameterTagKey                      Code = "MissingParameter.TagKey"
	InvalidContainerIdMalformed                 Code = "InvalidContainerId.Malformed"
	InvalidContainerNameMalformed               Code = "InvalidContainerName.Malformed"
	InvalidClientTokenMalformed                 Code = "InvalidClientToken.Malformed"
	CmdParamEmptyKey                            Code = "CmdParam.EmptyKey"
	CmdParamInvalidParamName                    Code = "CmdParam.InvalidParamName"
	CmdContentDecodeError                       Code = "CmdContent.DecodeError"
	InvalidInstanceNotMatch                     Code = "InvalidInstance.NotMatch"
	MissingParamFrequency                       Code = "MissingParam.Frequency"
	InvalidParamFrequency                       Code = "InvalidParam.Frequency"
	ParameterKeyDuplicate                       Code = "ParameterKey.Duplicate"
	ParameterNotMatched                         Code = "Parameter.NotMatched"
	WindowsPasswordNameMissed                   Code = "WindowsPasswordName.Missed"
	ParameterDisabled                           Code = "Parameter.Disabled"
	InvalidParameterWorkingDir                  Code = "InvalidParameter.WorkingDir"
	NumberExceedResourceTags                    Code = "NumberExceed.ResourceTags"
	MissingParameterResourceTagKey              Code = "MissingParameter.ResourceTagKey"
	InvalidResourceTagKeyMalformed              Code = "InvalidResourceTagKey.Malformed"
	InvalidResourceTagValueMalformed            Code = "InvalidResourceTagValue.Malformed"
	DuplicateResourceTagKey                     Code = "Duplicate.ResourceTagKey"
	InvalidResourceTagInstanceNotFound          Code = "InvalidResourceTag.InstanceNotFound"
	InvalidResourceTagConflictWithInstanceIds   Code = "InvalidResourceTag.ConflictWithInstanceIds"
	CmdContentExceedLimit                       Code = "CmdContent.ExceedLimit"
	CmdNameExceedLimit                          Code = "CmdName.ExceedLimit"
	CmdDescExceedLimit                          Code = "CmdDesc.ExceedLimit"
	CmdCountExceedQuota                         Code = "CmdCount.ExceedQuota"
	CmdParamCountExceedLimit                    Code = "CmdParamCount.ExceedLimit"
	CmdParamNameExceedLimit                     Code = "CmdParamName.ExceedLimit"
	InstanceIdsExceedLimit                      Code = "InstanceIds.ExceedLimit"
	InvocationExceedQuota                       Code = "Invocation.ExceedQuota"
	ParameterCountExceedLimit                   Code = "ParameterCount.ExceedLimit"
	ParameterKeyExceedLimit                     Code = "ParameterKey.ExceedLimit"
	ParameterTypeNotSupported                   Code = "ParameterType.NotSupported"
	UsernameExceedLimit                         Code = "Username.ExceedLimit"
	WindowsPasswordNameExceedLimit              Code = "WindowsPasswordName.ExceedLimit"
	ParameterStoreNotSupported                  Code = "ParameterStore.NotSupported"
	TemporaryAccessKeyError                     Code = "TemporaryAccessKey.Error"
	ParameterStoreInvalidParameters             Code = "ParameterStore.InvalidParameters"
	ParameterStoreNoPermission                  Code = "ParameterStore.NoPermission"
	OperationDeniedBidOwnResource               Code = "OperationDenied.BidOwnResource"
	OperationForbidden                          Code = "Operation.Forbidden"
	IdempotentParameterMismatch                 Code = "IdempotentParameterMismatch"
	IdempotentProcessing                        Code = "IdempotentProcessing"
	InvalidStatusResourceGroup                  Code = "InvalidStatus.ResourceGroup"
	InvalidParameterCharacterCommandName        Code = "InvalidParameterCharacter.CommandName"
	InvalidParameterCharacterCommandDescription Code = "InvalidParameterCharacter.CommandDescription"
	InvalidParameterCharacterCommandWorkingDir  Code = "InvalidParameterCharacter.CommandWorkingDir"
	InvalidLauncherLengthLimitExceeded          Code = "InvalidLauncher.LengthLimitExceeded"
	InvalidParameterCharsetParameters           Code = "InvalidParameterCharset.Parameters"
	InvalidCmdTypeNotFound                      Code = "InvalidCmdType.NotFound"
	InvalidRepeatModeNotFound                   Code = "InvalidRepeatMode.NotFound"
	InvalidRegionIdNotFound                     Code = "InvalidRegionId.NotFound"
	InvalidInstanceNotFound                     Code = "InvalidInstance.NotFound"
	InvalidCmdIdNotFound                        Code = "InvalidCmdId.NotFound"
	InvalidResourceGroupNotFound                Code = "InvalidResourceGroup.NotFound"
	InvalidTerminationModeNotFound              Code = "InvalidTerminationMode.NotFound"
	InternalErrorDispatch                       Code = "InternalError.Dispatch"
)

// runCommandCodes are the 63 codes of RunCommand, in the order of its reference.
var runCommandCodes = []row{
	{RegionIdApiNotSupported, 400, ErrNotSupported, retryNo, "RegionId", "the operation is not offered in this region"},
	{MissingParamInstanceId, 400, ErrMissingArgument, retryNo, "InstanceId", "neither an instance id nor a resource tag is given"},
	{NumberExceedTags, 400, ErrLimitExceeded, retryNo, "Tag", "more than 20 tags are given"},
	{InvalidTagValueMalformed, 400, ErrInvalidArgument, retryNo, "Tag.N.Value", "a tag value breaks the rules for tag values"},
	{DuplicateTagKey, 400, ErrInvalidArgument, retryNo, "Tag.N.Key", "the same tag key is given twice"},
	{InvalidTagKeyMalformed, 400, ErrInvalidArgument, retryNo, "Tag.N.Key", "a tag key breaks the rules for tag keys"},
	{MissingParameterTagKey, 400, ErrMissingArgument, retryNo, "Tag.N.Key", "a tag has no key"},
	{InvalidContainerIdMalformed, 400, ErrInvalidArgument, retryNo, "ContainerId", "the container id is not well formed"},
	{InvalidContainerNameMalformed, 400, ErrInvalidArgument, retryNo, "ContainerName", "the container name is not well formed"},
	{InvalidClientTokenMalformed, 400, ErrInvalidArgument, retryNo, "ClientToken", "the client token is not ASCII or over 64 characters"},
	{CmdParamEmptyKey, 400, ErrInvalidArgument, retryNo, "CommandContent", "a custom parameter has an empty name"},
	{CmdParamInvalidParamName, 400, ErrInvalidArgument, retryNo, "CommandContent", "a custom parameter has a name of a forbidden form"},
	{CmdContentDecodeError, 400, ErrInvalidArgument, retryNo, "CommandContent", "the content is declared Base64 and does not decode"},
	{InvalidInstanceNotMatch, 400, ErrInvalidArgument, retryNo, "Type", "the instance does not suit the command type"},
	{MissingParamFrequency, 400, ErrMissingArgument, retryNo, "Frequency", "a scheduled command has no schedule"},
	{InvalidParamFrequency, 400, ErrInvalidArgument, retryNo, "Frequency", "the schedule is not valid"},
	{ParameterKeyDuplicate, 400, ErrInvalidArgument, retryNo, "Parameters", "the same parameter is given twice"},
	{ParameterNotMatched, 400, ErrInvalidArgument, retryNo, "Parameters", "the parameters given differ from those in the content"},
	{WindowsPasswordNameMissed, 400, ErrMissingArgument, retryNo, "WindowsPasswordName", "another Windows user than System needs a password name"},
	{ParameterDisabled, 400, ErrInvalidArgument, retryNo, "Parameters", "parameters are given while EnableParameter is false"},
	{InvalidParameterWorkingDir, 400, ErrInvalidArgument, retryNo, "WorkingDir", "the working directory is not valid"},
	{NumberExceedResourceTags, 400, ErrLimitExceeded, retryNo, "ResourceTag", "too many resource tags are given"},
	{MissingParameterResourceTagKey, 400, ErrMissingArgument, retryNo, "ResourceTag.N.Key", "a resource tag has no key"},
	{InvalidResourceTagKeyMalformed, 400, ErrInvalidArgument, retryNo, "ResourceTag.N.Key", "a resource tag key breaks the rules for tag keys"},
	{InvalidResourceTagValueMalformed, 400, ErrInvalidArgument, retryNo, "ResourceTag.N.Value", "a resource tag value breaks the rules for tag values"},
	{DuplicateResourceTagKey, 400, ErrInvalidArgument, retryNo, "ResourceTag.N.Key", "the same resource tag key is given twice"},
	{InvalidResourceTagInstanceNotFound, 400, ErrNotFound, retryNo, "ResourceTag", "no instance carries these resource tags"},
	{InvalidResourceTagConflictWithInstanceIds, 400, ErrInvalidArgument, retryNo, "ResourceTag", "resource tags and instance ids exclude each other"},
	{CmdContentExceedLimit, 403, ErrLimitExceeded, retryNo, "CommandContent", "the content is too long after Base64"},
	{CmdNameExceedLimit, 403, ErrLimitExceeded, retryNo, "Name", "the command name is over 128 characters"},
	{CmdDescExceedLimit, 403, ErrLimitExceeded, retryNo, "Description", "the description is over 512 characters"},
	{CmdCountExceedQuota, 403, ErrQuotaExceeded, retryWait, "KeepCommand", "the quota of kept commands in the region is used up"},
	{CmdParamCountExceedLimit, 403, ErrLimitExceeded, retryNo, "CommandContent", "the content defines too many custom parameters"},
	{CmdParamNameExceedLimit, 403, ErrLimitExceeded, retryNo, "CommandContent", "a custom parameter's name is too long"},
	{InstanceIdsExceedLimit, 403, ErrLimitExceeded, retryNo, "InstanceId", "too many instances are given"},
	{InvocationExceedQuota, 403, ErrQuotaExceeded, retryWait, "", "the day's quota of invocations in the region is used up"},
	{ParameterCountExceedLimit, 403, ErrLimitExceeded, retryNo, "Parameters", "too many parameters are given"},
	{ParameterKeyExceedLimit, 403, ErrLimitExceeded, retryNo, "Parameters", "a parameter's name is over 64 characters"},
	{ParameterTypeNotSupported, 403, ErrInvalidArgument, retryNo, "Parameters", "a parameter's value is not a string"},
	{UsernameExceedLimit, 403, ErrLimitExceeded, retryNo, "Username", "the user name is over 255 characters"},
	{WindowsPasswordNameExceedLimit, 403, ErrLimitExceeded, retryNo, "WindowsPasswordName", "the password name is over 255 characters"},
	{ParameterStoreNotSupported, 403, ErrNotSupported, retryNo, "WindowsPasswordName", "the region has no Parameter Store"},
	{TemporaryAccessKeyError, 403, ErrAuth, retryNo, "", "the temporary credential used for the Parameter Store is not valid"},
	{ParameterStoreInvalidParameters, 403, ErrInvalidArgument, retryNo, "WindowsPasswordName", "the Parameter Store entry is not valid"},
	{ParameterStoreNoPermission, 403, ErrPermission, retryNo, "WindowsPasswordName", "the caller may not read the Parameter Store entry"},
	{OperationDeniedBidOwnResource, 403, ErrPermission, retryNo, "", "a reseller account may not own resources"},
	{OperationForbidden, 403, ErrPermission, retryNo, "", "the operation is not permitted"},
	{IdempotentParameterMismatch, 403, ErrConflict, retryNo, "ClientToken", "the client token was used before with other parameters"},
	{IdempotentProcessing, 403, ErrConflict, retryWait, "ClientToken", "an earlier request with this client token is still in progress"},
	{InvalidStatusResourceGroup, 403, ErrConflict, retryWait, "ResourceGroupId", "the resource group is being created or deleted"},
	{InvalidParameterCharacterCommandName, 403, ErrInvalidArgument, retryNo, "Name", "the command name has characters that are not allowed"},
	{InvalidParameterCharacterCommandDescription, 403, ErrInvalidArgument, retryNo, "Description", "the description has characters that are not allowed"},
	{InvalidParameterCharacterCommandWorkingDir, 403, ErrInvalidArgument, retryNo, "WorkingDir", "the working directory has characters that are not allowed"},
	{InvalidLauncherLengthLimitExceeded, 403, ErrLimitExceeded, retryNo, "Launcher", "the launcher is over 1 KB"},
	{InvalidParameterCharsetParameters, 403, ErrInvalidArgument, retryNo, "Parameters", "the parameters use a charset that is not allowed"},
	{InvalidCmdTypeNotFound, 404, ErrInvalidArgument, retryNo, "Type", "the command type is unknown"},
	{InvalidRepeatModeNotFound, 404, ErrInvalidArgument, retryNo, "RepeatMode", "the repeat mode is unknown"},
	{InvalidRegionIdNotFound, 404, ErrNotFound, retryNo, "RegionId", "the region is unknown"},
	{InvalidInstanceNotFound, 404, ErrNotFound, retryNo, "InstanceId", "an instance is unknown"},
	{InvalidCmdIdNotFound, 404, ErrNotFound, retryNo, "", "the command id is unknown"},
	{InvalidResourceGroupNotFound, 404, ErrNotFound, retryNo, "ResourceGroupId", "the resource group is unknown"},
	{InvalidTerminationModeNotFound, 404, ErrInvalidArgument, retryNo, "TerminationMode", "the termination mode is unknown"},
	{InternalErrorDispatch, 500, ErrUnavailable, retryYes, "", "the service failed while dispatching the command"},
}
