package kinds

func wafLives() []life {
	return nil
}
