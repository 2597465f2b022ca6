package collect

import "context"

// Session is the session in one account of the fleet, which is entered if it was not yet. The error is STS's.
func (f *Fleet) Session(ctx context.Context, accountID string) (*Session, error) {
	return f.enter(ctx, accountID)
}
