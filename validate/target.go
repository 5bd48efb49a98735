package validate

import "github.com/ecs-runcommand/runcommand-go/errors"

// targets checks that the instances are chosen in exactly one way.
func (c *checker) targets() {
	switch {
	case len(c.InstanceIDs) == 0 && len(c.ResourceTags) == 0:
		c.report("InstanceId", errors.MissingParamInstanceId, "is missing, give instance ids or resource tags")
	case len(c.InstanceIDs) > 0 && len(c.ResourceTags) > 0:
		c.report("ResourceTag", errors.InvalidResourceTagConflictWithInstanceIds,
			"has %s beside %s, give only one of the two",
			number(len(c.ResourceTags), "tag", "tags"), number(len(c.InstanceIDs), "instance id", "instance ids"))
	}
	if empty, first := emptyIDs(c.InstanceIDs); empty > 0 {
		c.reportLocal("InstanceId", errors.MissingParamInstanceId,
			"has %s among %d, number %d is the first", number(empty, "empty id", "empty ids"), len(c.InstanceIDs), first)
	}
}

// emptyIDs counts the empty ids and returns the number of the first, from 1.
func emptyIDs(ids []string) (count, first int) {
	for i, id := range ids {
		if id != "" {
			continue
		}
		if count++; count == 1 {
			first = i + 1
		}
	}
	return count, first
}

// counts checks how many instances and tags there are.
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
			c.report(list.field, list.code, "has %d entries, the limit is %d", list.given, list.limit)
		}
	}
}
