package seal

// cache remembers derived values and forgets the one that entered first when it
// is full. It is not the best rule, but a simple one that depends on nothing
// but the order of calls. A forgotten value is derived again.
type cache[K comparable, V any] struct {
	limit  int
	values map[K]V
	order  []K // a ring once full
	next   int // the oldest, once full
}

func newCache[K comparable, V any](limit int) cache[K, V] {
	return cache[K, V]{limit: limit, values: make(map[K]V)}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	v, ok := c.values[key]
	return v, ok
}

// put adds a key that is not there yet.
func (c *cache[K, V]) put(key K, value V) {
	if len(c.order) < c.limit {
		c.order = append(c.order, key)
	} else {
		delete(c.values, c.order[c.next])
		c.order[c.next] = key
		c.next = (c.next + 1) % c.limit
	}
	c.values[key] = value
}
