package runcommandtest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbered returns n bytes of lines. Each line has eight bytes and shows its line
// number.
func numbered(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%07d\n", i)
	}
	return b.Bytes()[:n]
}

func TestExcerptKeepsWhatCutKeeps(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, keptHead - 1, keptHead, keptHead + 1, keptOutput - 1, keptOutput, keptOutput + 1, 3 * keptOutput, 1 << 20} {
		for _, chunk := range []int{1, 7, 4096, keptTail, 32 << 10, 1 << 20} {
			if chunk == 1 && size > 3*keptOutput {
				continue
			}
			t.Run(fmt.Sprintf("%d bytes in writes of %d", size, chunk), func(t *testing.T) {
				t.Parallel()
				all := numbered(size)
				var e excerpt
				for rest := all; len(rest) > 0; rest = rest[min(chunk, len(rest)):] {
					n, err := e.Write(rest[:min(chunk, len(rest))])
					require.NoError(t, err)
					require.Equal(t, min(chunk, len(rest)), n)
				}
				wantOutput, wantDropped := cut(all)
				output, dropped := e.result()
				assert.Equal(t, wantDropped, dropped)
				assert.True(t, bytes.Equal(wantOutput, output), "kept bytes differ")
				assert.Equal(t, size, len(output)+dropped)
			})
		}
	}
}

func TestEqualOutputsInARowShareTheirMemory(t *testing.T) {
	t.Parallel()
	s := NewServer()
	t.Cleanup(s.Close)
	first, same, other := []byte("the same"), []byte("the same"), []byte("another")
	assert.Same(t, &first[0], &s.share(first)[0])
	assert.Same(t, &first[0], &s.share(same)[0])
	assert.Same(t, &other[0], &s.share(other)[0])
	assert.Empty(t, s.share(nil))
}

func TestExcerptStaysSmall(t *testing.T) {
	t.Parallel()
	var e excerpt
	small, large := make([]byte, 32<<10), make([]byte, 8<<20)
	for range 100 {
		for _, chunk := range [][]byte{small, large} {
			_, err := e.Write(chunk)
			require.NoError(t, err)
		}
	}
	assert.LessOrEqual(t, cap(e.head)+cap(e.tail), 4*keptOutput)
	_, dropped := e.result()
	assert.Equal(t, 100*(len(small)+len(large))-keptOutput, dropped)
}

func TestExcerptCanBeReadMoreThanOnce(t *testing.T) {
	t.Parallel()
	var e excerpt
	_, _ = e.Write([]byte("one "))
	first, _ := e.result()
	_, _ = e.Write([]byte("two"))
	second, dropped := e.result()
	assert.Equal(t, "one ", string(first))
	assert.Equal(t, "one two", string(second))
	assert.Zero(t, dropped)
}
