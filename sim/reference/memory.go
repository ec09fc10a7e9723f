package reference

// memory is what a node remembers by a key, the newest keys only.
type memory[K comparable, V any] struct {
	values map[K]V
	order  []K // in the order in which they came, as a ring
	oldest int
	limit  int
}

func newMemory[K comparable, V any](limit int) memory[K, V] {
	return memory[K, V]{values: map[K]V{}, limit: limit}
}

func (m *memory[K, V]) get(k K) (V, bool) {
	v, ok := m.values[k]
	return v, ok
}

// put keeps a value, and forgets the oldest key if a new one needs its place.
func (m *memory[K, V]) put(k K, v V) {
	if _, ok := m.values[k]; !ok {
		if len(m.order) < m.limit {
			m.order = append(m.order, k)
		} else {
			delete(m.values, m.order[m.oldest])
			m.order[m.oldest] = k
			m.oldest = (m.oldest + 1) % m.limit
		}
	}
	m.values[k] = v
}
