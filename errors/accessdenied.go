package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"regexp"
)

// AccessDenied says why access control refused a call ("AccessDeniedDetail" in the ECS
// API reference). Any field may be empty.
//
// However an AccessDenied is printed, it shows only two things: the permission that is
// needed and the type of the refusal. Each is shown only when it has its documented
// form. The caller is never shown.
type AccessDenied struct {
	AuthAction       string // the permission that is needed, such as "ecs:RunCommand"
	PrincipalType    string // the kind of identity that called
	PrincipalOwnerID string // the account that the identity belongs to
	PrincipalName    string // the display name of the identity
	NoPermissionType string // ImplicitDeny (nothing allows it) or ExplicitDeny (a policy forbids it)
	PolicyType       string // the type of the policy that led to the refusal
}

// permission matches a permission such as ecs:RunCommand: a product and one of its
// operations.
var permission = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}:[A-Za-z0-9*]{1,64}$`)

// action returns the permission that is needed, or "" when AuthAction does not have the
// form of a permission.
func (d *AccessDenied) action() string {
	if d == nil || !permission.MatchString(d.AuthAction) {
		return ""
	}
	return d.AuthAction
}

// denial returns the type of the refusal, or "" when NoPermissionType has no documented
// value.
func (d *AccessDenied) denial() string {
	if d.NoPermissionType == "ImplicitDeny" || d.NoPermissionType == "ExplicitDeny" {
		return d.NoPermissionType
	}
	return ""
}

func (d *AccessDenied) text() string {
	text := "needs " + cmp.Or(d.action(), "a permission")
	if denial := d.denial(); denial != "" {
		text += ", " + denial
	}
	return text
}

func (d *AccessDenied) attrs() []slog.Attr {
	if d == nil {
		return nil
	}
	return []slog.Attr{slog.String("auth_action", d.action()), slog.String("no_permission_type", d.denial())}
}

// Format implements [fmt.Formatter]; every verb prints the permission and the type of the refusal.
func (d AccessDenied) Format(s fmt.State, verb rune) { formatText(s, verb, &d, d.text()) }

// LogValue implements [slog.LogValuer].
func (d AccessDenied) LogValue() slog.Value { return slog.GroupValue(d.attrs()...) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (d AccessDenied) MarshalJSON() ([]byte, error) { return marshalAttrs(d.attrs()) }
