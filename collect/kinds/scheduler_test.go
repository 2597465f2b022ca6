package kinds

func schedulerLives() []life {
	return nil
}
