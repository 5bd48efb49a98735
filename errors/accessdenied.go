package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"regexp"
)

// AccessDenied is the service's account of a refusal by access control
// ("AccessDeniedDetail" in the ECS API reference). Any field may be empty.
//
// Printed in any way it shows the permission that is needed and the type of the
// refusal, where they have the documented form, and not who asked.
type AccessDenied struct {
	AuthAction       string // the permission that is needed, such as "ecs:RunCommand"
	PrincipalType    string // what kind of identity asked
	PrincipalOwnerID string // the account that the identity belongs to
	PrincipalName    string // the identity's display name
	NoPermissionType string // ImplicitDeny (nothing allows it) or ExplicitDeny (a policy forbids it)
	PolicyType       string // the type of policy that decided
}

// permission is the form of a permission: a product and an operation of it.
var permission = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}:[A-Za-z0-9*]{1,64}$`)

// action is the permission that is needed, and "" if it does not look like one.
func (d *AccessDenied) action() string {
	if d == nil || !permission.MatchString(d.AuthAction) {
		return ""
	}
	return d.AuthAction
}

// denial is the type of the refusal, and "" if it is not a documented one.
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

// Format implements [fmt.Formatter]; every verb prints what is needed.
func (d AccessDenied) Format(s fmt.State, verb rune) { formatText(s, verb, &d, d.text()) }

// LogValue implements [slog.LogValuer].
func (d AccessDenied) LogValue() slog.Value { return slog.GroupValue(d.attrs()...) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (d AccessDenied) MarshalJSON() ([]byte, error) { return marshalAttrs(d.attrs()) }
