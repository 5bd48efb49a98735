package errors

import "context"

// The texts below say what a person can do about a failure. They end the text of an error, so that
// a program that only logs its errors tells its user enough. A code has advice only when its
// meaning does not say what to do already.

// adviceByCode has the advice for a code, of a refusal or of an instance.
var adviceByCode = map[Code]string{
	InvalidRegionIdNotFound: "check the id of the region",
	InvalidRegionNotFound:   "check the id of the region",
	RegionIdApiNotSupported: "use another region",
	InvalidProductNotFound:  "check the endpoint",

	MissingAccessKeyId:                        "give the client an access key",
	InvalidAccessKeyIdNotFound:                "check the access key id of the client's credential",
	InvalidAccessKeyIdInactive:                "enable the access key in the RAM console, or use another one",
	ForbiddenAccessKeyDisabled:                "enable the access key in the RAM console, or use another one",
	SignatureDoesNotMatch:                     "check the access key secret of the client's credential",
	InvalidTimeStampExpired:                   "set the clock of this machine",
	InvalidSecurityTokenExpired:               "use a credential that is renewed, such as the default chain or WithCredential",
	InvalidSecurityTokenMalformed:             "check the security token of the client's credential",
	InvalidSecurityTokenMismatchWithAccessKey: "take access key id, secret and security token from the same credential",

	InvalidInstanceNotFound:            "check the ids and the region",
	InvalidInstanceIdNotFound:          "check the ids and the region",
	InvalidInvokeIdNotFound:            "check the id and the region",
	InvalidResourceTagInstanceNotFound: "check the tags and the region",
	InvalidInstanceNotMatch:            "use Shell for Linux, and PowerShell or Bat for Windows",

	CmdCountExceedQuota:   "delete kept commands, or ask for a larger quota",
	CommandLimitExceeded:  "delete kept commands, or ask for a larger quota",
	InvocationExceedQuota: "run it on the next day, or ask for a larger quota",

	IdempotentParameterMismatch:         "look for the earlier command, and use a new client token only when both are to run",
	InvalidIdempotenceParameterMismatch: "look for the earlier command, and use a new client token only when both are to run",

	InsufficientBalance:         "pay the account",
	ForbiddenUserVerification:   "verify the account in the console",
	RealNameAuthenticationError: "verify the account in the console",

	ExecutionTimeout:      "give the command a longer timeout, or make the script faster",
	InstanceNotRunning:    "start the instance",
	ClientNotRunning:      "start the agent, or install it with Client.InstallAgent",
	ClientNotResponse:     "restart the agent on the instance",
	ClientNotOnline:       "check that the agent runs and that the instance reaches the network",
	ClientNetworkBlocked:  "check the network and the security groups of the instance",
	ClientIsUpgrading:     "run it again in some minutes",
	ClientNeedUpgrade:     "install the latest agent on the instance",
	DeliveryTimeout:       "check that the agent runs, with Client.Preflight, then run it again",
	TaskConcurrencyLimit:  "run fewer commands at a time on the instance",
	UserOrPasswordInvalid: "check the user and the password in the Parameter Store",
}

// adviceByKind has the advice for codes that have none of their own. Kinds whose advice depends on
// the code have none.
var adviceByKind = map[Kind]string{
	ErrQuotaExceeded: "ask for a larger quota",
	ErrThrottled:     "call less often, or try again later",
}

// adviceByRefusal has texts that are added to the advice when the service refused a whole call.
// The error of a single instance gets no such text: it names the instance.
var adviceByRefusal = map[Code]string{
	InvalidInstanceNotFound: ", Client.Preflight names the instances that are unknown",
}

// ofRights are the codes that say only that some right is missing.
var ofRights = map[Code]bool{ForbiddenRAM: true, ForbiddenUnauthorized: true, Forbidden: true, NoPermission: true}

// adviceFor returns the advice for a code of this kind, with a semicolon before it. It returns ""
// when there is none.
func adviceFor(code Code, kind Kind) string {
	advice, ok := adviceByCode[code]
	if !ok {
		advice = adviceByKind[kind]
	}
	if advice == "" {
		return ""
	}
	return "; " + advice
}

// endedByContext reports whether the tree of err has the error of a context.
func endedByContext(err error) bool {
	found := false
	walk(err, func(e error) bool {
		found = found || e == context.Canceled || e == context.DeadlineExceeded //nolint:errorlint // the walk goes node by node
		return !found
	})
	return found
}
