package kinds

func emrLives() []life {
	return nil
}
