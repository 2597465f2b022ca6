package kinds

func ecrLives() []life {
	return nil
}
