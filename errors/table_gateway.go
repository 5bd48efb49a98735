package errors

// Codes of the gateway and codes that are common to all operations (ECS common error
// codes).
const (
	MissingParameter                          Code = "MissingParameter"
	MissingRegionId                           Code = "MissingRegionId"
	MissingType                               Code = "MissingType"
	MissingCommandContent                     Code = "MissingCommandContent"
	InvalidParameter                          Code = "InvalidParameter"
	InvalidParameterFormat                    Code = "InvalidParameter.Format"
	InvalidParameterAccept                    Code = "InvalidParameter.Accept"
	UnsupportedParameter                      Code = "UnsupportedParameter"
	InvalidAction                             Code = "InvalidAction"
	InvalidActionNotFound                     Code = "InvalidAction.NotFound"
	InvalidApiNotFound                        Code = "InvalidApi.NotFound"
	InvalidVersion                            Code = "InvalidVersion"
	NoSuchVersion                             Code = "NoSuchVersion"
	InvalidProductNotFound                    Code = "InvalidProduct.NotFound"
	InvalidRegionNotFound                     Code = "InvalidRegion.NotFound"
	UnsupportedHTTPMethod                     Code = "UnsupportedHTTPMethod"
	InvalidProtocolNeedSsl                    Code = "InvalidProtocol.NeedSsl"
	ContentLengthDoesNotMatch                 Code = "ContentLengthDoesNotMatch"
	ContentMD5NotMatched                      Code = "ContentMD5NotMatched"
	MissingAccessKeyId                        Code = "MissingAccessKeyId"
	InvalidAccessKeyIdNotFound                Code = "InvalidAccessKeyId.NotFound"
	InvalidAccessKeyIdInactive                Code = "InvalidAccessKeyId.Inactive"
	ForbiddenAccessKeyDisabled                Code = "Forbidden.AccessKeyDisabled"
	IncompleteSignature                       Code = "IncompleteSignature"
	SignatureDoesNotMatch                     Code = "SignatureDoesNotMatch"
	InvalidSignatureMethod                    Code = "InvalidSignatureMethod"
	SignatureNonceUsed                        Code = "SignatureNonceUsed"
	InvalidTimeStampFormat                    Code = "InvalidTimeStamp.Format"
	IllegalTimestamp                          Code = "IllegalTimestamp"
	InvalidTimeStampExpired                   Code = "InvalidTimeStamp.Expired"
	MissingSecurityToken                      Code = "MissingSecurityToken"
	InvalidSecurityTokenExpired               Code = "InvalidSecurityToken.Expired"
	InvalidSecurityTokenMalformed             Code = "InvalidSecurityToken.Malformed"
	InvalidSecurityTokenMismatchWithAccessKey Code = "InvalidSecurityToken.MismatchWithAccessKey"
	ForbiddenRAM                              Code = "Forbidden.RAM"
	ForbiddenNotSupportRAM                    Code = "Forbidden.NotSupportRAM"
	ForbiddenSubUser                          Code = "Forbidden.SubUser"
	ForbiddenUnauthorized                     Code = "Forbidden.Unauthorized"
	Forbidden                                 Code = "Forbidden"
	NoPermission                              Code = "NoPermission"
	ForbiddenRiskControl                      Code = "Forbidden.RiskControl"
	ForbiddenUserVerification                 Code = "Forbidden.UserVerification"
	RealNameAuthenticationError               Code = "RealNameAuthenticationError"
	InvalidAccountNotFound                    Code = "InvalidAccount.NotFound"
	InvalidOwner                              Code = "InvalidOwner"
	InvalidOwnerId                            Code = "InvalidOwnerId"
	InvalidOwnerAccount                       Code = "InvalidOwnerAccount"
	InsufficientBalance                       Code = "InsufficientBalance"
	Throttling                                Code = "Throttling"
	ThrottlingUser                            Code = "Throttling.User"
	ThrottlingApi                             Code = "Throttling.Api"
	OperationConflict                         Code = "OperationConflict"
	LastTokenProcessing                       Code = "LastTokenProcessing"
	InvalidIdempotenceParameterMismatch       Code = "InvalidIdempotenceParameter.Mismatch"
	InternalError                             Code = "InternalError"
	UnknownError                              Code = "UnknownError"
	ServiceUnavailable                        Code = "ServiceUnavailable"
	ServiceUnavailableRegionMaintaining       Code = "ServiceUnavailable.RegionMaintaining"
)

// gatewayCodes are the codes that any operation can return. When a required parameter is absent,
// the code is Missing with the name of the parameter. The table lists such codes for the parameters
// of RunCommand only.
var gatewayCodes = []row{
	{MissingParameter, 400, ErrMissingArgument, retryNo, "", "a required parameter is absent"},
	{MissingRegionId, 400, ErrMissingArgument, retryNo, "RegionId", "the region is absent"},
	{MissingType, 400, ErrMissingArgument, retryNo, "Type", "the command type is absent"},
	{MissingCommandContent, 400, ErrMissingArgument, retryNo, "CommandContent", "the content is absent"},
	{InvalidParameter, 400, ErrInvalidArgument, retryNo, "", "a parameter is not valid"},
	{InvalidParameterFormat, 400, ErrInvalidArgument, retryNo, "", "the response format asked for is not valid"},
	{InvalidParameterAccept, 400, ErrInvalidArgument, retryNo, "", "the response format asked for is not valid"},
	{UnsupportedParameter, 400, ErrNotSupported, retryNo, "", "a parameter is not supported"},
	{InvalidAction, 403, ErrNotSupported, retryNo, "", "the action is unknown"},
	{InvalidActionNotFound, 404, ErrNotSupported, retryNo, "", "the action is unknown"},
	{InvalidApiNotFound, 404, ErrNotSupported, retryNo, "", "the operation or its version is unknown"},
	{InvalidVersion, 400, ErrNotSupported, retryNo, "", "the API version is unknown"},
	{NoSuchVersion, 400, ErrNotSupported, retryNo, "", "the API version is unknown"},
	{InvalidProductNotFound, 404, ErrNotSupported, retryNo, "", "the endpoint does not serve this product"},
	{InvalidRegionNotFound, 404, ErrNotFound, retryNo, "RegionId", "the region is unknown"},
	{UnsupportedHTTPMethod, 400, ErrNotSupported, retryNo, "", "the HTTP method is not supported"},
	{InvalidProtocolNeedSsl, 404, ErrInvalidArgument, retryNo, "", "the operation needs HTTPS"},
	{ContentLengthDoesNotMatch, 400, ErrInvalidArgument, retryNo, "", "the body was altered on its way"},
	{ContentMD5NotMatched, 400, ErrInvalidArgument, retryNo, "", "the body was altered on its way"},
	{MissingAccessKeyId, 400, ErrAuth, retryNo, "", "the request carries no access key id"},
	{InvalidAccessKeyIdNotFound, 404, ErrAuth, retryNo, "", "the access key id is unknown"},
	{InvalidAccessKeyIdInactive, 400, ErrAuth, retryNo, "", "the access key is disabled"},
	{ForbiddenAccessKeyDisabled, 403, ErrAuth, retryNo, "", "the access key is disabled"},
	{IncompleteSignature, 400, ErrAuth, retryNo, "", "the signature lacks parts or does not conform"},
	{SignatureDoesNotMatch, 400, ErrAuth, retryNo, "", "the signature is wrong"},
	{InvalidSignatureMethod, 400, ErrAuth, retryNo, "", "the signature algorithm is unknown"},
	{SignatureNonceUsed, 400, ErrAuth, retryYes, "", "the signature's nonce was used before"},
	{InvalidTimeStampFormat, 400, ErrAuth, retryNo, "", "the date of the request is unreadable"},
	{IllegalTimestamp, 400, ErrAuth, retryNo, "", "the date of the request is unreadable"},
	{InvalidTimeStampExpired, 400, ErrAuth, retryNo, "", "the local clock is more than 15 minutes off"},
	{MissingSecurityToken, 400, ErrAuth, retryNo, "", "a temporary access key came without its security token"},
	{InvalidSecurityTokenExpired, 400, ErrAuth, retryNo, "", "the security token has expired"},
	{InvalidSecurityTokenMalformed, 400, ErrAuth, retryNo, "", "the security token is not valid"},
	{InvalidSecurityTokenMismatchWithAccessKey, 400, ErrAuth, retryNo, "", "the security token belongs to another access key"},
	{ForbiddenRAM, 403, ErrPermission, retryNo, "", "the caller is not authorised for the operation"},
	{ForbiddenNotSupportRAM, 403, ErrPermission, retryNo, "", "the operation is not open to RAM users"},
	{ForbiddenSubUser, 403, ErrPermission, retryNo, "", "the operation is not open to this RAM user"},
	{ForbiddenUnauthorized, 403, ErrPermission, retryNo, "", "the caller is not authorised for the operation"},
	{Forbidden, 403, ErrPermission, retryNo, "", "the caller is not authorised for the operation"},
	{NoPermission, 403, ErrPermission, retryNo, "", "the caller is not authorised for the operation"},
	{ForbiddenRiskControl, 403, ErrPermission, retryNo, "", "risk control blocked the operation"},
	{ForbiddenUserVerification, 403, ErrPermission, retryNo, "", "the account is not verified"},
	{RealNameAuthenticationError, 403, ErrPermission, retryNo, "", "the account is not verified"},
	{InvalidAccountNotFound, 403, ErrInvalidArgument, retryNo, "OwnerAccount", "the account is unknown"},
	{InvalidOwner, 403, ErrInvalidArgument, retryNo, "", "the owner of the resource is not valid"},
	{InvalidOwnerId, 400, ErrInvalidArgument, retryNo, "OwnerId", "the owner id is not valid"},
	{InvalidOwnerAccount, 400, ErrInvalidArgument, retryNo, "OwnerAccount", "the owner account is not valid"},
	{InsufficientBalance, 400, ErrPermission, retryNo, "", "the balance of the account does not suffice"},
	{Throttling, 400, ErrThrottled, retryWait, "", "too many requests"},
	{ThrottlingUser, 400, ErrThrottled, retryWait, "", "too many requests of this account"},
	{ThrottlingApi, 400, ErrThrottled, retryWait, "", "too many requests of this account for this operation"},
	{OperationConflict, 409, ErrConflict, retryWait, "", "a conflicting operation is in progress"},
	{LastTokenProcessing, 403, ErrConflict, retryWait, "ClientToken", "an earlier request with this client token is still in progress"},
	{InvalidIdempotenceParameterMismatch, 403, ErrConflict, retryNo, "ClientToken", "the client token was used before with other parameters"},
	{InternalError, 500, ErrUnavailable, retryYes, "", "the service failed"},
	{UnknownError, 400, ErrUnavailable, retryYes, "", "the service failed for an unknown reason"},
	{ServiceUnavailable, 503, ErrUnavailable, retryYes, "", "the service is temporarily unavailable"},
	{ServiceUnavailableRegionMaintaining, 503, ErrUnavailable, retryWait, "", "the region is under maintenance"},
}
