package testbed

import "sync"

// Moment says when KillAt calls back.
type Moment bool

const (
	Before Moment = false // the server hasn't seen the deletion, and won't if the callback doesn't return
	After  Moment = true  // the server has carried it out and the client doesn't know
)

// KillAt calls kill once, at the nth request that deletes something (Call.Deletes). kill usually ends a process: the
// client's, or this one by os.Process.Kill. If it returns, the call goes on as if nothing had been. Calls that another
// fault answers don't count; with After, only those count that succeed.
func (p *FaultProxy) KillAt(n int, when Moment, kill func(*Call), options ...Option) (remove func()) {
	var once sync.Once
	nth := newSelection("*", "*", append(options, When((*Call).Deletes), Nth(n)))
	return p.add(counting, "*", "*", func(c *Call, next func(*Call) *Answer) *Answer {
		if when == Before {
			if nth.takes(c) {
				once.Do(func() { kill(c) })
			}
			return next(c)
		}
		a := next(c)
		if a.ok() && nth.takes(c) {
			once.Do(func() { kill(c) })
		}
		return a
	}, nil)
}
