package errors

// Codes of the operations related to RunCommand (ECS API reference). These operations describe, stop
// and modify invocations, return the status of the agent, and manage commands and files.
const (
	InvalidParamPageNumber                           Code = "InvalidParam.PageNumber"
	InvalidParamPageSize                             Code = "InvalidParam.PageSize"
	InvalidParameterNextToken                        Code = "InvalidParameter.NextToken"
	InvalidParameterMaxResults                       Code = "InvalidParameter.MaxResults"
	InvalidInvokeIdNotFound                          Code = "InvalidInvokeId.NotFound"
	InvalidInstanceIdNotFound                        Code = "InvalidInstanceId.NotFound"
	ParameterMissingValue                            Code = "Parameter.MissingValue"
	InvalidParameterParameters                       Code = "InvalidParameter.Parameters"
	InvalidTimeoutExceedLimit                        Code = "InvalidTimeout.ExceedLimit"
	CmdNameReadonly                                  Code = "CmdName.Readonly"
	InvalidParameterFrequency                        Code = "InvalidParameter.Frequency"
	InvalidParametersKeyDuplicate                    Code = "InvalidParameters.KeyDuplicate"
	InvalidParametersKeyNotMatch                     Code = "InvalidParameters.KeyNotMatch"
	InvalidParametersKeyMalformed                    Code = "InvalidParameters.KeyMalformed"
	InvalidParametersKeyEmpty                        Code = "InvalidParameters.KeyEmpty"
	InvalidParametersCountLimitExceeded              Code = "InvalidParameters.CountLimitExceeded"
	InvalidParametersKeyLengthLimitExceeded          Code = "InvalidParameters.KeyLengthLimitExceeded"
	InvalidParametersValueTypeUnsupported            Code = "InvalidParameters.ValueTypeUnsupported"
	InvalidCommandContentDecodeError                 Code = "InvalidCommandContent.DecodeError"
	InvalidCommandContentLengthLimitExceeded         Code = "InvalidCommandContent.LengthLimitExceeded"
	InvalidInstanceIdOSTypeUnsupported               Code = "InvalidInstanceId.OSTypeUnsupported"
	InvalidInstanceIdCountLimitExceeded              Code = "InvalidInstanceId.CountLimitExceeded"
	InvalidOperationRepeatModeUnsupported            Code = "InvalidOperation.RepeatModeUnsupported"
	InvalidOperationInvokeAlreadyFinished            Code = "InvalidOperation.InvokeAlreadyFinished"
	InvalidOperationCloudAssistantVersionUnsupported Code = "InvalidOperation.CloudAssistantVersionUnsupported"
	InvalidOperationModifyPublicCommandUnsupported   Code = "InvalidOperation.ModifyPublicCommandUnsupported"
	CommandLimitExceeded                             Code = "CommandLimitExceeded"
	InvalidCommandIdNotFound                         Code = "InvalidCommandId.NotFound"
)

// operationCodes are the codes that the related operations return and RunCommand does
// not.
var operationCodes = []row{
	{InvalidParamPageNumber, 400, ErrInvalidArgument, retryNo, "PageNumber", "the page number is not valid"},
	{InvalidParamPageSize, 400, ErrInvalidArgument, retryNo, "PageSize", "the page size is not valid"},
	{InvalidParameterNextToken, 400, ErrInvalidArgument, retryNo, "NextToken", "the page token is not valid"},
	{InvalidParameterMaxResults, 400, ErrInvalidArgument, retryNo, "MaxResults", "the number of results asked for is not valid"},
	{InvalidInvokeIdNotFound, 404, ErrNotFound, retryNo, "InvokeId", "the invocation is unknown"},
	{InvalidInstanceIdNotFound, 404, ErrNotFound, retryNo, "InstanceId", "an instance is unknown or not part of the invocation"},
	{ParameterMissingValue, 400, ErrMissingArgument, retryNo, "Parameters", "a parameter has no value"},
	{InvalidParameterParameters, 400, ErrInvalidArgument, retryNo, "Parameters", "the parameters are not valid"},
	{InvalidTimeoutExceedLimit, 403, ErrLimitExceeded, retryNo, "Timeout", "the timeout is over the upper limit"},
	{CmdNameReadonly, 403, ErrInvalidArgument, retryNo, "Name", "the command name may not be changed"},
	{InvalidParameterFrequency, 400, ErrInvalidArgument, retryNo, "Frequency", "the schedule is not valid"},
	{InvalidParametersKeyDuplicate, 400, ErrInvalidArgument, retryNo, "Parameters", "the same parameter is given twice"},
	{InvalidParametersKeyNotMatch, 400, ErrInvalidArgument, retryNo, "Parameters", "the parameters given differ from those in the content"},
	{InvalidParametersKeyMalformed, 400, ErrInvalidArgument, retryNo, "Parameters", "a parameter has a name of a forbidden form"},
	{InvalidParametersKeyEmpty, 400, ErrInvalidArgument, retryNo, "Parameters", "a parameter has an empty name"},
	{InvalidParametersCountLimitExceeded, 403, ErrLimitExceeded, retryNo, "Parameters", "more than 10 parameters are given"},
	{InvalidParametersKeyLengthLimitExceeded, 403, ErrLimitExceeded, retryNo, "Parameters", "a parameter's name is over 64 characters"},
	{InvalidParametersValueTypeUnsupported, 403, ErrInvalidArgument, retryNo, "Parameters", "a parameter's value is not a string"},
	{InvalidCommandContentDecodeError, 400, ErrInvalidArgument, retryNo, "CommandContent", "the content is declared Base64 and does not decode"},
	{InvalidCommandContentLengthLimitExceeded, 403, ErrLimitExceeded, retryNo, "CommandContent", "the content is too long after Base64"},
	{InvalidInstanceIdOSTypeUnsupported, 403, ErrInvalidArgument, retryNo, "InstanceId", "an instance's operating system does not suit the command"},
	{InvalidInstanceIdCountLimitExceeded, 403, ErrLimitExceeded, retryNo, "InstanceId", "too many instances are given"},
	{InvalidOperationRepeatModeUnsupported, 403, ErrConflict, retryNo, "", "an invocation of this repeat mode cannot be modified"},
	{InvalidOperationInvokeAlreadyFinished, 403, ErrConflict, retryNo, "", "the invocation has already finished"},
	{InvalidOperationCloudAssistantVersionUnsupported, 403, ErrNotSupported, retryNo, "", "the agent is too old for this operation"},
	{InvalidOperationModifyPublicCommandUnsupported, 403, ErrConflict, retryNo, "", "a public command cannot be modified"},
	{CommandLimitExceeded, 403, ErrQuotaExceeded, retryWait, "", "the quota of kept commands is used up"},
	{InvalidCommandIdNotFound, 404, ErrNotFound, retryNo, "CommandId", "the command is unknown"},
}
