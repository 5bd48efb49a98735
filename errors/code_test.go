package errors_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestConstantsAreTheCodesWithoutTheirDots(t *testing.T) {
	t.Parallel()
	constants := codeConstants(t)
	var documented []string
	for _, c := range errors.Codes() {
		documented = append(documented, string(c))
		assert.Equal(t, string(c), constants[strings.ReplaceAll(string(c), ".", "")])
	}
	assert.Len(t, constants, len(documented), "a constant without a row, or a row without a constant")
}

func TestCodesAreSortedAndACopy(t *testing.T) {
	t.Parallel()
	codes := errors.Codes()
	assert.True(t, slices.IsSorted(codes))
	assert.Len(t, codes, 210)
	codes[0] = "changed"
	assert.NotEqual(t, codes[0], errors.Codes()[0])
}

func TestACodeHasItsDocumentedProperties(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code      errors.Code
		kind      errors.Kind
		status    int
		field     string
		retryable bool
	}{
		{errors.CmdNameExceedLimit, errors.ErrLimitExceeded, 403, "Name", false},
		{errors.MissingParamInstanceId, errors.ErrMissingArgument, 400, "InstanceId", false},
		{errors.InvalidTagKeyMalformed, errors.ErrInvalidArgument, 400, "Tag.N.Key", false},
		{errors.InvalidCmdTypeNotFound, errors.ErrInvalidArgument, 404, "Type", false},
		{errors.InvalidInstanceNotFound, errors.ErrNotFound, 404, "InstanceId", false},
		{errors.CmdCountExceedQuota, errors.ErrQuotaExceeded, 403, "KeepCommand", true},
		{errors.IdempotentProcessing, errors.ErrConflict, 403, "ClientToken", true},
		{errors.IdempotentParameterMismatch, errors.ErrConflict, 403, "ClientToken", false},
		{errors.InternalErrorDispatch, errors.ErrUnavailable, 500, "", true},
		{errors.RegionIdApiNotSupported, errors.ErrNotSupported, 400, "RegionId", false},
		{errors.ParameterStoreNoPermission, errors.ErrPermission, 403, "WindowsPasswordName", false},
		{errors.SignatureNonceUsed, errors.ErrAuth, 400, "", true},
		{errors.SignatureDoesNotMatch, errors.ErrAuth, 400, "", false},
		{errors.ThrottlingUser, errors.ErrThrottled, 400, "", true},
		{errors.ServiceUnavailable, errors.ErrUnavailable, 503, "", true},
		{errors.ExitCodeNonzero, errors.ErrScript, 0, "", false},
		{errors.ExecutionTimeout, errors.ErrTimeout, 0, "Timeout", false},
		{errors.ClientNotOnline, errors.ErrUnavailable, 0, "", true},
		{errors.TaskConcurrencyLimit, errors.ErrThrottled, 0, "", true},
		{errors.HTTPRequestFailed, errors.ErrUnavailable, 0, "OssOutputDelivery", false},
	} {
		t.Run(string(tt.code), func(t *testing.T) {
			t.Parallel()
			assert.True(t, tt.code.Known())
			assert.Equal(t, tt.kind, tt.code.Kind())
			assert.Equal(t, tt.status, tt.code.HTTPStatus())
			assert.Equal(t, tt.field, tt.code.Field())
			assert.Equal(t, tt.retryable, tt.code.Retryable())
			assert.NotEmpty(t, tt.code.Meaning())
			assert.Equal(t, string(tt.code), tt.code.Error())
			assert.ErrorIs(t, tt.code, tt.kind)
		})
	}
}

func TestEachCodeIsItselfAndItsKindAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range errors.Codes() {
		for k := errors.ErrInvalidArgument; k <= errors.ErrStopped; k++ {
			assert.Equal(t, c.Kind() == k, errors.Is(c, k), "%s is %v", c, k)
		}
		assert.ErrorIs(t, fmt.Errorf("wrapped: %w", c), c)
		assert.NotErrorIs(t, c, errors.Code("Other"))
		assert.Equal(t, c.Kind() == errors.ErrNotSupported, errors.Is(c, errors.ErrUnsupported), c)
	}
}

func TestAnUndocumentedCodeIsClassifiedByItsPattern(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code errors.Code
		kind errors.Kind
	}{
		{"Throttling.Region", errors.ErrThrottled},
		{"Widget.ExceedQuota", errors.ErrQuotaExceeded},
		{"QuotaExceed.Widget", errors.ErrQuotaExceeded},
		{"Widget.ExceedLimit", errors.ErrLimitExceeded},
		{"InvalidWidget.SizeLimitExceeded", errors.ErrLimitExceeded},
		{"NumberExceed.Widgets", errors.ErrLimitExceeded},
		{"MissingWidget", errors.ErrMissingArgument},
		{"InvalidIdempotentWidget", errors.ErrConflict},
		{"Widget.LastTokenProcessing", errors.ErrConflict},
		{"InvalidAccessKeyId.Expired", errors.ErrAuth},
		{"SignatureExpired", errors.ErrAuth},
		{"IncompleteSignature.Header", errors.ErrAuth},
		{"InvalidSecurityToken.Revoked", errors.ErrAuth},
		{"InvalidTimeStamp.Future", errors.ErrAuth},
		{"Forbidden.Widget", errors.ErrPermission},
		{"NoPermission.Widget", errors.ErrPermission},
		{"Operation.Forbidden.Widget", errors.ErrPermission},
		{"OperationDenied.Widget", errors.ErrPermission},
		{"InvalidWidget.NotFound", errors.ErrNotFound},
		{"InvalidCmdType.Old.NotFound", errors.ErrInvalidArgument},
		{"InvalidRepeatMode.Old.NotFound", errors.ErrInvalidArgument},
		{"InvalidTerminationMode.Old.NotFound", errors.ErrInvalidArgument},
		{"InvalidStatus.NotFound", errors.ErrInvalidArgument},
		{"InvalidNetworkType.NotFound", errors.ErrInvalidArgument},
		{"InvalidInstanceChargeType.NotFound", errors.ErrInvalidArgument},
		{"InvalidLockReason.NotFound", errors.ErrInvalidArgument},
		{"InvalidFilterKey.NotFound", errors.ErrInvalidArgument},
		{"FileMode.Invalid", errors.ErrInvalidArgument},
		{"FileContent.DecodeError", errors.ErrInvalidArgument},
		{"ServiceUnavailable.Zone", errors.ErrUnavailable},
		{"InternalError.Widget", errors.ErrUnavailable},
		{"Widget.NotSupported", errors.ErrNotSupported},
		{"UnsupportedWidget", errors.ErrNotSupported},
		{"InvalidWidget", errors.ErrInvalidArgument},
		{"Duplicate.Widget", errors.ErrInvalidArgument},
		{"Parameter.Widget", errors.ErrInvalidArgument},
		{"CmdWidget", errors.ErrInvalidArgument},
		{"Widget", 0},
		{"", 0},
	} {
		t.Run(string(tt.code), func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.kind, tt.code.Kind())
			assert.False(t, tt.code.Known())
			assert.Empty(t, tt.code.Meaning())
			assert.Empty(t, tt.code.Field())
			assert.Zero(t, tt.code.HTTPStatus())
			transient := tt.kind == errors.ErrThrottled || tt.kind == errors.ErrUnavailable
			assert.Equal(t, transient, tt.code.Retryable())
		})
	}
}

// codeConstants reads the constants of type Code from the source: name to value.
func codeConstants(t *testing.T) map[string]string {
	t.Helper()
	constants := make(map[string]string)
	for _, file := range parseDir(t, ".") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			constants[spec.Names[0].Name] = value
			return true
		})
	}
	return constants
}

func TestKindsListsEachKindOnce(t *testing.T) {
	t.Parallel()
	kinds := errors.Kinds()
	assert.Len(t, kinds, 14)
	assert.Equal(t, []errors.Kind{errors.ErrInvalidArgument, errors.ErrStopped}, []errors.Kind{kinds[0], kinds[13]})
	texts := map[string]bool{}
	for _, k := range kinds {
		texts[k.Error()] = true
	}
	assert.Len(t, texts, 14)
	assert.NotContains(t, texts, errors.Kind(0).Error())
	assert.Equal(t, errors.Kind(0).Error(), (kinds[13] + 1).Error(), "there is no further kind")
}
