package fleet

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// chunksPerGroup is the largest number of chunks in a group that may have been accepted. One
// call of DescribeInvocations lists 50 invocations (ECS API reference, MaxResults), so one call
// tells the state of a group.
const chunksPerGroup = 50

// The keys of the tags that a fleet sets, unless [WithTags] says otherwise. They are tags of the
// invocations, not of the instances. To see all commands of a fleet with up to 50 chunks:
//
//	filter := runcommand.Filter{Tags: []runcommand.Tag{{Key: fleet.TagGroup, Value: f.ID() + "-1"}}}
//	for s, err := range client.Invocations(ctx, filter) {
//		...
//	}
const (
	// TagGroup is the key whose value is the id of the fleet, a hyphen and the number of the
	// group, from 1. A group has up to 50 invocations.
	TagGroup = "runcommand-fleet-group"
	// TagChunk is the key whose value is the number of the chunk, from 1. Chunks are numbered
	// through the whole fleet.
	TagChunk = "runcommand-fleet-chunk"
)

// tagging makes the tags by which the service finds the chunks of a fleet. It is a value that
// several goroutines may use.
type tagging struct {
	fleet string // id of the fleet
	tags  func(group, chunk string) []runcommand.Tag
}

// defaultTags is the function of a fleet without WithTags.
func defaultTags(group, chunk string) []runcommand.Tag {
	return []runcommand.Tag{{Key: TagGroup, Value: group}, {Key: TagChunk, Value: chunk}}
}

// of returns the tags of a chunk. It returns none when the function of the program panics.
func (t tagging) of(group, chunk int) (tags []runcommand.Tag) {
	defer func() {
		if v := recover(); v != nil {
			tags = nil
		}
	}()
	return t.call(group, chunk)
}

// ofGroup returns the tags that all chunks of a group have and no other group has. It
// returns nil when the tags do not tell the groups and the chunks apart.
func (t tagging) ofGroup(group int) []runcommand.Tag {
	first, second, other := t.of(group, 1), t.of(group, 2), t.of(group+1, 1)
	if slices.Equal(first, second) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(first), func(tag runcommand.Tag) bool {
		return !slices.Contains(second, tag) || slices.Contains(other, tag)
	})
}

// mostCompared is the largest number of groups whose tags are compared with each other.
const mostCompared = 128

// findable reports whether the service can find the chunks of a fleet of so many instances by
// their tags.
func (t tagging) findable(instances int) bool {
	if !t.nameTheFleet() {
		return false
	}
	seen := make(map[string]bool)
	for group := range min(instances/chunksPerGroup+1, mostCompared) {
		text := fmt.Sprintf("%q", t.ofGroup(group+1))
		if len(t.ofGroup(group+1)) == 0 || seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}

// nameTheFleet reports whether the tags differ from those of another fleet. Without this, a
// chunk of an earlier fleet with the same instances could be taken for a chunk of this
// fleet.
func (t tagging) nameTheFleet() bool {
	others := tagging{"fleet-of-somebody-else", t.tags}.of(1, 1)
	return slices.ContainsFunc(t.of(1, 1), func(tag runcommand.Tag) bool { return !slices.Contains(others, tag) })
}

// check returns the tags of the first chunk, or the error of forChunk.
func (t tagging) check() ([]runcommand.Tag, error) { return t.forChunk(1, 1) }

// forChunk returns the tags with which a chunk is sent. It returns an error when the function of
// the program panics, and when a second call returns other tags: a Resume could not find the
// chunk by them.
func (t tagging) forChunk(group, chunk int) (tags []runcommand.Tag, err error) {
	err = guard("the function of WithTags", func() error {
		tags = slices.Clone(t.call(group, chunk))
		if !slices.Equal(tags, t.call(group, chunk)) {
			return errors.New("the function of WithTags returns other tags for the same group and chunk")
		}
		return nil
	})
	return tags, err
}

// call calls the function of the program.
func (t tagging) call(group, chunk int) []runcommand.Tag {
	return t.tags(t.fleet+"-"+strconv.Itoa(group), strconv.Itoa(chunk))
}

// hasTags reports whether the tags of an invocation include all of these.
func hasTags(s *runcommand.Summary, tags []runcommand.Tag) bool {
	return len(tags) > 0 && !slices.ContainsFunc(tags, func(tag runcommand.Tag) bool { return !slices.Contains(s.Tags, tag) })
}
