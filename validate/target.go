package validate

import (
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// targets checks that the instances are chosen either by ids or by resource tags.
func (c *checker) targets() {
	switch {
	case len(c.InstanceIDs) == 0 && len(c.ResourceTags) == 0:
		c.report("InstanceId", errors.MissingParamInstanceId, "is missing, give instance ids or resource tags")
	case len(c.InstanceIDs) > 0 && len(c.ResourceTags) > 0:
		c.report("ResourceTag", errors.InvalidResourceTagConflictWithInstanceIds,
			"has %s beside %s, give only one of the two",
			count(len(c.ResourceTags), "tag", "tags"), count(len(c.InstanceIDs), "instance id", "instance ids"))
	}
	if empty, first := countIDs(c.InstanceIDs, func(id string) bool { return strings.TrimSpace(id) == "" }); empty > 0 {
		c.reportLocal("InstanceId", errors.MissingParamInstanceId,
			"has %s among %d, number %d is the first", count(empty, "empty id", "empty ids"), len(c.InstanceIDs), first)
	}
}

// countIDs returns the number of ids that are bad, and the position of the first bad id, counted
// from 1.
func countIDs(ids []string, bad func(string) bool) (n, first int) {
	for i, id := range ids {
		if !bad(id) {
			continue
		}
		if n++; n == 1 {
			first = i + 1
		}
	}
	return n, first
}

// counts checks the numbers of instances and tags.
func (c *checker) counts() {
	for _, list := range []struct {
		field        string
		given, limit int
		code         errors.Code
	}{
		{"InstanceId", len(c.InstanceIDs), c.limits.Instances, errors.InstanceIdsExceedLimit},
		{"ResourceTag", len(c.ResourceTags), c.limits.ResourceTags, errors.NumberExceedResourceTags},
		{"Tag", len(c.Tags), c.limits.Tags, errors.NumberExceedTags},
	} {
		if list.given > list.limit {
			c.report(list.field, list.code, "has %s, the limit is %d", count(list.given, "entry", "entries"), list.limit)
		}
	}
}
