package kinds

func budgetsLives() []life {
	return nil
}
