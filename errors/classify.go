package errors

import "strings"

// A pattern gives a kind to undocumented codes. A code matches the pattern when it has the prefix,
// the part and the suffix. An empty string matches every code.
type pattern struct {
	prefix, part, suffix string
	kind                 Kind
}

// patterns are tried in this order. The first pattern that matches a code gives the
// kind of the code.
var patterns = []pattern{
	{prefix: "Throttling", kind: ErrThrottled},
	{part: "ExceedQuota", kind: ErrQuotaExceeded},
	{part: "QuotaExceed", kind: ErrQuotaExceeded},
	{part: "ExceedLimit", kind: ErrLimitExceeded},
	{part: "LimitExceeded", kind: ErrLimitExceeded},
	{prefix: "NumberExceed", kind: ErrLimitExceeded},
	{prefix: "Missing", kind: ErrMissingArgument},
	{part: "Idempot", kind: ErrConflict},
	{part: "LastTokenProcessing", kind: ErrConflict},
	{prefix: "InvalidAccessKeyId", kind: ErrAuth},
	{prefix: "Signature", kind: ErrAuth},
	{prefix: "IncompleteSignature", kind: ErrAuth},
	{prefix: "InvalidSecurityToken", kind: ErrAuth},
	{prefix: "InvalidTimeStamp", kind: ErrAuth},
	{prefix: "Forbidden", kind: ErrPermission},
	{prefix: "NoPermission", kind: ErrPermission},
	{prefix: "Operation.Forbidden", kind: ErrPermission},
	{prefix: "OperationDenied", kind: ErrPermission},
	// These codes end with NotFound, but they mean an invalid value and not a missing resource.
	{prefix: "InvalidCmdType", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidRepeatMode", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidTerminationMode", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidStatus", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidNetworkType", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidInstanceChargeType", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidLockReason", suffix: ".NotFound", kind: ErrInvalidArgument},
	{prefix: "InvalidFilterKey", suffix: ".NotFound", kind: ErrInvalidArgument},
	{suffix: ".NotFound", kind: ErrNotFound},
	{prefix: "ServiceUnavailable", kind: ErrUnavailable},
	{prefix: "InternalError", kind: ErrUnavailable},
	{part: "NotSupported", kind: ErrNotSupported},
	{part: "Unsupported", kind: ErrNotSupported},
	// Codes of SendFile and of the session manager, such as FileMode.Invalid. The service sends some
	// of them with status 403, which would mean a missing right.
	{suffix: ".Invalid", kind: ErrInvalidArgument},
	{suffix: ".DecodeError", kind: ErrInvalidArgument},
	{prefix: "Invalid", kind: ErrInvalidArgument},
	{prefix: "Duplicate", kind: ErrInvalidArgument},
	{prefix: "Parameter", kind: ErrInvalidArgument},
	{prefix: "Cmd", kind: ErrInvalidArgument},
}

func kindOfPattern(c Code) Kind {
	s := string(c)
	for _, p := range patterns {
		if strings.HasPrefix(s, p.prefix) && strings.Contains(s, p.part) && strings.HasSuffix(s, p.suffix) {
			return p.kind
		}
	}
	return 0
}

var statusKinds = map[int]Kind{
	401: ErrAuth,
	403: ErrPermission,
	404: ErrNotFound,
	409: ErrConflict,
	429: ErrThrottled,
}

// kindOfStatus returns the kind of an HTTP status. It is used for an answer whose code has no kind.
func kindOfStatus(status int) Kind {
	switch k := statusKinds[status]; {
	case k != 0:
		return k
	case status >= 500:
		return ErrUnavailable
	case status >= 400:
		return ErrInvalidArgument
	}
	return 0
}
