package runcommandtest

import (
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A refusal says why a call is refused: an error code and a sentence.
type refusal struct {
	code    errors.Code
	status  int // 0: the documented status of the code
	message string
	denied  *accessDenied // set only when a permission is missing
}

// refuse returns a refusal with the documented status of the code. The text is for people.
// It must not hold a value that can be secret.
func refuse(code errors.Code, format string, args ...any) *refusal {
	return &refusal{code: code, message: fmt.Sprintf(format, args...)}
}

// An accessDenied is the AccessDeniedDetail of an error reply.
type accessDenied struct {
	AuthAction               string
	AuthPrincipalType        string
	AuthPrincipalOwnerID     string `json:"AuthPrincipalOwnerId"`
	AuthPrincipalDisplayName string
	NoPermissionType         string
	PolicyType               string
}

// httpStatus returns the documented status of a refusal.
func (r *refusal) httpStatus() int {
	if r.status != 0 {
		return r.status
	}
	if status, ok := statuses[r.code]; ok {
		return status
	}
	return 400
}

// statuses has the HTTP status of every code whose status is not 400. First come the
// codes of RunCommand in the ECS API reference, then the codes of the other operations,
// then those of the gateway.
var statuses = map[errors.Code]int{
	errors.CmdContentExceedLimit:                       403,
	errors.CmdNameExceedLimit:                          403,
	errors.CmdDescExceedLimit:                          403,
	errors.CmdCountExceedQuota:                         403,
	errors.CmdParamCountExceedLimit:                    403,
	errors.CmdParamNameExceedLimit:                     403,
	errors.InstanceIdsExceedLimit:                      403,
	errors.InvocationExceedQuota:                       403,
	errors.ParameterCountExceedLimit:                   403,
	errors.ParameterKeyExceedLimit:                     403,
	errors.ParameterTypeNotSupported:                   403,
	errors.UsernameExceedLimit:                         403,
	errors.WindowsPasswordNameExceedLimit:              403,
	errors.ParameterStoreNotSupported:                  403,
	errors.TemporaryAccessKeyError:                     403,
	errors.ParameterStoreInvalidParameters:             403,
	errors.ParameterStoreNoPermission:                  403,
	errors.OperationDeniedBidOwnResource:               403,
	errors.OperationForbidden:                          403,
	errors.IdempotentParameterMismatch:                 403,
	errors.IdempotentProcessing:                        403,
	errors.InvalidStatusResourceGroup:                  403,
	errors.InvalidParameterCharacterCommandName:        403,
	errors.InvalidParameterCharacterCommandDescription: 403,
	errors.InvalidParameterCharacterCommandWorkingDir:  403,
	errors.InvalidLauncherLengthLimitExceeded:          403,
	errors.InvalidParameterCharsetParameters:           403,
	errors.InvalidCmdTypeNotFound:                      404,
	errors.InvalidRepeatModeNotFound:                   404,
	errors.InvalidRegionIdNotFound:                     404,
	errors.InvalidInstanceNotFound:                     404,
	errors.InvalidCmdIdNotFound:                        404,
	errors.InvalidResourceGroupNotFound:                404,
	errors.InvalidTerminationModeNotFound:              404,
	errors.InternalErrorDispatch:                       500,

	errors.InvalidInvokeIdNotFound:                          404,
	errors.InvalidInstanceIdNotFound:                        404,
	errors.InvalidTimeoutExceedLimit:                        403,
	errors.CmdNameReadonly:                                  403,
	errors.CommandLimitExceeded:                             403,
	errors.InvalidCommandContentLengthLimitExceeded:         403,
	errors.InvalidInstanceIdCountLimitExceeded:              403,
	errors.InvalidInstanceIdOSTypeUnsupported:               403,
	errors.InvalidOperationCloudAssistantVersionUnsupported: 403,
	errors.InvalidOperationInvokeAlreadyFinished:            403,
	errors.InvalidOperationModifyPublicCommandUnsupported:   403,
	errors.InvalidOperationRepeatModeUnsupported:            403,
	errors.InvalidParametersCountLimitExceeded:              403,
	errors.InvalidParametersKeyLengthLimitExceeded:          403,
	errors.InvalidParametersValueTypeUnsupported:            403,
	errors.InvalidCommandIdNotFound:                         404,
	errors.ServiceUnavailable:                               503,
	errors.InternalError:                                    500,

	"InvalidStatus.NotFound":                      404, // these are codes of DescribeInstances
	"InvalidNetworkType.NotFound":                 404,
	"InvalidInstanceChargeType.NotFound":          404,
	"InvalidInternetChargeType.ValueNotSupported": 404,
	"InvalidLockReason.NotFound":                  404,
	"InvalidFilterKey.NotFound":                   404,
	"InvalidParameter.TooManyInstanceIds":         403,

	errors.InvalidActionNotFound:               404,
	errors.InvalidApiNotFound:                  404,
	errors.InvalidAccessKeyIdNotFound:          404,
	errors.ForbiddenAccessKeyDisabled:          403,
	errors.ForbiddenNotSupportRAM:              403,
	errors.ForbiddenSubUser:                    403,
	errors.ForbiddenUserVerification:           403,
	errors.InvalidAccountNotFound:              403,
	errors.InvalidAction:                       403,
	errors.InvalidIdempotenceParameterMismatch: 403,
	errors.InvalidOwner:                        403,
	errors.RealNameAuthenticationError:         403,
	errors.InvalidProtocolNeedSsl:              404,
	errors.ServiceUnavailableRegionMaintaining: 503,
	errors.ForbiddenRAM:                        403,
	errors.Forbidden:                           403,
	errors.NoPermission:                        403,
	errors.ForbiddenUnauthorized:               403,
	errors.ForbiddenRiskControl:                403,
	errors.LastTokenProcessing:                 403,
	errors.InvalidRegionNotFound:               404,
	errors.InvalidProductNotFound:              404,
	errors.OperationConflict:                   409,
}
