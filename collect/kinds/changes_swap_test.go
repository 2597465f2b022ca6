package kinds

// swap is a change of what one call sets: from the value that it has to another one, and back.
func swap[T any](name string, from, to T, set func(e *estate, m made, value T), paths ...string) change {
	return flip(name, func(e *estate, m made, changed bool) { set(e, m, either(changed, to, from)) }, paths...)
}
