package errors

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheTableHoldsEveryRowOfTheReference(t *testing.T) {
	t.Parallel()
	assert.Len(t, runCommandCodes, 63, "RunCommand")
	statuses := make(map[int]int)
	for _, r := range runCommandCodes {
		statuses[r.status]++
	}
	assert.Equal(t, map[int]int{400: 28, 403: 27, 404: 7, 500: 1}, statuses)
	assert.Len(t, operationCodes, 28, "other operations")
	assert.Len(t, gatewayCodes, 58, "gateway")
	assert.Len(t, instanceCodes, 61, "instances and OSS delivery")
}

func TestNoCodeIsListedTwice(t *testing.T) {
	t.Parallel()
	assert.Len(t, table(), len(runCommandCodes)+len(operationCodes)+len(gatewayCodes)+len(instanceCodes))
}

func TestEveryRowIsComplete(t *testing.T) {
	t.Parallel()
	for code, r := range table() {
		assert.NotZero(t, r.kind, code)
		assert.NotEmpty(t, r.meaning, code)
		assert.NotRegexp(t, `^[A-Z][a-z]|\.$`, r.meaning, "%s: a phrase, not a sentence", code)
		assert.LessOrEqual(t, r.retry, retryYes, code)
	}
}

func TestOnlyCodesOfOneInstanceLackAStatus(t *testing.T) {
	t.Parallel()
	for _, family := range [][]row{runCommandCodes, operationCodes, gatewayCodes} {
		for _, r := range family {
			assert.GreaterOrEqual(t, r.status, 400, r.code)
		}
	}
	for _, r := range instanceCodes {
		assert.Zero(t, r.status, r.code)
	}
}

func TestPatternsAgreeWithTheTableExceptForListedCodes(t *testing.T) {
	t.Parallel()
	better := []Code{
		InvalidAction, InvalidActionNotFound, InvalidApiNotFound, InvalidProductNotFound, InvalidVersion, // in the table, the kind describes the API, not a resource or an argument
		InvalidAccountNotFound,                                                                       // the code means a wrong value of a parameter, not a missing resource
		InvalidSignatureMethod, MissingAccessKeyId, MissingSecurityToken, ForbiddenAccessKeyDisabled, // in the table, the kind describes a failure of the credential
		ParameterTypeNotSupported, InvalidParametersValueTypeUnsupported, // the code means a wrong value of a parameter, not a missing feature
		InvalidInstanceIdOSTypeUnsupported, // the code means that the caller chose a wrong instance
		InvalidResourceTagInstanceNotFound, // the code means a missing resource, but it does not end in .NotFound
		ParameterMissingValue, ParameterStoreNoPermission,
		InvalidStatusResourceGroup, InvalidOperationRepeatModeUnsupported, InvalidOperationInvokeAlreadyFinished, InvalidOperationModifyPublicCommandUnsupported, // in the table, the kind describes the state of a resource
		CommandLimitExceeded, // the limit of this code is a quota of the account
	}
	var differing []Code
	for _, family := range [][]row{runCommandCodes, operationCodes, gatewayCodes} {
		for _, r := range family {
			if k := kindOfPattern(r.code); k != 0 && k != r.kind {
				differing = append(differing, r.code)
			}
		}
	}
	assert.ElementsMatch(t, better, differing)
}
